"""Complaints: feedback reports (RFC 5965), and those of providers that send no proper one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.send.bounces.addresses import first
from pressroom.send.bounces.mime import Part, headers

if TYPE_CHECKING:
    from collections.abc import Iterable

RECIPIENT = (
    "original-rcpt-to", "removal-recipient", "original-recipient", "final-recipient",
    "x-hmxmroriginalrecipient", "x-original-rcpt-to",
)  # fmt: skip
_TYPE = re.compile(r"^feedback-type[ \t]*:[ \t]*([\w-]{2,40})", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(
    r"^(?:user-agent|version|original-mail-from|original-rcpt-to|source-ip|source|arrival-date|received-date|"
    r"removal-recipient|reported-domain|abuse-type)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_BUREAU = re.compile(
    r"(?:fbl|feedback[\w-]*|complaints?|scomp|abuse[\w-]*|staff|spam[\w-]*|[\w-]*-?arf|no-?reply[\w-]*)@",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"complaint about (?:message|e-?mail)|(?:email|e-mail|abuse|spam|feedback loop|complaint) (?:feedback |abuse |complaint )?report|"
    r"feedback loop|^\[?abuse|client tos notification|投诉|垃圾邮件举报|举报",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a complaint says: its type, and the reader, where it does not hide them."""

    feedback: str
    address: str
    message_id: str
    sender: str


def complaint(mail: Part, leaves: list[Part]) -> Complaint | None:
    """The complaint that a mail is, or None."""
    fields = _fields(mail, leaves)
    sent_back = [returned(one) for one in leaves if one.returned]
    if fields is None:
        fields = _irregular(mail, sent_back)
    if fields is None:
        return None
    rows = [row for back in sent_back for row in back]
    return Complaint(
        feedback=next((v.lower() for k, v in fields if k == "feedback-type"), "abuse")[:40],
        address=_address(fields, rows),
        message_id=next((v for k, v in rows if k == "message-id"), ""),
        sender=first(next((v for k, v in fields if k == "original-mail-from"), "")),
    )


def returned(part: Part) -> list[tuple[str, str]]:
    """The headers of a message sent back, wherever it keeps them."""
    whole = part.kind.startswith(("message/", "text/rfc822"))
    return headers(part.data()) if whole else part.headers


def _fields(mail: Part, leaves: list[Part]) -> list[tuple[str, str]] | None:
    for part in leaves:
        if part.kind == "message/feedback-report":
            return headers(part.data())
    declared = mail.params.get("report-type", "").lower() == "feedback-report"
    for part in leaves:
        text = part.text() if not part.returned else ""
        if (found := _TYPE.search(text)) and (declared or len(set(_FIELD.findall(text))) > 1):
            return headers(text[found.start() :].encode())
    return [] if declared else None


def _irregular(mail: Part, sent_back: list[list[tuple[str, str]]]) -> list[tuple[str, str]] | None:
    """Fields of a complaint known by what it returns, or by who sends it and its subject."""
    for rows in sent_back:
        if marked := [row for row in rows if row[0] == "x-hmxmroriginalrecipient"]:
            return marked
    bureau = _BUREAU.search(mail.get("from")) or mail.get("x-loop").lower() == "scomp"
    return [] if sent_back and bureau and _ABOUT.search(mail.get("subject")) else None


def _address(fields: Iterable[tuple[str, str]], rows: Iterable[tuple[str, str]]) -> str:
    told = list(fields)
    known = [v for name in RECIPIENT for k, v in told if k == name]
    back = list(rows)
    for name in (*RECIPIENT, "x-apparently-to", "x-original-to", "to", "delivered-to", "x-rcpt-to"):
        known += [v for k, v in back if k == name]
    return next((one for value in known if (one := first(value)) and "." in one), "")
