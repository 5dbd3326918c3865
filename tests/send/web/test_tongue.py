"""The language of a page before anybody has chosen one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.model import Locale
from pressroom.send.web.tongue import tongue

TAGS = tuple(map(Locale, ("en", "zh-Hans", "zh-Hant", "parallel")))


@pytest.mark.parametrize(
    ("asked", "header", "found"),
    [
        ("", "", "en"),
        ("", "zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("", "zh-CN", "zh-Hans"),
        ("", "zh-HK", "zh-Hant"),
        ("", "zh", "zh-Hans"),
        ("", "de;q=1, en-GB;q=0.3, zh-Hans;q=0.5", "zh-Hans"),
        ("", "zh;q=0, fr", "en"),
        ("", "zh;q=x;;=, *", "en"),
        ("ZH-hant", "en", "zh-Hant"),
        ("tlh", "zh-CN", "zh-Hans"),
    ],
)
def test_the_best_edition_is_found(asked: str, header: str, found: str) -> None:
    """By name first, then by Accept-Language with scripts as likely, else the original."""
    assert tongue(asked, header, TAGS) == found


@given(st.text(max_size=500), st.text(max_size=40))
def test_no_header_raises(header: str, asked: str) -> None:
    """Whatever a stranger asks for, one of the editions answers."""
    assert tongue(asked, header, TAGS) in TAGS
