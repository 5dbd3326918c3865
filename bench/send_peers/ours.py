"""Our own job as a process of its own, to be measured: SPEC DATABASE [KIND] -> JSON.

SPEC is what `bench/send.py` writes for every peer; KIND is unsigned, ed25519, rsa or both. The
database has its readers already. First `lock` (the prints, a row for each reader), then `run`.
"""

from __future__ import annotations

import json
import os
import resource
import ssl
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressroom.model import Locale
from pressroom.send import job
from pressroom.send.dkim import Dkim, load_key, new_key
from pressroom.send.message import MailEdition
from pressroom.send.prints import Print
from pressroom.send.schedule import SendState
from pressroom.send.smtp import Smtp
from pressroom.store.mailing import Mailing

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2025, 9, 5, 1, tzinfo=UTC)


def clock() -> datetime:
    """The hour of the send: the deferred ones of a run are not due again in it."""
    return NOW


def edition(spec: dict[str, Any]) -> MailEdition:
    """The issue as it is locked."""
    return MailEdition(
        issue="2025-09-05", locale=Locale("en"), subject=spec["subject"],
        html=spec["html"].encode(), text=spec["text"].encode(), sender=spec["sender"],
        reply_to="desk@example.org", list_id="newsletter.example.org",
        list_name="China Chatbot", archive_url="https://example.org/2025-09-05/en/",
        unsubscribe=spec["unsubscribe"], date=NOW,
        preferences="https://example.org/preferences",
    )  # fmt: skip


def signer(kind: str) -> Any:
    """One key or two; none."""
    names = {"ed25519": ["ed25519"], "rsa": ["rsa"], "both": ["rsa", "ed25519"]}.get(kind, [])
    keys = tuple(Dkim("example.org", name, load_key(new_key(name)[0])) for name in names)
    return keys or None


def smtp(spec: dict[str, Any]) -> Smtp:
    """A transport to the receiver."""
    context = ssl.create_default_context(cafile=spec["certificate"]) if spec["tls"] else None
    return Smtp(
        "localhost" if spec["tls"] else "127.0.0.1", spec["port"], starttls=False,
        connections=spec["connections"], context=context, implicit=spec["tls"],
    )  # fmt: skip


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(step: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and CPU seconds."""
    wall, work = time.perf_counter(), cpu()
    step()
    return time.perf_counter() - wall, cpu() - work


def main(spec_file: str, database: str, kind: str = "unsigned") -> None:
    """Lock, run, and say what it took."""
    spec = json.loads(Path(spec_file).read_text(encoding="utf-8"))
    mail, course = edition(spec), job.Course(signer=signer(kind))
    one = Print(mail, {})
    with Mailing.open(database) as mailing, closing(smtp(spec)) as transport:
        ready = cpu()
        planned = timed(
            lambda: job.lock(
                mailing, [(one, NOW, SendState.STARTED)], clock, leaves=True, course=course
            )
        )
        ran = timed(
            lambda: job.run(
                mailing, mail.issue, {mail.locale: one}, transport, clock, lambda _: None, course
            )
        )
        states = {state.value: n for state, n in job.status(mailing, mail.issue).items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"planned": planned, "seconds": ran[0], "cpu": ran[1], "start": ready}
    sys.stdout.write(json.dumps(figures | {"peak": peak, "states": states}))


def profiled(*arguments: str) -> None:
    """The same, with what each function took on standard error."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(main, *arguments)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    (profiled if os.environ.get("PROFILE") else main)(*sys.argv[1:])
