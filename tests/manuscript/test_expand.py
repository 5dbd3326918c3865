"""pressroom.manuscript.expand: from the dialect to portable Markdown."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown

from pressroom.manuscript.expand import Expansion
from pressroom.manuscript.terms import Glossary
from pressroom.model import Locale, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.manuscript.expand import Shelf
    from pressroom.model import CitedItem

    Draw = Callable[..., tuple[Part, ...]]
    Prose = Callable[..., str]

EN, ZH = Locale("en"), Locale("zh-Hans")
SECRET = "swordfish"


def shown(text: str) -> str:
    """What a reader sees of a paragraph, by Python-Markdown."""
    return html.unescape(re.sub(r"<[^>]+>", "", markdown(text, extensions=["tables"])))


class TestLiteral:
    """What is written with a backslash, and what stands in code."""

    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            (r"\[[local]] and \[@a]", "[[local]] and [@a]"),
            (r"\%% no note", "%% no note"),
            (r"\Q: no turn", "Q: no turn"),
            (r"\Q：no turn", "Q：no turn"),
            (r"\![[cartoon]]", "![[cartoon]]"),
            (r"C:\Quux", r"C:\Quux"),
            (r"a\*b\* \`c\`", "a*b* `c`"),
            ("`[[local]] [@a] %%`", "[[local]] [@a] %%"),
            ("``a ` [@a]``", "a ` [@a]"),
        ],
    )
    def test_a_form_taken_literally(self, typed: str, read: str, prose: Prose) -> None:
        """A backslash before a form, or code around it, shows the form itself."""
        assert shown(prose(typed)) == read

    def test_the_chinese_mark_in_chinese(self, prose: Prose) -> None:
        r"""`\\问：` reads 问： in a Chinese file, and keeps its backslash where it is no mark."""
        assert prose(r"\问：不是", ZH) == "问：不是"
        assert prose(r"\问：不是", EN) == r"\问：不是"

    def test_fences_are_untouched(self, prose: Prose) -> None:
        """Within a fence every byte stays, private marks included."""
        code = "```\n[[local]] [@a]\n![[cartoon]]\n%% x\n> [!WARNING] suicide\n\\[[\n```"
        assert prose(f"{code}\n\n[[wild|x]]").startswith(code)

    def test_a_lone_tick_hides_no_later_paragraph(self, prose: Prose) -> None:
        """A code span ends with its paragraph, as in Markdown."""
        assert r"[\[1\]]" in prose("5` more\n\n[@a] and ` end")


class TestCitations:
    """Numbers, links and the list at the end."""

    def test_numbers_run_through_a_section(self, draw: Draw) -> None:
        """The first source cited is 1, the next 2; the same source keeps its number."""
        text = "x [@b] y [@a, p. 7; @b, ¶ 3]"
        out = draw(text)
        labels = re.findall(r"\[\\\[(.*?)\\\]\]", out[0].text)
        assert labels == ["1", "2, p. 7", "1, ¶ 3"]
        assert out[-1].role == "sources"
        assert [row[:2] for row in out[-1].text.split("\n")] == ["1.", "2."]

    def test_each_section_counts_for_itself(self, stock: Callable[..., Shelf]) -> None:
        """A second section of the edition starts at 1 again."""
        on = stock()
        words = Glossary(on.names, EN)
        for key in "ab":
            out = Expansion(on, words, "s").run([Part("prose", f"x [@{key}]")])
            assert r"[\[1\]]" in out[0].text

    def test_a_citation_is_a_link_that_says_its_source(self, prose: Prose) -> None:
        """The link's title names outlet and date in the edition's language."""
        assert prose("[@a]") == (
            '[\\[1\\]](https://paper.example/a "Beijing News, 4 September 2025")'
        )
        assert '"新京报, 2025年9月4日"' in prose("[@a]", ZH)

    @pytest.mark.parametrize("typed", ["[@nobody]", "[@a; @nobody]", "[@not a key]", "[@a;]"])
    def test_an_unknown_source_stays_readable(self, typed: str, draw: Draw) -> None:
        """What cannot be cited is printed as typed, and no source is listed."""
        out = draw(f"x {typed}")
        assert shown(out[0].text) == f"x {typed}"
        assert [p.role for p in out] == ["prose"]

    def test_headings_carry_no_citation(self, draw: Draw) -> None:
        """A citation in a heading is left out: an anchor's words are plain."""
        assert "[" not in draw("## A [@a] {#a}\n")[0].text

    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({"sha256": "ab", "retrieved": "2025-09-05T01:00:00+00:00"}, "kept 5 September 2025"),
            ({}, "no copy kept"),
            ({"tried": False}, "address not tried"),
            ({"published": "autumn"}, "autumn"),
            ({"outlet": "nobody"}, "nobody"),
        ],
    )
    def test_the_list_tells_what_is_kept(
        self, facts: dict[str, Any], word: str, draw: Draw, cited: Callable[..., CitedItem]
    ) -> None:
        """Each source says whether a copy is kept; a date that is none is printed as it stands."""
        listed = draw("x [@a]", sources={"a": cited("a", **facts)})[-1].text
        assert word in listed

    @given(
        st.text("abc[]()<>\"'|`*_\\~#& \n", max_size=30),
        st.text("ab[]()<>\"'|`*_\\~#&; ", min_size=1).filter(str.strip),
    )
    def test_any_title_and_address_survive(self, path: str, title: str) -> None:
        """Python-Markdown reads back the very title, and one link to an address without spaces."""
        on = _cites(f"https://x.example/{path}", title)
        out = Expansion(on, Glossary(on.names, EN), "s").run([Part("prose", "[@a]")])
        listed = markdown(out[-1].text, extensions=["tables"])
        link = re.search(r'<a href="([^"\s]*)">(.*?)</a>', listed, re.DOTALL)
        assert link is not None
        assert html.unescape(link[2]) == " ".join(title.split())
        assert len(re.findall("<a ", markdown(out[0].text))) == 1


