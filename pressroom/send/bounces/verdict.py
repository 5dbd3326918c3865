"""One mail that came back, and what it says: bounce, complaint, auto-reply, or nothing of these.

    complaint    a feedback report (RFC 5965), well-formed or not
    hard, soft   by the class of the status: 5 permanent, 4 persistent and transient (RFC 3463)
    auto-reply   a leave notice, a receipt (RFC 3834, RFC 8098)
    none         a person's mail, a newsletter, a report that mail arrived

Structured reports are read first, words last; a message that is returned, attached or quoted is
never read as a report itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pressroom.send.bounces import arf, autoreply, dsn, mime, prose, status, words
from pressroom.send.bounces.addresses import every, first
from pressroom.send.bounces.notices import notice

if TYPE_CHECKING:
    from pressroom.send.bounces.mime import Part
    from pressroom.send.bounces.notices import Notice
    from pressroom.send.bounces.prose import Report

Kind = Literal["hard", "soft", "complaint", "auto-reply", "none"]
CAME_TO = (
    "to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to",
    "x-rcpt-to", "x-apparently-to", "apparently-to", "cc",
)  # fmt: skip
_DAEMON = re.compile(
    r"mailer[-_.]?(?:daemon|agent)|post[-_]?master|mail[-_. ]?(?:delivery|deliver|daemon|system)|double-bounce|"
    r"\bdaemon\b|delivery (?:sub)?system|<>|^$|content-filter|mdaemon|退信|系统退信|システム管理者",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"no-?reply|do-?not-?reply|-admin@|system|admin(?:istrator)?@|bounces?@|notif|mail(?:er)?@",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^\s*(?:re|fwd?|aw|wg|tr|rv|sv|vs|回复|转发|回覆|轉寄|答复)\s*[::]", re.IGNORECASE
)
_SYSTEMS = ("mailer-daemon", "mdaemon", "mailer_daemon", "double-bounce")
_MOST_DIAGNOSTIC = 500
_READ = 12_000
_DEEPEST = 2
_PLAIN = 9  # an address alone on its line, where the words say that mail failed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one mail says.

    `status` is an enhanced code (RFC 3463) for bounces, `reason` its sense in a word
    (`user-unknown`, `full`, `blocked` ...: words.CODES has them all), `feedback` a complaint's
    type. `verp` are the addresses the mail came to, and those the returned message was sent from:
    where return addresses are a reader's own, one of them names the reader. `also`, others that it may be about: the
    original recipient, further failures, whom the returned message was for.
    """

    address: str = ""
    kind: Kind = "none"
    status: str = ""
    reason: str = ""
    diagnostic: str = ""
    original_message_id: str = ""
    verp: tuple[str, ...] = ()
    feedback: str = ""
    also: tuple[str, ...] = ()


def read_bounce(data: bytes) -> Verdict:
    """The verdict on one mail; any bytes have one. Reads at most 1 MiB, in bounded time."""
    return _read(data, 0)


def _read(data: bytes, depth: int) -> Verdict:
    """A mail's verdict; a system that passes on another's report speaks for that one."""
    reading = _Reading(mime.parse(data))
    wrapped = reading.wrapped() if depth < _DEEPEST else b""
    inner = _read(wrapped, depth + 1) if wrapped else None
    if inner and inner.kind in {"hard", "soft"} and inner.address:
        return replace(inner, verp=_once(*reading.came_to, *inner.verp))
    return reading.verdict()


