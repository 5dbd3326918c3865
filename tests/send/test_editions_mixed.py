"""Readers of two editions in one send: each message is in its reader's language, to the last word.

PRESSROOM_READERS says how many readers (400 without it).
"""

from __future__ import annotations

import os
import re
from contextlib import closing
from dataclasses import replace
from email import message_from_bytes, policy
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from send.killing import recorder
from send.recorder import read
from send.web.conftest import Site

from pressroom.model import PREFERENCES_HOLE, UNSUBSCRIBE_HOLE, Delivery, DeliveryState, Locale
from pressroom.newsroom import serving
from pressroom.send import job
from pressroom.send.dkim import Dkim, load_key, new_key
from pressroom.send.outbox import Outbox
from pressroom.send.prints import Print
from pressroom.send.schedule import SendState
from pressroom.send.smtp import Smtp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from email.message import EmailMessage
    from pathlib import Path

    from pressroom.model import Subscriber
    from pressroom.send.message import MailEdition
    from pressroom.store.mailing import Mailing

    Sent = Mapping[str, bytes]

READERS = int(os.environ.get("PRESSROOM_READERS", "400"))
EN, ZH = Locale("en"), Locale("zh-Hans")
ISSUE = "2025-09-05"
LINKS = ("https://example.org/unsubscribe?t=", "https://example.org/preferences?t=")
WORDS = {
    EN: ("When chatbots meet the classroom", "You read this because you subscribed", "Unsubscribe"),
    ZH: ("当聊天机器人走进课堂，是谁在回答？", "您收到这封信，是因为您订阅了本刊", "退订"),
}
LINE = 998
"""The longest line that may be sent, without its CRLF (RFC 5322, 2.1.1)."""


def mail(make: Callable[..., MailEdition], tag: Locale) -> MailEdition:
    """An edition with long lines, dots at their start, and a footer of its own."""
    words, footer, leave = WORDS[tag]
    text = f"{words * 60}\n.one dot\n..two\n.\n{words}\n\n{footer}\n{leave}: {UNSUBSCRIBE_HOLE}\n"
    page = (
        f"<p>{words * 60}</p>\n.<br>\n<footer>{footer} "
        f'<a href="{UNSUBSCRIBE_HOLE}">{leave}</a> <a href="{PREFERENCES_HOLE}">x</a></footer>\n'
    )
    return make(
        tag, subject=words, text=text.encode(), html=page.encode(),
        preferences="https://example.org/preferences",
    )  # fmt: skip


def clock_of(mailing: Mailing) -> Any:
    """The clock of the database is that of the send."""
    return mailing.now


@pytest.fixture
def sent(
    mailing: Mailing, subscribe: Callable[..., None], make: Callable[..., MailEdition],
    tmp_path: Path,
) -> Sent:  # fmt: skip
    """What the server got, by recipient: locked for all, then some changed, then sent."""
    every = [f"r{n}@example{n % 7}.org" for n in range(READERS)]
    subscribe(*(a for n, a in enumerate(every) if n % 3))
    subscribe(*every[::3], edition=str(ZH))
    keep = tmp_path / "kept"
    keep.mkdir()
    course = job.Course(signer=Dkim("example.org", "k", load_key(new_key("ed25519")[0])))
    prints = {tag: Print(mail(make, tag), {}) for tag in (EN, ZH)}
    now = clock_of(mailing)
    sends = [(one, now(), SendState.STARTED) for one in prints.values()]
    job.lock(mailing, sends, now, leaves=True, course=course)
    with mailing.write() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET name = '王 Ann' WHERE id % 5 = 0")
    with recorder(tmp_path, str(keep)) as (port, record):
        with closing(Smtp("127.0.0.1", int(port), starttls=False)) as smtp:
            job.run(mailing, ISSUE, prints, smtp, now, lambda _: None, course)
        messages = {str(n): one.recipient for n, one in enumerate(read(record), 1)}
    return {who: (keep / f"{n}.eml").read_bytes() for n, who in messages.items()}


def parsed(data: bytes) -> EmailMessage:
    """By the standard library."""
    return message_from_bytes(data, policy=policy.default)


