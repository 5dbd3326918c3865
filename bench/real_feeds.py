"""The whole line on real feed snapshots: a real HTTP server, a real SMTP server, every stage.

    python bench/real_feeds.py FOLDER_OF_FEEDS

Serves each `*.xml` of the folder on loopback, makes a newsroom that follows them all, and runs
gather (twice) -> stories -> pick -> draft -> sign -> check -> build -> send. It prints items,
stories, faults and seconds, and fails where a message is lost or doubled.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller

SLUG = "2026-01-02"
READERS = 50


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Inbox:
    """What the SMTP server took."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        """Keep the recipients."""
        self.to += envelope.rcpt_tos  # type: ignore[attr-defined]
        return "250 OK"


def run(root: Path, *words: str, codes: tuple[int, ...] = (0,)) -> str:
    """One command in a process of its own; its standard output."""
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(root), *words]
    begun = time.perf_counter()
    job = subprocess.run(command, capture_output=True, text=True, check=False)
    if job.returncode not in codes:
        sys.exit(f"{' '.join(words)}: exit {job.returncode}\n{job.stdout}\n{job.stderr}")
    print(f"{time.perf_counter() - begun:6.2f} s  pressroom {' '.join(words)[:60]}")
    return job.stdout


def newsroom(root: Path, feeds: Path, web: int, smtp: int) -> None:
    """A newsroom that follows every feed of the folder."""
    subprocess.run(
        [sys.executable, "-m", "pressroom", "new", str(root)], check=True, capture_output=True
    )
    text = (
        (root / "newsletter.toml")
        .read_text(encoding="utf-8")
        .replace(
            'transport = "outbox"',
            f'transport = "smtp"\nhost = "127.0.0.1"\nport = {smtp}\nstarttls = false',
        )
    )
    rows = ['\n[people.editor]\nname = "Editor"\n[outlets.feeds]\nname = { en = "Feeds" }\n']
    rows += [
        f'[[sources]]\nslug = "{re.sub("[^a-z0-9]+", "-", p.stem.lower())}"\n'
        f'url = "http://127.0.0.1:{web}/{p.name}"\noutlet = "feeds"\nlocale = "zh-Hans"\nallow_private = true\n'
        for p in sorted(feeds.glob("*.xml"))
    ]
    (root / "newsletter.toml").write_text(text + "\n".join(rows), encoding="utf-8")
    readers = "".join(f"reader{n}@example.org,Reader {n},en\n" for n in range(READERS))
    (root / "readers.csv").write_text("address,name,edition\n" + readers, encoding="utf-8")


def line(root: Path) -> None:
    """Every stage, as an editor would go through them."""
    for code in ((0, 1), (0, 1)):
        reports = json.loads(run(root, "gather", "--json", codes=code))
        faults = [r for r in reports if r["fault"]]
        print(
            f"          {sum(r['new'] for r in reports)} new items, {len(reports)} sources, {len(faults)} faults"
        )
        for report in faults:
            print(f"          {report['source']}: {report['fault']}")
    stories = json.loads(run(root, "stories", "--all", "--json"))
    print(f"          {sum(len(s['items']) for s in stories)} items in {len(stories)} stories")
    chosen = [s["handle"] for s in stories[:4]]
    run(root, "pick", SLUG, *chosen)
    run(root, "draft", SLUG)
    for handle in chosen:
        run(root, "sign", SLUG, handle, "--as", "editor")
    opening = root / "issues" / SLUG / "opening.en.md"
    opening.write_text(opening.read_text(encoding="utf-8").replace("TK", "Told"), encoding="utf-8")
    found = json.loads(run(root, "check", SLUG, "--json", codes=(0, 1)))
    for finding in found:
        print(f"          {finding['severity']:<7} {finding['rule']}: {finding['message'][:90]}")
    run(root, "build", SLUG)
    run(root, "subscribers", "import", str(root / "readers.csv"))
    run(root, "send", SLUG, "--expect", str(READERS))
    run(root, "send", SLUG, "--expect", "0")


def main() -> None:
    """Serve, run, count."""
    feeds, inbox = Path(sys.argv[1]), Inbox()
    web = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(feeds)))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    smtp = Controller(inbox, hostname="127.0.0.1", port=port)
    smtp.start()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "room"
        newsroom(root, feeds, web.server_port, port)
        line(root)
    smtp.stop()
    web.shutdown()
    print(f"          {len(inbox.to)} messages to {len(set(inbox.to))} of {READERS} readers")
    if not len(inbox.to) == len(set(inbox.to)) == READERS:
        sys.exit("a message was lost or doubled")


if __name__ == "__main__":
    main()
