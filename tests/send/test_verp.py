"""A return address names its reader, fits, and is read back by no accident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.errors import SettingsError
from pressroom.send.verp import mark_of, read_verp, verp

TOKEN = "0123456789abcdef" * 2


def test_it_names_reader_mark_and_issue() -> None:
    """The parts stand as documented, and a name before the base is dropped."""
    address = verp("News Desk <news@example.org>", 36, TOKEN, "2025-09-05")
    assert address == f"news+10-{mark_of(TOKEN)}-2025-09-05@example.org"
    assert read_verp(address) == (36, mark_of(TOKEN), "2025-09-05")


def test_a_base_with_a_plus_keeps_it() -> None:
    """Detail the base already has is not mistaken for ours."""
    address = verp("a+b@example.org", 1, TOKEN, "x")
    assert address.startswith("a+b+1-")
    assert read_verp(address) == (1, mark_of(TOKEN), "x")


@pytest.mark.parametrize("issue", ["x" * 60, "an issue", "汉", "", "a@b", "a\r\nb"])
def test_an_issue_that_does_not_fit_is_left_out(issue: str) -> None:
    """A long or unfit issue costs the issue, not the reader."""
    assert read_verp(verp("news@example.org", 9, TOKEN, issue)) == (9, mark_of(TOKEN), "")


def test_a_base_too_long_is_said_in_words() -> None:
    """Where not even the reader fits, the setting to change is named."""
    with pytest.raises(SettingsError, match=r"delivery\.bounces"):
        verp(f"{'b' * 55}@example.org", 5, TOKEN, "x")


@pytest.mark.parametrize(
    "address",
    ["", "news@example.org", "news+1@example.org", "news+x-123@e.org", "a+1-0123456g@e.org",
     "+1-01234567@e.org", "a+1-01234567", "a+1-01234567@", "a" * 5000 + "+1-01234567@e.org"],
)  # fmt: skip
def test_what_is_none_of_ours_is_none(address: str) -> None:
    """Other addresses, broken ones, and very long ones are not read."""
    assert read_verp(address) is None


@given(
    reader=st.integers(1, 36**8),
    token=st.text(),
    issue=st.from_regex(r"[0-9a-z][0-9a-z-]{0,30}", fullmatch=True),
)
def test_any_reader_comes_back_in_any_case(reader: int, token: str, issue: str) -> None:
    """Number, mark and issue survive, in at most 64 octets, and though a server shouts."""
    address = verp("bounces@example.org", reader, token, issue)
    assert len(address.rpartition("@")[0].encode()) <= 64
    found = read_verp(f"<{address.upper()}>")
    assert found is not None
    assert (found.reader_id, found.mark) == (reader, mark_of(token))
    assert found.issue.lower() in {issue, ""}
