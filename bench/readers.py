"""How fast a list of readers is imported, read again, and exported, and whether that is linear.

    python bench/readers.py 10000 100000 [--database URL]

Each size goes into an empty SQLite file, or into the database given, which must be empty; then
only one size makes sense. Needs nothing but Pressroom.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.model import Locale
from pressroom.store.mailing import Mailing

if TYPE_CHECKING:
    from collections.abc import Iterator

EDITIONS = (Locale("en"), Locale("zh-Hans"))


def _list(path: Path, lines: int) -> Path:
    rows = (
        f"reader{n}@host{n % 997}.example.org,Reader {n},{EDITIONS[n % 2]},press a{n % 7}\n"
        for n in range(lines)
    )
    path.write_text("address,name,edition,tags\n" + "".join(rows), encoding="utf-8")
    return path


@contextmanager
def _timed(what: str, lines: int) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    print(f"{lines:>8} lines  {what:<14} {seconds:7.2f} s  {lines / seconds:8.0f} lines/s")


def _run(lines: int, database: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = _list(Path(folder) / "list.csv", lines)
        with Mailing.open(database or f"sqlite:///{folder}/mailing.db") as mailing:
            for what in ("import", "import again"):
                with _timed(what, lines):
                    mailing.import_csv(path, EDITIONS)
            with _timed("export", lines):
                mailing.export_rows()


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", nargs="+", type=int)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    for lines in options.lines:
        _run(lines, options.database)


if __name__ == "__main__":
    main()
