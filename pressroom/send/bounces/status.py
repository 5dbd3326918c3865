"""Status codes out of what a mail system said: enhanced (RFC 3463), else the SMTP reply's.

A stray IP address, a version or a time is none: an enhanced code has a class of 4 or 5, a
subject of 0 to 7, no digit or full stop at either side, and no product's name before it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pressroom.send.bounces import words

_ENHANCED = re.compile(r"(?<![\d.\w-])([45])\.([0-7])\.(\d{1,3})(?![\d]|\.\d|-\d)")
_AFTER_REPLY = re.compile(
    r"(?<![\d.])([45][0-5]\d)[ -]{1,3}(?:\[?[^\s\[]{0,2})?#?([45])\.([0-7])\.(\d{1,3})(?![\d]|\.\d)"
)
_VERSION = re.compile(
    r"(?:version|ver|v|exim|postfix|sendmail|qmail|smtpd?|release|build|outlook|mailer|agent|server)[ /(]{0,2}$",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"(?<![\d./\w-])(?<!\d:)([45][0-5]\d)(?=[\s\-:.,>\])'\"]|$)(?![ -]?\d)(?!\.\d|:[0-9a-f])"
)
_SPEAKS = re.compile(
    r"(?:said|says|error|errors|<<<|out|smtp|repl(?:y|ied)|respon\w+|code|status|returned|with|host|server|rejected|"
    r"message|because|was|reason|failed|failure|command|data|connection|diagnostic|to|\]|\)|>|:|;|=|\?|返回|错误|代码|信息|原因|内容|提示|"
    r"錯誤|代碼|訊息|エラー|理由)[\s:;,.\"'(\[<>=-]{0,4}$",
    re.IGNORECASE,
)  # fmt: skip


class Said(NamedTuple):
    """What a text says: an enhanced status, a reply code (0: none), and where it says it."""

    status: str
    reply: int
    place: int


def status_in(text: str, of_class: str = "") -> Said:
    """The telling code of a text, of one class where that is known."""
    reply = _reply(text, of_class)
    for pattern in (_AFTER_REPLY, _ENHANCED):
        codes = [(m, m.groups()[-3:]) for m in pattern.finditer(text)]
        codes = [
            (m, c) for m, c in codes if not _versioned(text, m.start()) and of_class in {"", c[0]}
        ]
        exact = [one for one in codes if one[1][1:] != ("0", "0")] or codes
        if exact:
            return Said(".".join(exact[0][1]), reply.reply, exact[0][0].start())
    return reply


def _versioned(text: str, start: int) -> bool:
    return bool(_VERSION.search(text[max(0, start - 12) : start]))


def _reply(text: str, of_class: str) -> Said:
    """The first reply code that a system is quoted with, or that begins a line."""
    for found in _REPLY.finditer(text):
        before = text[max(0, found.start() - 24) : found.start()]
        begins = not before.rpartition("\n")[2].strip(" \t<>*-\"'")
        if of_class in {"", found[1][0]} and (begins or _SPEAKS.search(before)):
            return Said("", int(found[1]), found.start())
    return Said("", 0, -1)


def judged(said: Said, text: str, of_class: str = "") -> tuple[str, str]:
    """Status and reason of a failure: the code's own where there is one, else by the words."""
    flat = words.flat(text)
    reason = words.reason_of(flat)
    if said.status:
        return said.status, _fitting(said.status, reason)
    klass = of_class or (str(said.reply)[0] if said.reply else "")
    klass = klass or ("4" if reason in words.SOFT else "5")
    return f"{klass}.{words.CODES.get(reason, '0.0')}", reason


def _fitting(status: str, reason: str) -> str:
    """The words' reason, unless the code names a mailbox, its fulness or a size itself."""
    by_code = words.reason_by_code(status)
    if reason in {"policy", "system"} and words.is_telling(status):
        return by_code
    gone = status[2:] in {"1.1", "1.10"} and reason not in {"full", "inactive", "moved"}
    exact = gone or status[2:] in {"1.7", "1.8", "2.2", "3.4", "4.7"}
    return (by_code if exact else reason) or by_code or reason
