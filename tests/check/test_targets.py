"""pressroom.check: link, crossref, figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.crossref import RULE as CROSSREF
from pressroom.check.figure import RULE as FIGURE
from pressroom.check.link import RULE as LINK
from pressroom.model import Figure, Locale

if TYPE_CHECKING:
    from collections.abc import Callable

EN = Locale("en")


# --- link ---


@pytest.mark.parametrize(
    "to",
    [
        "https://", "http:///page", "https://e.org/a b", "javascript:alert(1)", "data:text/html,x",
        "mailto:nobody", "ftp://e.org/", "https://e.org:port/", "https://[::1/", "", "//",
        "JavaScript:x", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_stops_the_send(lay: Any, to: str) -> None:
    """No host, a space, a dangerous or unknown scheme: each is named."""
    found = list(LINK.find(lay(f"## A {{#a}}\n\n[words]({to})\n")))
    assert [(f.severity.value, f.line) for f in found] == [("stop", 3)]


def test_an_angled_address_is_a_link_too(lay: Any, tell: Callable[..., Any]) -> None:
    """The form `<scheme:...>` is looked at like any other."""
    assert tell(LINK.find(lay("## A {#a}\n\n<javascript:alert(1)>\n"))) == [
        ("stop", "briefs.en.md", 3)
    ]


@pytest.mark.parametrize(
    "body",
    [
        "[a](https://e.org/a_(b)?id=1#c)", '[a](https://e.org/ "a title")', "[a](mailto:a@e.org)",
        "[a](tel:988)", "[a](briefs#a)", "`[a](https://)`", "\\[a](https://)", "<https://e.org/>",
        "```\n[a](https://)\n```", "%% [a](https://)", "[a](https://例子.example/路)",
    ],
)  # fmt: skip
def test_a_sound_address_passes(lay: Any, body: str) -> None:
    """Web, mail and telephone addresses pass, and so does what is no link."""
    assert list(LINK.find(lay(f"## A {{#a}}\n\n{body}\n"))) == []


def test_tracking_is_mended(lay: Any, tell: Callable[..., Any]) -> None:
    """A tracked link is asked about, and the fix is mechanical."""
    found = list(LINK.find(lay("## A {#a}\n\n[a](https://e.org/?id=1&utm_source=x)\n")))
    assert tell(found) == [("before", "briefs.en.md", 3)]
    assert found[0].fix == "pressroom check --fix."


# --- crossref ---

TARGETS = {
    "explainer": frozenset({"q1", "q4"}),
    "tldr": frozenset({"t1"}),
    "2025-07-25/explainer": frozenset({"q9"}),
}


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("explainer#q5", 'there is no block "q5" in explainer. Known: q1, q4.'),
        ("explaner#q4", 'there is no section "explaner". Did you mean "explainer"?'),
        ("2025-07-25/explainer#q1", 'no block "q1" in 2025-07-25/explainer. Known: q9.'),
        ("2025-07-25/tldr", 'no section "2025-07-25/tldr"'),
        ("2024-01-01/tldr", "there is no issue 2024-01-01."),
        ("#q4", "points to no block"),
        ("page.html", "points to no block"),
        ("/tldr", "points to no block"),
        ("../tldr", "points to no block"),
    ],
)
def test_a_target_that_is_not_there_stops_the_send(lay: Any, to: str, message: str) -> None:
    """The nearest section or block is suggested."""
    (found,) = CROSSREF.find(lay(f"## A {{#a}}\n\n[see]({to})\n", targets=TARGETS))
    assert (found.severity.value, found.line) == ("stop", 3)
    assert message in found.message


@pytest.mark.parametrize(
    "to", ["explainer#q4", "explainer", "2025-07-25/explainer#q9", "https://e.org/", "mailto:x"]
)
def test_a_target_that_is_there_passes(lay: Any, to: str) -> None:
    """Blocks, sections and earlier issues are found; addresses are another rule's business."""
    assert list(CROSSREF.find(lay(f"## A {{#a}}\n\n[see]({to})\n", targets=TARGETS))) == []


