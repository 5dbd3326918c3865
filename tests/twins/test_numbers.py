"""pressroom.twins.numbers: drift of numbers as findings."""

from __future__ import annotations

from pressroom.twins.numbers import number_drift


def test_an_altered_number_is_an_error_with_both_places() -> None:
    """Unmatched on both sides: one error that says where each number stands."""
    (drift,) = number_drift("in 2025 already", "en", "早在2024年", "zh-Hans")
    assert (drift.kind, drift.one_words, drift.other_words) == ("error", "2025", "2024")
    assert (drift.one_offset, drift.other_offset) == (3, 2)


def test_a_lost_number_is_a_warning_of_one_place() -> None:
    """Unmatched on one side alone: a warning, and no place on the other side."""
    (drift,) = number_drift("Week 22 of 24", "en", "第 22 周", "zh-Hans")
    assert (drift.kind, drift.one_words, drift.other_words) == ("warning", "24", "")
    assert drift.other_offset is None
    (added,) = number_drift("a long paper", "en", "66 页的论文", "zh-Hans")
    assert (added.one_words, added.other_words) == ("", "66")


def test_a_number_in_an_error_is_no_warning_as_well() -> None:
    """Each number is told once, errors first."""
    found = number_drift("5 of 24 in June", "en", "24 个中的 7 个", "zh-Hans")
    assert [(d.kind, d.one_words) for d in found] == [("error", "5"), ("warning", "June")]


def test_a_faithful_pair_has_no_findings() -> None:
    """What agrees by value is not mentioned."""
    assert number_drift("70% of 3.5 million", "en", "350万的七成", "zh-Hans") == []
