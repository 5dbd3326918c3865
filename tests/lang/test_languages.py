"""pressroom.lang: what each language knows of itself."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.lang import SHIPPED, endonym, language
from pressroom.lang.han import has_han, script

EN, ZH, UND = language("en"), language("zh-Hans"), language("und")
HANT = language("zh-Hant")


def holes(words: str) -> list[str]:
    """The names between braces."""
    return sorted(re.findall(r"\{\w+\}", words))


def test_every_language_has_every_word() -> None:
    """No table lacks a word that another has, and the holes in its sentences agree."""
    for tag in SHIPPED:
        assert language(tag).words.keys() == EN.words.keys(), tag
        for key, words in language(tag).words.items():
            assert holes(words) == holes(EN.words[key]), (tag, key)


@pytest.mark.parametrize(
    ("tag", "table"), [("en-GB", EN), ("zh-Hant", HANT), ("zh", ZH), ("fr", UND), ("", UND)]
)
def test_any_tag_finds_a_table(tag: str, table: object) -> None:
    """A region or script falls back to its language, an unknown language to the neutral table."""
    assert language(tag) is table


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "English"), ("zh-Hans", "简体中文"), ("xx-bad-tag", "xx-bad-tag")]
)
def test_endonyms(tag: str, name: str) -> None:
    """A language is called what it calls itself; what is no tag is shown as it stands."""
    assert endonym(tag) == name


class TestEnglish:
    """Sentences, words, dates, handles."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
            ("Mr. Li of the U.S. Senate spoke. He left.", ["Mr. Li of the U.S. Senate spoke.", "He left."]),
            ("He said “yes.” Then (he left.) “Why?” she asked.", ["He said “yes.”", "Then (he left.)", "“Why?” she asked."]),
            ("It rose 3.5 points. 20 more came.", ["It rose 3.5 points.", "20 more came."]),
            ("a\n\n b. C", ["a b.", "C"]),
            ("", []),
        ],
    )  # fmt: skip
    def test_sentences(self, text: str, found: list[str]) -> None:
        """A full stop ends a sentence unless it is an abbreviation's; a closing quote stays with it."""
        assert EN.sentences(text) == found

    @given(st.text('ab AB.!?"”’) \n1'))
    def test_no_word_is_lost(self, text: str) -> None:
        """The sentences together are the text, gaps apart."""
        assert " ".join(EN.sentences(text)).split() == text.split()

    def test_count(self) -> None:
        """Words with hyphens and apostrophes are one each."""
        assert EN.count("It’s a well-known 5-year plan: AI+.") == 6

    def test_long_date(self) -> None:
        """Day, month, year."""
        assert EN.long_date(date(2025, 9, 5)) == "5 September 2025"

    @pytest.mark.parametrize(
        ("title", "word"),
        [
            ("The new Standards for AI", "standards"),
            ("What will China’s regulators do?", "chinas"),
            ("5G", "5g"),
            ("！？", "story"),
            ("Internationalisation", "internatio"),
        ],
    )
    def test_handle(self, title: str, word: str) -> None:
        """The first telling word of a title, typeable, at most ten letters."""
        assert EN.handle(title) == word


class TestChinese:
    """The same in Chinese."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("一。二！三？四", ["一。", "二！", "三？", "四"]),
            ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
            ("真的？！不会吧……再说。", ["真的？！", "不会吧……再说。"]),
            ("（见附件。“甲。”）乙。", ["（见附件。", "“甲。”）乙。"]),
            ("人工\n智能。AI 行动。", ["人工智能。", "AI 行动。"]),
            ("", []),
        ],
    )
    def test_sentences(self, text: str, found: list[str]) -> None:
        """The mark and the quotation mark that closes on it end a sentence; line ends draw no gap."""
        assert ZH.sentences(text) == found

    @given(st.text("一二。！？!?”’」』）“ \nA"))
    def test_no_character_is_lost(self, text: str) -> None:
        """The sentences together are the text, gaps apart."""
        assert "".join("".join(ZH.sentences(text)).split()) == "".join(text.split())

    def test_count(self) -> None:
        """Characters, a Latin word or a figure as one."""
        assert ZH.count("2025年，AI+行动，共12项。") == 8

    def test_long_date(self) -> None:
        """Year, month, day."""
        assert ZH.long_date(date(2025, 9, 5)) == "2025年9月5日"

    @pytest.mark.parametrize(
        ("title", "word"),
        [
            ("关于深入实施“人工智能+”行动的意见", "shenru"),
            ("DeepSeek发布新模型", "deepseek"),
            ("“十五五”规划", "shiwu"),
            ("2025", "story"),
        ],
    )
    def test_handle(self, title: str, word: str) -> None:
        """A Latin name in the title, else the pinyin of its first two characters."""
        assert ZH.handle(title) == word


class TestNeutral:
    """Any other language."""

    def test_by_unicode_alone(self) -> None:
        """Sentences, counts and dates hold without a table of their own."""
        assert UND.sentences("Où ? Ici. Là…  oui") == ["Où ?", "Ici.", "Là…", "oui"]
        assert UND.count("Où est-il ?") == 3
        assert UND.long_date(date(2025, 9, 5)) == "2025-09-05"


@pytest.mark.parametrize(
    ("run", "kind"), [("国家", "zh-Hans"), ("國家", "zh-Hant"), ("中文", "zh-Hant")]
)
def test_scripts(run: str, kind: str) -> None:
    """A run that fits one script is of it; one that fits both is the edition's own."""
    assert script(run, "zh-Hant") == kind
    assert has_han(run)
    assert not has_han("Latin, 。")