def test_a_picture_by_path_is_shown_the_way(lay: Any) -> None:
    """A Markdown picture of a file would be broken in a mail."""
    (found,) = CROSSREF.find(lay("## A {#a}\n\n![x](figures/x.png)\n"))
    assert found.fix == "write ![[name]] for a picture of figures/."


# --- figure ---

CALLED = "## A {#a}\n\n![[cartoon]]\n"


@pytest.fixture
def cartoon(tmp_path: Path) -> Figure:
    """A picture that has all it needs."""
    path = tmp_path / "figures" / "cartoon.png"
    path.parent.mkdir()
    path.write_bytes(b"png")
    return Figure(
        "cartoon", path, Path("/newsroom/issues/2025-09-05/figures/cartoon.toml"), credit="Lin",
        alt={EN: "A robot waits."}, caption={EN: "Months later."},
    )  # fmt: skip


def test_a_picture_with_its_words_passes(lay: Any, cartoon: Figure) -> None:
    """Picture, alt, caption and credit in the due edition are enough."""
    assert list(FIGURE.find(lay(CALLED, figures={"cartoon": cartoon}))) == []


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({"path": Path("/nowhere/cartoon.png")}, "stop"),
        ({"alt": {}}, "stop"),
        ({"alt": {EN: " "}}, "stop"),
        ({"caption": {}}, "before"),
        ({"credit": ""}, "before"),
        ({"alt": {EN: "Months later."}}, "look"),
    ],
)
def test_each_lack_of_a_picture_has_its_weight(
    lay: Any, tell: Callable[..., Any], cartoon: Figure, change: dict[str, Any], severity: str
) -> None:
    """What a reader cannot do without stops the send; the finding points at the words."""
    proof = lay(CALLED, figures={"cartoon": replace(cartoon, **change)})
    assert tell(FIGURE.find(proof)) == [(severity, "cartoon.toml", 1)]


def test_words_are_asked_for_where_the_picture_is_used(lay: Any, cartoon: Figure) -> None:
    """An edition that is not due, or does not use it, needs no words yet."""
    files = {"briefs.en.md": CALLED, "briefs.zh-Hans.md": CALLED}
    figures = {"cartoon": cartoon}
    assert list(FIGURE.find(lay(files, figures=figures))) == []
    found = list(FIGURE.find(lay(files, figures=figures, due=(EN, Locale("zh-Hans")))))
    assert [f.message for f in found] == ["alt.zh-Hans is empty.", "caption.zh-Hans is empty."]


def test_an_unused_picture_is_noted(lay: Any, tell: Callable[..., Any], cartoon: Figure) -> None:
    """A picture that nobody calls is worth a look."""
    proof = lay("Words.\n", figures={"cartoon": replace(cartoon, credit="")})
    assert tell(FIGURE.find(proof)) == [("look", "cartoon.toml", 1)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("![[carton]]", [("stop", 'there is no figure "carton". Did you mean "cartoon"?')]),
        ("![[probe:matrx]]", [("stop", 'there is no probe "matrx". Did you mean "matrix"?')]),
        ("see ![[cartoon]] here", [("before", "![[cartoon]] does not stand alone")]),
        ("see ![[probe:matrix]] here", [("before", "![[probe:matrix]] does not stand alone")]),
        ("![[probe:matrix]]", []),
    ],
)
def test_a_call_names_what_there_is_and_stands_alone(
    lay: Any, cartoon: Figure, call: str, expected: list[tuple[str, str]]
) -> None:
    """Unknown names stop the send; a call within a sentence would be printed as text."""
    text = f"{CALLED}\n{call}\n"
    proof = lay(text, figures={"cartoon": cartoon}, probes=frozenset({"matrix", "method"}))
    found = list(FIGURE.find(proof))
    assert [f.severity.value for f in found] == [severity for severity, _ in expected]
    assert all(m in f.message for f, (_, m) in zip(found, expected, strict=True))
