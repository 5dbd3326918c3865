"""How two editions become one: blocks in pairs, numbers counted once, a mail cut after a pair."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.manuscript.edition import joined
from pressroom.model import UNSUBSCRIBE_HOLE, EditionBody, House, Locale, Part, SectionBody
from pressroom.newsroom.parallel import in_step, parallel
from pressroom.render.email import MOST, Email
from pressroom.render.text import Text
from pressroom.render.web import Web
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from rooms import Room

SLUG = "2025-09-05"
EN, ZH = Locale("en"), Locale("zh-Hans")
REST = ("The rest is on the web", "其余内容请见网页")
TEMPLATES = Path(__file__).parents[2] / "templates"
HOUSE = House(
    {EN: "Small Letter", ZH: "小信", PARALLEL: "Small Letter / 小信"}, {}, "https://letter.example/",
    "1 Example Road", (EN, ZH, PARALLEL), (TEMPLATES,),
)  # fmt: skip


def side(locale: Locale, *sections: SectionBody, **more: str) -> EditionBody:
    """One edition of a small issue."""
    texts = {"subject": "", "preheader": "", "greeting": "", "byline": "", "notice": ""} | more
    return EditionBody(
        slug=SLUG, date=date(2025, 9, 5), locale=locale, original=EN, teasers=(),
        sections=sections, **texts,
    )  # fmt: skip


def section(kind: str, *parts: Part, title: str = "") -> SectionBody:
    """One section of a small issue."""
    return SectionBody(kind, f"_{kind.upper()}", kind, title, "", parts)


def blocks(*ids: str, words: str = "Words") -> tuple[Part, ...]:
    """Blocks of a heading and a paragraph."""
    pairs = ((Part("heading", f"## Of {i}", i), Part("prose", f"{words} of {i}.", i)) for i in ids)
    return tuple(part for pair in pairs for part in pair)


def cite(number: int, url: str, more: str = "") -> str:
    """A citation as expansion writes it."""
    return f'[\\[{number}{more}\\]]({url} "Outlet")'


class TestMail:
    """What has no room in a mail."""

    @pytest.mark.parametrize("size", [400, 1500, 6000])
    def test_pairs_are_whole(self, size: int) -> None:
        """However long the blocks are: as many in English as in Chinese, and never one in part."""
        ids = [f"b{n}" for n in range(40)]
        one = side(EN, section("news", *blocks(*ids, words="w" * size)), subject="A")
        other = side(ZH, section("news", *blocks(*ids, words="字" * (size // 3))), subject="甲")
        mail = Email(HOUSE).render(parallel(one, other, HOUSE.home)).decode()
        assert len(mail.encode()) <= MOST
        kept = [re.findall(rf"{sign}+ of (b\d+)\.", mail) for sign in "w字"]
        assert kept[0] == kept[1] == ids[: len(kept[0])]
        assert (len(kept[0]) < 40) == (REST[0] in mail)
        assert UNSUBSCRIBE_HOLE in mail

    def test_no_block_fits(self) -> None:
        """A first block beyond all measure: the opening, the way to the rest, the way out."""
        huge = section("news", *blocks("a", words="w" * 120_000))
        body = parallel(side(EN, huge, subject="A"), side(ZH, subject="甲"), HOUSE.home)
        mail = Email(HOUSE).render(body).decode()
        assert len(mail.encode()) < MOST
        assert REST[1] in mail
        assert "_NEWS" not in mail


def test_hostile_words_inject_nothing() -> None:
    """A subject, name or block with markup in it stays words, in mail and Markdown."""
    bad = '</title><script>alert("x")</script> & \'"><img src=x>'
    parts = (Part("heading", f"## {bad}", "h"), Part("prose", bad, "h"))
    one = side(EN, section("news", *parts, title=bad), subject=bad, greeting=bad, byline=bad)
    body = parallel(one, replace(one, locale=ZH, subject=f"甲{bad}"), HOUSE.home)
    mail = Email(HOUSE).render(body).decode()
    assert "<script" not in mail.partition("<body")[2]
    assert "<img" not in mail


class TestPairing:
    """Which block stands beside which."""

    @pytest.mark.parametrize(
        ("one", "other", "both"),
        [
            ("ac", "abcd", "abcd"), ("abc", "c", "abc"), ("ab", "ba", "ab"), ("", "xy", "xy"),
            ("ab", "xaby", "xaby"),
        ],
    )  # fmt: skip
    def test_order(self, one: str, other: str, both: str) -> None:
        """The first side's order; what only the other has follows its own neighbour."""
        assert "".join(in_step(one, other)) == both

    def test_a_block_of_one_language_stands_alone(self) -> None:
        """It says so to the readers of the other, in their words, in every medium."""
        one = side(EN, section("news", *blocks("a", "b")), subject="A")
        other = side(ZH, section("news", *blocks("a", "c")), subject="甲")
        body = parallel(one, other, HOUSE.home)
        assert [(p.block, p.lacks) for p in body.both[0].pairs] == [
            ("a", None), ("c", EN), ("b", ZH),
        ]  # fmt: skip
        for medium in (Email(HOUSE), Text(HOUSE), Web(HOUSE)):
            text = medium.render(body).decode()
            assert "此处只有英语版。" in text
            assert "In Simplified Chinese only." in text

    def test_a_section_of_one_language_says_so_once(self) -> None:
        """One note for all of its blocks."""
        one = side(EN, section("news", *blocks("a", "b")))
        body = parallel(one, side(ZH), HOUSE.home)
        assert body.both[0].lacks == ZH
        assert Text(HOUSE).render(body).decode().count("此处只有英语版。") == 1

    def test_tables_and_pictures_have_rows_of_their_own(self) -> None:
        """Text side by side, the table one above the other, the picture once, in their order."""

        def parts(word: str) -> tuple[Part, ...]:
            return (
                Part("heading", f"## {word}", "a"), Part("prose", word, "a"),
                Part("table", f"| {word} | x |\n|---|---|\n| 1 | 2 |"), Part("method", word),
                Part("figure", f"![{word}](figures/p.png)\n\n{word}", "a"),
            )  # fmt: skip

        body = parallel(
            side(EN, section("t", *parts("x"))), side(ZH, section("t", *parts("字"))), ""
        )
        rows = body.both[0].pairs[0].rows
        assert [row.shape for row in rows] == ["pair", "stack", "pair", "figure"]
        uneven = replace(body.sides[1], sections=(section("t", *parts("字")[:2]),))
        rows = parallel(body.sides[0], uneven, "").both[0].pairs[0].rows
        assert [row.shape for row in rows] == ["pair"]

    def test_notes_stand_before_the_blocks(self) -> None:
        """The content note is no block; it comes first, in both languages."""
        note = Part("note", "About x.", "a")
        one = side(EN, section("t", note, *blocks("a")))
        whole = parallel(one, replace(one, locale=ZH), "").both[0]
        assert [cell.locale for cell in whole.notes] == [EN, ZH]
        assert whole.pairs[0].first.role == "heading"