def _cites(url: str, title: str) -> Shelf:
    from pressroom.manuscript.expand import Shelf
    from pressroom.manuscript.terms import Names
    from pressroom.model import CitedItem, ItemId

    item = CitedItem(ItemId("a"), url, title, "o", EN)
    return Shelf(EN, "https://n.example/", "2025-09-05", Names({}), {"a": item}, {})


class TestCalls:
    """Figures, probes, notes: parts that only the engine can write."""

    def test_a_figure_is_a_part(self, draw: Draw) -> None:
        """Picture and alt, then caption and credit, each escaped, each in this language."""
        out = draw("a\n\n![[cartoon]]\n\nb")
        assert [p.role for p in out] == ["prose", "figure", "prose"]
        assert out[1].text == (
            "![A hall \\[070\\]](figures/cartoon.png)\n\nMonths on Figure: Li Hua · CC BY 4.0"
        )
        assert draw("![[cartoon]]", ZH)[0].text.endswith("几个月后 图：Li Hua · CC BY 4.0")

    def test_windows_line_ends_hide_no_call(self, draw: Draw) -> None:
        """A file with CRLF has the same parts."""
        text = "a [@a]\n\n![[cartoon]]\n\n%% x\n> [!WARNING] suicide\n> told\n\nb\n"
        assert draw(text.replace("\n", "\r\n")) == draw(text)

    def test_a_probe_call_is_its_parts(self, draw: Draw) -> None:
        """A probe call stands for the parts of that name."""
        assert [p.role for p in draw("![[probe:matrix]]")] == ["table", "method"]

    @pytest.mark.parametrize("call", ["![[nobody]]", "![[probe:nobody]]", "in ![[cartoon]] line"])
    def test_an_unknown_call_stays_readable(self, call: str, draw: Draw) -> None:
        """A figure or probe that is not there, or not alone, is printed as typed."""
        out = draw(call)
        assert [p.role for p in out] == ["prose"]
        assert shown(out[0].text) == call

    def test_a_note_stands_above_its_section(self, draw: Draw) -> None:
        """The content note comes first, with its help lines; the lines under it leave the prose."""
        out = draw("## A {#a}\n\nb\n\n> [!WARNING] suicide\n> About [[miit]].\n\nc\n")
        assert [p.role for p in out] == ["note", "heading", "prose", "prose"]
        assert out[0].text.startswith("About Ministry of Industry")
        assert out[0].text.endswith("\n\n- Taiwan 1925")

    def test_a_note_without_help_says_its_topic(self, draw: Draw) -> None:
        """A note of an unknown topic and no words is not an empty box."""
        assert draw("> [!WARNING] war\n\nb")[0].text == "war"

    @pytest.mark.parametrize(
        ("link", "address"),
        [
            ("explainer#q4", "https://news.example/2025-09-05/en/#q4"),
            ("explainer", "https://news.example/2025-09-05/en/#explainer"),
            ("2025-07-25/explainer", "https://news.example/2025-07-25/en/#explainer"),
            ("https://else.example/#x", "https://else.example/#x"),
        ],
    )
    def test_a_cross_reference_leads_to_ones_own_edition(
        self, link: str, address: str, prose: Prose
    ) -> None:
        """A link to a block becomes the address in the reader's edition; others stay."""
        assert prose(f"[see]({link})") == f"[see]({address})"

    def test_the_machine_label_follows_its_block(self, draw: Draw) -> None:
        """The label stands below the last part of its block, before the next."""
        out = draw("## A {#a}\n\none\n\n## B {#b}\n\ntwo\n", labels={"briefs#a": "Drafted."})
        assert [(p.role, p.block) for p in out] == [
            ("heading", "a"), ("prose", "a"), ("machine", "a"), ("heading", "b"), ("prose", "b"),
        ]  # fmt: skip


BLOCKS = ["## H {#h}", "Q: q", "text [@a]", "[[miit]]", "![[cartoon]]", "> [!WARNING] suicide",
          "> in", "- item", "", "`x`", "~~~\ncode\n~~~"]  # fmt: skip
NOTES = [f"%% {SECRET}", f"  %%{SECRET}", f"%%{SECRET} [[miit]] [@a]", f"\t%% allow x: {SECRET}"]


@given(st.lists(st.sampled_from(BLOCKS + NOTES), max_size=14), st.sampled_from(["\n", "\r\n"]))
def test_a_private_line_is_never_printed(rows: list[str], ending: str) -> None:
    """Whatever stands around it, no part holds a word that follows `%%`."""
    on = _cites("https://x.example/", "t")
    text = ending.join(rows).replace("\n", ending) if ending == "\n" else ending.join(rows)
    out = Expansion(on, Glossary(on.names, EN), "s").run(_parts(text))
    assert not [p for p in out if SECRET in p.text]


def _parts(text: str) -> list[Part]:
    from pathlib import Path

    from pressroom.manuscript.file import parse

    blocks = parse(text, Path("i/s.en.md"), EN).blocks
    return [
        part
        for b in blocks
        for part in (Part("heading", f"## {b.head}", b.id), Part("prose", b.body, b.id))
    ]


def test_a_private_line_within_a_note_is_not_printed(draw: Draw) -> None:
    """A note to oneself among the lines of a content note vanishes too."""
    out = draw(f"> [!WARNING] suicide\n> one\n> %% {SECRET}\n> two\n")
    assert SECRET not in "".join(p.text for p in out)
    assert "one\ntwo" in out[0].text
