"""Amazon SES's notices: JSON in a mail, sometimes cut or wrapped on its way."""

from __future__ import annotations

import re
from typing import NamedTuple

_KIND = re.compile(r'"(?:notificationType|eventType)"\s{0,9}:\s{0,9}"(\w{3,30})"')


class Notice(NamedTuple):
    """What a notice says; `what` is bounce, complaint, delivery ... in lower case."""

    what: str
    address: str
    permanent: bool
    status: str
    diagnostic: str
    feedback: str
    message_id: str


def notice(text: str) -> Notice | None:
    """Read a notice from the text of a mail; None where there is none."""
    text = text.replace("!\n ", "").replace("\n", "").replace('\\"', '"')
    kind = _KIND.search(text, 0, 20_000)
    if not kind:
        return None
    return Notice(
        kind[1].lower(),
        _value(text, "emailAddress"),
        _value(text, "bounceType").lower() != "transient",
        _value(text, "status"),
        _value(text, "diagnosticCode"),
        _value(text, "complaintFeedbackType"),
        _value(text, "messageId"),
    )


def _value(text: str, name: str) -> str:
    found = re.search(rf'"{name}"\s{{0,9}}:\s{{0,9}}"([^"]{{1,500}})"', text)
    return found[1] if found else ""