class _Reading:
    """A mail taken apart once, and asked in turn what it is."""

    def __init__(self, mail: Part) -> None:
        self.mail = mail
        leaves = list(mail.leaves())
        self.leaves = leaves
        self.returned = [
            row for one in leaves if one.returned and one is not mail for row in arf.returned(one)
        ]
        self.report: Report = prose.report(_words(mail, leaves))
        self.flat = self.report.flat[:_READ]
        self.subject = words.flat(mail.get("subject"))[:1000]
        self.came_to = _once(*every(mail.all(*CAME_TO)), *self.sent("return-path", "sender"))

    def verdict(self) -> Verdict:
        for read in (self.complaint, self.notice, self.by_fields, self.by_words):
            if found := read():
                return found
        if autoreply.is_auto_reply(self.mail, self.flat, by_machine=self.by_daemon):
            return self.made("auto-reply", first(self.mail.get("from")))
        return self.made("none", "")

    def wrapped(self) -> bytes:
        """The report of another mail system that this one only passes on; empty without one."""
        if not self.by_daemon or any(_is_status(one) for one in self.leaves):
            return b""
        for one in self.leaves:
            if (
                one.kind == "message/rfc822"
                and one is not self.mail
                and _by_daemon(arf.returned(one))
            ):
                return one.data()
        sender = self.report.headers.get("from", [""])[-1]
        return self.report.rest.encode() if sender and _DAEMON.search(sender[:300]) else b""

    def made(
        self, kind: Kind, address: str, *, feedback: str = "", also: tuple[str, ...] = ()
    ) -> Verdict:
        others = dict.fromkeys(one for one in also if one and one.lower() != address.lower())
        return Verdict(
            address=address, kind=kind, original_message_id=self.message_id, verp=self.came_to,
            feedback=feedback, also=_once(*others),
        )  # fmt: skip

    # --- who sent it ---

    @property
    def by_daemon(self) -> bool:
        """Whether a mail system says it sent this."""
        mail = self.mail
        return bool(
            mail.get("x-failed-recipients")
            or mail.params.get("report-type", "").lower() == "delivery-status"
            or _DAEMON.search(mail.get("from")[:300])
            or _DAEMON.search(mail.get("return-path").strip("<> ") or "nobody")
        )

    @property
    def by_robot(self) -> bool:
        """Whether it looks as if no person sent this: the empty return path, a sender's name."""
        mail = self.mail
        empty = mail.get("return-path").replace(" ", "") == "<>"
        return bool(empty or _ROBOT.search(mail.get("from")[:300]) or mail.get("auto-submitted"))

    @property
    def by_hand(self) -> bool:
        """Whether a person's mail program says it sent this, or it answers something."""
        return any(
            self.mail.get(name) for name in ("user-agent", "x-mailer", "in-reply-to", "references")
        )

    # --- the message that came back ---

    @property
    def message_id(self) -> str:
        told = [v for k, v in self.returned if k == "message-id"]
        told += self.report.headers.get("message-id", [])
        found = re.search(r"<[^<>\s]{3,250}>", told[0]) if told else None
        return found[0] if found else told[0].strip()[:250] if told else ""

    def sent(self, *names: str) -> list[str]:
        """Addresses in these headers of the returned message."""
        rows = [v for name in names for k, v in self.returned if k == name]
        return every(rows + [v for name in names for v in self.report.headers.get(name, [])])

    # --- complaints ---

    def complaint(self) -> Verdict | None:
        found = arf.complaint(self.mail, self.leaves)
        if not found:
            return None
        kind: Kind = "none" if found.feedback == "not-spam" else "complaint"
        made = self.made(kind, found.address, feedback=found.feedback, also=tuple(self.sent("to")))
        return replace(made, verp=_once(*made.verp, found.sender))

    def notice(self) -> Verdict | None:
        found = notice("\n".join(one.text() for one in self.leaves if one.kind == "text/plain"))
        if not found:
            return None
        if found.what == "complaint":
            return self.made("complaint", found.address, feedback=found.feedback or "abuse")
        if found.what in {"bounce", "deliverydelay"}:
            return self.failed(_as_recipient(found), "")
        return self.made("none", "")

    # --- reports in fields ---

    def by_fields(self) -> Verdict | None:
        texts = [one.data()[: mime.MOST_TEXT] for one in self.leaves if _is_status(one)]
        text = "\n\n".join(mime.decoded(one, "") for one in texts)
        if not text and self.by_daemon and dsn.speaks(self.report.text):
            text = self.report.text
        told, message_id = dsn.recipients(text) if text else ([], "")
        if not told:
            return None
        if not told[0].failed:
            return self.made("none", "")
        others = [one.address for one in told[1:] if one.failed]
        return self.failed(told[0], message_id, tuple(others))

    def failed(self, one: dsn.Recipient, message_id: str, others: tuple[str, ...] = ()) -> Verdict:
        guess = self.guessed() if not one.address or "." not in one.address else ""
        address = guess or one.address
        code, reason = _status(one, self.report.text[:_READ])
        made = self.made("none", address, also=(one.original, *others, *self.sent("to")))
        return _bounced(made, code, reason, one.diagnostic or self.quote(address), message_id)

    # --- reports in words ---

    def by_words(self) -> Verdict | None:
        if not self.tells_failure():
            return None
        likely = self.likely()
        address = self.guessed()
        said = status.status_in(self.near(address))
        if said.place < 0:
            said = status.status_in(self.report.text[:_READ])
        code, reason = status.judged(said, self.near(address))
        if not reason:
            reason = words.reason_of(f"{self.flat} {self.subject}")
            code = code if said.status else status.judged(said, f"{self.flat} {self.subject}")[0]
        if words.says_delayed(f"{self.subject} {self.flat}") and self.is_delay(said):
            code = "4" + code[1:]
        others = tuple(one.address for one in likely if one.score > 6)  # noqa: PLR2004 - near sure
        made = self.made("none", address, also=(*others, *self.sent("to", "x-envelope-to")))
        return _bounced(made, code, reason, self.quote(address), "")

    def is_delay(self, said: status.Said) -> bool:
        """Whether what sounds like a delay is one: no permanent code, or the subject says so."""
        return words.says_delayed(self.subject) or not (said.status or str(said.reply)).startswith(
            "5"
        )

    def tells_failure(self) -> bool:
        """Whether a mail system reports here that a mail did not arrive."""
        if self.is_letter or words.titled_away(self.subject):
            return False
        said, titled = words.says_failed(self.flat), words.says_failed(self.subject)
        if self.by_daemon:
            if self.has_code and (self.returned or self.report.rest):
                return True
            named = bool(self.mail.get("x-failed-recipients") or self.returned or titled)
            return (said or titled) and (named or not words.says_away("", self.flat))
        if _ANSWER.match(self.subject) or autoreply.is_declared(self.mail) or not said:
            return False
        if titled and not self.by_hand and self.likely() and self.likely()[0].score >= _PLAIN:
            return True
        proof = self.returned or self.report.rest or self.has_code
        return self.by_robot and bool(proof) and bool(self.guessed())

    @property
    def is_letter(self) -> bool:
        """Whether a list wrote this, and did not only pass on what a mail system wrote to it."""
        if not autoreply.is_list(self.mail):
            return False
        sender = first(self.mail.get("from")).lower()
        passed_on = sender.rpartition("@")[2] not in autoreply.list_words(self.mail)
        return not (sender.startswith(_SYSTEMS) or (self.by_daemon and passed_on))

    @property
    def has_code(self) -> bool:
        """Whether the words hold an enhanced status of a failure."""
        return bool(status.status_in(self.report.text[:_READ]).status)

    def likely(self) -> list[prose.Failing]:
        ours = every([*self.mail.all(*CAME_TO, "from", "return-path"), *self.sent_from()])
        theirs = [
            *every([self.mail.get("x-failed-recipients")]),
            *self.sent("to", "x-envelope-to", "envelope-to"),
        ]
        return prose.failing(
            self.report.text[:_READ],
            frozenset(a.lower() for a in ours),
            frozenset(a.lower() for a in theirs),
        )

    def sent_from(self) -> list[str]:
        return self.sent("from", "return-path", "sender", "reply-to")

    def guessed(self) -> str:
        """The address the words are about, else whom the returned message was for."""
        told = every([self.mail.get("x-failed-recipients")])
        likely = [one for one in self.likely() if one.score > 3]  # noqa: PLR2004 - it has a place
        named = [one.address for one in likely]
        inside = [a for a in told if a.lower() in {n.lower() for n in named}]
        return next(
            iter(
                inside
                or told
                or named
                or self.sent("rcpt to", "x-envelope-to", "to", "envelope-to", "delivered-to")
                or [one.address for one in self.likely()]
            ),
            "",
        )

    def near(self, address: str) -> str:
        """The words from the address on, where they name it."""
        text = self.report.text[:_READ]
        place = text.lower().find(address.lower()) if address else -1
        return text if place < 0 else text[text.rfind("\n", 0, place) + 1 :][:1500]

    def quote(self, address: str) -> str:
        return self.near(address)


