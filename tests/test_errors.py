"""pressroom.errors: what a person reads, and the exit code it means."""

from __future__ import annotations

import pytest

from pressroom import errors
from pressroom.errors import PressroomError, did_you_mean

USAGE = {"UsageError", "SettingsError", "PluginError"}


def test_exit_codes() -> None:
    """Wrong usage and settings end with 2, faults met at work with 1; all share one root."""
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    assert len(kinds) >= 10
    for kind in kinds:
        assert issubclass(kind, PressroomError)
        assert kind.exit_code == (2 if kind.__name__ in USAGE else 1)


@pytest.mark.parametrize(
    ("wrong", "known", "said"),
    [
        ("explaner", ["explainer", "tldr"], ' Did you mean "explainer"?'),
        ("xyz", ["b", "a"], " Known: a, b."),
        ("xyz", [], ""),
        ("", ["a"], " Known: a."),
    ],
)
def test_did_you_mean(wrong: str, known: list[str], said: str) -> None:
    """The nearest name is offered; without one, all names in order; without names, nothing."""
    assert did_you_mean(wrong, known) == said
    assert did_you_mean(wrong, iter(known)) == said
