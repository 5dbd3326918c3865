"""What one message costs to make: python bench/compose.py [COUNT] (default 3000).

A bilingual issue of about 40 KB (text and HTML), made for COUNT readers: unsigned, and signed
with Ed25519, RSA-2048 and both; beside email.message (the same two parts, the same fields),
and dkimpy signing the result. CPU milliseconds a message, the best of three rounds.
"""

from __future__ import annotations

import email.policy
import hashlib
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from time import process_time
from typing import TYPE_CHECKING

import dkim

from pressroom.model import UNSUBSCRIBE_HOLE, Locale, Subscriber, sha256
from pressroom.send.dkim import Dkim, load_key, new_key
from pressroom.send.message import PREFERENCES_HOLE, Composer, MailEdition, compose

if TYPE_CHECKING:
    from collections.abc import Callable

EN, ZH = "When chatbots meet the classroom, who answers? ", "当聊天机器人走进课堂，是谁在回答？"
STYLE = "font-family:Georgia,serif;font-size:16px;line-height:1.5"
LINKS = f"{UNSUBSCRIBE_HOLE} {PREFERENCES_HOLE}"


def edition() -> MailEdition:
    """Both languages in turn, links at the end as in a footer."""
    text = "\n\n".join(EN * 3 + ZH * 3 for _ in range(36))
    rows = f'<p style="{STYLE}">{EN * 3}<span lang="zh-Hans">{ZH * 2}</span></p>\n' * 80
    feet = "".join(f'<a href="{hole}">x</a>' for hole in LINKS.split())
    return MailEdition(
        issue="2025-09-05", locale=Locale("en"), subject=f"{EN.strip()} {ZH}",
        html=f"<html><body>{rows}{feet}</body></html>".encode(),
        text=f"{text}\n\n{LINKS}\n".encode(), sender="China Chatbot <news@example.org>",
        reply_to="desk@example.org", list_id="newsletter.example.org",
        list_name="China Chatbot", archive_url="https://example.org/2025-09-05/en/",
        unsubscribe="https://example.org/unsubscribe", date=datetime(2025, 9, 5, tzinfo=UTC),
        preferences="https://example.org/preferences",
    )  # fmt: skip


def by_library(mail: MailEdition, reader: Subscriber) -> bytes:
    """The same message by email.message."""
    link = f"https://example.org/unsubscribe?t={reader.token}"
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"] = mail.sender, f"{reader.name} <{reader.address}>"
    made["Subject"], made["Date"] = mail.subject, mail.date
    made["Message-ID"] = f"<{sha256(reader.address)[:32]}@example.org>"
    made["List-Unsubscribe"] = f"<{link}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Precedence"], made["Content-Language"] = "bulk", "en"
    text, page = (b.decode().replace(UNSUBSCRIBE_HOLE, link) for b in (mail.text, mail.html))
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(page, subtype="html", cte="quoted-printable")
    return made.as_bytes()


def cost(make: Callable[[Subscriber], object], readers: list[Subscriber]) -> float:
    """CPU milliseconds for one reader, the best of three rounds."""
    best = 1e9
    for _ in range(3):
        start = process_time()
        for reader in readers:
            make(reader)
        best = min(best, process_time() - start)
    return best / len(readers) * 1000


def main(count: int) -> None:
    """Print the table."""
    readers = [
        Subscriber(n, f"reader{n}@example.com", "李娜" if n % 2 else "Ada Lovelace", Locale("en"),
                   sha256(str(n))[:32]) for n in range(1, count + 1)
    ]  # fmt: skip
    mail = edition()
    pem = new_key("rsa")[0]
    rsa = Dkim("example.org", "r", load_key(pem))
    ed = Dkim("example.org", "e", load_key(new_key("ed25519")[0]))
    data = Composer(mail).to(readers[0]).data
    print(f"text {len(mail.text):,} + HTML {len(mail.html):,} bytes; a message {len(data):,} bytes")
    few = readers[: max(1, count // 30)]
    rows = (
        ("unsigned (Composer)", Composer(mail).to, readers),
        ("unsigned (compose)", lambda one: compose(mail, one), readers),
        ("Ed25519", Composer(mail, signer=ed).to, readers),
        ("RSA-2048", Composer(mail, signer=rsa).to, few),
        ("RSA-2048 and Ed25519", Composer(mail, signer=(rsa, ed)).to, few),
        ("sha256 of a message (the ledger's)", lambda _: hashlib.sha256(data).digest(), readers),
        ("email.message", lambda one: by_library(mail, one), few),
        ("dkimpy, RSA-2048, signing alone",
         lambda _: dkim.sign(data, b"r", b"example.org", pem.encode()), few[:20]),
    )  # fmt: skip
    for name, make, whom in rows:
        print(f"{name:36}{cost(make, whom):9.4f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
