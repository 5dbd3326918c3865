"""pressroom.check.repeat."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.repeat import RULE, address, found

EARLIER = {"https://e.org/a": "2025-08-22", "https://e.org/?id=7": "2025-07-25"}
HOME = "https://news.example/letters/"


def told(lay: Any, body: str, **more: Any) -> list[tuple[str, int, str]]:
    """Severity, line and message of each repeated link."""
    text = f"## A {{#a}}\n\n{body}\n"
    return [(f.severity.value, f.line, f.message) for f in found(lay(text, **more), EARLIER, HOME)]


def test_a_link_of_an_earlier_issue_names_it(lay: Any) -> None:
    """However it is written; once, at its first place."""
    body = "x [b](http://E.org/a/?utm_source=x#top)\n\n[c](https://e.org/a)"
    message = "http://E.org/a/?utm_source=x#top was linked in 2025-08-22."
    assert told(lay, body) == [("look", 3, message)]


def test_a_cited_source_is_a_link_too(lay: Any, cited: Any) -> None:
    """What stands in the list of sources was given to readers."""
    source = cited("a")
    earlier = {address(f"{source.url}x"): "2025-08-22"}
    from dataclasses import replace

    proof = lay("## A {#a}\n\nx [@a]\n", sources={"a": replace(source, url=f"{source.url}x")})
    assert [f.line for f in found(proof, earlier)] == [3]


def test_the_original_edition_is_named_first(lay: Any) -> None:
    """One finding for a link that stands in two editions."""
    files = dict.fromkeys(
        ("briefs.zh-Hans.md", "briefs.en.md"), "## A {#a}\n\n[b](https://e.org/a)\n"
    )
    assert [f.path[-5:] for f in found(lay(files), EARLIER)] == ["en.md"]


@pytest.mark.parametrize(
    "body",
    [
        "[b](https://e.org/b)",
        "[b](https://news.example/letters/2025-08-22/en/)",
        "[b](2025-08-22/briefs#a)",
        "[b](https://front.example/)",
        "`[b](https://e.org/a)`",
        "[b](mailto:a@e.org)",
    ],
)
def test_new_links_our_own_and_front_pages_pass(lay: Any, body: str) -> None:
    """Also where an earlier issue had them."""
    text = f"## A {{#a}}\n\n{body}\n"
    links = [
        "https://news.example/letters/2025-08-22/en",
        "https://front.example/",
        "mailto:a@e.org",
    ]
    earlier = EARLIER | dict.fromkeys(links[:2], "2025-08-22")
    assert list(found(lay(text), earlier, HOME)) == []


def test_a_neighbour_of_our_site_is_not_our_own(lay: Any) -> None:
    """`/letters-of-others` only begins like `/letters/`."""
    earlier = {"https://news.example/letters-of-others": "2025-08-22"}
    proof = lay("## A {#a}\n\n[b](https://news.example/letters-of-others)\n")
    assert len(list(found(proof, earlier, HOME))) == 1


def test_without_earlier_issues_nothing_repeats(lay: Any) -> None:
    """A first issue passes."""
    assert list(RULE.find(lay("## A {#a}\n\n[b](https://e.org/a)\n"))) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org:443", "https://e.org/"),
        ("http://e.org:8080/a", "https://e.org:8080/a"),
        ("//e.org/a/", "https://e.org/a"),
        ("https://[bad/", "https://[bad/"),
        ("ftp://e.org/a", "ftp://e.org/a"),
    ],
)
def test_an_address_has_one_form(url: str, expected: str) -> None:
    """Port, scheme and last slash; what cannot be read is itself."""
    assert address(url) == expected
