"""A token opens one thing, for one subject, for some time; nothing else opens it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pressroom.send.web import tokens

KEY, NOW, LIFE = b"k" * 32, datetime(2025, 9, 5, tzinfo=UTC), timedelta(days=7)
SUBJECTS = st.text(max_size=60).filter(lambda s: s.isprintable())


@given(SUBJECTS)
def test_it_gives_back_its_subject(subject: str) -> None:
    """What was signed is read, until its time is over and not a second longer."""
    token = tokens.sign(KEY, "confirm", subject, NOW)
    assert tokens.read(KEY, "confirm", token, NOW + LIFE, LIFE) == subject
    assert tokens.read(KEY, "confirm", token, NOW + LIFE + timedelta(seconds=1), LIFE) is None
    assert tokens.read(KEY, "confirm", token, NOW - timedelta(minutes=6), LIFE) is None


@given(SUBJECTS, st.integers(min_value=0), st.integers(0, 7))
def test_no_bit_can_be_changed(subject: str, place: int, bit: int) -> None:
    """Of the octets signed and of the letters that spell them."""
    token = tokens.sign(KEY, "confirm", subject, NOW)
    data = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    data[place % len(data)] ^= 1 << bit
    other = base64.urlsafe_b64encode(bytes(data)).decode().rstrip("=")
    assert tokens.read(KEY, "confirm", other, NOW, LIFE) is None
    letters = bytearray(token.encode())
    letters[place % len(letters)] ^= 1 << bit
    spelt = letters.decode("latin-1")
    assert tokens.read(KEY, "confirm", spelt, NOW, LIFE) is None


@given(SUBJECTS, st.text(max_size=20), st.binary(min_size=1, max_size=40))
def test_another_purpose_or_key_refuses(subject: str, purpose: str, key: bytes) -> None:
    """A token for one thing opens no other, and another newsroom's opens nothing."""
    token = tokens.sign(KEY, "confirm", subject, NOW)
    if purpose != "confirm":
        assert tokens.read(KEY, purpose, token, NOW, LIFE) is None
    if key.rstrip(b"\0") != KEY:
        assert tokens.read(key, "confirm", token, NOW, LIFE) is None


@given(st.one_of(st.text(max_size=700), st.from_regex(r"[A-Za-z0-9_-]{0,120}", fullmatch=True)))
def test_no_words_raise(words: str) -> None:
    """Whatever a stranger sends is refused in silence."""
    assert tokens.read(KEY, "confirm", words, NOW, LIFE) is None


def test_a_shadow_needs_its_key() -> None:
    """The same words under another key or for another purpose cast another."""
    first = tokens.shadow(KEY, "mail", "a@example.org")
    assert first == tokens.shadow(KEY, "mail", "a@example.org")
    assert len({first, tokens.shadow(b"x", "mail", "a@example.org"),
                tokens.shadow(KEY, "ip", "a@example.org")}) == 3  # fmt: skip
