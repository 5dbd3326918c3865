"""Reports in plain words: where the returned message begins, and whose mail did not arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pressroom.send.bounces import words
from pressroom.send.bounces.addresses import Found, addresses, is_system

MOST_LINES = 600
_HEAD = 4  # so many kinds of headers stand together in a message only

_HEADER = re.compile(
    r"^[ \t>]{0,8}([A-Za-z][A-Za-z-]{1,40}|mail from|rcpt to|sent date):(?!//)", re.IGNORECASE
)
_MAIL = {
    "received", "return-path", "message-id", "from", "date", "subject", "to", "mime-version",
    "content-type", "delivered-to", "x-mailer", "content-transfer-encoding", "sender", "cc",
    "reply-to", "dkim-signature", "user-agent", "sent", "x-original-to", "x-received",
    "content-disposition", "content-length", "authentication-results", "received-spf", "list-id",
    "arc-seal", "domainkey-signature", "envelope-to", "precedence", "importance", "x-priority",
    "mail from", "rcpt to", "sent date", "x-originating-ip", "domainkey-status", "x-google-smtp-source",
}  # fmt: skip
_WHOLE = {
    "received", "return-path", "mime-version", "content-type", "x-received", "dkim-signature",
    "message-id", "domainkey-signature", "arc-seal", "x-google-smtp-source", "delivered-to",
}  # fmt: skip
_CUT = re.compile(
    r"original (?:message|mail)|(?:copy|header|headers) of (?:the|your|this)(?: original)? (?:message|mail|e-mail)|message headers follow|"
    r"unsent message follows|returned message|message header|original mail info|原始邮件|原邮件|原始郵件|原信|元のメッセージ|オリジナル",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^>(?!>>)(?! ?[\"'<]?[^\s@]{1,64}@)")
_REPLY = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d\.\d")
_OF_FROM = re.compile(
    r"(?:mail from|\bfrom|sender|sent by|message-id|in-reply-to|reply-to|return-path|mailto|contact|helo|ehlo|visit|"
    r"发件人|發件人|寄件者|寄件人|差出人|送信者|von|expéditeur|remitente|mittente|remetente|отправител\w+)[ :;,=<\"'(]{0,6}$",
    re.IGNORECASE,
)
_MADE_FROM = re.compile(
    r"\b(?:generated|expanded|forwarded) (?:from|by)[ <\"']{0,4}$", re.IGNORECASE
)
_OF_RCPT = re.compile(
    r"(?:rcpt to|rcpt|addressed to|smtp|recipient(?:\(s\))?(?: address)?|original address|final-recipient: ?(?:rfc822;)?|addressee|"
    r"delivered to|deliver(?:ing)?(?: \S+){0,3} to|mail(?:ing)? to|sent to|message to|user|mailbox|destination|size|attempts|failed|address|"
    r"收件人|收件者|收信人|用户|地址|邮箱|信箱|宛先|送信先|empfänger|destinataire|destinatario|destinatário|получател\w+|адресат\w*|ontvanger|adresat\w*|mottagar\w*|modtager\w*)"
    r"[\s:;,=<\"'(\[*：«「]{0,6}$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:[45]\d\d[ -]{1,2})?(?:to:|recipient:|->|>>>|--|[\s<>\"'*(\[«:-]|\d{1,3}[.)])*$",
    re.IGNORECASE,
)
_STANDS, _CLOSES = re.compile(r"(?::|：|\bin)\s{0,4}[<\"(\[]?$"), re.compile(r"^[>\")\].]{0,2}\s*$")
_TAIL = re.compile(
    r"^[>\"')\]]*(?:$|:|;|,|\s*\(|\s*\[|<mailto|\s+on\b|\s*\.\.\.|\s*<)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Report:
    """The words of a report, the headers of the message it returns, and that message."""

    text: str
    headers: dict[str, list[str]]
    rest: str = ""

    @property
    def flat(self) -> str:
        """The words, ready to be searched."""
        return words.flat(self.text)


def report(text: str) -> Report:
    """Take the returned message, or its headers, out of a text, and lines quoted by a person."""
    lines = [one for one in text.splitlines()[:MOST_LINES] if not _QUOTED.match(one)]
    kept: list[str] = []
    headers: dict[str, list[str]] = {}
    place, rest = 0, ""
    while place < len(lines):
        found, end, cut = _block(lines, place)
        for name, value in found:
            headers.setdefault(name, []).append(value)
        if cut:
            rest = "\n".join(lines[place:])
            break
        if end == place:
            kept.append(lines[place])
            end += 1
        place = end
    return Report("\n".join(kept), headers, rest)


def _block(lines: list[str], start: int) -> tuple[list[tuple[str, str]], int, bool]:
    """The header lines that begin here, where they end, and whether a whole message follows."""
    found: list[tuple[str, str]] = []
    place = start
    while place < len(lines):
        line = lines[place]
        name = m[1].lower() if (m := _HEADER.match(line)) else ""
        if name in _MAIL or (found and name and len(found) > 2):  # noqa: PLR2004 - amid headers
            found.append((name, line.partition(":")[2].strip()))
        elif found and line[:1] in {" ", "\t"} and line.strip() and not _is_sole(line):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}"[:2000])
        else:
            break
        place += 1
    names = {name for name, _ in found}
    announced = any(_CUT.search(one) for one in lines[max(0, start - 4) : start])
    whole = bool(names & _WHOLE) and (len(names) > 2 or announced)  # noqa: PLR2004 - a head
    if whole or (len(names & _MAIL) > 1 and len(found) > 1):
        return (
            found,
            place,
            whole
            and _stands(lines[start], names)
            and (announced or "received" in names or len(names) > _HEAD),
        )
    return [], start, False


def _stands(line: str, names: set[str]) -> bool:
    """Whether a message begins here: headers set in are a report's summary, unless it travelled."""
    return "received" in names or line[:1] not in {" ", "\t"}


