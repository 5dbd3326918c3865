"""pressroom.check: leftover, weight, unsubscribe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.leftover import RULE as LEFTOVER
from pressroom.check.unsubscribe import RULE as UNSUBSCRIBE
from pressroom.check.weight import RULE as WEIGHT
from pressroom.model import UNSUBSCRIBE_HOLE, Locale, Medium, Rendering

if TYPE_CHECKING:
    from collections.abc import Callable

HTML, TEXT, MD = Medium.HTML, Medium.TEXT, Medium.MARKDOWN


def page(medium: Medium, text: str) -> tuple[Rendering, ...]:
    """One rendering of the English edition."""
    return (Rendering(Locale("en"), medium, text.encode()),)


@pytest.mark.parametrize("medium", list(Medium))
@pytest.mark.parametrize("mark", ["{{ title }}", "{% if %}", "[[MIIT]]", "![[cartoon]]", "[@gov]"])
def test_a_mark_left_over_stops_the_send(
    lay: Any, tell: Callable[..., Any], medium: Medium, mark: str
) -> None:
    """Template tags and shorthands are found in every medium, with their line."""
    proof = lay("Words.\n", renderings=page(medium, f"One\n<p>{mark}</p>\n{mark}\n"))
    assert tell(LEFTOVER.find(proof)) == [("stop", f"email.{medium.value}", 2)]


@pytest.mark.parametrize(
    ("medium", "text"),
    [
        (HTML, "<code>[[x]]</code><pre class='a'>{{ x\n}}</pre><style>a{{}}</style>"),
        (HTML, "<!--[if mso]><table>{{</table><![endif]--><!-- {% --><p>[1]</p>"),
        (MD, "`[[x]]`\n\n```\n{{ x }}\n```\n\nA claim[\\[1\\]](https://e.org/)."),
        (TEXT, "A claim [1], see {this}."),
    ],
)
def test_code_and_comments_are_no_leftovers(lay: Any, medium: Medium, text: str) -> None:
    """What is code for the reader, or a condition for Outlook, passes."""
    assert list(LEFTOVER.find(lay("Words.\n", renderings=page(medium, text)))) == []


def test_what_the_editor_meant_is_no_leftover(lay: Any) -> None:
    """An escaped mark may stand anywhere; one in code may stand in text mail, which unmarks it."""
    proof = lay("Write \\[[ so.\n", renderings=page(HTML, "<p>Write [[ so.</p>"))
    assert list(LEFTOVER.find(proof)) == []
    proof = lay("Write `{{ x }}` so.\n", renderings=page(TEXT, "Write {{ x }} so."))
    assert list(LEFTOVER.find(proof)) == []


@pytest.mark.parametrize(
    ("size", "expected"),
    [(90 * 1024, []), (90 * 1024 + 1, ["look"]), (100 * 1024, ["look"]), (100 * 1024 + 1, ["stop"])],
)  # fmt: skip
def test_a_mail_keeps_under_the_cut(lay: Any, size: int, expected: list[str]) -> None:
    """Over 90 KB is worth a look, over 100 KB stops the send; only HTML is weighed."""
    files = page(HTML, "x" * size) + page(TEXT, "x" * 200_000)
    assert [f.severity.value for f in WEIGHT.find(lay("", renderings=files))] == expected


def test_every_mail_has_a_way_out(lay: Any, tell: Callable[..., Any]) -> None:
    """HTML and text need the hole that send fills; web Markdown needs none."""
    without = page(HTML, "a") + page(TEXT, "a") + page(MD, "a")
    assert tell(UNSUBSCRIBE.find(lay("", renderings=without))) == [
        ("stop", "email.html", 1),
        ("stop", "email.txt", 1),
    ]
    whole = page(HTML, f'<a href="{UNSUBSCRIBE_HOLE}">') + page(TEXT, UNSUBSCRIBE_HOLE)
    assert list(UNSUBSCRIBE.find(lay("", renderings=whole))) == []
