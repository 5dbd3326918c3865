"""A message holds what it should, whatever the words, and parses back to them."""

from __future__ import annotations

import email
import email.policy
import html
import re
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import SendError
from pressroom.model import UNSUBSCRIBE_HOLE, Locale, Subscriber
from pressroom.send.message import compose, fingerprint, folded, quoted
from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from pressroom.model import Envelope
    from pressroom.send.message import MailEdition

    Make = Callable[..., MailEdition]

READER = Subscriber(7, "li.na@example.com", "李娜", Locale("zh-Hans"), "0123456789abcdef" * 2)
LINK = f"https://example.org/unsubscribe?t={READER.token}"
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
WORDS = st.text(
    st.one_of(st.characters(), st.sampled_from('汉字，。 \r\n\t\x00\x0b\x85\u2028"<>@=?_\\,;:'))
)


def parsed(envelope: Envelope) -> EmailMessage:
    """The message as the standard library reads it, with no defect anywhere."""
    message = email.message_from_bytes(envelope.data, policy=email.policy.default)
    assert [p.defects for p in message.walk() if p.defects] == []
    return message


def named(envelope: Envelope) -> tuple[str, str]:
    """Name and address of the To field.

    By the older parser: the newer one keeps the blank between two encoded words of a
    phrase, which RFC 2047 6.2 says to drop.
    """
    field = email.message_from_bytes(envelope.data, policy=email.policy.compat32)["To"]
    name, address = parseaddr(field.replace("\r\n", ""))
    return str(make_header(decode_header(name))), address