def _is_sole(line: str) -> bool:
    """Whether an address begins the line: a recipient named, not a header folded."""
    return bool(
        _LEAD.match(
            line.partition("@")[0].rstrip(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-="
            )
        )
        and "@" in line
    )


@dataclass(frozen=True, slots=True)
class Failing:
    """An address that a report may be about: how much speaks for it, and where it stands."""

    address: str
    score: int
    place: int


def failing(text: str, ours: frozenset[str], theirs: frozenset[str]) -> list[Failing]:
    """The addresses of a report, the likeliest first.

    `ours` are those that the mail came to or was sent from, `theirs` those the returned message
    was for; both in lower case.
    """
    found = [_weighed(text, one, ours, theirs) for one in addresses(text)]
    best: dict[str, Failing] = {}
    for one in found:
        key = one.address.lower()
        if one.score > 0 and (key not in best or best[key].score < one.score):
            best[key] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.place))


def _weighed(text: str, one: Found, ours: frozenset[str], theirs: frozenset[str]) -> Failing:
    begin = text.rfind("\n", 0, one.start) + 1
    before = text[begin : one.start]
    near = text[max(0, begin - 30) : one.start] if not before.strip() else before
    after = text[one.end : one.end + 20].partition("\n")[0]
    key = one.address.lower()
    score = 1 + 5 * (key in theirs)
    score += 4 * bool(_LEAD.match(before)) + 2 * bool(_LEAD.match(before) and _TAIL.match(after))
    score += 4 * bool(_OF_RCPT.search(near[-40:]))
    score += 3 * bool(_STANDS.search(before) and _CLOSES.match(after))
    score += 2 * bool(_REPLY.search(text[one.end : one.end + 120].partition("\n")[0]))
    score += 2 * words.says_failed(words.flat(text[max(0, one.start - 300) : one.end + 100]))
    made_from = bool(_MADE_FROM.search(near[-40:]))
    score += 2 * made_from - 8 * (bool(_OF_FROM.search(before[-30:])) and not made_from)
    score -= 9 * (is_system(key) and key not in theirs)
    score -= 7 * (key in ours and key not in theirs)
    return Failing(one.address, score, one.start)
