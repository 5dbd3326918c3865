"""A statement for many rows, by the database driver alone: the ledger runs two a few messages."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Dialect


def many(connection: Connection, statement: str, rows: Sequence[Mapping[str, object]]) -> int:
    """Execute a statement for each row, within the transaction; returns how many rows it met.

    SQLAlchemy's own way takes three times the processor. Raises its DBAPIError all the same.
    """
    from sqlalchemy.exc import DBAPIError

    dialect = connection.dialect
    compiled = _compiled(statement, dialect)
    names = compiled.positiontup
    values = rows if names is None else [tuple(row[name] for name in names) for row in rows]
    with closing(connection.connection.cursor()) as cursor:
        try:
            cursor.executemany(compiled.string, values)
        except dialect.loaded_dbapi.Error as fault:
            raise DBAPIError(compiled.string, None, fault, hide_parameters=True) from fault
        return int(cursor.rowcount)


@lru_cache(maxsize=64)
def _compiled(statement: str, dialect: Dialect) -> Any:
    from sqlalchemy import text

    return text(statement).compile(dialect=dialect)
