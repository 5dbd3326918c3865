"""pressroom.check.run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pressroom import plugins
from pressroom.check.quote import RULE as QUOTE
from pressroom.check.run import run
from pressroom.check.syntax import RULE as SYNTAX
from pressroom.check.todo import RULE as TODO
from pressroom.check.unsigned import RULE as UNSIGNED
from pressroom.errors import PluginError
from pressroom.model import Finding, Proof, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUOTED = "He said “we shall certainly see about that” and left.\n"


class Told:
    """A rule that says what it was given."""

    def __init__(self, *findings: Finding) -> None:
        self.rule = "told"
        self.findings = findings

    def find(self, proof: Proof) -> Iterator[Finding]:
        """What it was given."""
        assert proof.slug
        yield from self.findings


class Broken:
    """A rule that fails."""

    rule = "broken"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Fails."""
        raise KeyError(proof.slug)


def finding(severity: Severity, path: str = "a.toml", line: int = 1) -> Finding:
    """A finding of the rule `told`."""
    return Finding("told", severity, path, line, "is wrong.")


def test_every_shipped_rule_answers_to_its_name(lay: Any) -> None:
    """Each name of the register loads an object that says the same name and can look."""
    for name in plugins.names("check"):
        rule = plugins.load("check", name, Path())
        assert rule.rule == name
        assert isinstance(list(rule.find(lay("## A {#a}\n\nWords.\n"))), list)


def test_findings_come_worst_first_then_by_place(lay: Any) -> None:
    """The order is severity, path, line; the same finding stands once."""
    look, stop = finding(Severity.LOOK), finding(Severity.STOP, "b.toml", 9)
    before, first = finding(Severity.BEFORE), finding(Severity.STOP, "b.toml", 2)
    assert run(lay(""), [Told(look, stop, before, first, stop)]) == [first, stop, before, look]


def test_a_rule_that_fails_is_named(lay: Any) -> None:
    """A failing rule is a plug-in error with its name, and how to go on without it."""
    with pytest.raises(PluginError, match=r'check "broken" failed \(KeyError.*check\.off'):
        run(lay(""), [Broken()])


def test_an_edition_that_is_not_due_has_notes_only(lay: Any, tell: Callable[..., Any]) -> None:
    """What would stop a due edition is worth a look in one that is later."""
    proof = lay({"briefs.en.md": "## A {#a}\n\nTK\n", "briefs.zh-Hans.md": "## 甲 {#a}\n\n待补\n"})
    assert tell(run(proof, [TODO])) == [
        ("stop", "briefs.en.md", 3),
        ("look", "briefs.zh-Hans.md", 3),
    ]


@pytest.mark.parametrize("colon", [":", "："])
def test_a_waiver_holds_within_its_block(lay: Any, tell: Callable[..., Any], colon: str) -> None:
    """A waived rule is silent in that block, and speaks in the next."""
    text = f"## A {{#a}}\n\n{QUOTED}\n%% allow quote{colon} heard by ourselves\n\n## B {{#b}}\n\n{QUOTED}"
    assert tell(run(lay(text), [QUOTE])) == [("stop", "briefs.en.md", 9)]


def test_a_waiver_leaves_other_rules_alone(lay: Any, tell: Callable[..., Any]) -> None:
    """Only the rule that is named is waived."""
    text = f"## A {{#a}}\n\nTK {QUOTED}\n%% allow quote: heard by ourselves\n"
    assert tell(run(lay(text), [QUOTE, TODO])) == [("stop", "briefs.en.md", 3)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("%% allow quote", "has no reason"),
        ("%% allow quote:  ", "has no reason"),
        ("%% allow qoute: heard", 'there is no rule "qoute". Did you mean "quote"?'),
        ("%% allow unsigned: in a hurry", "cannot be waived"),
    ],
)
def test_a_waiver_that_does_not_hold_is_a_finding(lay: Any, line: str, message: str) -> None:
    """No reason, no such rule, or a rule nobody may waive: the finding stays, with a note."""
    found = run(lay(f"## A {{#a}}\n\n{QUOTED}\n{line}\n"), [QUOTE])
    assert [(f.severity, f.rule) for f in found] == [
        (Severity.STOP, "quote"),
        (Severity.LOOK, "waiver"),
    ]
    assert message in found[1].message
    assert found[1].line == 5


def test_the_signature_cannot_be_waived(lay: Any) -> None:
    """A waiver takes no finding of syntax, unsigned or unsubscribe away."""
    proof = lay("## A\n\nWords.\n\n%% allow syntax: later\n")
    assert [f.rule for f in run(proof, [SYNTAX, UNSIGNED])] == ["syntax", "waiver"]


def test_other_notes_are_no_waivers(lay: Any) -> None:
    """A note to oneself that begins with `allow` in prose is left in peace."""
    assert run(lay("## A {#a}\n\nWords.\n\n%% allow for the delay: see Lin\n"), [QUOTE]) == []
