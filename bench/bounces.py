"""How many real bounces, complaints and auto-replies are read right, and how fast.

    python bench/bounces.py FOLDER LABELS [ORDINARY]

FOLDER holds one mail a file (`NAME.eml`). LABELS is a tab-separated table: NAME, kind (`bounce`,
`complaint`, `auto-reply`, `none`), the addresses it may be about (`|` between, empty where the
mail hides them), the class of its status (4, 5, or empty where it has no code). ORDINARY is a
folder of mails that are none of these. Where flufl.bounce is installed, its addresses are counted
over the same mails.
"""

from __future__ import annotations

import csv
import re
import sys
import time
from email import message_from_bytes
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from pressroom.send.bounces.verdict import Verdict, read_bounce

FIELDS = re.compile(rb"(?is)content-type:\s*message/(?:global-)?delivery-status.*?(?=\n--)")
KIND = {"4": "soft", "5": "hard"}


class Label(NamedTuple):
    """What a mail is, by hand."""

    name: str
    kind: str
    addresses: str
    klass: str

    @property
    def among(self) -> set[str]:
        """The addresses that are right."""
        return set(self.addresses.lower().split("|"))


def main() -> None:
    """Read all mails once, and print the figures and every mail that was read wrong."""
    folder, labels = Path(sys.argv[1]), Path(sys.argv[2])
    with labels.open(encoding="utf-8", newline="") as file:
        rows = [Label(*row) for row in csv.reader(file, delimiter="\t")]
    mails = {row: (folder / f"{row.name}.eml").read_bytes() for row in rows}
    start = time.perf_counter()
    verdicts = {row: read_bounce(data) for row, data in mails.items()}
    spent = time.perf_counter() - start
    bounces(verdicts)
    for kind in ("complaint", "auto-reply", "none"):
        told(kind, {r: v.kind == kind for r, v in verdicts.items() if r.kind == kind}, verdicts)
    words_alone(mails)
    print(f"{len(mails) / spent:.0f} mails a second")
    if len(sys.argv) > 3:
        ordinary(Path(sys.argv[3]))
    peer(mails)


def bounces(verdicts: dict[Label, Verdict]) -> None:
    """Bounces recognised with the right address, and those of a known class with that kind."""
    mine = {row: v for row, v in verdicts.items() if row.kind == "bounce"}
    found = {
        row: v.kind in {"hard", "soft"} and v.address.lower() in row.among
        for row, v in mine.items()
    }
    told("bounce with the right address", found, verdicts)
    classed = {row: v.kind == KIND[row.klass] for row, v in mine.items() if row.klass}
    told("kind by class", classed, verdicts)


def told(what: str, right: dict[Label, bool], verdicts: dict[Label, Verdict]) -> None:
    """One line of figures, and a line for each mail that was read wrong."""
    print(
        f"{what}: {sum(right.values())} of {len(right)} ({100 * sum(right.values()) / max(len(right), 1):.1f}%)"
    )
    for row, good in right.items():
        if not good:
            verdict = verdicts[row]
            print(
                f"    {row.name}: {verdict.kind} {verdict.address} {verdict.status}, not {row[1:]}"
            )


def words_alone(mails: dict[Label, bytes]) -> None:
    """The same bounces with the machine-readable part taken out: what the words alone say."""
    cut = {row: FIELDS.sub(b"Content-Type: image/x-none\n\n", data) for row, data in mails.items()}
    read = {row: read_bounce(data) for row, data in cut.items() if data != mails[row]}
    right = sum(v.address.lower() in row.among for row, v in read.items())
    kinds = [v.kind == KIND[row.klass] for row, v in read.items() if row.klass]
    print(f"by words alone: address {right} of {len(read)}, kind {sum(kinds)} of {len(kinds)}")


def ordinary(folder: Path) -> None:
    """Mails that are no bounces: each that was taken for one is named."""
    kinds = {path.name: read_bounce(path.read_bytes()).kind for path in folder.iterdir()}
    wrong = {name: kind for name, kind in kinds.items() if kind != "none"}
    print(f"ordinary mails left alone: {len(kinds) - len(wrong)} of {len(kinds)} {wrong or ''}")


def peer(mails: dict[Label, bytes]) -> None:
    """The addresses that flufl.bounce finds in the same bounces."""
    try:
        detector = import_module("flufl.bounce")
    except ModuleNotFoundError:
        return
    mine = {row: data for row, data in mails.items() if row.kind == "bounce"}
    hits = 0
    for row, data in mine.items():
        permanent = detector.all_failures(message_from_bytes(data))
        found = {one.decode("latin-1").lower() for group in permanent for one in group}
        hits += bool(found & row.among)
    print(f"flufl.bounce: {hits} of {len(mine)} addresses ({100 * hits / len(mine):.1f}%)")


if __name__ == "__main__":
    main()
