"""pressroom.lang.zh_hant: the interface in traditional characters, in the words of Taiwan."""

from __future__ import annotations

from datetime import date

import hanzidentifier
import pytest

from pressroom.lang import language
from pressroom.lang.han import has_han

HANT, HANS = language("zh-Hant"), language("zh-Hans")


def test_its_own_table() -> None:
    """zh-Hant speaks for itself; nothing of it is in simplified characters."""
    assert "zh-Hant" in HANT.codes
    for key, words in HANT.words.items():
        if has_han(words):
            assert hanzidentifier.is_traditional(words), key
    assert HANT.words.keys() == HANS.words.keys()


def test_marks() -> None:
    """「」 open a quotation, 問 opens a turn, and the typing of either side is understood."""
    assert HANT.quotes[:2] == (("「", "」"), ("『", "』"))
    assert set(HANT.turn_marks) >= {"問", "Q"}
    assert "待補" in HANT.todo_words
    assert not HANT.spaced


def test_sentences_and_counts() -> None:
    """A closing 」 ends the sentence with its mark; characters are counted."""
    assert HANT.sentences("他說：「好。」然後走了。") == ["他說：「好。」", "然後走了。"]
    assert HANT.count("2025年，AI+行動") == 5


def test_long_date() -> None:
    """As Taiwan writes it."""
    assert HANT.long_date(date(2025, 9, 5)) == "2025年9月5日"


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("關於深入實施「人工智慧+」行動的意見", "shenru"),
        ("「十五五」規劃", "shiwu"),
        ("DeepSeek發布新模型", "deepseek"),
        ("2025", "story"),
    ],
)
def test_handle(title: str, word: str) -> None:
    """A Latin name in the title, else the pinyin of its first two characters."""
    assert HANT.handle(title) == word
