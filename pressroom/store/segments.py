"""A part of the readers, in a line of words: `tag:press -tag:staff edition:en joined:>2025`.

Each word narrows further; `-` before one turns it round; commas mean any of them. What is
asked for is bound as a value, never written into the statement.

    tag:press          has the tag                edition:en,zh-Hans   reads one of these
    state:active       stands so                  domain:qq.com        has an address there
    joined:>2025-01    came after that month      joined:2025-09-05    on that day
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pressroom.errors import UsageError, did_you_mean
from pressroom.store.mailing_list import clean, normal_address, tags
from pressroom.store.records import COLUMNS, STATES, record
from pressroom.store.statements import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pressroom.store.mailing import Mailing
    from pressroom.store.records import Record

MOST_WORDS = 40
MOST_LETTERS = 1000

_JOINED = re.compile(r"(<=|>=|<|>|)(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class Segment(NamedTuple):
    """Conditions for a WHERE, and the values that they bind (names begin with `seg`)."""

    where: str
    values: dict[str, object]


def segment(text: str, table: str = "subscribers") -> Segment:
    """The conditions that a line of words means; no words: everyone who was not forgotten.

    `table` is how the statement names the readers' table. Raises UsageError for a word that
    means nothing.
    """
    words = clean(text).split()
    if len(words) > MOST_WORDS or len(text) > MOST_LETTERS:
        raise UsageError(f"A segment has at most {MOST_WORDS} words. Use tags for what is longer.")
    parts, values = [f"{table}.state <> 'forgotten'"], dict[str, object]()
    for number, word in enumerate(words):
        part, bound = _condition(word, f"{table}.", f"seg{number}_")
        parts.append(part)
        values |= bound
    return Segment(" AND ".join(parts), values)


def find(m: Mailing, chosen: Segment) -> list[Record]:
    """The readers of a segment, in the order they came."""
    sql = f"SELECT {COLUMNS} FROM subscribers WHERE {chosen.where} ORDER BY id"  # noqa: S608
    with m.read() as connection:
        return [record(row) for row in run(connection, sql, **chosen.values)]


def count(m: Mailing, chosen: Segment) -> int:
    """How many readers a segment has."""
    sql = f"SELECT count(*) FROM subscribers WHERE {chosen.where}"  # noqa: S608 - see segment
    with m.read() as connection:
        return int(run(connection, sql, **chosen.values).scalar_one())


def _condition(word: str, table: str, prefix: str) -> tuple[str, dict[str, object]]:
    minus, bare = word.startswith("-"), word.removeprefix("-")
    name, colon, text = bare.partition(":")
    if not colon or name not in _WORDS:
        raise UsageError(f'"{word[:80]}" is no word of a segment.{did_you_mean(name, _WORDS)}')
    wanted = [one for one in text.split(",") if one]
    if not wanted:
        raise UsageError(f'"{word[:80]}" names nothing. Write for example {_WORDS[name][1]}')
    parts, values = [], dict[str, object]()
    for number, one in enumerate(wanted):
        part, bound = _WORDS[name][0](one, f"{prefix}{number}")
        parts.append(part.replace("~", table))
        values |= bound
    some = f"({' OR '.join(parts)})"
    return f"NOT {some}" if minus else some, values


def _tag(text: str, name: str) -> tuple[str, dict[str, object]]:
    tag = "".join(tags(text))
    return f"' ' || ~tags || ' ' LIKE :{name} ESCAPE '!'", {name: f"% {_literal(tag)} %"}


def _edition(text: str, name: str) -> tuple[str, dict[str, object]]:
    return f"lower(~edition) = :{name}", {name: text.lower()}


def _state(text: str, name: str) -> tuple[str, dict[str, object]]:
    if text not in STATES:
        raise UsageError(f'There is no state "{text[:80]}".{did_you_mean(text, STATES)}')
    return f"~state = :{name}", {name: text}


def _domain(text: str, name: str) -> tuple[str, dict[str, object]]:
    """By the part after the @-sign, which is kept in lower case and A-labels."""
    try:
        kept = normal_address(f"a@{text}").partition("@")[2]
    except UsageError:
        raise UsageError(f'"{text[:80]}" is no domain. Write for example example.org') from None
    return f"~address LIKE :{name} ESCAPE '!'", {name: f"%@{_literal(kept)}"}


def _joined(text: str, name: str) -> tuple[str, dict[str, object]]:
    """By the time they came: text compared with text, both ISO 8601 in UTC."""
    start, end, sign = _days(text)
    low, high = f"~added >= :{name}_a", f"~added < :{name}_b"
    first: dict[str, object] = {f"{name}_a": start}
    last: dict[str, object] = {f"{name}_b": end}
    ranges: dict[str, tuple[str, dict[str, object]]] = {
        "": (f"({low} AND {high})", first | last),
        ">": (low, {f"{name}_a": end}),
        "<": (high, {f"{name}_b": start}),
        ">=": (low, first),
        "<=": (high, last),
    }
    return ranges[sign]


def _days(text: str) -> tuple[str, str, str]:
    """The first day of a year, month or day, the first after it, and the sign before it."""
    found = _JOINED.fullmatch(text)
    try:
        year, month, day = (int(n or 0) for n in found.groups()[1:]) if found else (0, 0, 0)
        start = date(year, month or 1, day or 1)
        end = _after(start, day=bool(day), month=bool(month))
    except (ValueError, OverflowError):
        raise UsageError(
            f'"{text[:80]}" is no date. Write for example joined:2025-09-05 or joined:>2025-09'
        ) from None
    return start.isoformat(), end.isoformat(), found[1] if found else ""


def _after(start: date, *, day: bool, month: bool) -> date:
    if day:
        return start + timedelta(days=1)
    if month:
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return date(start.year + 1, 1, 1)


def _literal(text: str) -> str:
    """A text for LIKE in which nothing stands for anything else."""
    return re.sub(r"[!%_]", r"!\g<0>", text)


_WORDS: Mapping[str, tuple[Callable[[str, str], tuple[str, dict[str, object]]], str]] = {
    "tag": (_tag, "tag:press"),
    "edition": (_edition, "edition:en"),
    "state": (_state, "state:active"),
    "domain": (_domain, "domain:example.org"),
    "joined": (_joined, "joined:>2025-09-05"),
}
