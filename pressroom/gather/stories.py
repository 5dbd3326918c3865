"""Items -> stories: who carried the same thing, word for word or in words of their own.

`cluster` finds the groups; here they get handles, and rows of JSON become items and back.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pressroom.gather.cluster import NO_TIME, cluster
from pressroom.gather.urls import canonical
from pressroom.model import Evidence, Handle, Item, ItemId, Locale, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SURROGATE = re.compile("[\ud800-\udfff]")
NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""Bytes as Python reads them where a file is not UTF-8 (PEP 383)."""


def stories(
    items: Sequence[Item], handle: Callable[[Item], str], terms: Iterable[Iterable[str]] = ()
) -> list[Story]:
    """Group items into stories, newest story first, each with its items oldest first.

    `handle` gives a word for the item that leads a story; stories that share a word are
    numbered from the oldest on (`aiplus`, `aiplus2`). The same items give the same stories
    and handles on every machine, in whatever order they come. `terms` as for `cluster`.
    """
    found = cluster(items, terms)
    told = [tuple(items[i] for i in group) for group in found.groups]
    copied = [
        frozenset(items[i].id for i in group if i in found.verbatim) for group in found.groups
    ]
    rows = zip(_names(told, handle), told, copied, strict=True)
    return [Story(name, group, verbatim=same) for name, group, same in rows][::-1]


def cluster_rows(rows: Iterable[object], where: str = "") -> Iterator[dict[str, object]]:
    """`{id, title, text, url?, published?, locale?}` -> `{id, story, text}`, in the same order.

    Rows are objects, or lines of JSON; empty lines are passed over. `story` is the id of the
    oldest item of the group, `text` that of the oldest with the same words, address or title. A row
    that cannot be used is answered in its place by `{line, error}`, the error led by `where` (a
    file's name), and the others go on. Without `published` time does not count.
    """
    read = list(_read(rows))
    items = [entry for _, entry in read if isinstance(entry, Item)]
    found = cluster(items)
    lead, first = _leads(items, found.groups), _leads(items, found.texts)
    for line, entry in read:
        if isinstance(entry, Item):
            yield {"id": entry.id, "story": lead[entry.id], "text": first[entry.id]}
        else:
            yield {"line": line, "error": f"{where}:{line}: {entry}".removeprefix(":")}


def _read(rows: Iterable[object]) -> Iterator[tuple[int, Item | str]]:
    """An item for each row, or what is wrong with it; lines are counted from 1."""
    seen: set[str] = set()
    for line, row in enumerate(rows, 1):
        if isinstance(row, str) and not row.strip():
            continue
        entry = _item(row)
        if isinstance(entry, Item) and entry.id in seen:
            entry = f'the id "{entry.id}" is there twice. Give each row an id of its own.'
        if isinstance(entry, Item):
            seen.add(entry.id)
        yield line, entry


def _item(row: object) -> Item | str:
    if isinstance(row, str) and NOT_UTF8.search(row):
        return "this line is not UTF-8. Save the file as UTF-8."
    try:
        return to_item(json.loads(row.lstrip("\ufeff")) if isinstance(row, str) else row)
    except json.JSONDecodeError as fault:
        return f"this is no JSON ({fault}). Write one object a line."
    except (TypeError, ValueError, RecursionError) as fault:
        return str(fault)


def to_item(row: object) -> Item:
    """A row of `cluster_rows` as an item; TypeError or ValueError say what is wrong with it."""
    if not isinstance(row, dict):
        raise TypeError("this is no object. Write {id, title, text}, and url, published, locale.")
    name = row.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise TypeError("`id` is missing or no string. Give each row one of its own.")
    if SURROGATE.search(str(name)):
        raise ValueError("`id` holds half a character (a lone surrogate). Leave it out.")
    title, text = _words(row, "title"), _words(row, "text")
    if "title" not in row and "text" not in row:
        raise ValueError("neither `title` nor `text` is given. Give one of them.")
    url = canonical(_words(row, "url")) if row.get("url") else ""
    locale = Locale(_words(row, "locale") or "und")
    evidence = Evidence(url, NO_TIME, "")
    return Item(ItemId(str(name)), url, title, locale, "", "", text, evidence, published=_time(row))


def _words(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"`{key}` is no string. Write it in quotes.")
    return value or ""


def _time(row: Mapping[str, object]) -> datetime | None:
    value = row.get("published")
    if value is None or value == "":
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = read(str(value))
        except (ValueError, OverflowError):
            continue
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    raise ValueError(f'`published` is "{value}". Write it as 2025-09-05T09:00:00+08:00.')


def _leads(items: Sequence[Item], groups: Iterable[Sequence[int]]) -> dict[ItemId, ItemId]:
    """Item -> the oldest of its group."""
    return {items[i].id: items[group[0]].id for group in groups for i in group}


def _names(told: Sequence[tuple[Item, ...]], handle: Callable[[Item], str]) -> list[Handle]:
    """Handles for stories given from the oldest on; no two are the same."""
    words = [handle(group[0]) or "story" for group in told]
    taken = set(words)
    seen: Counter[str] = Counter()
    return [Handle(_free(word, seen, taken)) for word in words]


def _free(word: str, seen: Counter[str], taken: set[str]) -> str:
    """`gpt4` becomes `gpt4-2`, not `gpt42`; a number that is itself a handle is passed over."""
    seen[word] += 1
    if seen[word] == 1:
        return word
    joint = "-" if word[-1].isdigit() else ""
    while (name := f"{word}{joint}{seen[word]}") in taken:
        seen[word] += 1
    taken.add(name)
    return name
