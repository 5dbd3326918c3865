"""A send job as a process of its own, to be killed: DATABASE FOLDER|PORT.

Prints a line for each message when its outcome is committed. What a person would be told is
on standard error, and the exit code is then 3.
"""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pressroom.errors import PressroomError
from pressroom.model import UNSUBSCRIBE_HOLE, Delivery, Locale
from pressroom.send.job import deliver
from pressroom.send.message import MailEdition
from pressroom.send.outbox import Outbox
from pressroom.send.smtp import Smtp
from pressroom.store.mailing import Mailing

NOW = datetime(2025, 9, 5, tzinfo=UTC)


def mail(locale: str) -> MailEdition:
    """The issue in one edition."""
    body = f"{locale} {UNSUBSCRIBE_HOLE}".encode()
    home = "https://example.org/"
    return MailEdition(
        issue="2025-09-05",
        locale=Locale(locale),
        subject=f"An issue in {locale}",
        html=body,
        text=body,
        sender="news@example.org",
        reply_to="",
        list_id="list.example.org",
        list_name="",
        archive_url=home,
        unsubscribe=home,
        date=NOW,
    )


def say(delivery: Delivery) -> None:
    """One committed outcome."""
    sys.stdout.write(f"{delivery.address} {delivery.state}\n")
    sys.stdout.flush()


def main(database: str, target: str) -> None:
    """Run the job to its end."""
    transport = (
        Smtp("127.0.0.1", int(target), starttls=False) if target.isdigit() else Outbox(Path(target))
    )
    mails = {Locale(tag): mail(tag) for tag in ("en", "zh-Hans")}
    with Mailing.open(database) as mailing, closing(transport):
        deliver(mailing, "2025-09-05", mails, transport, lambda: NOW, say)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except PressroomError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(3)