def _once(*several: str) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys(several) if one)[:20]


def _by_daemon(rows: list[tuple[str, str]]) -> bool:
    sender = next((v for k, v in rows if k == "from"), "someone")
    return bool(_DAEMON.search(sender[:300]))


def _is_status(part: Part) -> bool:
    if part.kind.endswith("delivery-status"):
        return True
    loose = not part.kind.startswith(("text/", "message/", "image/")) and not part.parts
    return loose and b"final-recipient" in part.body[:4000].lower()


def _words(mail: Part, leaves: list[Part]) -> str:
    """The text of a mail: plain where there is any, else the markup's; not what it returns."""
    texts = [
        one for one in leaves if one.kind.startswith("text/") and (one is mail or not one.returned)
    ]
    plain = "\n".join(one.text() for one in texts if one.kind != "text/html")
    if not plain.strip() or not words.says_failed(words.flat(plain)[:_READ]):
        plain += "\n".join(one.text() for one in texts if one.kind == "text/html")
    return plain[: mime.MOST_TEXT]


def _as_recipient(found: Notice) -> dsn.Recipient:
    action = "failed" if found.permanent and found.what == "bounce" else "delayed"
    return dsn.Recipient(found.address, "", action, found.status, found.diagnostic)


def _status(one: dsn.Recipient, text: str) -> tuple[str, str]:
    """Status and reason of one recipient: the field's class, the most telling code of it."""
    klass = one.status[:1] if one.status[:1] in {"4", "5"} else ""
    if one.action.startswith("delay"):
        klass = "4"
    said = status.status_in(one.diagnostic, klass)
    if not said.status and not one.status:
        said = said if said.reply else status.status_in(text, klass)
    code, reason = status.judged(said, one.diagnostic or text, klass)
    if one.status and one.status[:1] == klass and not one.status.endswith(".0.0"):
        code, reason = one.status, reason or words.reason_by_code(one.status)
    elif one.status and not said.status and not reason:
        code, reason = status.judged(status.status_in(text, klass), text, klass)
    return code, reason


def _bounced(made: Verdict, code: str, reason: str, words_: str, message_id: str) -> Verdict:
    kind: Kind = "soft" if code.startswith("4") else "hard"
    return Verdict(
        address=made.address, kind=kind, status=code, reason=reason,
        diagnostic=" ".join(words_.split())[:_MOST_DIAGNOSTIC],
        original_message_id=message_id or made.original_message_id, verp=made.verp, also=made.also,
    )  # fmt: skip
