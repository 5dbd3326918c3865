"""Runs the rules over an issue, and weighs what they found: waivers, editions not due, order."""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.rows import at, close
from pressroom.errors import PluginError
from pressroom.model import Finding, Severity
from pressroom.plugins import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pressroom.model import Block, Call, Check, Proof

NEVER = frozenset({"syntax", "unsigned", "unsubscribe"})
"""Rules that nobody may waive: the file, the signature, the way out."""
ALLOW = re.compile(r"^allow[ \t]+(?P<rule>[a-z][a-z0-9_-]*)[ \t]*(?:[:：][ \t]*(?P<reason>.*))?$")
EDITION = re.compile(r"\.(?P<locale>[A-Za-z0-9-]+)\.md$")
ORDER = {severity: place for place, severity in enumerate(Severity)}
KNOWN = frozenset(SHIPPED["check"])


class Waiver(NamedTuple):
    """A rule that an editor set aside in one block, by the block's path and lines."""

    rule: str
    path: str
    lines: range

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is of this rule, or this kind of it, and within this block."""
        named = self.rule in names(finding)
        return named and finding.path == self.path and finding.line in self.lines


def names(finding: Finding) -> tuple[str, str]:
    """What a finding is waived or switched off by: its rule, and its kind as `twins-number`."""
    kind, colon, _ = finding.message.partition(": ")
    return finding.rule, f"{finding.rule}-{kind}" if colon else ""


def kinds(rules: Iterable[Check]) -> frozenset[str]:
    """The names of the kinds of findings that rules tell apart."""
    return frozenset(f"{rule.rule}-{kind}" for rule in rules for kind in getattr(rule, "kinds", ()))


def run(proof: Proof, rules: Iterable[Check], off: Collection[str] = ()) -> list[Finding]:
    """Every finding that stands, worst first; PluginError when a rule itself fails.

    `off` are kinds of findings that the newsroom leaves out, such as `twins-short`.

    Within a severity the order is path, line, rule. An edition that is not due has notes
    only. A waiver that does not hold is a finding of its own, under the rule `waiver`.
    """
    active = list(rules)
    known = KNOWN | {rule.rule for rule in active} | kinds(active)
    waivers, wrong = _waivers(proof, known)
    with _uncollected():
        found = [f for rule in active for f in _asked(rule, proof)]
    left = (f for f in found if not off or not set(names(f)).intersection(off))
    kept = [f for f in left if not any(w.covers(f) for w in waivers)]
    weighed = (_weighed(f, proof) for f in (*kept, *wrong))
    return sorted(dict.fromkeys(weighed), key=_order)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rules make many small values and no cycles: looking for such took a tenth of their time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _order(finding: Finding) -> tuple[int, str, int, str]:
    return ORDER[finding.severity], finding.path, finding.line, finding.rule


def _asked(rule: Check, proof: Proof) -> list[Finding]:
    try:
        return list(rule.find(proof))
    except Exception as fault:
        raise PluginError(
            f'The check "{rule.rule}" failed ({type(fault).__name__}: {fault}). '
            f'Mend it, or switch it off: check.off = ["{rule.rule}"].'
        ) from fault


def _weighed(finding: Finding, proof: Proof) -> Finding:
    edition = EDITION.search(finding.path)
    if edition and edition["locale"] not in proof.due:
        return replace(finding, severity=Severity.LOOK)
    return finding


# --- waivers ---


def _waivers(proof: Proof, known: frozenset[str]) -> tuple[list[Waiver], list[Finding]]:
    good, wrong = [], []
    for call, rule, reason in _allowed(proof):
        if problem := _problem(rule, reason, known):
            wrong.append(Finding("waiver", Severity.LOOK, *at(proof, call), *problem))
        else:
            path, _ = at(proof, call)
            good.append(Waiver(rule, path, _lines(proof, call)))
    return good, wrong


def _allowed(proof: Proof) -> Iterator[tuple[Call, str, str]]:
    for call in proof.calls:
        if call.form == "private" and (found := ALLOW.match(call.rest)):
            yield call, found["rule"], (found["reason"] or "").strip()


def _problem(rule: str, reason: str, known: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong with a waiver and what to do; None when it holds."""
    if rule not in known:
        return f'there is no rule "{rule}".{close(rule, known)}', "name a rule, or delete the line."
    if rule in NEVER:
        return f'"{rule}" cannot be waived.', "mend what it found, and delete this line."
    if not reason:
        return f'the waiver of "{rule}" has no reason.', f"%% allow {rule}: why."
    return None


def _lines(proof: Proof, call: Call) -> range:
    here = (_extent(b) for b in proof.blocks if b.path == call.path)
    return next((lines for lines in here if call.line in lines), range(call.line, call.line + 1))


def _extent(block: Block) -> range:
    rows = block.body.count("\n") + (not block.body.endswith("\n"))
    return range(block.line, block.body_line + rows)
