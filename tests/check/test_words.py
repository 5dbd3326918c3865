"""pressroom.check: syntax, term, todo, missing, unsigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.missing import RULE as MISSING
from pressroom.check.syntax import RULE as SYNTAX
from pressroom.check.term import RULE as TERM
from pressroom.check.todo import RULE as TODO
from pressroom.check.unsigned import RULE as UNSIGNED
from pressroom.model import BlockRecord, BlockRef, Drafted, Finding, Locale, Severity, Signed

if TYPE_CHECKING:
    from collections.abc import Callable

BOTH = (Locale("en"), Locale("zh-Hans"))
OPENING = {"opening.en.md": "---\nsubject: Hello\n---\n"}


# --- syntax ---


def test_a_file_that_cannot_be_cut_is_told_as_it_is(lay: Any) -> None:
    """Faults of reading come through unchanged."""
    fault = Finding("syntax", Severity.STOP, "issues/x/a.en.md", 4, "this fence is never closed.")
    assert list(SYNTAX.find(lay("", faults=(fault,)))) == [fault]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A {#a}\n\n## B {#a}\n", ("stop", 3)),
        ("## A\n", ("before", 1)),
        ("## A {#a}\n\n见［［甲］］。\n", ("before", 3)),
        ("## A ［［甲］］ {#a}\n", ("before", 1)),
        ("## A {#a}\n\n［＠a］\n", ("before", 3)),
        ("## A {#a}\n\n[[a｜b]]\n", ("before", 3)),
        ("## A {#a}\n\nsee [[the\nplan]]\n", ("look", 3)),
        ("## A {#a}\n\nsee [@gov\n", ("look", 3)),
    ],
)
def test_each_fault_of_form_has_its_weight(
    lay: Any, tell: Callable[..., Any], text: str, expected: tuple[str, int]
) -> None:
    """Double ids stop; missing ids and full-width marks are mended; open marks are noted."""
    assert tell(SYNTAX.find(lay(text))) == [(expected[0], "briefs.en.md", expected[1])]


@pytest.mark.parametrize(
    "body",
    ["[[甲]] and [@a, p. 7]", "`[[` and `［［甲］］`", "\\[[ and \\[@", "```\n[[\n```", "%% [[", "[a](b#c)"],
)  # fmt: skip
def test_proper_form_is_no_fault(lay: Any, body: str) -> None:
    """Closed shorthands, code, escapes and notes pass."""
    assert list(SYNTAX.find(lay(f"Lead.\n\n## A {{#a}}\n\n{body}\n"))) == []


def test_an_id_in_one_due_edition_names_the_other_file(lay: Any) -> None:
    """A block without a twin is asked about, in due editions that have the section."""
    files = {
        "briefs.en.md": "## A {#a}\n\n## B {#b}\n",
        "briefs.zh-Hans.md": "## 甲 {#a}\n",
        "tldr.en.md": "- One {#t1}\n",
    }
    found = list(SYNTAX.find(lay(files, due=BOTH)))
    assert [(f.line, f.message) for f in found] == [(3, '"b" is not in briefs.zh-Hans.md.')]
    assert list(SYNTAX.find(lay(files))) == []


# --- term ---


def test_a_form_of_a_term_or_an_inline_gloss_is_known(lay: Any, cited: Any) -> None:
    """Case and spaces do not matter, and a gloss in place needs no entry."""
    text = "## A {#a}\n\n[[MIIT]], [[Beijing  News]], [[甲|first]] [@a]\n"
    names = frozenset({"miit", "beijing news"})
    assert list(TERM.find(lay(text, names=names, sources={"a": cited("a")}))) == []


def test_an_unknown_term_comes_with_the_line_to_add(lay: Any) -> None:
    """The finding suggests the nearest form, the entry, and the inline way."""
    names = frozenset({"因地制宜", "一体机", *map(str, range(20))})
    (found,) = TERM.find(lay({"briefs.zh-Hans.md": "## 甲 {#a}\n\n[[因地治宜]]\n"}, names=names))
    assert (found.severity, found.line) == (Severity.BEFORE, 3)
    assert 'Did you mean "因地制宜"?' in found.message
    assert '[yindi] zh-Hans = { form = "因地治宜" }' in found.fix
    assert "[[因地治宜|" in found.fix


@pytest.mark.parametrize("cite", ["gov-4e", "gov-4f; @gov-4e"])
def test_an_unknown_source_stops_the_send(lay: Any, cited: Any, cite: str) -> None:
    """A citation of what sources.jsonl has not names the nearest id."""
    sources = {"gov-4f": cited("gov-4f")}
    (found,) = TERM.find(lay(f"## A {{#a}}\n\n[@{cite}]\n", sources=sources))
    assert found.severity is Severity.STOP
    assert found.message == 'unknown source "gov-4e". Did you mean "gov-4f"?'


# --- todo ---


@pytest.mark.parametrize(
    "text",
    [
        "## TK {#a}\n\nWords.\n",
        "## A {#a}\n\nWho pays? TK.\n",
        "## A {#a}\n\nTK：谁付钱\n",
        "## A {#a}\n\n[TK](https://e.org/)\n",
        "---\ntitle: 'TK: a title'\n---\n",
    ],
)
def test_a_mark_for_later_stops_the_send(lay: Any, tell: Callable[..., Any], text: str) -> None:
    """TK is found in heads, bodies, words of links and front matter."""
    assert [row[0] for row in tell(TODO.find(lay(text)))] == ["stop"]


@pytest.mark.parametrize("key", ["subject", "preheader", "greeting", "teasers"])
def test_the_opening_is_read_too(lay: Any, key: str) -> None:
    """Every text of the opening is searched, teasers one by one."""
    value = '["fine", "待补"]' if key == "teasers" else "x待补"
    (found,) = TODO.find(lay({"opening.zh-Hans.md": f"---\n{key}: {value}\n---\n"}))
    assert key in found.message


@pytest.mark.parametrize(
    "body", ["ATK and TKO", "`TK`", "%% TK: ask", "```\nTK\n```", "[a](https://e.org/TK)", "待补"]
)
def test_what_only_looks_like_a_mark_passes(lay: Any, body: str) -> None:
    """Parts of words, code, notes, addresses and other languages' marks are none."""
    assert list(TODO.find(lay(f"## A {{#a}}\n\n{body}\n"))) == []


