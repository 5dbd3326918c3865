"""Delivery status notifications (RFC 3464, RFC 6533), as they should be and as they come."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pressroom.send.bounces.addresses import first

_FIELD = re.compile(r"^[\s*]{0,8}([A-Za-z][A-Za-z-]{2,40})[ \t]*:[ \t]*(.*)$")
_STATUS = re.compile(r"\b([245])[.,]([0-9]{1,3})[.,]([0-9]{1,3})\b")
_STARTS = {"final-recipient", "original-recipient"}
_FIELDS = _STARTS | {
    "action", "status", "diagnostic-code", "remote-mta", "reporting-mta", "arrival-date",
    "last-attempt-date", "final-log-id", "will-retry-until", "x-actual-recipient",
    "original-envelope-id", "received-from-mta", "x-original-message-id", "x-display-name",
    "x-supplementary-info", "x-unverified-message-id", "dsn-gateway", "original-message-id",
}  # fmt: skip
DONE = ("delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient; `action` and `status` are tidied, or empty."""

    address: str
    original: str
    action: str
    status: str
    diagnostic: str

    @property
    def failed(self) -> bool:
        """Whether the mail did not arrive, or has not yet."""
        if self.action.startswith(DONE):
            return False
        return self.action.startswith(("fail", "delay")) or not self.status.startswith("2")


def recipients(text: str) -> tuple[list[Recipient], str]:
    """The recipients of a report, those that failed first, and the id of the message, if said."""
    groups = [_group(fields) for fields in _groups(text)]
    told = [one for one in groups if one.address or one.action or one.status]
    order = sorted(told, key=lambda one: (not one.failed, one.action.startswith("delay")))
    return order[:50], _message_id(text)


def speaks(text: str) -> bool:
    """Whether a text holds report fields of a recipient, wherever they stand."""
    names = {m[1].lower() for line in text.splitlines() if (m := _FIELD.match(line))}
    return bool(names & _STARTS) and bool(names & {"action", "status", "diagnostic-code"})


def _groups(text: str) -> list[dict[str, str]]:
    """Fields by recipient: a blank line or a repeated name begins the next one."""
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in text.splitlines()[:3000]:
        found = _FIELD.match(line)
        if found and found[1].lower() in _FIELDS | {name}:
            name = found[1].lower()
            if name in groups[-1]:
                groups.append({})
            groups[-1][name] = found[2].strip()
        elif not line.strip():
            name = ""
            groups.append({})
        elif name and len(groups[-1][name]) < 4000:  # noqa: PLR2004 - a field's bound
            groups[-1][name] += " " + line.strip()
    return _joined(groups)


def _joined(groups: list[dict[str, str]]) -> list[dict[str, str]]:
    """Groups with a recipient; one without, after one, is its rest, cut off by a blank line."""
    joined: list[dict[str, str]] = []
    loose: dict[str, str] = {}
    for group in groups:
        if group.keys() & _STARTS:
            joined.append(loose | group)
            loose = {}
        elif joined:
            joined[-1] = group | joined[-1]
        elif group.keys() & {"action", "status", "diagnostic-code"}:
            loose = group
    return joined or ([loose] if loose else [])


def _group(fields: dict[str, str]) -> Recipient:
    original = first(fields.get("original-recipient", ""))
    final = first(fields.get("final-recipient", ""))
    actual = first(fields.get("x-actual-recipient", ""))
    return Recipient(
        address=_best(final, original, actual),
        original=original,
        action=fields.get("action", "").strip().lower()[:40],
        status=_status(fields.get("status", "")),
        diagnostic=fields.get("diagnostic-code", ""),
    )


def _best(*known: str) -> str:
    """The first address whose domain is one of the outside world, else the first."""
    outside = (one for one in known if "." in one.rpartition("@")[2])
    return next(outside, next((one for one in known if one), ""))


def _status(value: str) -> str:
    found = _STATUS.search(value[:200])
    return ".".join(found.groups()) if found else ""


def _message_id(text: str) -> str:
    found = re.search(
        r"^(?:x-)?original-message-id:\s*(<[^<>\s]{3,250}>)", text, re.IGNORECASE | re.MULTILINE
    )
    return found[1] if found else ""
