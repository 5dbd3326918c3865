"""What mail systems say, searched for: failures, delays, reasons, leave notices.

Texts are searched in lower case with runs of white space made one (`flat`).
"""

from __future__ import annotations

import re

from pressroom.send.bounces import phrases, reasons

CODES = {
    "user-unknown": "1.1", "host": "1.2", "moved": "1.6", "sender": "1.8", "inactive": "2.1",
    "full": "2.2", "size": "3.4", "system": "3.0", "network": "4.1", "loop": "4.6",
    "expired": "4.7", "content": "6.0", "spam": "7.1", "blocked": "7.1", "policy": "7.1",
    "relay": "7.1", "auth": "7.26", "virus": "7.1", "rate": "7.0", "greylist": "7.1",
}  # fmt: skip
_BY_CODE = {
    "1.1": "user-unknown", "1.2": "host", "1.3": "user-unknown", "1.6": "moved", "1.7": "sender",
    "1.8": "sender", "1.10": "user-unknown", "2.1": "inactive", "2.2": "full", "2.3": "size",
    "3.4": "size", "4.3": "host", "4.4": "host", "4.6": "loop", "4.7": "expired", "5.3": "rate",
    "7.5": "rate", "7.13": "inactive", "7.25": "blocked", "7.28": "rate",
}  # fmt: skip
_BY_SUBJECT = {
    "1": "user-unknown", "2": "inactive", "3": "system", "4": "network", "5": "system",
    "6": "content", "7": "policy",
}  # fmt: skip
# Where no code is given, the class that the reason makes likely (RFC 3463: 4 may mend itself).
SOFT = frozenset({"full", "expired", "network", "greylist", "rate", "system"})


def _compiled(patterns: str, start: str = "") -> re.Pattern[str]:
    """One search for a table of patterns: a line each, those that begin with # left out."""
    lines = (line.strip() for line in patterns.splitlines())
    return re.compile(f"{start}(?:{'|'.join(one for one in lines if one and one[0] != '#')})")


_FAILED, _DELAYED = _compiled(phrases.FAILED), _compiled(phrases.DELAYED)
_WHY = [(name, _compiled(table)) for name, table in reasons.REASONS.items()]
_NAMES = re.compile(r"https?://\S{1,500}|<?[^\s@<]{1,64}@[^\s@>]{1,255}>?")
_AWAY_SUBJECT, _AWAY = _compiled(phrases.AWAY_SUBJECT, "^"), _compiled(phrases.AWAY)


def flat(text: str) -> str:
    """A text as these searches want it: lower case, white space single."""
    return " ".join(text.lower().split())


def says_failed(text: str) -> bool:
    """Whether a flat text says that a mail did not arrive."""
    return bool(_FAILED.search(text))


def says_delayed(text: str) -> bool:
    """Whether a flat text says that a system still tries."""
    return bool(_DELAYED.search(text))


def says_away(subject: str, text: str) -> bool:
    """Whether a flat subject or text is a leave notice, or a receipt sent by a program."""
    return bool(_AWAY_SUBJECT.search(subject) or _AWAY.search(subject) or _AWAY.search(text))


def titled_away(subject: str) -> bool:
    """Whether a flat subject begins as that of a leave notice."""
    return bool(_AWAY_SUBJECT.search(subject))


def reason_of(text: str) -> str:
    """Why, by the words of a flat text; empty where it does not say.

    Addresses and links are left out: their words are names.
    """
    text = _NAMES.sub(" ", text)
    return next((name for name, pattern in _WHY if pattern.search(text)), "")


def is_telling(status: str) -> bool:
    """Whether an enhanced status names one reason, and not only a field of them."""
    return status[2:] in _BY_CODE


def reason_by_code(status: str) -> str:
    """Why, by an enhanced status code (RFC 3463); empty for x.0.x.

    >>> reason_by_code("5.2.2"), reason_by_code("4.7.650")
    ('full', 'policy')
    """
    rest = status[2:]
    return _BY_CODE.get(rest) or _BY_SUBJECT.get(rest.partition(".")[0], "")
