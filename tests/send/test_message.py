"""A message holds what it should, whatever the words, and parses back to them."""

from __future__ import annotations

import email
import email.policy
import html
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import SendError, SettingsError
from pressroom.model import UNSUBSCRIBE_HOLE, Locale, Subscriber
from pressroom.send.message import (
    PREFERENCES_HOLE,
    Composer,
    compose,
    fingerprint,
    folded,
    quoted,
    simple_mail,
)
from pressroom.send.verp import read_verp
from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from pressroom.model import Envelope
    from pressroom.send.message import MailEdition

    Make = Callable[..., MailEdition]

READER = Subscriber(7, "li.na@example.com", "李娜", Locale("zh-Hans"), "0123456789abcdef" * 2)
LINK = f"https://example.org/unsubscribe?t={READER.token}"
BOTH = f"a {UNSUBSCRIBE_HOLE} b\n{PREFERENCES_HOLE}\n".encode()
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
        "List-Unsubscribe-Post", "List-Id", "List-Archive", "Precedence", "Feedback-ID",
        "Content-Language", "MIME-Version", "Content-Type",
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
    mail = make(html=BOTH, text=BOTH, preferences="https://example.org/preferences")
    real, test = compose(mail, READER), compose(mail, READER, test=True)
    assert parsed(test)["Subject"].startswith("[TEST] ")
    assert READER.token.encode() not in test.data.replace(b"=\r\n", b"")
    assert part(test, "plain").count("?t=test") == part(test, "html").count("?t=test") == 2
    assert test.sender == "news@example.org"
    assert real.message_id != test.message_id


def test_fingerprint_ignores_the_date_and_nothing_else(make: Make) -> None:
    """What was tested stays tested an hour later, but not after a changed word."""
    assert fingerprint(make()) == fingerprint(make(date=make().date.replace(hour=9)))
    for change in (
        "subject", "sender", "archive_url", "unsubscribe", "list_name", "reply_to",
        "preferences", "bounces", "verp", "languages",
    ):  # fmt: skip
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
        ({"preferences": "nowhere"}, "web address"),
        ({"bounces": "nowhere"}, "delivery.bounces"),
        ({"bounces": "b" * 60 + "@example.org"}, "delivery.bounces"),
    ],
)
def test_wrong_settings_are_named(make: Make, change: dict[str, str], says: str) -> None:
    """A sender without address or a link that is none is no reader's fault, and says so."""
    with pytest.raises(SettingsError, match=says):
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


def test_preferences_have_their_own_link(make: Make) -> None:
    """Both holes are filled, each with its own address and the reader's token."""
    mail = make(html=BOTH, text=BOTH, preferences="https://example.org/p?a=1&b")
    there = f"https://example.org/p?a=1&b&t={READER.token}"
    envelope = compose(mail, READER)
    assert part(envelope, "plain") == f"a {LINK} b\n{there}\n"
    assert part(envelope, "html") == f"a {LINK} b\n{html.escape(there)}\n"


def test_without_a_preferences_page_the_link_is_where_one_leaves(make: Make) -> None:
    """No mail has a link to nowhere, whatever its template promises."""
    assert part(compose(make(text=BOTH), READER), "plain") == f"a {LINK} b\n{LINK}\n"


def test_the_return_address_is_the_readers_own(make: Make) -> None:
    """VERP by default; plain when turned off and for somebody who is no reader."""
    envelope = compose(make(bounces="Bounces <back@example.net>"), READER)
    found = read_verp(envelope.sender)
    assert found is not None
    assert (found.reader_id, found.issue) == (7, "2025-09-05")
    assert envelope.sender.startswith("back+7-")
    assert compose(make(verp=False), READER).sender == "news@example.org"
    stranger = Subscriber(0, "a@example.org", "", Locale("en"), "")
    assert compose(make(), stranger).sender == "news@example.org"


@pytest.mark.parametrize(
    ("list_id", "says"),
    [
        ("china-chatbot.example.org", "2025-09-05:en:newsletter:china-chatbot"),
        ("newsletter.example.org", "2025-09-05:en:newsletter:newsletter"),
        ("a.example.org", "2025-09-05:en:newsletter:a"),
    ],
)
def test_feedback_id_is_stable_and_of_the_right_length(make: Make, list_id: str, says: str) -> None:
    """Four parts, the last of 5 to 15 letters and the same for every issue (Gmail)."""
    field = parsed(compose(make(list_id=list_id), READER))["Feedback-ID"]
    assert field.startswith(says)
    assert 5 <= len(field.split(":")[3]) <= 15


def test_a_list_of_a_domain_in_chinese_is_named_in_ascii(make: Make) -> None:
    """List-Id has the A-labels of the domain, and nothing that could end the field."""
    data = compose(make(list_id="新闻.example.org>\r\nBcc: x"), READER).data
    assert b"\r\nBcc" not in data
    data = compose(make(list_id="newsletter.新闻.example"), READER).data
    assert b"<newsletter.xn--efvy88h.example>" in data
    assert data.isascii()


def test_an_edition_in_both_languages_names_both(make: Make) -> None:
    """Content-Language is a list where the words are in two languages."""
    mail = make(Locale("parallel"), languages="en,zh-Hans\r\nBcc: x")
    assert parsed(compose(mail, READER))["Content-Language"] == "en, zh-HansBccx"


def test_no_line_begins_with_a_dot_or_from(make: Make) -> None:
    """What SMTP would double and mbox would mark is encoded, after soft breaks too."""
    text = ".\n..\nFrom me\n" + "." * 500 + "\n" + ("x" * 74 + "." * 9 + "From ") * 9
    envelope = compose(make(text=text.encode()), READER)
    assert part(envelope, "plain") == text
    assert re.search(rb"^(\.|From )", envelope.data.split(b"\r\n\r\n", 1)[1], re.MULTILINE) is None


