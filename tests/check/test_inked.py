"""pressroom.check.inked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.check.inked import blanked, editions, few, guarded, paragraphs, quotations
from pressroom.model import Finding, Locale, Severity


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a `b` c", "a  c"),
        ("a \\* c", "a  c"),
        ("a [[b]] ![[c]] 【【d】】", "a   "),
        ("a [@b, p. 7]", "a "),
        ('[a](b (c) "d") e', "[a e"),
        ('<a href="b">c</a> <!-- d -->', "c "),
        ("a https://b.org/c_d?x=1, e", "a , e"),
        ("a x@b.org, e", "a , e"),
        ("a {#b} &amp; c", "a   c"),
        ("> [!WARNING] a\n> b", "\n> b"),
        ("[a]: b", ""),
        ("[a][b]", "[a"),
    ],
)  # fmt: skip
def test_what_is_no_running_text_is_blanked(text: str, left: str) -> None:
    """Code, escapes, shorthands, targets, tags, addresses, ids, topics, definitions."""
    assert blanked(text).replace("\0", "") == left


@given(st.text(max_size=60))
def test_every_place_stays_where_it_was(text: str) -> None:
    """Blanking keeps the length and the line ends, and changes nothing else."""
    for blank in (blanked(text), guarded(text)):
        assert len(blank) == len(text)
        assert all(b in {"\0", t} for b, t in zip(blank, text, strict=True))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("“a” b", "“a” b"),
        ("“a” b [@c]", "“” b "),
        ("“a “b” c” d [@c]", "“” d "),
        ('"a" b [@c]', '"" b '),
        ("「a『b』」 c [@d]", "「」 c "),
        ("《a》 b", "《》 b"),
        ("> a [@b]", ""),
    ],
)
def test_sourced_quotations_and_titles_are_guarded(text: str, left: str) -> None:
    """Their own marks stay to be judged, what is inside does not."""
    assert guarded(text).replace("\0", "") == left


def test_a_quotation_left_open_guards_nothing() -> None:
    """Only what is closed is a quotation."""
    assert list(quotations("“a “b” c")) == []
    assert list(quotations("” a “b”")) == [(5, 6)]


def test_paragraphs_know_their_first_row() -> None:
    """Lists, tables, headings and quotations apart; fences, notes and indented code left out."""
    text = "a\nb\n\n- c\n- d\n```\ne\n```\n%% f\n> g\n> h\n## i\nj\n\n    k\n"
    assert list(paragraphs(text)) == [
        (0, "a\nb"), (3, "- c"), (4, "- d"), (9, "> g\n> h"), (11, "## i"), (12, "j")
    ]  # fmt: skip


def test_all_that_is_printed_has_its_place(lay: Any) -> None:
    """Front matter at line 1, heads, list lines and bodies at their own."""
    files = {
        "opening.en.md": "---\nsubject: s\nafter: x\nteasers: [t, 5]\n---\n",
        "tldr.en.md": "- one\n  two {#t1}\n- three {#t2}\n",
        "briefs.en.md": "Lead.\n\n## A {#a}\n\nb\nc\n",
    }
    found = editions(lay(files))[Locale("en")]
    assert [(s.line, s.text) for s in found if s.is_front] == [(1, "s"), (1, "t")]
    lines = [(s.path.rsplit("/", 1)[-1][:2], s.at(len(s.text))[1]) for s in found if not s.is_front]
    assert lines == [("tl", 2), ("tl", 3), ("br", 1), ("br", 3), ("br", 6)]


def test_few_counts_what_it_does_not_name() -> None:
    """Five are named as they are; the sixth says how many follow."""
    found = [Finding("r", Severity.LOOK, "p", n, "m") for n in range(1, 7)]
    assert list(few(found[:5])) == found[:5]
    assert [(f.line, f.message) for f in few(found)][5] == (6, "and on 1 more line from here on.")
