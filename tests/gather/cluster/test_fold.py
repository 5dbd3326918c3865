"""pressroom.gather.cluster.fold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.cluster.fold import fold, letters

SIMPLE = (
    "国务院关于深入实施人工智能行动的意见，了解、借口、背包、复苏、仿佛、干燥、著作、里面、发现头发"
)


def spelled(text: str) -> str:
    """What `letters` keeps, as a string; surrogate halves are put together again."""
    return letters(text).astype("<u2").tobytes().decode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize("name", ["s2t", "s2tw", "s2hk"])
def test_traditional_characters_become_simplified(name: str) -> None:
    """A text and its conversion by the phrase rules of Taiwan or Hong Kong fold alike."""
    from opencc import OpenCC

    assert fold(OpenCC(name).convert(SIMPLE)) == fold(SIMPLE)
    assert spelled(OpenCC(name).convert(SIMPLE)) == spelled(SIMPLE)


def test_width_case_and_punctuation_go() -> None:
    """Full width and half width, capitals, quotes, spaces and accents written in two."""
    assert fold("“ＡＩ＋” Comes\u3000home！\n") == "aicomeshome"
    assert spelled("“ＡＩ＋” Comes\u3000home！\n") == "aicomeshome"
    assert fold("e\u0301") == fold("é") == "é"


@given(st.text(st.characters(max_codepoint=0xFFFF)))
def test_a_character_gives_one_letter_at_most(text: str) -> None:
    """So that places in the letters are places in the text; a ligature is its first letter."""
    assert len(letters(text)) <= len(text)


@given(st.text())
def test_fold_is_its_own_fixed_point_for_plain_text(text: str) -> None:
    """Folding never fails, lone surrogates included, and folding Han twice changes nothing."""
    fold(text + "\ud800")
    assert fold(fold("漢字" + "歸來")) == fold("漢字歸來") == "汉字归来"
