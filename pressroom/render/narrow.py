"""A verdict table turned on its side where a mail or a phone has no room for its columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST = 4
BAR = re.compile(r"(?<!\\)\|")


def narrow(table: str) -> str:
    """A pipe table with at most four columns, turned if that helps, else as it stands."""
    rows = [_cells(line) for line in table.strip().split("\n")]
    if len(rows) < 3 or len(rows[0]) <= WIDEST or len(rows) - 1 > WIDEST:  # noqa: PLR2004 - head, dashes, one row
        return table
    if any(len(row) != len(rows[0]) for row in rows):
        return table
    head, *body = zip(*(row for at, row in enumerate(rows) if at != 1), strict=True)
    return "\n".join(_line(cells) for cells in (head, ["---"] * len(head), *body))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in BAR.split(line.strip().removeprefix("|").removesuffix("|"))]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
