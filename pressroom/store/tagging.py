"""Tags of readers: what segments go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import UsageError
from pressroom.store.mailing_list import key_of, tags
from pressroom.store.records import BY_KEY
from pressroom.store.statements import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pressroom.store.mailing import Mailing

SET = "UPDATE subscribers SET tags = :tags WHERE id = :id"


def signs(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """What `+a -b` gives and takes.

    Raises UsageError for a word without a sign, or a tag that is none.
    """
    add: list[str] = []
    drop: list[str] = []
    for word in words:
        sign, rest = word[:1], tags(word[1:])
        if sign not in {"+", "-"} or not rest:
            raise UsageError(
                f'"{word[:80]}" is no change of tags. Write +tag to give, -tag to take'
            )
        (add if sign == "+" else drop).extend(rest)
    return add, drop


def tag(
    m: Mailing, address: str, *, add: Sequence[str] = (), drop: Sequence[str] = ()
) -> list[str] | None:
    """Give and take tags; the tags now, or None when nobody has the address."""
    with m.write() as connection:
        row = run(connection, BY_KEY, key=key_of(address)).one_or_none()
        if row is None:
            return None
        now = tags(" ".join((set(row.tags.split()) | set(add)) - set(drop)))
        run(connection, SET, id=row.id, tags=" ".join(now))
    return now
