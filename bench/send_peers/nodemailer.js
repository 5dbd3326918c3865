// nodemailer with its pool: node nodemailer.js SPEC -> JSON. NODE_PATH says where it is installed.
"use strict";

const fs = require("node:fs");
const nodemailer = require("nodemailer");

const spec = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const transport = nodemailer.createTransport({
  pool: true,
  maxConnections: spec.connections,
  maxMessages: Infinity,
  host: "127.0.0.1",
  port: spec.port,
  secure: spec.tls,
  ignoreTLS: !spec.tls,
  tls: { rejectUnauthorized: false },
});

function message(number) {
  const token = number.toString(16).padStart(32, "0");
  const link = `${spec.unsubscribe}?t=${token}`;
  return {
    from: spec.sender,
    to: { name: number % 2 ? "李娜" : "Ada Lovelace", address: `reader${number}@example.com` },
    subject: spec.subject,
    messageId: `<${token}@example.org>`,
    date: new Date("2025-09-05T01:00:00Z"),
    text: spec.text.replaceAll(spec.hole, link),
    html: spec.html.replaceAll(spec.hole, link),
    textEncoding: "quoted-printable",
    headers: {
      "List-Unsubscribe": `<${link}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      "List-Id": "China Chatbot <newsletter.example.org>",
      Precedence: "bulk",
      "Content-Language": "en",
    },
  };
}

async function main() {
  const start = process.hrtime.bigint();
  let next = 1;
  async function some() {
    while (next <= spec.count) {
      await transport.sendMail(message(next++));
    }
  }
  await Promise.all(Array.from({ length: spec.connections * 4 }, some));
  transport.close();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  process.stdout.write(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS / 1024 }));
}

main();
