"""pressroom.check.acronym: first uses without an expansion."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.acronym import RULE, loosely, printed, spelled, unexpanded
from pressroom.check.doubled import editions
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable

EN, ZH = Locale("en"), Locale("zh-Hans")
FORMS = {
    "nfo": {EN: ("North Ferry Office", "NFO"), ZH: ("北方渡船办公室",)},
    "rope": {EN: ("rope",), ZH: ("绳",)},
}


def test_an_acronym_is_told_once_where_it_is_first_met(lay: Any, tell: Callable[..., Any]) -> None:
    """A description beside it is no expansion; plurals and genitives are the same acronym."""
    text = "## A {#a}\n\nThe NFO’s map, by an office of ferries.\nTwo NFOs. The NFO-led plan.\n"
    assert tell(RULE.find(lay(text))) == [("before", "briefs.en.md", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "The North Ferry Office (NFO) met. The NFO spoke.",
        "The North Ferry Office (the NFO) met.",
        "The NFO (North Ferry Office) met.",
        "The NFO, or North Ferry Office, met.",
        "The office of ferries (渡船办公室, NFO) met.",
        "The HTLC (hashed timelock contract) held.",
        "[[NFO]] met. The NFO spoke.",
        "[[北方渡船办公室|NFO]] met.",
        "The EU, the UN and LLMs.",
        "It is NOT so, and not yet.",
        "World War II, Part XIV.",
        "`NFO`, [words](https://NFO.example/) and GPT-5, A4, Q&A, TL;DR, _IN_OUR_FEEDS.",
        "%% ask the NFO",
    ],
)
def test_what_is_explained_known_or_no_acronym(lay: Any, text: str) -> None:
    """Brackets either way round, terms, household names, shouting, numerals, code."""
    assert list(RULE.find(lay(f"## A {{#a}}\n\n{text}\n"))) == []


def test_an_explanation_that_comes_too_late_is_named(lay: Any) -> None:
    """The finding stands at the first use and says where the expansion is."""
    text = "## A {#a}\n\nThe NFO met.\n\nLater.\n\nThe North Ferry Office (NFO) spoke.\n"
    (found,) = RULE.find(lay(text))
    assert found.line == 3
    assert "explained only at issues/2025-09-05/briefs.en.md:7" in found.message


def test_a_heading_counts_only_where_the_text_lacks_it(lay: Any, tell: Callable[..., Any]) -> None:
    """Headings have no room for an expansion; one that nothing below explains is told."""
    assert tell(RULE.find(lay("## NFO sails {#a}\n\nNorth Ferry Office (NFO).\n"))) == []
    assert tell(RULE.find(lay("## NFO sails {#a}\n\nThe North Ferry Office.\n"))) == []
    assert tell(RULE.find(lay("## NFO sails {#a}\n\nFerries.\n"))) == [
        ("before", "briefs.en.md", 1)
    ]
    assert tell(RULE.find(lay("## STOP THE NFO {#a}\n\nFerries.\n"))) == []


def test_a_chinese_edition_wants_chinese_beside_it(lay: Any, tell: Callable[..., Any]) -> None:
    """A look only; full-width brackets either way round will do."""
    bare = {"b.zh-Hans.md": "## 甲 {#a}\n\nNFO开会。NFO发言。\n"}
    assert tell(RULE.find(lay(bare))) == [("look", "b.zh-Hans.md", 3)]
    for text in (
        "渡船办公室（NFO）开会。",
        "NFO（渡船办公室）开会。",
        "[[NFO]]开会，NFO发言。",
        "AI和API。",
    ):
        assert tell(RULE.find(lay({"b.zh-Hans.md": f"## 甲 {{#a}}\n\n{text}\n"}))) == []


def test_each_edition_explains_for_itself(lay: Any, tell: Callable[..., Any]) -> None:
    """What one edition says is no help to the reader of the other."""
    files = {
        "b.en.md": "## A {#a}\n\nThe North Ferry Office (NFO).\n",
        "b.zh-Hans.md": "## 甲 {#a}\n\nNFO开会。\n",
    }
    assert tell(RULE.find(lay(files))) == [("look", "b.zh-Hans.md", 3)]


def test_a_term_explains_the_short_form_that_it_prints(lay: Any) -> None:
    """`[[North Ferry Office]]` prints `North Ferry Office (NFO)`; a house knows its own."""
    ((_, tolds),) = editions(lay("## A {#a}\n\n[[北方渡船办公室]] met. The NFO and the XYZ.\n"))
    prints = printed(FORMS, EN)
    found = [use.letters for use, _ in unexpanded(tolds, (), prints, "en")]
    assert found == ["XYZ"]
    assert list(unexpanded(tolds, {"XYZ"}, prints, "en")) == []
    assert [u.letters for u, _ in unexpanded(tolds, (), {}, "en")] == ["NFO", "XYZ"]


def test_the_house_names_what_its_readers_know(lay: Any) -> None:
    """`style.known_acronyms` adds to what everybody knows."""
    proof = lay("## A {#a}\n\nThe NFO met.\n", style=SimpleNamespace(known_acronyms=("NFO",)))
    assert list(RULE.find(proof)) == []


def test_words_in_a_row_spell_an_acronym() -> None:
    """Little words may stand between; two letters want capitals."""
    assert spelled("NAFO", "the North Academy for Ferry and Ocean lore")
    assert not spelled("NFO", "the North Sea Ferry Office")
    assert not spelled("SF", "so far")
    assert spelled("SF", "San Fantastico")
    assert loosely("HTLC", "hashed timelock contract")
    assert not loosely("HTLC", "see page 3")
