"""From an edition and a reader to the bytes of one message (RFC 5322, 2047, 8058).

An edition is encoded once, with holes where the reader's own links go; a message is then a
join of bytes. The same inputs give the same bytes.

    Composer       an edition made ready once: `to(reader)` gives the envelope
    compose        the same, for whoever has an edition and a reader in hand
    simple_mail    a mail to one person that is no newsletter: a confirmation, an alert
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pressroom.errors import SendError, SettingsError, UsageError
from pressroom.model import PREFERENCES_HOLE, UNSUBSCRIBE_HOLE, Envelope, sha256
from pressroom.send.body import (
    Holed,
    alternative_fields,
    alternatives,
    encoded,
    folded,
    plain_fields,
    quoted,
)
from pressroom.send.header import mailbox, unstructured
from pressroom.send.verp import verp
from pressroom.store.mailing_list import clean, normal_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pressroom.model import Locale, Subscriber
    from pressroom.send.dkim import Dkim, Seals

    Signer = Dkim | Sequence[Dkim]

__all__ = [
    "PREFERENCES_HOLE",
    "Composer",
    "MailEdition",
    "compose",
    "fingerprint",
    "folded",
    "quoted",
    "simple_mail",
]

HOLES = (UNSUBSCRIBE_HOLE.encode(), PREFERENCES_HOLE.encode())

TEST_TOKEN = "test"  # noqa: S105 - no secret: the link of a test mail leads nowhere
NO_TOKEN = "none"  # noqa: S105 - the same, for a copy to somebody who is no reader

LONGEST_URL, LONGEST_TOKEN, LONGEST_ADDRESS, LONGEST_LIST = 700, 200, 254, 255
"""A link is one line of 998 bytes (RFC 5322, 2.1.1); an address: RFC 5321; a list: RFC 2919."""

OWN = ("To", "Message-ID", "List-Unsubscribe")
"""The fields that differ by reader, in the order they are signed."""

REMEMBERED = 32

MOST_READERS = 36**5 - 1
"""60 million: a return address must have room for their numbers."""

_RECIPIENT = re.compile(r'[^\s<>@,;:\\"()\[\]\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+')
_SENDER = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]*)>|(?P<bare>\S+)")


@dataclass(frozen=True, slots=True)
class MailEdition:
    """An issue in one edition, ready to be addressed.

    `sender` and `reply_to` are `Name <address>` (`reply_to` may be empty); `unsubscribe` and
    `preferences` are base addresses that a reader's token is added to as `t=` (without
    preferences, those links lead where one unsubscribes); `list_id` is a domain-like name
    (RFC 2919); `date` carries a zone and is part of the bytes; `bounces` is the address that
    return addresses are made from (empty: the sender's), unless `verp` is off; `languages`
    are its tags with commas, where an edition has two (empty: the locale).
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
    preferences: str = ""
    bounces: str = ""
    verp: bool = True
    languages: str = ""


class Composer:
    """An edition made ready once; what is left for each reader is to fill the holes and sign.

    A test says [TEST] in the subject, has an id of its own (providers hide a second message
    of the same id), and its links are dead. Raises SettingsError for a sender or link that is
    none: that is nobody's fault who reads. Any number of threads may share one.
    """

    def __init__(
        self, mail: MailEdition, *, test: bool = False, signer: Signer | None = None
    ) -> None:
        self.mail, self.test, self.signer = mail, test, signer
        name, self._sender = _person(mail.sender, "from")
        self._bounces = _person(mail.bounces, "bounces")[1] if mail.bounces else self._sender
        if mail.verp:
            verp(self._bounces, MOST_READERS, "", "")
        self._print = fingerprint(mail)
        self._link, self._bases = _links(mail)
        boundary = _boundary(self._print)
        self._body = alternatives(
            encoded(mail.text, HOLES), encoded(mail.html, HOLES), boundary, len(HOLES)
        )
        sender, opening = mailbox("From", name, self._sender), _opening(mail, test=test)
        closing = (*_closing(mail), *alternative_fields(boundary))
        self._head = (sender.encode(), _bytes(opening), _bytes(closing) + b"\r\n")
        self._ascii = b"".join((*self._head, *self._body.pieces)).isascii()
        self._make_seals((sender, *opening, *closing))

    def to(self, reader: Subscriber) -> Envelope:
        """The message for one reader; SendError for an address that cannot stand in a header."""
        address = _recipient(reader.address)
        message_id = self._message_id(address)
        token = TEST_TOKEN if self.test else _token(reader.token)
        to, known, leave = own = (
            mailbox("To", _words(reader.name), address).encode(),
            f"Message-ID: {message_id}\r\n".encode(),
            f"List-Unsubscribe: <{self._link}{token}>\r\n".encode(),
        )
        links = {base: folded(base + token.encode()) for base in set(self._bases)}
        fill = [links[self._bases[hole]] for hole in self._body.holes]
        first, second, third = self._head
        head = (self._sealed(own, fill), first, to, second, known, leave, third)
        data = b"".join((*head, *self._body.filled(fill)))
        plain = self._ascii and address.isascii()
        return Envelope(self._return_address(reader), address, data, message_id, plain)

    def _make_seals(self, fields: Iterable[str]) -> None:
        self._seals: Seals | None = None
        if self.signer is not None:
            from pressroom.send.dkim import relaxed_body, seals

            self._relaxed = Holed([relaxed_body(p) for p in self._body.pieces], self._body.holes)
            self._seals = seals(self.signer, fields, OWN, self._relaxed.pieces[0])

    def _sealed(self, own: Sequence[bytes], fill: list[bytes]) -> bytes:
        if self._seals is None:
            return b""
        return self._seals.seal(own, b"".join(self._relaxed.filled(fill)[1:]))

    def _return_address(self, reader: Subscriber) -> str:
        if self.test or not self.mail.verp or not reader.id:
            return self._bounces
        return verp(self._bounces, reader.id, reader.token, self.mail.issue)

    def _message_id(self, address: str) -> str:
        mail = self.mail
        parts = [mail.issue, mail.locale, address]
        if self.test:
            parts += [TEST_TOKEN, self._print, mail.date.isoformat()]
        return _id(sha256("\0".join(parts)), self._sender)


_composers: dict[tuple[int, bool, int], Composer] = {}
"""By identity (each holds what it is kept under): a hash would read 40 KB a message."""


def compose(
    mail: MailEdition, reader: Subscriber, *, test: bool = False, signer: Signer | None = None
) -> Envelope:
    """The message for one reader, by a Composer that is kept for the very same edition."""
    key = (id(mail), test, id(signer))
    composer = _composers.get(key)
    if composer is None:
        if len(_composers) >= REMEMBERED:
            _composers.clear()
        composer = _composers[key] = Composer(mail, test=test, signer=signer)
    return composer.to(reader)


def simple_mail(  # noqa: PLR0913 - the fields of a mail
    sender: str,
    to_name: str,
    to_address: str,
    subject: str,
    text: str,
    *,
    locale: str,
    date: datetime,
    html: bytes = b"",
    auto: str = "auto-generated",
    signer: Signer | None = None,
) -> Envelope:
    """A mail to one person, in their language: a confirmation, an alert.

    `auto` is its Auto-Submitted (RFC 3834); empty: none. The same inputs give the same
    bytes. Raises SettingsError for a sender that is none, SendError for such an address.
    """
    name, address = _person(sender, "from")
    to, words = _recipient(to_address), text.encode("utf-8", "replace")
    known = sha256("\0".join((address, to, subject, text, sha256(html), date.isoformat())))
    kind, body = _alone(words) if not html else _both(words, html, _boundary(known))
    fields = (
        mailbox("From", name, address),
        mailbox("To", clean(to_name), to),
        unstructured("Subject", clean(subject)),
        f"Date: {format_datetime(date)}\r\n",
        f"Message-ID: {_id(known, address)}\r\n",
        *((f"Auto-Submitted: {_token_of(auto)}\r\n",) if auto else ()),
        f"Content-Language: {_token_of(locale)}\r\n",
        *kind,
    )
    data = _bytes(fields) + b"\r\n" + body
    return Envelope(address, to, _seal_whole(signer, fields, body) + data, _id(known, address))


def fingerprint(mail: MailEdition) -> str:
    """The hash of all that is sent and that a person tests: everything but the date."""
    fields = (
        mail.issue, mail.locale, mail.subject, sha256(mail.html), sha256(mail.text), mail.sender,
        mail.reply_to, mail.list_id, mail.list_name, mail.archive_url, mail.unsubscribe,
        mail.preferences, mail.bounces, str(mail.verp), mail.languages,
    )  # fmt: skip
    return sha256("\0".join(fields))


def _opening(mail: MailEdition, *, test: bool) -> tuple[str, ...]:
    subject = f"[TEST] {mail.subject}" if test else mail.subject
    reply = (mailbox("Reply-To", *_person(mail.reply_to, "reply_to")),) if mail.reply_to else ()
    date = f"Date: {format_datetime(mail.date)}\r\n"
    return (unstructured("Subject", clean(subject)), date, *reply)


def _closing(mail: MailEdition) -> tuple[str, ...]:
    """What says that this is a list, and which (RFC 8058, 2919, 2369)."""
    name = _list_id(mail.list_id)
    archive = (f"List-Archive: <{_ascii_url(mail.archive_url)}>\r\n",) if mail.archive_url else ()
    return (
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        mailbox("List-Id", clean(mail.list_name), name),
        *archive,
        "Precedence: bulk\r\n",
        f"Feedback-ID: {_feedback(mail, name)}\r\n",
        f"Content-Language: {_languages(mail)}\r\n",
    )


def _list_id(words: str) -> str:
    """A list's name in ASCII: RFC 2919 has it look like a domain."""
    try:
        words = words.encode("idna").decode()
    except UnicodeError:
        words = words.encode("ascii", "ignore").decode()
    return re.sub(r"[^\w.-]", "", words)[:LONGEST_LIST]


def _feedback(mail: MailEdition, list_id: str) -> str:
    """Issue, edition, kind, and a stable name of 5 to 15 letters, as Gmail's reports want it."""
    label = re.sub(r"[^A-Za-z0-9-]", "", list_id.partition(".")[0])
    stable = label[:15] if len(label) >= 5 else f"{label}{sha256(list_id)}"[:15]  # noqa: PLR2004 - 5 to 15
    issue = re.sub(r"[^A-Za-z0-9._-]", "", mail.issue)[:40]
    return f"{issue}:{_token_of(mail.locale)}:newsletter:{stable}"


def _languages(mail: MailEdition) -> str:
    """RFC 3282; an edition with both languages side by side names both."""
    tags = (mail.languages or mail.locale)[:300].split(",")
    return ", ".join(filter(None, map(_token_of, tags)))


def _links(mail: MailEdition) -> tuple[str, list[bytes]]:
    """Where one unsubscribes, and what fills each hole, first in text, then in HTML."""
    leave = _link(mail.unsubscribe)
    links = (leave, _link(mail.preferences) if mail.preferences else leave)
    return leave, [quoted(words.encode()) for words in (*links, *map(html.escape, links))]


def _alone(words: bytes) -> tuple[tuple[str, ...], bytes]:
    """Text without an empty line at its end: a signature would not count it."""
    lines = words.strip(b"\r\n")
    return plain_fields(), b"".join(encoded(lines).pieces) + (b"\r\n" if lines else b"")


def _both(words: bytes, page: bytes, boundary: str) -> tuple[tuple[str, ...], bytes]:
    body = alternatives(encoded(words), encoded(page), boundary)
    return alternative_fields(boundary), b"".join(body.pieces)


def _seal_whole(signer: Signer | None, fields: Iterable[str], body: bytes) -> bytes:
    if signer is None:
        return b""
    from pressroom.send.dkim import relaxed_body, seals

    return seals(signer, fields, (), relaxed_body(body)).seal((), b"")


def _boundary(known: str) -> str:
    """Deterministic, and never in the body: quoted-printable has no `=_` (RFC 2045 6.7)."""
    return f"=_{sha256(known)[:32]}"


def _id(known: str, sender: str) -> str:
    return f"<{known[:32]}@{sender.rpartition('@')[2]}>"


def _bytes(fields: Iterable[str]) -> bytes:
    return "".join(fields).encode()


def _token_of(words: str) -> str:
    """A language tag or keyword, with nothing in it that could end a line."""
    return re.sub(r"[^A-Za-z0-9-]", "", words)[:64]


def _words(name: str) -> str:
    """A name on one line; most are so already, which is quick to tell."""
    return name if name.isprintable() and "  " not in name and name == name.strip() else clean(name)


def _token(token: str) -> str:
    safe = token if token.isascii() and token.isalnum() else quote(token, safe="")
    if len(safe) > LONGEST_TOKEN:
        raise SendError(f"A reader's token has {len(safe)} letters: at most {LONGEST_TOKEN} fit.")
    return safe or NO_TOKEN


def _recipient(address: str) -> str:
    if not _RECIPIENT.fullmatch(address) or len(address.encode()) > LONGEST_ADDRESS:
        raise SendError(f"{address[:99]!r}: is not an address. Correct it or forget the reader.")
    return address


def _person(words: str, key: str) -> tuple[str, str]:
    found = _SENDER.fullmatch(clean(words))
    try:
        address = normal_address(found["bare"] or found["address"]) if found else ""
    except UsageError:
        address = ""
    if not found or not address:
        raise SettingsError(
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
    if not host or len(safe) > LONGEST_URL:
        raise SettingsError(
            f"{url!r}: is not a web address for a mail. Write https://..., not so long."
        )
    return safe
