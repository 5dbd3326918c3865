"""A newsroom with a wrong number in it, before, in the middle of and after its send."""

from __future__ import annotations

import email
import email.policy
import shutil
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from posting import ISSUE, NOW, Office
from rooms import Room, copy_room
from web import Web

from pressroom.manuscript import corrections
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    import pytest

    Capture = pytest.CaptureFixture[str]

EN, ZH = Locale("en"), Locale("zh-Hans")
BLOCK = "news_briefs#label"
FOLDER = f"issues/{ISSUE}"
ENGLISH, CHINESE = f"{FOLDER}/news_briefs.en.md", f"{FOLDER}/news_briefs.zh-Hans.md"
WRONG = {
    ENGLISH: ("three other bodies", "four other bodies"),
    CHINESE: ("另外三个部门", "另外四个部门"),
}
HOSTILE = "<script>alert(1)</script> *x* [[MIIT]] {{ 7*7 }} <mj-raw> | `y` \u202e[k](javascript:1)"


class Stage(NamedTuple):
    """A newsroom as it stood at some time, and who had the issue then."""

    root: Path
    had: frozenset[str]


@contextmanager
def opened(root: Path) -> Iterator[Office]:
    """A newsroom ready to mail eight readers over SMTP, with a number in it that is wrong."""
    web, room = Web(), Room(copy_room(root))
    for name, (right, wrong) in WRONG.items():
        room.change(name, right, wrong)
    office = Office(room, web)
    try:
        yield office
    finally:
        office.close()
        web.close()


@contextmanager
def moved(office: Office, root: Path, to: Path, capsys: Capture | None = None) -> Iterator[Office]:
    """The office in a copy of a newsroom, as if it had been there all the time."""
    made = office.room
    office.again(Room(shutil.copytree(root, to), capsys))
    try:
        yield office
    finally:
        office.room = made


def all_had_it(first: Office, root: Path) -> Stage:
    """Every reader has the issue, the wrong number in both editions."""
    with moved(first, first.root, root) as office:
        assert office.room.run("send", ISSUE, "--expect", "8") == 0, office.room.err
        return Stage(root, frozenset(office.inbox.real))


def some_had_it(first: Office, root: Path) -> Stage:
    """Three of eight readers have it when a person pauses."""
    with moved(first, first.root, root) as office:
        office.schedule(NOW + timedelta(minutes=10))
        office.set("grace", "warm_up = [3, 1000]\ngrace")
        office.tick(timedelta(minutes=10))
        office.set("warm_up = [3, 1000]\n", "")
        assert office.room.run("send", ISSUE, "--pause") == 0
        return Stage(root, frozenset(office.inbox.real))


def mend(office: Office, *names: str) -> None:
    """What the editor does first: write the right number into the manuscripts."""
    for name in names or (ENGLISH, CHINESE):
        right, wrong = WRONG[name]
        office.room.change(name, wrong, right)


def correct(office: Office, *words: str, kind: str = "correction") -> int:
    """Run the command on the block with the number."""
    return office.room.run("correct", ISSUE, BLOCK, "--kind", kind, *words)


def made(office: Office) -> tuple[corrections.Correction, ...]:
    """What corrections.toml holds."""
    return corrections.read(office.root / FOLDER)


def mail_of(office: Office) -> dict[str, EmailMessage]:
    """The mails taken, by recipient."""
    policy = email.policy.default
    return {to: email.message_from_bytes(data, policy=policy) for to, data in office.inbox.taken}


def part(message: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail."""
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def pages(office: Office, locale: str) -> dict[str, str]:
    """One edition in every medium, as the last build wrote it."""
    out = office.root / "out"
    names = {
        "page": f"public/{ISSUE}/{locale}/index.html",
        "markdown": f"public/{ISSUE}/{locale}/index.md",
        "feed": f"public/feed.{locale}.xml",
        "html": f"outbox/{ISSUE}/{locale}/email.html",
        "text": f"outbox/{ISSUE}/{locale}/email.txt",
    }
    return {key: (out / name).read_text(encoding="utf-8") for key, name in names.items()}
