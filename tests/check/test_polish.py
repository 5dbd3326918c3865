"""pressroom.check.polish."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.check.inked import stretches
from pressroom.check.polish import Style, leaning, polish
from pressroom.check.spacing import wrong
from pressroom.check.width import edits
from pressroom.errors import ManuscriptError
from pressroom.manuscript.file import parse
from pressroom.manuscript.folder import calls
from pressroom.model import Call, Locale

CURLY = Style(curly=True)
PIECES = st.sampled_from(
    [*"\"'“”‘’「」《》,.;:?!()，。；：？！（）[]`\\ \n\r#>|*_-%@&<{~", "a", "It's", "AI", "5", "因", "地制宜",
     "Ａ", "[[", "]]", "[@a]", '](b "c")', "![[", "https://e.org/", "```\n", "~~~\n", "---\n", "\n\n",
     "%% ", "## ", "{#a}", "Q: ", "问：", "> ", "- ", "    ", "2025年", '<a href="x">', "][x]"]
)  # fmt: skip
SOUP = st.lists(PIECES, max_size=40).map("".join)
LOCALES = st.sampled_from(["en", "zh-Hans", "zh-Hant", "es", "ja"])
STYLES = st.builds(
    Style, st.sampled_from(["none", "space", "any"]), st.sampled_from([True, False, None])
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"One" [@b] and "two"', "“One” [@b] and “two”"),
        ("It's `it's` [x](y \"it's\")", "It’s `it's` [x](y \"it's\")"),
        ("“It's” said [@a]", "“It's” said [@a]"),
        ("> It's so [@a]", "> It's so [@a]"),
        ("> It's so", "> It’s so"),
        ("```\nit's\n```\n\nit's", "```\nit's\n```\n\nit’s"),
        ("x `a\nit's` it's", "x `a\nit's` it’s"),
        ("%% it's\nit's", "%% it's\nit’s"),
        ("---\ntitle: it's\n---\nit's", "---\ntitle: it's\n---\nit’s"),
        ("## It's \"one\" {#a}\r\n\r\nit's\r\n", "## It’s “one” {#a}\r\n\r\nit’s\r\n"),
        ("    it's code\n\nit's", "    it's code\n\nit’s"),
        ("[[it's|it's]] \\'", "[[it's|it's]] \\'"),
        ("China，which", "China, which"),
        ("```\nit's", "```\nit's"),
    ],
)
def test_english_marks_turn_curly_and_nothing_else(text: str, expected: str) -> None:
    """Front matter, code, notes, shorthands, titles of links, sourced quotations stay."""
    assert polish(text, "en", CURLY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("问:谁来,协调? {#q4}\n", "问:谁来，协调？ {#q4}\n"),
        ("问：谁来 {#q4}\n\n用AI,好.\n", "问：谁来 {#q4}\n\n用 AI,好。\n"),
        ("见[[AI,法]][@a, p. 7]，好,好", "见[[AI,法]][@a, p. 7]，好，好"),
        ("《用AI,好》,见", "《用AI,好》，见"),
        ("达.芬奇", "达.芬奇"),
        ("It's 因", "It's 因"),
        ("> [!WARNING] 自杀,求助\n> 好,好", "> [!WARNING] 自杀,求助\n> 好，好"),
    ],
)
def test_chinese_is_mended_as_the_house_sets(text: str, expected: str) -> None:
    """Widths between Han, spaces at borders; turn marks, shorthands and titles stay."""
    assert polish(text, "zh-Hans", Style("space")) == expected


def test_spaces_go_or_come_only_if_the_house_says_so() -> None:
    """With `any` nothing is spaced anew."""
    text = "用AI 做 3 件事"
    assert polish(text, "zh-Hans", Style("none")) == "用AI做3件事"
    assert polish(text, "zh-Hans", Style("space")) == "用 AI 做 3 件事"
    assert polish(text, "zh-Hans", Style("any")) == polish(text, "zh-Hans") == text


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ('“甲”，"乙"', "zh-Hans", "“甲”，“乙”"),
        ('「甲」，"乙"', "zh-Hant", "「甲」，「乙」"),
        ('「甲」，「乙」，"丙"', "zh-Hans", "「甲」，「乙」，「丙」"),
        ('"甲"', "zh-Hans", '"甲"'),
        ('“甲”，`"乙"`，[丙](https://e.org/ "丁")', "zh-Hans", None),
        ('“甲”，它说“用"乙"”[@a]', "zh-Hans", None),
    ],
)
def test_straight_pairs_of_chinese_become_the_editions_own(
    text: str, locale: str, expected: str | None
) -> None:
    """“” or 「」, as the edition has them; code, titles of links, sourced words stay."""
    assert polish(text, locale) == (expected or text)
    lean = leaning([text], locale)
    assert polish(text, locale, lean) == (expected or text)


def test_chinese_turns_to_the_languages_own_marks_if_told() -> None:
    """With `curly` set and no marks named, the first of the language's table."""
    assert polish('"甲"', "zh-Hant", CURLY) == "「甲」"
    assert polish('"甲"', "zh-Hans", CURLY) == "“甲”"


