"""pressroom.manuscript.terms: names, and their gloss at first mention."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown

from pressroom.errors import SettingsError
from pressroom.manuscript.terms import Glossary, Name, Names, escape, read_terms
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.model import Part

    Draw = Callable[..., tuple[Part, ...]]
    Prose = Callable[..., str]

EN, ZH = Locale("en"), Locale("zh-Hans")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("[[因地制宜]] work", "according to local conditions (因地制宜) work"),
        ("[[ MIIT ]] and [[miit]]", "Ministry of Industry (MIIT, 工业和信息化部) and MIIT"),
        ("[[The Ministry]]", "Ministry of Industry (MIIT, 工业和信息化部)"),
        ("[[MIIT]]’s plan", "Ministry of Industry (MIIT, 工业和信息化部)’s plan"),
        ("[[nobody *x*]]", r"nobody \*x\*"),
        ("[[新京报]] says", "Beijing News (新京报), a city paper, says"),
        ("[[新京报]].", "Beijing News (新京报), a city paper."),
        ("[[新京报]]\n\nThen", "Beijing News (新京报), a city paper\n\nThen"),
        ("[[新京报]] [[新京报]]", "Beijing News (新京报), a city paper Beijing News"),
        ("[[量力而行|within one’s means]]", "within one’s means (量力而行)"),
        ("“[[量力而行|within means]]”, it says", "“within means” (量力而行), it says"),
        ("“[[量力而行|within means]].” It says", "“within means.” (量力而行) It says"),
        ('"[[因地制宜]]" it', '"according to local conditions" (因地制宜) it'),
        (
            "“act [[量力而行|within means]] and wait” now",
            "“act within means and wait” (量力而行) now",
        ),
        ("[[量力而行|within means]], “quoted”", "within means (量力而行), “quoted”"),
    ],
)
def test_first_mention_in_english(typed: str, read: str, prose: Prose) -> None:
    """A name is glossed once, and within quotation marks the gloss follows the closing one."""
    assert prose(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("[[因地制宜]]推进", "因地制宜推进"),
        ("[[MIIT]]说，[[MIIT]]", "工业和信息化部（工信部）说，工信部"),
        ("「[[smart|智能]]」终端", "「智能」（smart）终端"),
    ],
)
def test_first_mention_in_chinese(typed: str, read: str, prose: Prose) -> None:
    """At home a term needs no foreign gloss; parentheses are the language's own."""
    assert prose(typed, ZH) == read


def test_no_gloss_in_headings_and_questions(draw: Draw) -> None:
    """A heading is plain and does not use up the first mention."""
    out = draw("## On [[因地制宜]] {#a}\n\n[[因地制宜]]\n\nQ: [[新京报]]? {#b}\n\nyes\n")
    assert [p.text for p in out[:3]] == [
        "## On according to local conditions",
        "according to local conditions (因地制宜)",
        "Beijing News?",
    ]


def test_a_term_can_hold_anything(prose: Prose) -> None:
    """A form full of marks is read as itself, even within a table."""
    told = prose("| x |\n| --- |\n| [[wild]] |")
    cell = markdown(told, extensions=["tables"]).split("<td>")[1].split("</td>")[0]
    assert html.unescape(cell) == "a|b *c* <d> [e] `f` ~g~ #h _i_ &amp; \\"


@given(st.text("ab &;#<>|*_~`\\[]!x", min_size=1).filter(str.strip))
def test_escaped_text_is_read_as_itself(text: str) -> None:
    """Python-Markdown gives back the words within a line, whatever marks they hold."""
    told = markdown(f"x {escape(text)} y", extensions=["tables"])
    assert html.unescape(told) == f"<p>x {' '.join(text.split())} y</p>"


class TestTermBase:
    """terms.toml as an editor may get it wrong."""

    def test_no_file_is_no_terms(self, tmp_path: Path) -> None:
        """A newsroom without terms.toml has none."""
        assert read_terms(tmp_path / "terms.toml") == ()

    def test_a_term_is_read_whole(self, tmp_path: Path) -> None:
        """Forms, short forms and variants are all ways to find a name."""
        path = tmp_path / "terms.toml"
        path.write_text(
            '[cac]\norigin = "zh-Hans"\nen = { form = "Admin", short = "CAC" }\n'
            'zh-Hans = { form = "网信", variants = ["信"] }\n',
            encoding="utf-8",
        )
        (found,) = read_terms(path)
        assert set(found.every()) == {"Admin", "CAC", "网信", "信"}

    @pytest.mark.parametrize(
        ("toml", "word"),
        [
            ("x = 1", "must be a table"),
            ('[x]\nen = "a"', "neither a locale"),
            ('[x]\nen = { form = "a", varaints = ["b"] }', 'Did you mean "variants"'),
            ('[x]\nen = { form = "a", variants = "b" }', "x.en.variants: must be a list"),
            ('[x]\nen = { form = "a", short = 1 }', "x.en.short: must be a text"),
        ],
    )
    def test_faults_name_the_key(self, toml: str, word: str, tmp_path: Path) -> None:
        """A wrong entry is a SettingsError that says what to write."""
        path = tmp_path / "terms.toml"
        path.write_text(toml, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"^terms\.toml: x") as fault:
            read_terms(path)
        assert word in str(fault.value)


def test_a_name_alike_in_both_languages_is_not_glossed_by_itself() -> None:
    """`36Kr` in English and in Chinese: no reader needs it twice."""
    name = Name("kr", {EN: "36Kr", ZH: "36Kr"})
    glossary = Glossary(Names({"36kr": name}), EN)
    assert glossary.write("36Kr", "", plain=False)[0] == "36Kr"
