"""What every medium holds: all words in order, nothing injected, nothing left over."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
import yaml

from pressroom.model import UNSUBSCRIBE_HOLE, EditionBody, House, Part
from pressroom.render.email import Email
from pressroom.render.text import Text
from pressroom.render.web import Web
from pressroom.render.wrap import columns

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIA = (Web, Text, Email)
WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
HOSTILE = '<script>alert("x")</script> & \'"><img src=x onerror=alert(1)> javascript:alert(1)'


def _readable(data: bytes) -> str:
    """What a reader sees of a rendering: no tags, no comments, no style, no addresses."""
    text = re.sub(
        r"<!--.*?-->|<style.*?</style>|<head>.*?</head>", " ", data.decode(), flags=re.DOTALL
    )
    text = re.sub(r"</?[a-z][^<>]*>", "", text)
    text = re.sub(r'\]\([^()\s]*(?: "[^"]*")?\)|<?https?://[^\s>]*>?', "", text)
    return unescape(text)


def _words(text: str) -> str:
    return " ".join(WORD.findall(text))


def _shown(part: Part) -> str:
    text = re.sub(r'\]\([^()\s]*(?: "[^"]*")?\)', "", part.text)
    return re.sub(r"!\[[^\]]*", "", text)


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("which", ["english", "chinese"])
def test_every_part_is_there_in_order(
    medium: Callable[[House], Email], which: str, house: House, request: pytest.FixtureRequest
) -> None:
    """The words of every part stand in every medium, in print order."""
    edition: EditionBody = request.getfixturevalue(which)
    read = _words(_readable(medium(house).render(edition)))
    at = 0
    for section in edition.sections:
        for part in section.parts:
            if part.role == "table":
                continue
            at = 0 if part.role == "note" else at
            for line in _shown(part).split("\n"):
                found = read.find(_words(line), at)
                assert found >= 0, line
                at = max(at, found)
        assert _words(section.label) in read
        assert _words(section.title) in read


@pytest.mark.parametrize("medium", MEDIA)
def test_table_cells_are_there(
    medium: Callable[[House], Email], house: House, english: EditionBody
) -> None:
    """Each cell of the verdict table reaches every medium."""
    read = _readable(medium(house).render(english))
    for cell in ("Bot A", "···hhhhhhYh", "···hhhhx––"):
        assert cell in read


@pytest.mark.parametrize("medium", MEDIA)
def test_same_bytes_twice(
    medium: Callable[[House], Email], house: House, chinese: EditionBody
) -> None:
    """The same edition gives the same bytes, from one renderer or two."""
    assert medium(house).render(chinese) == medium(house).render(chinese)


@pytest.mark.parametrize("medium", MEDIA)
def test_no_template_language_is_left(
    medium: Callable[[House], Email], house: House, english: EditionBody
) -> None:
    """No braces of a template, no stand-in of a parser, no `None` reaches a reader."""
    text = re.sub(r"<style.*?</style>", "", medium(house).render(english).decode(), flags=re.DOTALL)
    assert not re.search(r"\{\{|\}\}|\{%|%\}|wzxhzdk|\x02|\x03|\bNone\b|Undefined|</?mj-", text)


def _hostile(edition: EditionBody) -> EditionBody:
    parts = (
        Part("heading", f"## {HOSTILE}", "h"),
        Part("question", HOSTILE, "q"),
        Part("prose", f"{HOSTILE} [x](javascript:alert(1)) [y](data:text/html,x) <b onclick=x>b</b>"),
        Part("figure", f"![{HOSTILE}](figures/a.png)\n\n{HOSTILE}"),
        Part("note", HOSTILE),
        Part("machine", HOSTILE),
        Part("table", f"| a | b |\n|---|---|\n| {HOSTILE} | c |"),
        Part("tldr", f"- {HOSTILE}"),
        Part("sources", f"1. {HOSTILE}"),
    )  # fmt: skip
    section = replace(
        edition.sections[0], label=HOSTILE, spoken=HOSTILE, title=HOSTILE, original_title=HOSTILE,
        parts=parts,
    )  # fmt: skip
    return replace(
        edition, subject=HOSTILE, preheader=HOSTILE, greeting=HOSTILE, teasers=(HOSTILE,),
        byline=HOSTILE, notice=HOSTILE, sections=(section,),
    )  # fmt: skip


def test_hostile_titles_inject_nothing_into_mail(house: House, english: EditionBody) -> None:
    """Markup in any word of an edition stays words: no element, handler or script address."""
    named = replace(house, name={"en": HOSTILE}, address=HOSTILE, tagline={"en": HOSTILE})
    html = Email(named).render(_hostile(english)).decode()
    assert "<script" not in html
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"|\'[^\']*\'', '""', html))
    assert not re.search(r'href="?\s*(javascript|data):', html)
    assert 'src="x"' not in html
    assert "&lt;script&gt;" in html


def test_hostile_titles_inject_nothing_into_markdown(house: House, english: EditionBody) -> None:
    """The front matter stays YAML with the very title; plain words stay escaped."""
    text = Web(house).render(_hostile(english)).decode()
    front = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
    assert front["title"] == HOSTILE
    assert front["render_with_liquid"] is False
    assert "## \\<script\\>" in text


def test_text_lines_keep_to_72_columns(
    house: House, english: EditionBody, chinese: EditionBody
) -> None:
    """No line of the text mail is wider, save one that is a single address."""
    for edition in (english, chinese):
        for line in Text(house).render(edition).decode().split("\n"):
            assert columns(line) <= 72 or "://" in line


def test_text_says_where_to_read_and_how_to_leave(house: House, english: EditionBody) -> None:
    """Web link at the top, the unsubscribe hole once in the foot, sources with addresses."""
    text = Text(house).render(english).decode()
    assert house.page(english.slug, english.locale) in "\n".join(text.split("\n")[:8])
    assert text.count(UNSUBSCRIBE_HOLE) == 1
    assert "[1] State Council" in text
    assert "<https://gov.example/opinions?a=1&b=2>" in text


def test_mail_is_light_and_whole(house: House, english: EditionBody) -> None:
    """Under 100 KB, the hole once, absolute pictures, dark colours, the language."""
    html = Email(house).render(english).decode()
    assert len(html.encode()) < 100_000
    assert html.count(UNSUBSCRIBE_HOLE) == 1
    assert 'src="https://letter.example/2025-09-05/figures/cartoon.png"' in html
    assert "prefers-color-scheme:dark" in html.replace(" ", "")
    assert '<html lang="en"' in html
    assert 'aria-label="In our feeds"' in html


def test_front_matter_names_the_date(house: House, english: EditionBody) -> None:
    """A static site generator reads a real date and finds the figures beside the page."""
    text = Web(house).render(english).decode()
    front = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
    assert (front["date"], front["lang"]) == (english.date, "en")
    assert "](../figures/cartoon.png)" in text
    assert "## \\_IN\\_OUR\\_FEEDS" in text
    assert "<div" not in text