def bodies(message: EmailMessage) -> list[str]:
    """Text and HTML as a mail program shows them."""
    parts = [part.get_content() for part in message.iter_parts()]
    return [str(words).replace("\r\n", "\n") for words in parts]


def expected(one: MailEdition, reader: Subscriber) -> list[str]:
    """Text and HTML with the reader's own links."""
    fill = dict(zip((UNSUBSCRIBE_HOLE, PREFERENCES_HOLE), LINKS, strict=True))
    found = [one.text.decode(), one.html.decode()]
    for hole, base in fill.items():
        found = [words.replace(hole, base + reader.token) for words in found]
    return found


def test_nobody_gets_another_language(
    mailing: Mailing, sent: Sent, make: Callable[..., MailEdition], tmp_path: Path
) -> None:
    """Subject, language, text, HTML, footer and every link are those of that very reader.

    The standard library reads the very text of the edition out of each message, the ledger
    hashed what the server got, and the page that the link leads to goes on in that language.
    """
    readers = {one.address: one for one in mailing.readers([EN, ZH])}
    assert set(sent) == set(readers)
    mails = {tag: mail(make, tag) for tag in (EN, ZH)}
    for address, data in sent.items():
        own(parsed(data), readers[address], mails[readers[address].edition])
        assert max(map(len, data.split(b"\r\n"))) <= LINE
        assert not re.search(rb"[^\r]\n|\r[^\n]", data)
    rows = job.deliveries(mailing, ISSUE)
    assert {row.state for row in rows} == {DeliveryState.SENT}
    assert {row.address: row.sha256 for row in rows} == {
        address: sha256(data).hexdigest() for address, data in sent.items()
    }
    pages_too(mailing, readers.values(), tmp_path)


def own(message: EmailMessage, reader: Subscriber, mail: MailEdition) -> None:
    """All of a message is this reader's."""
    edition = reader.edition
    assert message["Subject"] == WORDS[edition][0]
    assert message["Content-Language"] == edition
    assert message["To"].addresses[0].addr_spec == reader.address
    assert message["List-Unsubscribe"] == f"<{LINKS[0]}{reader.token}>"
    found = bodies(message)
    assert found == expected(mail, reader)
    other = WORDS[ZH if edition == EN else EN]
    assert not any(words in body for words in other for body in found)


def pages_too(mailing: Mailing, readers: Iterable[Subscriber], folder: Path) -> None:
    """The unsubscribe page speaks the language of the reader, whatever the browser prefers."""
    site = Site(folder / "room")
    site.base.close()
    site.base = mailing
    site.desk = serving.desk(site.ws, mailing, Outbox(site.outbox).send, site.now)
    browsers = {EN: "zh-CN", ZH: "en"}
    with site.serving():
        for number, one in enumerate(readers):
            ip = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            answer = site.get(
                f"unsubscribe?t={one.token}",
                X_Forwarded_For=ip, Accept_Language=browsers[one.edition],
            )  # fmt: skip
            assert answer.status_code == 200
            assert f'<html lang="{one.edition}">' in answer.text


@pytest.mark.parametrize("mended", [True, False])
def test_the_ledger_hashes_what_another_made(
    mailing: Mailing, make: Callable[..., MailEdition], subscribe: Callable[..., None],
    tmp_path: Path, *, mended: bool,
) -> None:  # fmt: skip
    """The hash is of what is sent, if an edition was mended or another Pressroom planned it."""
    subscribe("a@example.org", "b@example.org", "c@example.org")
    one, now = Print(mail(make, EN), {}), clock_of(mailing)
    job.lock(mailing, [(one, now(), SendState.STARTED)], now, leaves=True)
    with mailing.write() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET sha256 = 'of other bytes'")
    if mended:
        one = Print(replace(one.mail, text=b"Mended. " + one.mail.text), {})
    told: list[Delivery] = []
    with recorder(tmp_path) as (port, record):
        with closing(Smtp("127.0.0.1", int(port), starttls=False)) as smtp:
            job.run(mailing, ISSUE, {EN: one}, smtp, now, told.append)
        taken = {one.recipient: one.sha256 for one in read(record)}
    assert taken == {row.address: row.sha256 for row in told}
    assert taken == {row.address: row.sha256 for row in job.deliveries(mailing, ISSUE)}
