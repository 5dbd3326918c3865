"""Stories worked out once: kept in the private folder until an item, a term or the method changes.

A hundred thousand items take most of a minute to group; `pick` and `draft` come right after
`stories` and ask for the same. The file may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressroom.model import Handle, Story
from pressroom.store.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.model import Item

FILE = "stories.json"


def remembered(
    folder: Path,
    items: Sequence[Item],
    terms: Sequence[Sequence[str]],
    work_out: Callable[[Sequence[Item]], list[Story]],
) -> list[Story]:
    """The stories of these items under these terms: as they were kept, or worked out and kept."""
    path, stamp = folder / FILE, _stamp(items, terms)
    by_id = {item.id: item for item in items}
    kept = _read(path)
    if kept.get("stamp") == stamp:
        return [_story(row, by_id) for row in kept["stories"]]
    found = work_out(items)
    rows = [[s.handle, [i.id for i in s.items], sorted(s.verbatim)] for s in found]
    write_atomic(path, json.dumps({"stamp": stamp, "stories": rows}).encode())
    return found


def _story(row: Any, by_id: dict[Any, Item]) -> Story:
    handle, ids, verbatim = row
    return Story(Handle(handle), tuple(by_id[i] for i in ids), verbatim=frozenset(verbatim))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamp(items: Sequence[Item], terms: Sequence[Sequence[str]]) -> str:
    """The SHA-256 of all that the grouping reads: the items, the terms, and its own code."""
    from pressroom import gather

    code = Path(str(gather.__file__)).parent
    digest = hashlib.sha256()
    for file in sorted([*(code / "cluster").iterdir(), code / "stories.py"]):
        digest.update(file.read_bytes() if file.is_file() else b"")
    digest.update(json.dumps(terms).encode())
    for item in items:
        time = item.published or item.evidence.time
        facts = (item.id, item.url, item.hed, item.outlet, item.locale, time.isoformat(), item.text)
        digest.update("\0".join(facts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