@pytest.mark.parametrize(
    "reader",
    [
        Subscriber(1, f"a@{'b' * 260}.org", "", Locale("en"), "00"),
        Subscriber(1, "a@example.org", "", Locale("en"), "汉" * 50),
    ],
)
def test_what_would_make_a_line_too_long_is_refused(make: Make, reader: Subscriber) -> None:
    """An address or token past all measure is an error, not a broken message."""
    with pytest.raises(SendError):
        compose(make(), reader)


def test_no_line_is_over_998_bytes_at_the_longest(make: Make) -> None:
    """The longest base, token, address, list and name together stay within RFC 5322."""
    base = "https://example.org/".ljust(699, "u")
    reader = Subscriber(1, f"{'a' * 60}@{'b' * 180}.org", "n" * 5000, Locale("en"), "t" * 200)
    mail = make(
        unsubscribe=base, preferences=base, archive_url=base, list_id="l" * 999,
        list_name="汉" * 999, subject="s" * 9999, issue="i" * 999, text=BOTH, html=BOTH,
    )  # fmt: skip
    data = compose(mail, reader).data
    assert 900 < max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()
    parsed(compose(mail, reader))


def test_many_editions_at_once_stay_apart(make: Make) -> None:
    """What compose remembers is the very edition, also once it has forgotten some."""
    mails = [make(subject=f"subject {n}") for n in range(70)]
    for _ in range(2):
        for n, mail in enumerate(mails):
            assert f"\r\nSubject: subject {n}\r\n".encode() in compose(mail, READER).data
    assert Composer(mails[0]).to(READER) == compose(mails[0], READER)


def single(**changes: Any) -> Envelope:
    """A confirmation in Chinese, with some fields of one's own."""
    told: dict[str, Any] = {
        "text": "请点击：\nhttps://example.org/\n",
        "html": b"",
        "locale": "zh-Hans",
    }
    told |= {"subject": "请确认订阅", "name": "李娜", "date": datetime(2025, 9, 5, tzinfo=UTC)}
    told |= changes
    fields = ("subject", "text")
    rest = {key: told[key] for key in told if key not in {*fields, "name"}}
    return simple_mail(
        "新闻 <news@example.org>", told["name"], READER.address, *map(told.get, fields), **rest
    )


def test_a_mail_to_one_person_says_that_a_machine_wrote_it() -> None:
    """Its fields are those of a transactional mail: no list, no bulk, Auto-Submitted."""
    envelope = single()
    message = parsed(envelope)
    assert message.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    ]  # fmt: skip
    assert (message["Auto-Submitted"], message["Subject"]) == ("auto-generated", "请确认订阅")
    assert part(envelope, "plain") == "请点击：\nhttps://example.org/\n"
    assert envelope.sender == "news@example.org"
    assert envelope == single()
    assert envelope.message_id == message["Message-ID"] != single(text="other").message_id
    assert "Auto-Submitted" not in parsed(single(auto=""))


def test_a_mail_to_one_person_may_have_html() -> None:
    """Text first, HTML second, as alternatives."""
    envelope = single(html="<p>请点击</p>".encode())
    assert part(envelope, "html") == "<p>请点击</p>"
    assert part(envelope, "plain") == "请点击：\nhttps://example.org/\n"


@SHARED
@given(subject=WORDS, name=WORDS, text=WORDS)
def test_no_words_break_a_mail_to_one_person(subject: str, name: str, text: str) -> None:
    """Any words come back, in plain ASCII bytes and lines of 76."""
    envelope = single(subject=subject, name=name, text=text)
    message = parsed(envelope)
    assert (message["Subject"], named(envelope)[0]) == (clean(subject), clean(name))
    got = message.get_payload(decode=True)
    assert isinstance(got, bytes)
    sent = text.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert got.replace(b"\r\n", b"\n").strip(b"\n") == sent.strip(b"\n")
    assert envelope.data.isascii()
    assert max(map(len, envelope.data.split(b"\r\n"))) <= 78


@SHARED
@given(subject=WORDS, name=WORDS)
def test_no_words_break_a_header(make: Make, subject: str, name: str) -> None:
    """Any subject and name come back cleaned, on folded lines, adding no field."""
    reader = Subscriber(7, READER.address, name, READER.edition, READER.token)
    envelope = compose(make(subject=subject), reader)
    message = parsed(envelope)
    assert message["Subject"] == clean(subject)
    assert named(envelope) == (clean(name), READER.address)
    assert len(message.keys()) == 15
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
    assert envelope.data.isascii()


@given(st.binary(max_size=400))
def test_folding_tears_no_escape(data: bytes) -> None:
    """A folded line has lines of 76 bytes at most and no `=XX` across two of them."""
    for line in folded(quoted(data.replace(b"\n", b""))).split(b"\r\n"):
        assert len(line) <= 76
        assert re.fullmatch(rb"([^=]|=[0-9A-F]{2})*=?", line)


@SHARED
@given(
    subject=WORDS,
    name=WORDS,
    text=WORDS,
    address=st.sampled_from(["a@example.org", "瑞@example.org"]),
)
def test_what_is_vouched_for_as_plain_is_plain(
    make: Make, subject: str, name: str, text: str, address: str
) -> None:
    """A message that vouches for itself has nothing to be stuffed, and an address decides."""
    reader = Subscriber(7, address, name, Locale("en"), "t0")
    mail = make(subject=subject, text=f".{text}\n.\n".encode(), html=text.encode())
    envelope = compose(mail, reader)
    assert envelope.plain is address.isascii()
    assert envelope.plain is envelope.data.isascii()
    assert b"\n." not in envelope.data
    assert envelope.data.endswith(b"\r\n")
