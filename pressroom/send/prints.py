"""Locked editions: the very words that readers get, kept under the hash of what they are.

A print is written when an edition is locked, and never changed: after a correction the rest
of the readers get another print, and the ledger says which one each had.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.model import sha256
from pressroom.send.message import MailEdition, fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from pressroom.store.mailing import Mailing

INSERT = """
    INSERT INTO prints (sha256, issue, edition, mail, html, text, manuscript, time)
    VALUES (:sha256, :issue, :edition, :mail, :html, :text, :manuscript, :time)
    ON CONFLICT (sha256) DO NOTHING"""

SELECT = "SELECT mail, html, text, manuscript FROM prints WHERE sha256 = :sha256"
BODIES = ("html", "text")


class Print(NamedTuple):
    """A locked edition, and its manuscript then: file name -> text, for a diff."""

    mail: MailEdition
    manuscript: Mapping[str, str]

    @property
    def name(self) -> str:
        """What the ledger calls it: the hash of all that is sent, the date included."""
        return sha256(f"{fingerprint(self.mail)} {self.mail.date.isoformat()}")


def keep(connection: Connection, one: Print, time: str) -> str:
    """Write a print, unless it is there; returns its name."""
    from sqlalchemy import text

    mail = one.mail
    words = {f.name: getattr(mail, f.name) for f in fields(mail) if f.name not in BODIES}
    row = {
        "sha256": one.name, "issue": mail.issue, "edition": mail.locale,
        "mail": json.dumps(words | {"date": mail.date.isoformat()}, ensure_ascii=False),
        "html": mail.html, "text": mail.text,
        "manuscript": json.dumps(dict(one.manuscript), ensure_ascii=False), "time": time,
    }  # fmt: skip
    connection.execute(text(INSERT), row)
    return one.name


def find(mailing: Mailing, name: str) -> Print | None:
    """A print by its name; None when there is none."""
    from sqlalchemy import text

    with mailing.read() as connection:
        row = connection.execute(text(SELECT), {"sha256": name}).one_or_none()
    return _print(row) if row else None


def _print(row: Any) -> Print:
    words = json.loads(row.mail)
    words["date"] = datetime.fromisoformat(words["date"])
    known = {f.name for f in fields(MailEdition)}
    told = {key: value for key, value in words.items() if key in known}
    mail = MailEdition(**told, html=bytes(row.html), text=bytes(row.text))
    return Print(mail, json.loads(row.manuscript))
