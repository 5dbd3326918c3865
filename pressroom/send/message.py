"""From an edition and a reader to the bytes of one message (RFC 5322, 2045, 2047, 8058).

An edition is encoded once, as quoted-printable with a hole where the reader's unsubscribe
address goes; a message is then a join of bytes. The same inputs give the same bytes.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from pressroom.errors import SendError, UsageError
from pressroom.model import UNSUBSCRIBE_HOLE, Envelope, sha256
from pressroom.send.header import mailbox, unstructured
from pressroom.store.mailing_list import clean, normal_address

if TYPE_CHECKING:
    from datetime import datetime

    from pressroom.model import Locale, Subscriber

TEST_TOKEN = "test"  # noqa: S105 - no secret: the link of a test mail leads nowhere
NO_TOKEN = "none"  # noqa: S105 - the same, for a copy to somebody who is no reader
LINE = 75  # RFC 2045 6.7: 76 with the "=" of a soft break

_UNSAFE = re.compile(rb"[^\t -<>-~]|[\t ]\Z")
_RECIPIENT = re.compile(r'[^\s<>@,;:\\"()\[\]\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+')
_SENDER = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]*)>|(?P<bare>\S+)")


@dataclass(frozen=True, slots=True)
class MailEdition:
    """An issue in one edition, ready to be addressed.

    `sender` and `reply_to` are `Name <address>` (`reply_to` may be empty); `unsubscribe` is
    the base address that a reader's token is added to; `list_id` is a domain-like name
    (RFC 2919); `date` carries a zone and is part of the bytes.
    """

    issue: str
    locale: Locale
    subject: str
    html: bytes
    text: bytes
    sender: str
    reply_to: str
    list_id: str
    list_name: str
    archive_url: str
    unsubscribe: str
    date: datetime


class _Template(NamedTuple):
    """All of a message that is the same for every reader of an edition."""

    sender: str
    link: str
    head: tuple[bytes, bytes, bytes]
    text: tuple[bytes, ...]
    html: tuple[bytes, ...]
    seams: tuple[bytes, bytes, bytes]


def compose(mail: MailEdition, reader: Subscriber, *, test: bool = False) -> Envelope:
    """The message for one reader; SendError for an address that cannot stand in a header.

    A test says [TEST] in the subject, has an id of its own (providers hide a second message
    of the same id), and its unsubscribe link is dead.
    """
    if not _RECIPIENT.fullmatch(reader.address):
        raise SendError(f"{reader.address!r}: is not an address. Correct it or forget the reader.")
    shape = _template(mail, test)
    message_id = _message_id(mail, reader.address, shape.sender, test=test)
    link = shape.link + (TEST_TOKEN if test else quote(reader.token, safe="") or NO_TOKEN)
    data = b"".join(
        (
            shape.head[0],
            mailbox("To", clean(reader.name), reader.address).encode(),
            shape.head[1],
            f"Message-ID: {message_id}\r\nList-Unsubscribe: <{link}>\r\n".encode(),
            shape.head[2],
            shape.seams[0],
            folded(quoted(link.encode())).join(shape.text),
            shape.seams[1],
            folded(quoted(html.escape(link).encode())).join(shape.html),
            shape.seams[2],
        )
    )
    return Envelope(shape.sender, reader.address, data, message_id)


def fingerprint(mail: MailEdition) -> str:
    """The hash of all that a person sees when an edition is tested: everything but the date."""
    fields = (
        mail.issue, mail.locale, mail.subject, sha256(mail.html), sha256(mail.text), mail.sender,
        mail.reply_to, mail.list_id, mail.list_name, mail.archive_url, mail.unsubscribe,
    )  # fmt: skip
    return sha256("\0".join(fields))


def quoted(line: bytes) -> bytes:
    """One line as quoted-printable (RFC 2045 6.7), not yet folded."""
    return _UNSAFE.sub(lambda found: b"=%02X" % found[0][0], line)


def folded(line: bytes) -> bytes:
    """A quoted line with soft breaks: at most 76 bytes each, no `=XX` torn apart."""
    pieces, at = [], 0
    while len(line) - at > LINE:
        end = at + LINE
        torn = line.rfind(b"=", end - 2, end)
        end = torn if torn >= 0 else end
        pieces.append(line[at:end])
        at = end
    return b"=\r\n".join([*pieces, line[at:]])


@lru_cache(maxsize=32)
def _template(mail: MailEdition, test: bool) -> _Template:  # noqa: FBT001 - lru_cache's key
    name, address = _person(mail.sender, "from")
    boundary = _boundary(mail)
    return _Template(
        sender=address,
        link=_link(mail.unsubscribe),
        head=(
            mailbox("From", name, address).encode(),
            _opening(mail, test=test).encode(),
            _closing(mail, boundary).encode(),
        ),
        text=_segments(mail.text),
        html=_segments(mail.html),
        seams=(
            _part(boundary, "plain"),
            b"\r\n" + _part(boundary, "html"),
            f"\r\n--{boundary}--\r\n".encode(),
        ),
    )


def _opening(mail: MailEdition, *, test: bool) -> str:
    subject = f"[TEST] {mail.subject}" if test else mail.subject
    reply = mailbox("Reply-To", *_person(mail.reply_to, "reply_to")) if mail.reply_to else ""
    return (
        unstructured("Subject", clean(subject)) + f"Date: {format_datetime(mail.date)}\r\n" + reply
    )


def _closing(mail: MailEdition, boundary: str) -> str:
    archive = f"List-Archive: <{_ascii_url(mail.archive_url)}>\r\n" if mail.archive_url else ""
    return (
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        + mailbox("List-Id", clean(mail.list_name), re.sub(r"[^\w.-]", "", mail.list_id))
        + archive
        + "Precedence: bulk\r\n"
        + f"Content-Language: {re.sub(r'[^A-Za-z0-9-]', '', mail.locale)}\r\n"
        + "MIME-Version: 1.0\r\n"
        + f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'
    )


def _part(boundary: str, kind: str) -> bytes:
    return (
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _boundary(mail: MailEdition) -> str:
    """Deterministic, and never in the body: quoted-printable has no `=_` (RFC 2045 6.7)."""
    return f"=_{sha256(fingerprint(mail))[:32]}"


def _segments(body: bytes) -> tuple[bytes, ...]:
    """The encoded stretches between the holes, each ready to stand beside a filled one."""
    pieces = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(UNSUBSCRIBE_HOLE.encode())
    last = len(pieces) - 1
    return tuple(_segment(p, after=n > 0, before=n < last) for n, p in enumerate(pieces))


def _segment(piece: bytes, *, after: bool, before: bool) -> bytes:
    """One stretch; `after` a hole and `before` one, soft breaks keep its lines apart."""
    data = b"\r\n".join(folded(quoted(line)) for line in piece.split(b"\n"))
    start = b"=\r\n" if after and (data or before) else b""
    end = b"=\r\n" if before and data and not data.endswith(b"\r\n") else b""
    return start + data + end


def _message_id(mail: MailEdition, address: str, sender: str, *, test: bool) -> str:
    parts = [mail.issue, mail.locale, address]
    if test:
        parts += [TEST_TOKEN, fingerprint(mail), mail.date.isoformat()]
    return f"<{sha256(chr(0).join(parts))[:32]}@{sender.rpartition('@')[2]}>"


def _person(words: str, key: str) -> tuple[str, str]:
    found = _SENDER.fullmatch(clean(words))
    try:
        address = normal_address(found["bare"] or found["address"]) if found else ""
    except UsageError:
        address = ""
    if not found or not address:
        raise SendError(
            f"newsletter.toml: delivery.{key}: holds no address ({words!r}). "
            'Write one like "Name <news@example.org>".'
        )
    return (found["name"] or "").strip('" '), address


def _link(base: str) -> str:
    """What a token is added to."""
    url = _ascii_url(base)
    return f"{url}{'&' if '?' in url else '?'}t="


def _ascii_url(url: str) -> str:
    """A URL as it may stand in a header: ASCII, no blanks, short enough for one line."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
        plain = parts._replace(netloc=host).geturl()
    except (ValueError, UnicodeError):
        host = plain = ""
    safe = quote(plain, safe="!#$%&'()*+,/:;=?@[]~")
    if not host or len(safe) > 800:  # noqa: PLR2004 - RFC 5322 2.1.1 allows 998 with the rest
        raise SendError(
            f"{url!r}: is not a web address for a mail. Write https://..., not so long."
        )
    return safe
