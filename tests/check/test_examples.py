"""The examples of docs/rules.md are true."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pressroom import plugins
from pressroom.check.run import run
from pressroom.model import Finding, Locale, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Proof

TOLD = tomllib.loads((Path(__file__).parents[2] / "docs/rules.toml").read_text(encoding="utf-8"))
ALONE = {name: rule for name, rule in TOLD.items() if "edition" in rule}
TEXT = "## A {#a}\n\nWords.\n\n"


class Kinds:
    """A rule that tells two kinds of findings apart."""

    rule = "twins"
    kinds = ("number", "short")

    def find(self, proof: Proof) -> Iterator[Finding]:
        """One finding of each kind, in the third line."""
        path = proof.name(proof.blocks[0].path)
        for kind in self.kinds:
            yield Finding("twins", Severity.LOOK, path, 3, f"{kind}: differs.")


def test_every_rule_has_its_page() -> None:
    """Each shipped rule says what it weighs, shows a wrong and a right passage, and its mending."""
    assert sorted(TOLD) == sorted(plugins.names("check"))
    for rule in TOLD.values():
        assert all(rule[key].strip() for key in ("weighs", "wrong", "right", "mend"))


@pytest.mark.parametrize("name", sorted(ALONE))
def test_an_example_is_what_it_says(name: str, lay: Any) -> None:
    """The rule finds the wrong passage and says nothing of the right one."""
    rule, told = plugins.load("check", name, Path()), ALONE[name]
    locale = Locale(told["edition"])
    file = f"briefs.{locale}.md"
    assert list(rule.find(lay({file: TEXT + told["wrong"]}, due=(locale,))))
    if "[@" not in told["right"]:
        assert not list(rule.find(lay({file: TEXT + told["right"]}, due=(locale,))))


@pytest.mark.parametrize(
    ("off", "line", "left"),
    [
        ((), "", ["number", "short"]),
        (("twins-short",), "", ["number"]),
        ((), "%% allow twins-number: rounded on purpose", ["short"]),
        ((), "%% allow twins: shortened on purpose", []),
    ],
)
def test_a_kind_has_a_fileof_its_own(
    off: tuple[str, ...], line: str, left: list[str], lay: Any
) -> None:
    """One kind of a rule is switched off or waived by itself, all of them by the rule's name."""
    proof = lay(f"## A {{#a}}\n\nWords.\n{line}\n")
    found = run(proof, [Kinds()], off)
    assert [f.message.partition(":")[0] for f in found if f.rule == "twins"] == left
