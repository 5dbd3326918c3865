"""A list into the readers' table: one transaction, a report a line, linear in the lines.

Whoever is in the table already, was forgotten, or is suppressed is kept as they are. Only
`update` changes anything of them: name, edition and tags of the active ones, where the line
gives them.
"""

from __future__ import annotations

import secrets
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.errors import UsageError
from pressroom.store import suppression, typos
from pressroom.store.mailing_list import Line, LineReport, Wanted, lines, wanted
from pressroom.store.records import gone_key
from pressroom.store.statements import run, run_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from pressroom.model import Locale
    from pressroom.store.mailing import Mailing

PAGE = 500
"""Lines a batch; two lookups, an insert and an update are made of it."""

KNOWN = "SELECT id, key, name, edition, tags, state FROM subscribers WHERE key IN :keys"

INSERT = """
    INSERT INTO subscribers (key, address, name, edition, token, state, added, early, tags,
        consent_at, consent_how, consent_ip, consent_words)
    VALUES (:key, :address, :name, :edition, :token, :state, :added, :early, :tags,
        :at, :how, :ip, :words)
    ON CONFLICT (key) DO NOTHING"""

UPDATE = """
    UPDATE subscribers SET name = :name, edition = :edition, tags = :tags
    WHERE id = :id AND state = 'active'"""

OURS = "SELECT key FROM subscribers WHERE token IN :tokens"

ONE_IMPORT = "SELECT pg_advisory_xact_lock(7464)"


class Work(NamedTuple):
    """What a batch needs to know: keys seen on earlier lines, the time, whether to update."""

    connection: Connection
    editions: Sequence[Locale]
    seen: dict[str, int]
    time: str
    file: str
    update: bool


def import_list(
    m: Mailing, path: Path, editions: Sequence[Locale], *, update: bool = False
) -> list[LineReport]:
    """Add the readers of a list; what became of each line, in its order.

    Raises StoreError when the file cannot be read as a list at all; nothing is kept then.
    """
    reports: list[LineReport] = []
    with m.write() as connection:
        if connection.dialect.name == "postgresql":
            run(connection, ONE_IMPORT)
        work = Work(connection, editions, {}, m.time(), path.name, update)
        for batch in _batches(lines(path)):
            reports += _import(work, batch)
    return reports


def _batches(rows: Iterable[Line]) -> Iterator[list[Line]]:
    every = iter(rows)
    while batch := list(islice(every, PAGE)):
        yield batch


def _import(work: Work, batch: list[Line]) -> list[LineReport]:
    reports: dict[int, LineReport] = {}
    new: list[tuple[Line, Wanted]] = []
    for line in batch:
        try:
            asked = wanted(line, work.editions)
        except UsageError as fault:
            reports[line.number] = line.report("refused", f"{fault}.")
            continue
        first = work.seen.setdefault(asked.key, line.number)
        if first == line.number:
            new.append((line, asked))
        else:
            reports[line.number] = line.report("kept", f"stands on line {first} already.")
    reports |= {report.line: report for report in _parted(work, new)}
    return [reports[line.number] for line in batch]


def _parted(work: Work, batch: list[tuple[Line, Wanted]]) -> Iterator[LineReport]:
    """Part the lines into new and known readers; write each kind at once."""
    keys = [asked.key for _, asked in batch]
    known = _known(work.connection, keys)
    stopped = suppression.why_not_all(work.connection, keys)
    new: list[tuple[Line, Wanted]] = []
    changes: list[dict[str, object]] = []
    for line, asked in batch:
        if row := known.get(asked.key) or known.get(gone_key(asked.key)):
            change = _change(row, asked) if work.update else {}
            changes += [change] if change else []
            yield line.report("changed") if change else line.report("kept", _why_kept(row, asked))
        elif why := stopped.get(asked.key):
            yield line.report("refused", _SUPPRESSED[why])
        else:
            new.append((line, asked))
    run_all(work.connection, UPDATE, changes)
    yield from _add(work, new)


_SUPPRESSED = {
    "complaint": "is suppressed (complaint). Leave it out; only `subscribers unsuppress` lifts it.",
    "bounce": "is suppressed (bounce). Leave it out, or let the reader subscribe again.",
    "request": "is suppressed (request). Leave it out; only the reader can come back.",
}


def _known(connection: Connection, keys: list[str]) -> dict[str, Row[Any]]:
    both = [*keys, *map(gone_key, keys)]
    return {row.key: row for row in run(connection, KNOWN, keys=both)} if both else {}


def _add(work: Work, new: list[tuple[Line, Wanted]]) -> Iterator[LineReport]:
    rows = [_row(work, asked) for _, asked in new]
    done = run_all(work.connection, INSERT, rows)
    taken = _lost(work.connection, rows) if done is not None and done.rowcount != len(rows) else ()
    for line, asked in new:
        if asked.key in taken:
            yield line.report("kept", "came in from elsewhere at the same moment, and was kept.")
            continue
        if asked.state == "complained":
            suppression.put(work.connection, asked.key, "complaint", work.time)
        yield line.report("added", typos.note(asked.address))


def _lost(connection: Connection, rows: list[dict[str, object]]) -> frozenset[object]:
    """The keys that somebody else inserted since we looked (PostgreSQL lets them)."""
    tokens = [row["token"] for row in rows]
    ours = {row.key for row in run(connection, OURS, tokens=tokens)}
    return frozenset(row["key"] for row in rows) - ours


def _row(work: Work, asked: Wanted) -> dict[str, object]:
    at, how, ip, words = asked.consent
    if not (at or how or words):
        how = f"import {work.file} {work.time[:10]}"
    return {
        "key": asked.key, "address": asked.address, "name": asked.name,
        "edition": asked.edition, "token": secrets.token_hex(16), "state": asked.state,
        "added": asked.added or work.time, "early": int(asked.early), "tags": asked.tags,
        "at": at, "how": how, "ip": ip, "words": words,
    }  # fmt: skip


def _change(row: Row[Any], asked: Wanted) -> dict[str, object]:
    """What `update` writes for a known reader; empty where nothing differs."""
    if row.state != "active":
        return {}
    told = {"name": asked.name, "edition": asked.edition, "tags": asked.tags}
    new = {k: told[k] if k in asked.given else getattr(row, k) for k in told}
    same = all(getattr(row, k) == new[k] for k in told)
    return {} if same else {"id": row.id} | new


def _why_kept(row: Row[Any], asked: Wanted) -> str:
    if row.state != "active":
        return f"is {row.state}, and stays so. Only the reader can come back."
    if row.edition != asked.edition:
        return (
            f"already reads {row.edition}, and was kept. "
            f"To change it: pressroom subscribers move {asked.address} {asked.edition}"
        )
    return ""
