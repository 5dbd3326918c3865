"""How fast and how dear a send is, beside peers: python bench/send.py [RECIPIENTS] (20,000).

    apt-get install postfix stunnel4       smtp-source, smtp-sink; TLS in front of the sink
    npm install nodemailer                 in a folder of your own: --node FOLDER/node_modules
    pip install aiosmtplib django          in a venv of your own: --python VENV/bin/python

One run measures all: our job (lock and run, the ledger in SQLite on disk) unsigned and signed,
and each peer that is installed, with the same bilingual issue, into a fresh smtp-sink whose own
count must equal the recipients. smtp-source sends as many bytes without making a message: it
is the limit. CPU seconds are user and system of the whole sending process, its start included
(wait4); the clock is that of the sending alone, for ours after the lock, whose cost stands in
a column of its own. `--tls` puts stunnel before the sink. `--scale 20000 200000` measures ours
alone, by size. `--only WORD` leaves out all whose name lacks the word. `--profile` shows
where our time goes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from compose import edition
from send_peers.by_python import reader

from pressroom.model import UNSUBSCRIBE_HOLE, Locale, Subscriber
from pressroom.send.message import Composer
from pressroom.store.mailing import Mailing

if TYPE_CHECKING:
    from collections.abc import Iterator

PEERS = Path(__file__).with_name("send_peers")
CONNECTIONS = 8
BARS = {
    "ours, unsigned": (0.9, 0.035), "ours, Ed25519": (0.6, 0.055), "ours, RSA-2048": (0.35, 0.15),
}  # fmt: skip
LIMIT, REFERENCE, POOL = "smtp-source (the limit)", "smtplib + email.message", "nodemailer, pool"
ROW = "INSERT INTO subscribers ({}) VALUES ({})"


class Figures(NamedTuple):
    """What one sender took: seconds of the sending, CPU seconds of all, peak in MB, received.

    `lock` is ours alone: seconds of the lock; `run_cpu` the CPU seconds of the sending.
    """

    name: str
    seconds: float
    cpu: float
    peak: float
    received: int
    lock: float = 0.0
    run_cpu: float = 0.0


# --- the receiver ---


@contextmanager
def sink(folder: Path) -> Iterator[tuple[int, Path]]:
    """A fresh smtp-sink: its port, and the file it counts in."""
    port, counted = free_port(), folder / "sink"
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = ["smtp-sink", "-c", *user, f"127.0.0.1:{port}", "1000"]
    with counted.open("wb") as out, subprocess.Popen(command, stdout=out) as process:
        try:
            wait_for(port)
            yield port, counted
        finally:
            process.terminate()


@contextmanager
def tls_before(port: int, folder: Path, *, wanted: bool) -> Iterator[int]:
    """TLS, by stunnel, in front of a port, if wanted."""
    if not wanted:
        yield port
        return
    front, settings = free_port(), folder / "stunnel.conf"
    settings.write_text(
        f"foreground = yes\npid =\ndebug = 3\n[smtp]\naccept = 127.0.0.1:{front}\n"
        f"connect = 127.0.0.1:{port}\ncert = {folder}/tls.pem\nkey = {folder}/key.pem\n"
    )
    with subprocess.Popen(["stunnel4", str(settings)], stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(front)
            yield front
        finally:
            process.terminate()


def count(counted: Path) -> int:
    """How many messages the sink took, by its own words."""
    words = counted.read_text().replace("\n", " ").replace("\r", " ").split()
    return max((int(word[5:]) for word in words if word.startswith("mesg=")), default=0)


def free_port() -> int:
    """A port that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"port {port}: nobody listens there after 10 s.")


