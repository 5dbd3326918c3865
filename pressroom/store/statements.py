"""SQL kept as SQL: a statement is compiled once, and a list may follow `IN :name`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Connection, TextClause

_LIST = re.compile(r"\bIN :(\w+)")


@cache
def statement(sql: str) -> TextClause:
    """The statement of a text; what stands after `IN :name` is bound as a list of texts."""
    from sqlalchemy import Text, bindparam, text

    lists: list[BindParameter[Any]] = [
        bindparam(name, type_=Text(), expanding=True) for name in dict.fromkeys(_LIST.findall(sql))
    ]
    return text(sql).bindparams(*lists)


def run(connection: Connection, sql: str, **values: object) -> Any:
    """Execute a statement with its values bound."""
    return connection.execute(statement(sql), values)


def run_all(connection: Connection, sql: str, rows: list[dict[str, object]]) -> Any:
    """Execute a statement once for each row of values; nothing where there are none."""
    return connection.execute(statement(sql), rows) if rows else None
