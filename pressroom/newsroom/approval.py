"""approved.toml: what a person approved, by the hashes of what is rendered.

It travels by git with the issue. A server builds the issue again from the same files, and
sends only what has the same hashes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from pressroom.errors import SettingsError
from pressroom.model import Locale
from pressroom.send.message import fingerprint
from pressroom.store.files import write_atomic
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pressroom.model import Rendering
    from pressroom.send.message import MailEdition

APPROVED = "approved.toml"


@dataclass(frozen=True, slots=True)
class Approved:
    """One edition as it was approved: its subject, its hour, the hashes of all its media.

    `mail` is the hash of the mail as a whole, subject, sender and links included.
    """

    subject: str
    send_at: datetime
    mail: str
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved an issue, when, with which engine; and its editions."""

    by: str
    time: datetime
    engine: str
    editions: Mapping[Locale, Approved] = field(default_factory=dict)


def engine() -> str:
    """The version of Pressroom that runs."""
    return version("pressroom")


def approved(mail: MailEdition, renderings: Iterable[Rendering], send_at: datetime) -> Approved:
    """One edition to approve."""
    from pressroom.model import sha256

    media = {one.medium.value: sha256(one.data) for one in renderings}
    return Approved(mail.subject, send_at, fingerprint(mail), media)


def write(folder: Path, approval: Approval) -> Path:
    """Write approved.toml whole or not at all; returns its path."""
    import tomlkit

    table = tomlkit.document()
    table.add(tomlkit.comment("Written by `pressroom approve`; any edit makes it worthless."))
    table |= {"by": approval.by, "time": approval.time, "engine": approval.engine}
    table["editions"] = {
        tag: {"subject": one.subject, "send_at": one.send_at, "mail": one.mail, **one.media}
        for tag, one in sorted(approval.editions.items())
    }
    path = folder / APPROVED
    write_atomic(path, tomlkit.dumps(table).encode())
    return path


def read(folder: Path) -> Approval | None:
    """The approval of an issue; None when nobody approved it."""
    path = folder / APPROVED
    if not path.is_file():
        return None
    where = f"{folder.name}/{APPROVED}"
    table = read_toml(path, where)
    try:
        editions = {Locale(tag): _read(dict(row)) for tag, row in table["editions"].items()}
        return Approval(str(table["by"]), table["time"], str(table["engine"]), editions)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise SettingsError(
            f"{where}: is not what `approve` writes ({fault}). Approve again: "
            f"pressroom approve {folder.name}"
        ) from None


def _read(row: dict[str, object]) -> Approved:
    send_at = row.pop("send_at")
    if not isinstance(send_at, datetime) or send_at.tzinfo is None:
        raise ValueError("send_at is no time with a zone")
    subject, mail = str(row.pop("subject")), str(row.pop("mail"))
    return Approved(subject, send_at, mail, {key: str(value) for key, value in row.items()})


def differences(approval: Approval, mails: Mapping[Locale, MailEdition]) -> list[str]:
    """In words, how what would be sent differs from what was approved."""
    found = []
    for tag, mail in mails.items():
        one = approval.editions.get(tag)
        if one is None:
            found.append(f"{tag} was not approved")
        elif one.mail != fingerprint(mail):
            made = "" if approval.engine == engine() else (
                f" (approved with Pressroom {approval.engine}, this is {engine()})"
            )  # fmt: skip
            found.append(f"{tag} is not what {approval.by} approved{made}")
    return found
