"""Auto-replies (RFC 3834): what a program answers in a person's stead, and receipts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.send.bounces import words

if TYPE_CHECKING:
    from pressroom.send.bounces.mime import Part

_MARKS = (
    "x-autoreply", "x-apple-action", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-auto-responder",
    "x-autoreply-from", "x-vacation", "x-mail-autoreply", "x-ms-exchange-inbox-rules-loop",
    "x-auto-reply-from", "x-facilitated-by-autoreply", "x-cron-autoreply", "x-xs4all-autoreply",
)  # fmt: skip
_LIST = ("list-id", "list-unsubscribe", "list-post", "x-beenthere")
_ANSWERS = re.compile(r"\s*(?:re|aw|sv|vs|回复|回覆|答复|auto)\s*[::]", re.IGNORECASE)
_PROGRAM = re.compile(r"vacation|auto-?(?:reply|respon)", re.IGNORECASE)


def is_declared(mail: Part) -> bool:
    """Whether its headers say that a program answered."""
    said = mail.get("auto-submitted").lower().strip()
    if said.startswith("auto-replied"):
        return True
    if any(mail.get(name).lower() not in {"", "no", "false"} for name in _MARKS):
        return True
    if mail.get("precedence").lower().replace("-", "_") == "auto_reply":
        return True
    if said.startswith("auto-") and _ANSWERS.match(mail.get("subject")):
        return True
    return bool(_PROGRAM.search(f"{mail.get('x-mailer')} {mail.get('delivered-to')[:40]}"))


def is_receipt(mail: Part) -> bool:
    """Whether it is a message disposition notification (RFC 8098)."""
    return mail.params.get("report-type", "").lower() == "disposition-notification" or any(
        part.kind.endswith("disposition-notification") for part in mail.leaves()
    )


def is_list(mail: Part) -> bool:
    """Whether a list or a newsletter sent it."""
    return bool(list_words(mail))


def list_words(mail: Part) -> str:
    """What the headers of a list say, in lower case."""
    return " ".join(mail.all(*_LIST)).lower()


def is_auto_reply(mail: Part, text: str, *, by_machine: bool) -> bool:
    """Whether a mail is an auto-reply; `text` is flat, `by_machine` that a system sent it."""
    subject = words.flat(mail.get("subject"))
    if is_list(mail):
        return False
    if is_declared(mail) or is_receipt(mail) or words.titled_away(subject):
        return True
    hinted = (
        by_machine
        or mail.get("auto-submitted").lower() not in {"", "no"}
        or (mail.get("precedence").lower() in {"bulk", "junk"})
    )
    return hinted and words.says_away(subject, text)