def certificate(folder: Path) -> None:
    """One for localhost, by openssl."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        f"{folder}/key.pem",
    ]
    command += ["-out", f"{folder}/tls.pem"]
    subprocess.run(command, check=True, capture_output=True)


# --- the senders ---


def senders(options: argparse.Namespace, size: int) -> dict[str, list[str]]:
    """Name -> command; SPEC, PORT and DATABASE are put in when it runs."""
    ours = [sys.executable, str(PEERS / "ours.py"), "SPEC", "DATABASE"]
    by_python = [options.python, str(PEERS / "by_python.py"), "SPEC"]
    source = ["smtp-source", "-d", "-s", str(CONNECTIONS), "-m", "COUNT", "-l", str(size)]
    source += ["-f", "news@example.org", "-t", "reader@example.com", "127.0.0.1:PORT"]
    every = {
        LIMIT: [] if options.tls else source,
        "ours, unsigned": [*ours, "unsigned"],
        "ours, Ed25519": [*ours, "ed25519"],
        "ours, RSA-2048": [*ours, "rsa"],
        POOL: ["node", str(PEERS / "nodemailer.js"), "SPEC"] if options.node else [],
        REFERENCE: [] if options.tls else [*by_python, "smtplib"],
        "aiosmtplib, 8 tasks": [] if options.tls else [*by_python, "aiosmtplib"],
        "Django's mail backend": [] if options.tls else [*by_python, "django"],
    }
    return {name: command for name, command in every.items() if command}


def spec(port: int, recipients: int, folder: Path, *, tls: bool) -> dict[str, Any]:
    """All that a peer has to know."""
    mail = edition()
    return {
        "port": port, "count": recipients, "connections": CONNECTIONS, "tls": tls,
        "certificate": f"{folder}/tls.pem", "subject": mail.subject, "sender": mail.sender,
        "text": mail.text.decode(), "html": mail.html.decode(), "hole": UNSUBSCRIBE_HOLE,
        "unsubscribe": mail.unsubscribe,
    }  # fmt: skip


def filled(database: Path, recipients: int) -> None:
    """A mailing database with so many readers."""
    columns = ("id", "key", "address", "name", "edition", "token", "state", "added")
    sql = ROW.format(", ".join(columns), ", ".join("?" * len(columns)))

    def rows() -> Iterator[tuple[object, ...]]:
        for n in range(1, recipients + 1):
            address, name, token = reader(n)
            yield n, address, address, name, "en", token, "active", "2025-01-01"

    with Mailing.open(f"sqlite:///{database}") as mailing:
        raw = mailing.engine.raw_connection()
        raw.cursor().execute("BEGIN")
        raw.cursor().executemany(sql, rows())
        raw.commit()
        raw.close()
        mailing.cut_log()


def measured(
    name: str, command: list[str], recipients: int, folder: Path, database: Path, *, tls: bool
) -> Figures:
    """One sender into a fresh sink; raises SystemExit when the counts differ."""
    mine = folder / "mine.db"
    if "DATABASE" in command:
        shutil.copy(database, mine)
    with sink(folder) as (port, counted), tls_before(port, folder, wanted=tls) as front:
        words = {"SPEC": f"{folder}/spec.json", "DATABASE": f"sqlite:///{mine}"}
        words |= {"COUNT": str(recipients), "127.0.0.1:PORT": f"127.0.0.1:{front}"}
        told = json.dumps(spec(front, recipients, folder, tls=tls))
        (folder / "spec.json").write_text(told, encoding="utf-8")
        figures = watched(name, [words.get(word, word) for word in command])
        time.sleep(0.5)
    for file in folder.glob("mine.db*"):
        file.unlink()
    received = count(counted)
    if received != recipients:
        raise SystemExit(f"{name}: {recipients:,} were to be sent, the sink counted {received:,}.")
    return figures._replace(received=received)


def watched(name: str, command: list[str]) -> Figures:
    """Run it to its end; wait4 says what it and its children used."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{name}: ended with code {process.returncode}.")
    told: dict[str, Any] = json.loads(said) if said.startswith(b"{") else {}
    if set(told.get("states", {"sent"})) != {"sent"}:
        raise SystemExit(f"{name}: the ledger says {told['states']}.")
    return Figures(
        name, told.get("seconds", seconds), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, 0,
        lock=told.get("planned", [0.0])[0], run_cpu=told.get("cpu", 0.0),
    )  # fmt: skip


