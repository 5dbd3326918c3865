"""pressroom.draft.disagree: dates and numbers on which sources differ."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pressroom.draft.disagree import disagreements, figures
from pressroom.model import Evidence, Item, ItemId, Locale

NOW = datetime(2025, 9, 2, tzinfo=UTC)


def item(name: str, text: str, locale: str = "en") -> Item:
    """An item with this text."""
    seen = Evidence("https://e.org/", NOW, "0" * 64)
    url = f"https://e.org/{name}"
    return Item(ItemId(name), url, "", Locale(locale), "o", "s", text, seen)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("on 1 September", [901]), ("on September 1, 2025", [901]), ("2025年9月1日起", [901]),
        ("自9月1日起施行", [901]), ("70 per cent", [0.7]), ("超过70%", [0.7]), ("百分之七十", []),
        ("百分之70", [0.7]), ("1.5万人", [15000]), ("15,000 people", [15000]),
        ("3亿元", [3e8]), ("300 million yuan", [3e8]), ("in 2025, of 3 points", []),
    ],
)  # fmt: skip
def test_figures_have_values(text: str, values: list[float]) -> None:
    """The same value however it is written; bare years and small counts are passed over."""
    assert [f.value for f in figures(text)] == values


def test_a_date_on_which_sources_differ_is_asked() -> None:
    """The same sentence with another day is a question that names both items and both days."""
    one = item("a", "The labelling measures take effect on 1 September across the country.")
    other = item("b", "The labelling measures take effect on 31 August across the country.")
    (question,) = disagreements([one, other])
    assert str(question) == "sources disagree on a date: 1 september [a], 31 august [b]"


def test_a_number_on_which_sources_differ_is_asked() -> None:
    """A percentage that differs in the same Chinese sentence is asked about."""
    one = item(
        "a", "到2027年，新一代智能终端、智能体等应用普及率超70%，产业规模快速增长。", "zh-Hans"
    )
    other = item(
        "b", "到2027年，新一代智能终端、智能体等应用普及率超17%，产业规模快速增长。", "zh-Hans"
    )
    assert [q.kind for q in disagreements([one, other])] == ["number"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rules take effect on 1 September.", "Rules take effect on September 1, says the office."),
        ("Sales rose 12 per cent in Beijing.", "Half of 40 factories closed in Shenzhen."),
        ("The fund holds 15,000 shares.", "The fund holds 15,000 shares; 300 people applied."),
    ],
)
def test_sources_that_agree_are_not_asked(one: str, other: str) -> None:
    """Another spelling, another subject, a fact that only one has: no question."""
    assert disagreements([item("a", one), item("b", other)]) == []


def test_languages_are_not_compared() -> None:
    """A Chinese and an English sentence have no words in common to compare."""
    one = item("a", "Measures take effect on 1 September.")
    other = item("b", "办法自8月31日起施行。", "zh-Hans")
    assert disagreements([one, other]) == []
