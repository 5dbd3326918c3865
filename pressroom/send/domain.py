"""What the DNS says of a sending domain, and what it should say, in plain words.

SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and whether bounces find a way back. It
only reads; nothing is mailed.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pressroom.errors import SendError, UsageError
from pressroom.send import spf

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.send.dkim import Dkim

    Resolve = Callable[[str, str], list[str]]

State = Literal["good", "look", "wrong", "missing", "unknown"]

INCLUDES = {
    "amazonaws.com": "amazonses.com",
    "brevo.com": "spf.brevo.com",
    "dm.aliyun.com": "spf1.dm.aliyun.com",
    "exmail.qq.com": "spf.mail.qq.com",
    "fastmail.com": "spf.messagingengine.com",
    "gmail.com": "_spf.google.com",
    "mailgun.org": "mailgun.org",
    "mailjet.com": "spf.mailjet.com",
    "messagingengine.com": "spf.messagingengine.com",
    "mxhichina.com": "spf.qiye.aliyun.com",
    "office365.com": "spf.protection.outlook.com",
    "qiye.aliyun.com": "spf.qiye.aliyun.com",
    "sendgrid.net": "sendgrid.net",
}
"""What well-known providers tell one to include, by the end of their server's name."""

SHORTEST = 360
"""An RSA key of 2048 bits has 392 letters in a record, one of 1024 has 216."""

_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+(?!\d+\Z)[a-z0-9-]{2,63}"
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One record: its kind, where it stands, how it is, what that means.

    `state` is good, look (works, could be better), wrong, missing, or unknown (the DNS did not
    answer); `publish` is the text of a record to publish at `name`, empty where none is due.
    """

    record: str
    name: str
    state: State
    words: str
    found: tuple[str, ...] = ()
    publish: str = ""

    def __str__(self) -> str:
        """Several lines: what, what it means, what is there, what to publish."""
        lines = [f"{self.record}  {self.state}  {self.name}", f"  {self.words}"]
        lines += [f"  found:    {text}" for text in self.found]
        if self.publish:
            lines.append(f"  publish:  {self.name}  TXT  {quoted_text(self.publish)}")
        return "\n".join(lines)


def check_domain(
    domain: str,
    *,
    sending: str,
    selector: str,
    key: Dkim | None = None,
    resolve: Resolve | None = None,
    bounces: str = "",
) -> list[Advice]:
    """Look at the records of the domain of the From address.

    `sending` is the server we hand mail to (may be empty); `selector` that of our own DKIM
    key, empty where the provider signs; `bounces` the return address or its domain, where it
    is not the From's. `resolve(name, type)` gives the texts of records, none where there are
    none, and raises SendError where the DNS does not answer.
    """
    asked, back = _domain(domain), _domain(bounces.rpartition("@")[2].strip("> ") or domain)
    ask = resolve or dns_resolver()
    checks: list[tuple[str, str, Callable[[], Advice]]] = [
        ("SPF", back, lambda: _spf(back, _outside(sending), ask)),
        ("DKIM", asked, lambda: _dkim(asked, selector, key, ask)),
        ("DMARC", f"_dmarc.{asked}", lambda: _dmarc(asked, back, ask)),
        ("MX", back, lambda: _mx(back, ask)),
    ]
    if asked != back:
        checks.append(("MX", asked, lambda: _mx(asked, ask)))
    return [_tried(*check) for check in checks]


def dns_resolver(server: str = "", port: int = 53, seconds: float = 5) -> Resolve:
    """Ask the DNS: the machine's own servers, or one by its address."""
    import dns.exception
    import dns.resolver

    try:
        asker = dns.resolver.Resolver(configure=not server)
    except dns.resolver.NoResolverConfiguration:
        raise SendError("This machine knows no DNS server (/etc/resolv.conf).") from None
    asker.lifetime = seconds
    asker.use_edns(0, 0, 1232)
    if server:
        asker.nameservers, asker.port = [server], port

    def resolve(name: str, kind: str) -> list[str]:
        try:
            answer = asker.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as fault:
            raise SendError(
                f"{name}: the DNS did not answer ({type(fault).__name__}). Try again later."
            ) from None
        return [_text(record) for record in answer]

    return resolve


def quoted_text(record: str) -> str:
    """A TXT record as zone files want it: strings of at most 255 octets (RFC 1035, 3.3.14).

    >>> quoted_text("v=spf1 -all")
    '"v=spf1 -all"'
    """
    return " ".join(f'"{record[at : at + 255]}"' for at in range(0, len(record), 255))


def tags(record: str) -> dict[str, str]:
    """The `name=value;` pairs of a DKIM or DMARC record, names in lower case, no blanks."""
    pairs = (pair.partition("=") for pair in record[:4096].split(";"))
    return {name.strip().lower(): re.sub(r"\s", "", value) for name, _, value in pairs if name}


