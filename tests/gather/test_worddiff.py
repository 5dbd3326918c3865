"""pressroom.gather.worddiff: compact, right, and in time that grows with the texts only."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.worddiff import LARGEST, word_diff

WORDS = st.lists(
    st.sampled_from([*"企业三万家。", "The ", "firm ", "said. ", "3.5 ", "\n\n"]), max_size=40
)


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ("", "", ""),
        ("The same.", "The  same.\n", ""),
        ("", "New text.", "{+New text.+}"),
        ("Old text.", "", "[-Old text.-]"),
        ("共有3万家企业。", "共有5万家企业。", "共有[-3-]{+5+}万家企业。"),
        ("10月1日前完成", "12月1日前完成", "[-10-]{+12+}月1日前完成"),
        (
            "Growth of 3.5% was seen.",
            "Growth of 3.8% was seen.",
            "Growth of [-3.5-]{+3.8+}% was seen.",
        ),
        ("He said no today.", "He said yes, twice, today.", "He said [-no-]{+yes, twice,+} today."),
        ("负责人张三表示，继续。", "有关负责人表示，继续。", "{+有关+}负责人[-张三-]表示，继续。"),
        ("One. Two goes. Three.", "One. Three.", "One. [-Two goes.-] Three."),
    ],
)
def test_what_is_shown(old: str, new: str, diff: str) -> None:
    """Characters in Chinese, words in English, sentences that came or went whole."""
    assert word_diff(old, new) == diff


def test_context_is_cut() -> None:
    """Two changes far apart stand on two lines, with a few words around each."""
    middle = " ".join(f"word{n}" for n in range(99))
    found = word_diff(f"It rose. {middle}. It ended.", f"It fell. {middle}. It began.")
    first, second = found.split("\n")
    assert first.startswith("It [-rose-]{+fell+}. word0 ")
    assert second.endswith(" word98. It [-ended-]{+began+}.")
    assert len(found) < 150


@given(old=WORDS, new=WORDS)
def test_only_what_is_there_is_shown(old: list[str], new: list[str]) -> None:
    """Nothing is empty only where the words agree; what is marked stands in its own text."""
    before, after = "".join(old), "".join(new)
    found = word_diff(before, after)
    assert (found == "") == ("".join(before.split()) == "".join(after.split()) or not found)
    if "".join(before.split()) != "".join(after.split()):
        assert found
    for text, marks in ((before, r"\[-(.*?)-\]"), (after, r"\{\+(.*?)\+\}")):
        for words in re.findall(marks, found):
            assert "".join(words.split()) in "".join(text.split())


def test_a_paragraph_break_that_went_takes_no_words_with_it() -> None:
    """What stayed on either side of a lost line end is shown."""
    assert word_diff("企业\n\n企", "业企") == "[-企-]业企"


@given(old=WORDS, new=WORDS)
def test_the_diff_gives_back_both_texts(old: list[str], new: list[str]) -> None:
    """Where nothing is cut, taking one kind of marks away leaves the old text or the new."""
    before, after = "".join(old), "".join(new)
    found = word_diff(before, after)
    if not found or "…" in found or "\n" in found:
        return
    was = re.sub(r"\{\+.*?\+\}", "", found).replace("[-", "").replace("-]", "")
    now = re.sub(r"\[-.*?-\]", "", found).replace("{+", "").replace("+}", "")
    assert "".join(was.split()) == "".join(before.split())
    assert "".join(now.split()) == "".join(after.split())


def hard(kind: str) -> tuple[str, str]:
    """Two long texts that make a careless comparison slow."""
    dice, n = random.Random(1), 100_000
    sentences = [f"u{i}. " for i in range(n)]
    if kind == "shuffled":
        other = sentences[:]
        dice.shuffle(other)
        return "".join(sentences), "".join(other)
    if kind == "repeated":
        return "a b. " * n, "b a. " * n
    if kind == "one sentence":
        return "ab " * n, "ba " * n
    return "".join(sentences), "".join(f"u{i + n * (i % 2)}. " for i in range(n))


@pytest.mark.parametrize("kind", ["shuffled", "repeated", "one sentence", "every other"])
def test_hard_texts_take_bounded_time(kind: str) -> None:
    """Half a million characters on either side, in seconds and some thousand characters."""
    old, new = hard(kind)
    start = time.process_time()
    found = word_diff(old, new)
    assert time.process_time() - start < 5
    assert 0 < len(found) < 5000


def test_beyond_the_bound_it_says_so() -> None:
    """A change behind the compared part is not passed over in silence."""
    text = "Words. " * (LARGEST // 6)
    assert word_diff(text, text + "More.").startswith("(The first 1,000,000 characters")
