"""Locators: `[@id, p. 12]` and `[@id, ¶ 3]` must lead to a page or paragraph that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.check.rows import at
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Call, CitedItem, Proof

PAGE = re.compile(
    r"^(?:pp?\.?\s*|第)(\d{1,5})(?:\s*[-–—至到]\s*(\d{1,5}))?\s*[页頁]?$", re.IGNORECASE
)
PARAGRAPH = re.compile(
    r"^(?:¶{1,2}\s*|paras?\.?\s*|第)(\d{1,5})(?:\s*[-–—至到]\s*(\d{1,5}))?\s*[段]?$", re.IGNORECASE
)
FORMS = "write p. 12, pp. 12-14, ¶ 3, 第12页 or 第3段."


class Locator:
    """Places within a source that the source does not have."""

    rule = "locator"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Every locator of every citation, as far as the source's extent is known."""
        for call in proof.calls:
            if call.form == "cite" and call.rest and (item := proof.sources.get(call.target)):
                yield from _judged(proof, call, item)


def _judged(proof: Proof, call: Call, item: CitedItem) -> Iterator[Finding]:
    place = at(proof, call)
    unit, span = read(call.rest)
    if not unit:
        message = f'"{call.rest}" is no locator: no page, no paragraph.'
        yield Finding("locator", Severity.LOOK, *place, message, FORMS)
        return
    if span[1] < span[0] or span[0] < 1:
        message = f'"{call.rest}" runs backwards, or starts before the first.'
        yield Finding("locator", Severity.STOP, *place, message, FORMS)
    elif problem := _beyond(unit, span[1], item):
        fix = f"look it up: {item.url}"
        yield Finding("locator", Severity.STOP, *place, f'"{call.rest}": {problem}', fix)


def read(locator: str) -> tuple[str, tuple[int, int]]:
    """`page` or `paragraph` with its first and last number; an empty unit for anything else.

    >>> read("pp. 12-14")
    ('page', (12, 14))
    """
    words = locator.strip()
    forms = [("paragraph", PARAGRAPH), ("page", PAGE)]
    if words.endswith(("页", "頁")):
        forms = [("page", PAGE)]
    for unit, form in forms:
        if found := form.match(words):
            return unit, (int(found[1]), int(found[2] or found[1]))
    return "", (0, 0)


def _beyond(unit: str, last: int, item: CitedItem) -> str:
    if not item.pages and not item.paragraphs:
        return ""
    if unit == "page" and not item.pages and last > 1:
        return f"{item.id} has no pages; it has {item.paragraphs} paragraphs (¶)."
    extent = item.pages if unit == "page" else item.paragraphs
    if extent and last > extent:
        return f"{item.id} has {extent} {unit}s."
    return ""


RULE = Locator()
