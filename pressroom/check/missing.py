"""What an edition lacks: a section, an opening, a subject, the words under a heading."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pressroom.check.rows import at, file
from pressroom.manuscript.folder import OPENING
from pressroom.manuscript.scan import is_private
from pressroom.model import BlockKind, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.model import Block, Locale, Proof


class Missing:
    """Sections and openings of due editions; bodies of all.

    A derived edition has what its source has, and lacks nothing of its own.
    """

    rule = "missing"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Missing files and subjects stop the send; an empty body is asked about."""
        for locale in (tag for tag in proof.due if tag not in proof.derived):
            for section in (*proof.sections, OPENING):
                if not _is_there(proof, section, locale):
                    yield _no_file(proof, section, locale)
                elif section != OPENING and not _has_words(proof, section, locale):
                    yield _no_words(proof, section, locale)
            yield from _no_subject(proof, locale)
        for _, blocks in groupby(proof.blocks, key=lambda b: b.path):
            yield from _empty(proof, list(blocks))


def _is_there(proof: Proof, section: str, locale: Locale) -> bool:
    """A file that could not be cut is there: another finding speaks of it."""
    path = file(proof, section, locale)
    return (section, locale) in proof.fronts or any(f.path == path for f in proof.faults)


def _has_words(proof: Proof, section: str, locale: Locale) -> bool:
    """Whether anything of a section is printed; a file that cannot be read is not judged."""
    path = file(proof, section, locale)
    mine = [b for b in proof.blocks if b.section == section and b.locale == locale]
    told = (row for b in mine for row in (b.head, *b.body.split("\n")))
    faulty = any(f.path == path for f in proof.faults)
    return faulty or any(row.strip() and not is_private(row) for row in told)


def _no_words(proof: Proof, section: str, locale: Locale) -> Finding:
    path, words = file(proof, section, locale), f'the {locale} edition has no word in "{section}".'
    fix = "write it, or set `required = false` for the section in newsletter.toml."
    return Finding("missing", Severity.STOP, path, 1, words, fix)


def _no_file(proof: Proof, section: str, locale: Locale) -> Finding:
    what = "has no opening" if section == OPENING else f'has no section "{section}"'
    return Finding(
        "missing", Severity.STOP, file(proof, section, locale), 1, f"the {locale} edition {what}.",
        f"pressroom draft {proof.slug}, or set the edition to later in issue.toml.",
    )  # fmt: skip


def _no_subject(proof: Proof, locale: Locale) -> Iterator[Finding]:
    front = proof.fronts.get((OPENING, locale))
    if front is not None and not str(front.get("subject") or "").strip():
        path = file(proof, OPENING, locale)
        fix = 'write subject: "..." between its "---" lines.'
        yield Finding("missing", Severity.STOP, path, 1, "the mail has no subject.", fix)


def _empty(proof: Proof, blocks: Sequence[Block]) -> Iterator[Finding]:
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if _says_nothing(block) and not _leads_on(block, after):
            fix = "write it, or delete the line above the gap."
            message = f"nothing stands under “{block.head}”."
            yield Finding("missing", Severity.BEFORE, *at(proof, block), message, fix)


def _says_nothing(block: Block) -> bool:
    if block.kind not in {BlockKind.HEADING, BlockKind.TURN}:
        return False
    return not any(row.strip() and not is_private(row) for row in block.body.split("\n"))


def _leads_on(block: Block, after: Block | None) -> bool:
    """Whether a heading is followed by what it heads: turns, lines, or deeper headings."""
    if block.kind is not BlockKind.HEADING or after is None:
        return False
    return after.kind is not BlockKind.HEADING or after.level > block.level


RULE = Missing()