# --- what it says ---


def table(rows: list[Figures]) -> None:
    """Messages a second and CPU seconds per 1,000, with ratios where there is what to compare."""
    by_name = {row.name: row for row in rows}
    limit, dear, pool = (by_name.get(name) for name in (LIMIT, REFERENCE, POOL))
    print(f"{'':26}{'msg/s':>8}{'CPU s/1,000':>13}{'peak MB':>9}{'lock s':>8}{'run CPU':>9}"
          f"{'x limit':>9}{'x smtplib CPU':>15}{'x nodemailer':>14}")  # fmt: skip
    for row in rows:
        rate, cost = row.received / row.seconds, row.cpu / row.received * 1000
        least, most = BARS.get(row.name, (0.0, 0.0))
        cells = [
            ratio(rate, limit and limit.received / limit.seconds, f">={least}" if least else ""),
            ratio(cost, dear and dear.cpu / dear.received * 1000, f"<={most}" if most else ""),
            ratio(rate, pool and pool.received / pool.seconds, ">=10" if least else ""),
        ]
        own = f"{row.lock:8.2f}{row.run_cpu / row.received * 1000:9.3f}" if row.lock else " " * 17
        print(f"{row.name:26}{rate:8.0f}{cost:13.4f}{row.peak:9.0f}{own}  " + "  ".join(cells))


def ratio(value: float, base: float | None, bar: str) -> str:
    """A ratio and the bar it is held against."""
    return f"{value / base:.3f} {bar:8}" if base else ""


def scale(sizes: list[int], folder: Path) -> None:
    """Ours by number of recipients: what must stay flat, and what must be linear."""
    print(f"{'recipients':>12}{'lock s':>9}{'run s':>9}{'CPU s/1,000':>13}{'peak MB':>9}")
    for size in sizes:
        database = folder / f"{size}.db"
        filled(database, size)
        command = [sys.executable, str(PEERS / "ours.py"), "SPEC", "DATABASE", "unsigned"]
        row = measured("ours, unsigned", command, size, folder, database, tls=False)
        print(f"{size:12,}{row.lock:9.2f}{row.seconds:9.2f}{row.cpu / size * 1000:13.4f}"
              f"{row.peak:9.0f}", flush=True)  # fmt: skip
        database.unlink()


def main() -> None:
    """Measure what is installed, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recipients", type=int, nargs="?", default=20_000)
    parser.add_argument("--node", default="", help="a node_modules folder with nodemailer")
    parser.add_argument("--python", default=sys.executable, help="with aiosmtplib and Django")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--scale", type=int, nargs="+", default=[])
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--folder", default=None, help="where the database lies: a real disk")
    options = parser.parse_args()
    os.environ["NODE_PATH"] = options.node
    if options.profile:
        os.environ["PROFILE"] = "1"
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if options.scale:
            scale(options.scale, folder)
            return
        if options.tls:
            certificate(folder)
        everything(options, folder)


def everything(options: argparse.Namespace, folder: Path) -> None:
    """All senders, one after another, in one run."""
    one = Subscriber(1, *reader(1)[:2], Locale("en"), reader(1)[2])
    size = len(Composer(edition()).to(one).data)
    filled(folder / "readers.db", options.recipients)
    print(f"{options.recipients:,} recipients, {size:,} bytes each, TLS {options.tls}")
    rows = []
    for sender, command in senders(options, size).items():
        if options.only in sender:
            row = measured(
                sender, command, options.recipients, folder, folder / "readers.db", tls=options.tls
            )
            rows.append(row)
            print(f"  {sender}: {row.seconds:.1f} s", file=sys.stderr, flush=True)
    table(rows)


if __name__ == "__main__":
    main()
