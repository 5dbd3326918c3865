"""Kill -9 at random instants of a send: python bench/send_kills.py (or PRESSROOM_KILLS=20 ...).

PRESSROOM_KILLS (200) kills over PRESSROOM_READERS (10,000) readers of two editions, into an
SMTP server that is a process of its own and writes each message down, on disk, before it
answers. Then one run to the end; what ledger and server say is held together; what is
uncertain is resolved by the server's record, and a last run gives everybody exactly one.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from pressroom.model import Locale
from pressroom.store.mailing import Mailing

TESTS = Path(__file__).parent.parent / "tests"


def filled(mailing: Mailing, folder: Path, count: int) -> list[str]:
    """So many readers, of two editions in turn."""
    readers = [f"reader{n}@example.com" for n in range(count)]
    editions = (Locale("en"), Locale("zh-Hans"))
    lines = [f"{address},,{editions[n % 2]}" for n, address in enumerate(readers)]
    path = folder / "readers.csv"
    path.write_text("\n".join(["address,name,edition", *lines]), encoding="utf-8")
    mailing.import_csv(path, editions)
    return readers


def main() -> None:
    """Kill, count, print; exit code 1 when anything is wrong."""
    sys.path[0] = str(TESTS)  # not this folder: its send.py is another
    from send.killing import CONNECTIONS, judged, recorder

    kills = int(os.environ.get("PRESSROOM_KILLS", "200"))
    count = int(os.environ.get("PRESSROOM_READERS", "10000"))
    seed = int(os.environ.get("PRESSROOM_SEED", "7"))
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Mailing.open(f"sqlite:///{folder}/mailing.db") as mailing:
            readers = filled(mailing, folder, count)
            with recorder(folder) as (port, record):
                stride = max(2, count // (2 * kills))
                verdict = judged(mailing, port, record, readers, kills, seed, stride)
    print(f"{verdict.landed} of {kills} kills landed, {count:,} readers, {CONNECTIONS} connections")
    print(f"lost {verdict.lost}, doubled {verdict.doubled}, bytes unlike the ledger's hash "
          f"{verdict.unlike}")  # fmt: skip
    print(f"uncertain {verdict.uncertain}, in `sending` after one kill at most {verdict.most_open}")
    print(f"resolved by the server's record: messages a reader {dict(verdict.after_resolve)}")
    print(f"{time.perf_counter() - begun:.0f} s")
    sys.exit(0 if verdict.good else 1)


if __name__ == "__main__":
    main()