def test_straight_marks_turn_only_where_most_are_curly() -> None:
    """By the text itself, or by the edition's leaning over all its files."""
    assert polish("“a” it's", "en") == "“a” it’s"
    assert polish('it’s "a"', "en") == 'it’s "a"'  # fmt: skip
    assert leaning(["it's", "---\nt: 1\n---\n“a”"], "en").curly
    assert not leaning(["it's", "---\ntitle: “aaa” “b”\n---\n", "```\n“"], "en").curly
    assert leaning([], "zh-Hans", Style("none")) == Style("none", curly=False)


@given(SOUP | st.text(max_size=80), LOCALES, STYLES)
def test_polishing_twice_is_polishing_once(text: str, locale: str, style: Style) -> None:
    """What has been polished has nothing left to polish."""
    once = polish(text, locale, style)
    assert polish(once, locale, style) == once


@given(SOUP, STYLES)
def test_what_rules_call_mechanical_is_gone_afterwards(text: str, style: Style) -> None:
    """After polishing no paragraph has a sure fault of width or a border against the house."""
    try:
        after = parse(polish(text, "zh-Hans", style), Path("/n/a.zh-Hans.md"), Locale("zh-Hans"))
    except ManuscriptError:
        return
    for words in (words for block in after.blocks for _, words in stretches(block)):
        assert [e for e in edits(words, "zh-Hans") if e.is_sure] == []
        assert wrong(words, style.han_latin_space) == []


def met(text: str, locale: str) -> list[Call] | None:
    """Every shorthand of a manuscript, cross-references included; None if it cannot be read."""
    path = Path(f"/newsroom/a.{locale}.md")
    try:
        return list(calls(parse(text, path, Locale(locale))))
    except ManuscriptError:
        return None


@given(SOUP, LOCALES, STYLES)
def test_every_shorthand_and_line_comes_through(text: str, locale: str, style: Style) -> None:
    """The same calls on the same lines with the same targets, and as many lines."""
    after = polish(text, locale, style)
    assert after.count("\n") == text.count("\n")
    before, now = met(text, locale), met(after, locale)
    assert (before is None) == (now is None)
    assert [c[:2] + c[4:] for c in now or ()] == [c[:2] + c[4:] for c in before or ()]


@given(SOUP.filter(lambda t: "`" not in t and "\n" not in t and t.strip()), LOCALES, STYLES)
def test_code_is_never_touched(inner: str, locale: str, style: Style) -> None:
    """Whatever stands in a code span or fence is there afterwards."""
    assert f"`` {inner} ``" in polish(f"因 `` {inner} `` 因", locale, style)
    assert f"\n{inner}\n" in polish(f"~~~~~~\n{inner}\n~~~~~~\n", locale, style)


@given(st.text(st.characters(exclude_characters="\"'", exclude_categories=["Cs"])))
def test_english_without_straight_marks_stays(text: str) -> None:
    """Where there is nothing to mend, every byte is as it was."""
    plain = "".join(c for c in text if not "\uff01" <= c <= "\uff60" and c != "。")
    assert polish(plain, "en", CURLY) == plain


@pytest.mark.parametrize(
    "unit", ['"', "'", "“", "[[", "](", "因,", "(因", "《", "a因", "<a", "&a", "`"]
)
def test_a_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    """Twenty thousand of anything in one paragraph are done in a blink."""
    started = time.process_time()
    polish(unit * 20_000, "zh-Hans", Style("space"))
    polish(unit * 20_000, "en", CURLY)
    assert time.process_time() - started < 3