# --- missing ---


def test_a_whole_edition_passes(lay: Any) -> None:
    """Sections, opening and subject are there; a heading may head turns or deeper headings."""
    text = "Lead.\n\n## A {#a}\n\n### B {#b}\n\nWords.\n\n## C {#c}\n\nQ: Why? {#q}\n\nSo.\n"
    assert list(MISSING.find(lay(OPENING | {"briefs.en.md": text}, sections=("briefs",)))) == []


def test_missing_files_and_subject_stop_the_send(lay: Any, tell: Callable[..., Any]) -> None:
    """Each file of a due edition that is not there is named."""
    proof = lay({"opening.en.md": "---\nsubject: ' '\n---\n"}, due=BOTH, sections=("briefs",))
    assert tell(MISSING.find(proof)) == [
        ("stop", "briefs.en.md", 1),
        ("stop", "opening.en.md", 1),
        ("stop", "briefs.zh-Hans.md", 1),
        ("stop", "opening.zh-Hans.md", 1),
    ]


def test_a_file_that_cannot_be_read_is_not_missing(lay: Any) -> None:
    """One fault is told once."""
    path = "issues/2025-09-05/briefs.en.md"
    fault = Finding("syntax", Severity.STOP, path, 1, "is not UTF-8.")
    assert list(MISSING.find(lay(OPENING, sections=("briefs",), faults=(fault,)))) == []


def test_nothing_under_a_head_is_asked_about(lay: Any, tell: Callable[..., Any]) -> None:
    """A heading or question with only notes to oneself under it is empty."""
    text = "## A {#a}\n\n%% later\n\n## B {#b}\n\nQ: Why? {#q}\n\n## C {#c}\n"
    assert tell(MISSING.find(lay(OPENING | {"briefs.en.md": text}))) == [
        ("before", "briefs.en.md", 1),
        ("before", "briefs.en.md", 7),
        ("before", "briefs.en.md", 9),
    ]


# --- unsigned ---


def record(proof: Any, signed: str | None) -> dict[Any, BlockRecord]:
    """The record of block a: drafted by a machine, signed for a text or not at all."""
    key = (BlockRef("briefs#a"), Locale("en"))
    seal = None if signed is None else Signed("Lin", "2025-09-04", signed or proof.hashes[key])
    return {key: BlockRecord(*key, "0", Drafted("extract", ("a",), "2025-09-01"), seal)}


@pytest.mark.parametrize(
    ("signed", "message"), [(None, "nobody has signed"), ("other", "changed after Lin signed")]
)
def test_a_machine_draft_needs_a_name_on_its_very_words(
    lay: Any, signed: str | None, message: str
) -> None:
    """Unsigned, or signed for other words: both stop the send, with the command to run."""
    text = "## A {#a}\n\nWords.\n"
    (found,) = UNSIGNED.find(lay(text, records=record(lay(text), signed)))
    assert (found.severity, found.line) == (Severity.STOP, 1)
    assert message in found.message
    assert found.fix == "pressroom sign 2025-09-05 briefs#a --as NAME."


def test_a_signed_draft_and_an_editors_own_words_pass(lay: Any) -> None:
    """A signature for these words is enough, and an editor's block needs none."""
    text = "## A {#a}\n\nWords.\n\n## B {#b}\n\nMine.\n"
    assert list(UNSIGNED.find(lay(text, records=record(lay(text), "")))) == []