class TestNumbers:
    """Citations count once for both languages."""

    def _side(self, locale: Locale, words: str, *rows: str) -> EditionBody:
        told = [Part("prose", words, "a")]
        told += [Part("sources", "\n".join(rows))] if rows else []
        return side(locale, section("news", *told))

    def test_one_source_has_one_number(self) -> None:
        """The first side's numbers hold; the other's are written anew, locators kept."""
        a, b, c = ("https://x.example/a", "https://x.example/b", "https://x.example/c")
        one = self._side(
            EN, f"A{cite(1, a)} b{cite(2, b)}.", f"1. [A]({a}) · State", f"2. [B]({b}) · Bee"
        )
        other = self._side(
            ZH, f"丙{cite(1, c)}乙{cite(2, b, ', p. 2')}甲{cite(3, a)}`[\\[1\\]]`。",
            f"1. [C]({c}) · 丙", f"2. [B]({b}) · 乙 · 存", f"3. [A]({a}) · 国",
        )  # fmt: skip
        both = parallel(one, other, "").both[0]
        assert [(s.number, s.told) for s in both.sources] == [
            (1, ((EN, "State"), (ZH, "国"))), (2, ((EN, "Bee"), (ZH, "乙 · 存"))), (3, ((ZH, "丙"),)),
        ]  # fmt: skip
        cells = both.pairs[0].rows[0].cells
        assert cells[0].parts[0].text == f"A{cite(1, a)} b{cite(2, b)}."
        expected = f"丙{cite(3, c)}乙{cite(2, b, ', p. 2')}甲{cite(1, a)}`[\\[1\\]]`。"
        assert cells[1].parts[0].text == expected

    def test_a_list_of_another_form_stays(self) -> None:
        """Each side keeps its numbers and its own list where one cannot be read."""
        one = self._side(EN, "A.", "1. State Council, a paper")
        other = self._side(ZH, "甲。", "1. [A](https://x.example/a) · 国")
        both = parallel(one, other, "").both[0]
        assert not both.sources
        assert [p.block for p in both.pairs] == ["a", "sources"]


def test_what_is_the_same_stands_once() -> None:
    """A name that both languages share is not said twice."""
    assert joined("China Chatbot", "China Chatbot", "") == "China Chatbot"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('of = ["en", "zh-Hams"]', 'parallel.of: "zh-Hams" is no edition. Did you mean "zh-Hans"?'),
        ('of = ["en"]', 'parallel.of: names two editions. Write for example ["en", "zh-Hans"]'),
        ('of = ["en", "en"]', "parallel.of: names two editions."),
        ('from = "en"', "parallel.from: parallel is made of two editions. Write of, not from"),
    ],
)
def test_a_wrong_table_is_named(room: Room, table: str, says: str) -> None:
    """What is wrong with [editions.parallel], and what to write."""
    room.change(
        "newsletter.toml", "[editions.zh-Hans]", f"[editions.zh-Hans]\n[editions.parallel]\n{table}"
    )
    assert room.run("check", SLUG) == 2
    assert says in room.err


def test_only_parallel_has_sides(room: Room) -> None:
    """`of` in another edition's table is a mistake with a name."""
    room.change("newsletter.toml", "[editions.zh-Hans]", '[editions.zh-Hans]\nof = ["en"]')
    assert room.run("check", SLUG) == 2
    assert "zh-Hans.of: only [editions.parallel] has it." in room.err