def part(envelope: Envelope, kind: str) -> str:
    """The words of one alternative."""
    found = parsed(envelope).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_header_fields_stand_in_order_and_each_once(make: Make) -> None:
    """The fields, their order, and both unsubscribe fields of RFC 8058 are as documented."""
    message = parsed(compose(make(), READER))
    assert message.keys() == [
        "From", "To", "Subject", "Date", "Reply-To", "Message-ID", "List-Unsubscribe",
        "List-Unsubscribe-Post", "List-Id", "List-Archive", "Precedence", "Content-Language",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert message["From"] == "China Chatbot 中国 <news@example.org>"
    assert message["To"] == "李娜 <li.na@example.com>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "China Chatbot <china-chatbot.example.org>"
    assert message["Content-Language"] == "en"
    assert message["Date"].datetime == make().date


def test_list_unsubscribe_is_one_line_however_long(make: Make) -> None:
    """The field is never folded: that has broken signatures elsewhere."""
    base = "https://example.org/" + "long/" * 100
    data = compose(make(unsubscribe=base), READER).data
    assert f"\r\nList-Unsubscribe: <{base}?t={READER.token}>\r\n".encode() in data


def test_holes_are_filled_in_both_alternatives(make: Make) -> None:
    """Text and HTML hold the reader's own link and otherwise the edition's words."""
    mail = make(Locale("zh-Hans"))
    envelope = compose(mail, READER)
    for kind, body in (("plain", mail.text), ("html", mail.html)):
        assert part(envelope, kind) == body.decode().replace(UNSUBSCRIBE_HOLE, LINK)


def test_a_query_in_the_base_is_kept_and_escaped_in_html(make: Make) -> None:
    """A base address with a query gets `&`, which HTML spells `&amp;`."""
    envelope = compose(make(unsubscribe="https://example.org/u?list=a"), READER)
    link = f"https://example.org/u?list=a&t={READER.token}"
    assert link in part(envelope, "plain")
    assert f'href="{html.escape(link)}"' in part(envelope, "html")


def test_same_inputs_same_bytes(make: Make) -> None:
    """Composing is deterministic, and the id differs by reader, issue and edition."""
    assert compose(make(), READER) == compose(make(), READER)
    other = Subscriber(8, "b@example.com", "", Locale("en"), "ff")
    ids = {compose(m, r).message_id for m in (make(), make(issue="x")) for r in (READER, other)}
    assert len(ids) == 4
    assert all(re.fullmatch(r"<[0-9a-f]{32}@example\.org>", i) for i in ids)


def test_a_test_says_so_and_cannot_unsubscribe_anyone(make: Make) -> None:
    """A test mail has [TEST] in the subject, another id, and a dead link in every place."""
    real, test = compose(make(), READER), compose(make(), READER, test=True)
    assert parsed(test)["Subject"].startswith("[TEST] ")
    assert READER.token.encode() not in test.data.replace(b"=\r\n", b"")
    assert "t=test" in part(test, "plain")
    assert real.message_id != test.message_id


def test_fingerprint_ignores_the_date_and_nothing_else(make: Make) -> None:
    """What was tested stays tested an hour later, but not after a changed word."""
    assert fingerprint(make()) == fingerprint(make(date=make().date.replace(hour=9)))
    for change in ("subject", "sender", "archive_url", "unsubscribe", "list_name", "reply_to"):
        assert fingerprint(make()) != fingerprint(make(**{change: "other"}))
    assert fingerprint(make()) != fingerprint(make(html=b"other"))


@pytest.mark.parametrize("address", ["a@b\r\nBcc: x@y", "a b@c", "<a@b>", "", "a@b,c@d", "ab"])
def test_an_address_that_is_none_is_refused(make: Make, address: str) -> None:
    """No address can add a header field or a second recipient."""
    with pytest.raises(SendError, match="is not an address"):
        compose(make(), Subscriber(1, address, "", Locale("en"), "00"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sender": "Newsroom"}, "delivery.from"),
        ({"reply_to": "x <y>"}, "delivery.reply_to"),
        ({"unsubscribe": ""}, "web address"),
        ({"unsubscribe": "https://e.org/" + "a" * 900}, "web address"),
    ],
)
def test_wrong_settings_are_named(make: Make, change: dict[str, str], says: str) -> None:
    """A sender without address or a link that is none is an error in words."""
    with pytest.raises(SendError, match=says):
        compose(make(**change), READER)


def test_an_address_outside_ascii_stays_utf8(make: Make) -> None:
    """An internationalised address stands in the To field as RFC 6532 has it."""
    reader = Subscriber(1, "用户@example.com", "", Locale("zh-Hans"), "00")
    assert "\r\nTo: 用户@example.com\r\n".encode() in compose(make(), reader).data


@pytest.mark.parametrize(
    "subject", ["word " * 40, "x" * 75, "short " + "y" * 300, "a =?utf-8?q?b?= c"]
)
def test_long_subjects_in_ascii_fold_and_come_back(make: Make, subject: str) -> None:
    """Words fold at blanks, endless words are encoded, and look-alikes are taken literally."""
    envelope = compose(make(subject=subject), READER)
    assert parsed(envelope)["Subject"] == subject.strip()
    assert (b"\r\nSubject: word word" in envelope.data) == (subject[:4] == "word")


@SHARED
@given(subject=WORDS, name=WORDS)
def test_no_words_break_a_header(make: Make, subject: str, name: str) -> None:
    """Any subject and name come back cleaned, on folded lines, adding no field."""
    reader = Subscriber(7, READER.address, name, READER.edition, READER.token)
    envelope = compose(make(subject=subject), reader)
    message = parsed(envelope)
    assert message["Subject"] == clean(subject)
    assert named(envelope) == (clean(name), READER.address)
    assert len(message.keys()) == 14
    head = envelope.data.split(b"\r\n\r\n")[0].split(b"\r\n")
    long = [x for x in head if len(x) > 76 and not x.startswith(b"List-Unsubscribe:")]
    assert long == []


@SHARED
@given(
    pieces=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=4),
    token=st.sampled_from(["", "a", READER.token, "x" * 70]),
)
def test_any_body_comes_back_with_its_holes_filled(
    make: Make, pieces: list[str], token: str
) -> None:
    """Quoted-printable round-trips any text around holes; lines are 76 at most, CRLF only."""
    body = UNSUBSCRIBE_HOLE.join(pieces)
    reader = Subscriber(1, "a@example.org", "", Locale("en"), token)
    envelope = compose(make(text=body.encode(), html=body.encode()), reader)
    link = f"https://example.org/unsubscribe?t={token or 'none'}"
    want = body.replace("\r\n", "\n").replace("\r", "\n").replace(UNSUBSCRIBE_HOLE, link)
    text = parsed(envelope).get_body(("plain",))
    assert text is not None
    got = text.get_payload(decode=True)
    assert isinstance(got, bytes)
    assert got.decode().replace("\r\n", "\n") == want
    bodies = envelope.data.split(b"\r\n\r\n", 1)[1]
    assert max(map(len, envelope.data.split(b"\r\n"))) < 998
    assert max(map(len, bodies.split(b"\r\n"))) <= 76
    assert b"\n" not in envelope.data.replace(b"\r\n", b"")


@given(st.binary(max_size=400))
def test_folding_tears_no_escape(data: bytes) -> None:
    """A folded line has lines of 76 bytes at most and no `=XX` across two of them."""
    for line in folded(quoted(data.replace(b"\n", b""))).split(b"\r\n"):
        assert len(line) <= 76
        assert re.fullmatch(rb"([^=]|=[0-9A-F]{2})*=?", line)
