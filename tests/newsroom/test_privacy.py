"""Readers' data stays in the private folder and in the messages themselves (promise 6)."""

from __future__ import annotations

import subprocess
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from lxml import html

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

OLD = "2025-09-05"
ADDRESS = "nobody.else.has.this@example.org"


def _holding(folder: Path) -> set[str]:
    """The top folders below which a file holds the address."""
    files = (p for p in folder.rglob("*") if p.is_file() and ADDRESS.encode() in p.read_bytes())
    return {p.relative_to(folder).parts[0] for p in files}


def test_readers_never_enter_git_or_the_archive(room: Room) -> None:
    """After import, build and send only ignored folders hold an address, and public/ none."""
    readers = room.root.parent / "readers.csv"
    readers.write_text(f"address,name,edition\n{ADDRESS},Nobody,en\n", encoding="utf-8")
    room.write(".gitignore", "/public/\n/outbox/\n/.pressroom/\n")
    for words in (("subscribers", "import", str(readers)), ("send", OLD), ("build",)):
        assert room.run(*words) == 0
    assert _holding(room.root) == {".pressroom", "outbox"}
    subprocess.run(["git", "init", "-q"], cwd=room.root, check=True)
    subprocess.run(["git", "add", "-A"], cwd=room.root, check=True)
    kept = subprocess.run(
        ["git", "grep", "--cached", "-l", ADDRESS],
        cwd=room.root, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert kept.stdout == ""


def test_a_forgotten_reader_is_gone_from_the_private_folder(room: Room) -> None:
    """`forget` leaves no trace of the address in any file of the database."""
    readers = room.root.parent / "readers.csv"
    readers.write_text(f"address,name,edition\n{ADDRESS},Nobody,en\n", encoding="utf-8")
    room.run("subscribers", "import", str(readers))
    assert room.run("subscribers", "forget", ADDRESS) == 0
    assert _holding(room.root) == set()


def test_no_mail_tells_who_opened_it(room: Room) -> None:
    """Pictures and links are the same for every reader but those that hold their own token."""
    readers = room.root.parent / "readers.csv"
    readers.write_text("address,name,edition\na@example.org,A,en\nb@example.org,B,en\n")
    for words in (("subscribers", "import", str(readers)), ("send", OLD)):
        assert room.run(*words) == 0
    mails = [path.read_bytes() for path in sorted((room.root / "outbox").rglob("*.eml"))]
    first, second = (_addresses(mail) for mail in mails)
    assert first[0] == second[0] != set()
    assert all("?t=" in link for link in first[1] ^ second[1])
    assert len(first[1] & second[1]) > 10


def _addresses(mail: bytes) -> tuple[set[str], set[str]]:
    """What the HTML part of a mail loads, and where it leads."""
    part = message_from_bytes(mail, policy=default).get_body(("html",))
    assert part is not None
    page = html.fromstring(part.get_content())
    return {str(one) for one in page.xpath("//@src")}, {str(one) for one in page.xpath("//@href")}
