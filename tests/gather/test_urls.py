"""pressroom.gather.urls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.urls import canonical, safe


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A?b=1#c", "https://example.org/A?b=1"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://e.org/?utm_source=x&id=7&utm_medium=y", "https://e.org/?id=7"),
        ("https://e.org/?z=1&a=2&from=weibo&spm=1.2", "https://e.org/?z=1&a=2"),
        ("https://e.org/?fromage=brie", "https://e.org/?fromage=brie"),
        ("https://e.org/?FBCLID=1", "https://e.org/"),
        ("https://e.org/#/news/1", "https://e.org/#/news/1"),
        ("https://e.org/a b\n", "https://e.org/a%20b"),
        ("https://e.org/人工智能?q=智能", "https://e.org/人工智能?q=智能"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("https://e.org:99999/", "https://e.org:99999/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_canonical_drops_only_what_names_no_page(url: str, expected: str) -> None:
    """Each kind of noise is dropped, and order, path, routes and Han characters stay."""
    assert canonical(url) == expected


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z.:0-9]{1,20}/\S{0,20}", fullmatch=True))
def test_canonical_never_fails_and_is_its_own_fixed_point(url: str) -> None:
    """Any text has one canonical form, which is canonical itself."""
    once = canonical(url)
    assert canonical(once) == once


@pytest.mark.parametrize("url", ["http://e.org/", "https://e.org:8443/a"])
def test_web_addresses_are_safe(url: str) -> None:
    """Http and https with a host may be kept and followed."""
    assert safe(url)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:/etc/passwd", "ftp://e.org/", "//e.org/", "/a",
     "https:///a", "http://e.org:99999/", "http://[::1", ""],
)  # fmt: skip
def test_other_addresses_are_not(url: str) -> None:
    """Scripts, files, relative and malformed addresses are refused."""
    assert not safe(url)


def test_only_a_source_may_be_a_file() -> None:
    """`file:` is allowed where a source says it, never in an item."""
    assert safe("file:samples/a.xml", source=True)
    assert not safe("file:samples/a.xml")
