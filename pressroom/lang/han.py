"""Runs of Han characters: what they are, which script they are in, where they stand.

A third of short spans fit both scripts (面条 and 中文 do): those take the edition's own.
"""

from __future__ import annotations

import re
from functools import lru_cache

HAN = (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef\U00030000-\U000323af\u3005\u3007"
)
"""Unified ideographs and their extensions, for use within a character class."""

RUN = re.compile(rf"[{HAN}](?:[{HAN}·、，。；：？！“”‘’（）《》〈〉【】…—+0-9A-Za-z%]*[{HAN}])?")
"""A Han run with the punctuation, figures and Latin letters that stand inside it."""

HAN_ONLY = re.compile(rf"[{HAN}]+")


def has_han(text: str) -> bool:
    """Whether there is any Han character in the text."""
    return HAN_ONLY.search(text) is not None


@lru_cache(maxsize=4096)
def script(run: str, otherwise: str) -> str:
    """`zh-Hans` or `zh-Hant` for a run; `otherwise` where both fit or neither does."""
    import hanzidentifier

    kind = hanzidentifier.identify(run)
    if kind == hanzidentifier.SIMPLIFIED:
        return "zh-Hans"
    if kind == hanzidentifier.TRADITIONAL:
        return "zh-Hant"
    return otherwise