def _text(record: object) -> str:
    strings = getattr(record, "strings", None)
    return str(record) if strings is None else b"".join(strings).decode("utf-8", "replace")


def _tried(record: str, name: str, check: Callable[[], Advice]) -> Advice:
    try:
        return check()
    except SendError as fault:
        return Advice(record, name, "unknown", str(fault))


def _domain(name: str) -> str:
    import idna

    try:
        plain = idna.encode(name.strip().rstrip("."), uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        plain = ""
    if not _DOMAIN.fullmatch(plain):
        raise UsageError(f'"{name}" is not a domain. Write one like example.org.')
    return plain


def _spf(domain: str, sending: str, ask: Resolve) -> Advice:
    found = tuple(spf.records(domain, ask))
    provider = next((INCLUDES[end] for end in INCLUDES if _within(sending, end)), "")
    term = _term(sending, provider) if sending else "mx"
    wanted = f"v=spf1 {term} -all"
    if not found:
        words = "Nothing says which servers may send for this domain, so many receivers refuse it."
        return Advice("SPF", domain, "missing", words + _ask_them(provider), (), wanted)
    if len(found) > 1:
        words = "There may be one SPF record only; with several, none counts. Join them into one."
        return Advice("SPF", domain, "wrong", words, found)
    told = spf.read(domain, found[0], ask)
    if told.faults:
        return Advice("SPF", domain, "wrong", " ".join(told.faults[:5]), found)
    if told.end in {"+", "?"}:
        words = f'"{told.end}all" lets anybody send in your name. End it with "-all" or "~all".'
        return Advice("SPF", domain, "wrong", words, found)
    return _covered(domain, sending, provider, told, found, ask)


def _covered(
    domain: str, sending: str, provider: str, told: spf.Spf, found: tuple[str, ...], ask: Resolve
) -> Advice:
    ours = _addresses(sending, ask) if sending else []
    if sending and not ({provider, sending} & told.names or any(map(told.allows, ours))):
        add = _term(sending, provider)
        words = (
            f"The record does not name {sending}. Put {add} before its last word"
            f"{'' if provider else ', unless that server passes mail on to others'}."
        )
        mended = re.sub(r"(\s[~-]?all)?\s*$", rf" {add}\1", found[0], count=1)
        return Advice("SPF", domain, "wrong" if provider else "look", words, found, mended)
    if not told.end:
        words = 'It does not say what to do with other servers. End it with "-all" or "~all".'
        return Advice("SPF", domain, "look", words, found, f"{found[0].strip()} ~all")
    return Advice("SPF", domain, "good", "It says which servers may send.", found)


def _term(sending: str, provider: str) -> str:
    if provider:
        return f"include:{provider}"
    return f"{f'ip{ip}' if (ip := _ip(sending)) else 'a'}:{sending}"


def _addresses(sending: str, ask: Resolve) -> list[str]:
    return [sending] if _ip(sending) else spf.addresses(sending, ask)


def _ip(words: str) -> int:
    """4 or 6 for an IP address, else 0."""
    try:
        return ipaddress.ip_address(words).version
    except ValueError:
        return 0


def _outside(sending: str) -> str:
    """The server's name, empty for one on this machine: what it passes mail to is not known."""
    name = sending.lower().strip("[]").rstrip(".")
    local = name == "localhost" or (_ip(name) and ipaddress.ip_address(name).is_loopback)
    return "" if local else name


def _dkim(domain: str, selector: str, key: Dkim | None, ask: Resolve) -> Advice:
    name = selector or (key.selector if key else "")
    if not name:
        words = (
            "We do not sign, so your provider has to. Ask it for the record it wants for "
            f"{domain}, and look in a test mail for DKIM-Signature with d={domain}."
        )
        return Advice("DKIM", domain, "look", words)
    where = f"{name}._domainkey.{key.domain if key else domain}"
    wanted = key.record if key else ""
    if key and not _aligned(key.domain, domain):
        words = f"The signature's domain {key.domain} is not the From's: DMARC does not count it."
        return Advice("DKIM", where, "wrong", words)
    found = tuple(t for t in ask(where, "TXT") if "p" in tags(t))
    if not found:
        words = "The record that lets others verify our signature is not there."
        return Advice("DKIM", where, "missing", words, (), wanted)
    if len(found) > 1:
        return Advice("DKIM", where, "wrong", "There may be one record only.", found, wanted)
    return _key_record(where, tags(found[0]), found, wanted)


def _key_record(where: str, told: dict[str, str], found: tuple[str, ...], wanted: str) -> Advice:
    ours, kind = tags(wanted), told.get("k", "rsa")
    unread = told.get("v", "DKIM1") != "DKIM1" or kind not in {"rsa", "ed25519"}
    other = bool(ours) and (kind, told["p"]) != (ours.get("k"), ours.get("p"))
    test = "y" in told.get("t", "").split(":")
    short = kind == "rsa" and len(told["p"]) < SHORTEST
    rules: list[tuple[bool, State, str]] = [
        (not told["p"], "wrong", "The record says that this key was withdrawn (p= is empty)."),
        (unread, "wrong", "The record is none that receivers understand."),
        (other, "wrong", "It holds another key than the one we sign with: no signature holds."),
        (test, "look", "It says t=y (only a test), so receivers may ignore it. Take t=y out."),
        (short, "look", "The key is shorter than 2048 bits. Make one under another selector."),
        (kind == "ed25519", "look", "Not every receiver verifies Ed25519; RSA is safer."),
        (bool(ours), "good", "It holds our key."),
        (True, "good", "There is a key; we have none to compare it with."),
    ]
    state, words = next((state, words) for is_so, state, words in rules if is_so)
    return Advice("DKIM", where, state, words, found, wanted if state == "wrong" else "")


def _dmarc(domain: str, back: str, ask: Resolve) -> Advice:
    name, found = _policy(domain, ask)
    where = f"_dmarc.{domain}"
    if not found:
        words = (
            "Gmail wants one from whoever sends 5,000 messages a day, and others follow. Start "
            "with p=none, read the reports for some weeks, then go on to p=quarantine."
        )
        wanted = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
        return Advice("DMARC", where, "missing", words, (), wanted)
    if len(found) > 1:
        words = "There may be one record only; with several, none counts."
        return Advice("DMARC", name, "wrong", words, found)
    told = tags(found[0])
    policy = told.get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        words = "It needs p=none, p=quarantine or p=reject."
        return Advice("DMARC", name, "wrong", words, found)
    strict = told.get("aspf", "").lower() == "s"
    if back != domain and (strict or not _aligned(back, domain)):
        words = f"SPF is checked for {back}, which does not count here: DKIM alone has to hold."
        return Advice("DMARC", name, "look", words, found)
    return _reports(name, domain, told, found, ask)


def _reports(
    name: str, domain: str, told: dict[str, str], found: tuple[str, ...], ask: Resolve
) -> Advice:
    """Where reports go, and whether a stranger's domain agreed to get them (RFC 7489, 7.1)."""
    others = [
        to.rpartition("@")[2].split("!")[0].lower()
        for to in told.get("rua", "").split(",")[:5]
        if "@" in to
    ]
    for other in others:
        if _DOMAIN.fullmatch(other) and not _aligned(other, domain):
            consent = f"{domain}._report._dmarc.{other}"
            if not any(t.startswith("v=DMARC1") for t in ask(consent, "TXT")):
                words = f"{other} gets no reports: {consent} does not say v=DMARC1."
                return Advice("DMARC", name, "look", words, found)
    if not others:
        words = f"Nobody gets reports. Add rua=mailto:postmaster@{domain}"
        return Advice("DMARC", name, "look", words, found)
    words = (
        "It is there, and asks receivers for nothing. Once the reports are clean, p=quarantine."
        if told["p"].lower() == "none"
        else "It tells receivers what to do with mail that others send in your name."
    )
    return Advice("DMARC", name, "good", words, found)


def _policy(domain: str, ask: Resolve) -> tuple[str, tuple[str, ...]]:
    """The record of the domain, or of the nearest one above that has any."""
    labels = domain.split(".")
    for at in range(min(len(labels) - 1, 6)):
        name = f"_dmarc.{'.'.join(labels[at:])}"
        found = tuple(t for t in ask(name, "TXT") if t.replace(" ", "").startswith("v=DMARC1"))
        if found:
            return name, found
    return "", ()


def _mx(domain: str, ask: Resolve) -> Advice:
    found = tuple(ask(domain, "MX"))
    if any(mx.split()[-1] == "." for mx in found):
        words = "The domain says it takes no mail, so bounces are lost and many refuse its mail."
        return Advice("MX", domain, "wrong", words, found)
    if found:
        words = "Bounces and answers find a way back."
        return Advice("MX", domain, "good", words, found)
    if spf.addresses(domain, ask):
        words = "It has no MX; mail goes to the web server itself. Publish an MX record."
        return Advice("MX", domain, "look", words)
    words = "Nothing takes mail for this domain: bounces are lost, and many refuse its mail."
    return Advice("MX", domain, "missing", words)


def _ask_them(provider: str) -> str:
    return "" if provider else " If a provider sends for you, ask it what to include instead."


def _aligned(one: str, other: str) -> bool:
    """Whether one domain lies within the other: DMARC's relaxed alignment, nearly."""
    one, other = one.lower(), other.lower()
    return _within(one, other) or _within(other, one)


def _within(name: str, end: str) -> bool:
    return name == end or name.endswith(f".{end}")
