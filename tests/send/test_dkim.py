"""Every signature holds for an independent verifier, and none for a changed message."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import SettingsError
from pressroom.model import UNSUBSCRIBE_HOLE, Locale, Subscriber
from pressroom.send.dkim import Dkim, load_key, new_key, record_of
from pressroom.send.message import PREFERENCES_HOLE, Composer, compose, simple_mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.model import Envelope
    from pressroom.send.dkim import Kind
    from pressroom.send.message import MailEdition

    Make = Callable[..., MailEdition]

READER = Subscriber(7, "li.na@example.com", "李娜", Locale("zh-Hans"), "0123456789abcdef" * 2)
FEW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
WORDS = st.text(st.one_of(st.characters(), st.sampled_from('汉，。 \r\n\t\x00"<>@=?_\\,;:')))
BODY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("汉 \t\r\n.=\n  ")),
    max_size=300,
)


def signer(kind: Kind) -> Dkim:
    """A signer of example.org with a key of its own."""
    return Dkim("example.org", f"{kind}1", load_key(new_key(kind)[0]))


RSA, ED = signer("rsa"), signer("ed25519")


def records(name: bytes, timeout: int = 5) -> bytes | None:
    """The DNS as the verifier sees it."""
    assert timeout
    known = {one.name: one.record.encode() for one in (RSA, ED)}
    return known.get(name.decode().rstrip("."))


def holds(data: bytes, index: int = 0) -> bool:
    """Whether the signature verifies, counted from the top."""
    try:
        return bool(dkim.DKIM(data, minkey=2048).verify(idx=index, dnsfunc=records))
    except dkim.DKIMException:
        return False


@pytest.mark.parametrize("one", [RSA, ED], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("test", [False, True])
def test_a_newsletter_verifies(make: Make, one: Dkim, *, test: bool) -> None:
    """Both kinds of key sign, and the bytes behind the signature are the unsigned ones."""
    mail = make(preferences="https://example.org/p")
    signed = compose(mail, READER, test=test, signer=one)
    assert holds(signed.data)
    assert signed.data.endswith(compose(mail, READER, test=test).data)
    assert signed == compose(mail, READER, test=test, signer=one)


def test_two_signers_sign_side_by_side(make: Make) -> None:
    """RSA for all, Ed25519 for those who know it: both hold in one message."""
    data = compose(make(), READER, signer=(RSA, ED)).data
    assert [holds(data, n) for n in (0, 1)] == [True, True]
    assert len(re.findall(rb"^DKIM-Signature:", data, re.MULTILINE)) == 2


def test_a_mail_to_one_person_verifies(make: Make) -> None:
    """A confirmation is signed too, as text alone, with HTML, and with no words at all."""
    for text, page in (("请确认。\n\n\n", b""), ("a", b"<p>a  b \n</p>"), ("", b""), ("\n", b"")):
        envelope = simple_mail(
            "News <news@example.org>", "李娜", READER.address, "请确认", text,
            locale="zh-Hans", date=make().date, html=page, signer=ED,
        )  # fmt: skip
        assert holds(envelope.data)


def signed_fields(envelope: Envelope) -> list[str]:
    """The h= tag."""
    field = envelope.data.split(b"\r\nFrom:")[0].decode().replace("\r\n ", "")
    found = re.search(r"h=([^;]*);", field)
    assert found is not None
    return found[1].split(":")


def test_what_a_reader_relies_on_is_under_the_signature(make: Make) -> None:
    """All fields but Precedence are signed; the telling ones so that none can be added."""
    names = signed_fields(compose(make(), READER, signer=RSA))
    for once in ("Message-ID", "List-Id", "List-Archive", "Content-Language", "Feedback-ID"):
        assert names.count(once) == 1
    for twice in ("From", "Subject", "To", "Date", "Reply-To", "Content-Type",
                  "List-Unsubscribe", "List-Unsubscribe-Post"):  # fmt: skip
        assert names.count(twice) == 2
    assert names.count("Cc") == 1
    assert "Precedence" not in names


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: x"),
        (b"unsubscribe?t=01", b"unsubscribe?t=02"),
        (b"One-Click", b"Two-Click"),
        (b"classroom", b"classRoom"),
        (b"From: ", b"Subject: a second\r\nFrom: "),
        (b"From: ", b"List-Unsubscribe: <https://evil.example/>\r\nFrom: "),
        (b"From: ", b"Cc: everybody@example.net\r\nFrom: "),
    ],
)
def test_a_changed_message_does_not_verify(make: Make, old: bytes, new: bytes) -> None:
    """A changed word, link or field, or one put beside it, breaks the signature."""
    data = compose(make(), READER, signer=ED).data
    assert old in data
    assert not holds(data.replace(old, new, 1))


def test_blanks_that_servers_change_do_not_matter(make: Make) -> None:
    """Relaxed: a field folded anew, a doubled blank and a blank at a line's end all pass."""
    data = compose(make(), READER, signer=RSA).data
    data = data.replace(b"Reply-To: desk", b"Reply-To:\r\n\tdesk").replace(b" meet ", b"   meet\t")
    assert holds(data.replace(b"Content-Transfer", b"Content-Transfer", 1))
    assert holds(data.replace(b"</p>\r\n", b"</p> \r\n"))


