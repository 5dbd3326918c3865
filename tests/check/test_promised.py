"""pressroom.check.promised."""

from __future__ import annotations

from typing import Any

from pressroom.check.promised import RULE, found

WAITING = (("How binding is a standard?", "2025-07-25", "explainer"),)


def test_an_unkept_promise_comes_back(lay: Any) -> None:
    """At line 1 of the section that made it, in the original, with the line that ends it."""
    (finding,) = found(lay("## A {#a}\n"), WAITING)
    assert finding.path == "issues/2025-09-05/explainer.en.md"
    assert (finding.severity.value, finding.line) == ("look", 1)
    assert "2025-07-25, explainer: “How binding is a standard?”" in finding.message
    assert finding.fix.endswith("%% kept: How binding is a standard?")


def test_a_promise_that_this_issue_keeps_is_silent(lay: Any) -> None:
    """Case and spaces do not matter."""
    text = "## A {#a}\n\nSo.\n\n%% kept: how binding  is a standard?\n"
    assert list(found(lay(text), WAITING)) == []


def test_nothing_promised_is_nothing_to_keep(lay: Any) -> None:
    """A proof without promises has no finding."""
    assert list(RULE.find(lay("## A {#a}\n"))) == []