def test_the_field_is_folded_and_plain(make: Make) -> None:
    """No line of the signature is over 78 bytes, whatever the domain, and all is ASCII."""
    long = replace(RSA, domain=f"{'d' * 50}.example.org", selector="s" * 60)
    field = compose(make(), READER, signer=(long, ED)).data.split(b"\r\nFrom:")[0]
    assert max(map(len, field.split(b"\r\n"))) <= 78
    assert field.isascii()


@FEW
@given(name=WORDS, subject=WORDS, pieces=st.lists(BODY, min_size=1, max_size=4))
def test_any_words_verify(make: Make, name: str, subject: str, pieces: list[str]) -> None:
    """Whatever names, subjects and bodies hold, holes included, the verifier agrees."""
    text = UNSUBSCRIBE_HOLE.join(pieces).encode()
    page = PREFERENCES_HOLE.join(pieces).encode()
    reader = replace(READER, name=name)
    made = Composer(make(subject=subject, text=text, html=page), signer=ED)
    assert holds(made.to(reader).data)


def test_an_address_outside_ascii_is_signed_too(make: Make) -> None:
    """A UTF-8 To field is hashed as its bytes."""
    reader = replace(READER, address="用户@example.com")
    assert holds(compose(make(), reader, signer=RSA).data)


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> str:
    """A key as PEM, locked or not."""
    lock = serialization.BestAvailableEncryption(password) if password else None
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        lock or serialization.NoEncryption(),
    ).decode()


def test_keys_that_cannot_sign_are_refused_in_words() -> None:
    """Short, locked, public, of another kind, or no key at all: each says what it is."""
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    curve = ec.generate_private_key(ec.SECP256R1())
    public = curve.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for pem, says in (
        (pem_of(short), "1024 bits"),
        (pem_of(curve), "neither RSA nor Ed25519"),
        (pem_of(curve, b"secret"), "locked with a password"),
        (public.decode(), "public key"),
        ("汉", "no private key"),
        ("", "no private key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"),
    ):
        with pytest.raises(SettingsError, match=says):
            load_key(pem)


@pytest.mark.parametrize(("domain", "selector"), [("exa mple", "a"), ("example.org", "a;b")])
def test_a_name_that_no_record_has_is_refused(domain: str, selector: str) -> None:
    """Nothing can be written into the field by way of domain or selector."""
    with pytest.raises(SettingsError, match="cannot stand in the DNS"):
        Dkim(domain, selector, ED.key)


def test_a_new_key_comes_with_its_record() -> None:
    """The record printed is the record of the key that is read back."""
    for kind in ("rsa", "ed25519"):
        pem, record = new_key(kind)
        assert record_of(load_key(pem)) == record
        assert record.startswith(f"v=DKIM1; k={kind}; p=")
