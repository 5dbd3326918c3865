"""The advice on DNS records, against a little DNS server on loopback that answers by UDP."""

from __future__ import annotations

import socketserver
import threading
from typing import TYPE_CHECKING, Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from pressroom.errors import SendError, UsageError
from pressroom.send.dkim import Dkim, load_key, new_key
from pressroom.send.domain import Advice, check_domain, dns_resolver, quoted_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Zone = dict[tuple[str, str], list[str]]
    Look = Callable[..., dict[str, Advice]]

DMARC = ("_dmarc.example.org", "TXT")
SPF = ("example.org", "TXT")
MX = ("example.org", "MX")
PEM, RECORD = new_key("rsa")
KEY = Dkim("example.org", "pr1", load_key(PEM))
GOOD: Zone = {
    SPF: ["v=spf1 a:mail.example.org -all", "another=text"],
    ("mail.example.org", "A"): ["192.0.2.7"],
    (KEY.name, "TXT"): [RECORD],
    DMARC: ["v=DMARC1; p=quarantine; rua=mailto:postmaster@example.org"],
    MX: ["10 mail.example.org."],
}


class Handler(socketserver.BaseRequestHandler):
    """Answers from the server's zone; SERVFAIL for names that begin with `broken`."""

    def handle(self) -> None:
        """One question, one datagram back."""
        data, sock = self.request
        query = dns.message.from_wire(data)
        question = query.question[0]
        answer = dns.message.make_response(query)
        name = question.name.to_text(omit_final_dot=True)
        kind = dns.rdatatype.to_text(question.rdtype)
        zone: Zone = self.server.zone  # type: ignore[attr-defined]  # set below
        texts = zone.get((name, kind), [])
        if name.startswith("broken"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts:
            written = [quoted_text(text) if kind == "TXT" else text for text in texts]
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *written))
        elif not any(known == name for known, _ in zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        answer.flags |= dns.flags.AA | dns.flags.RA
        sock.sendto(answer.to_wire(max_size=65535), self.client_address)


@pytest.fixture
def look() -> Iterator[Look]:
    """Check example.org with GOOD and some records of one's own; advice by record and name."""
    server: Any = socketserver.UDPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    resolve = dns_resolver("127.0.0.1", server.server_address[1], 2)

    def ask(
        zone: Zone | None = None, domain: str = "example.org", **more: Any
    ) -> dict[str, Advice]:
        server.zone = GOOD | (zone or {})
        told = {"sending": "mail.example.org", "selector": "pr1", "key": KEY} | more
        return {a.record: a for a in check_domain(domain, resolve=resolve, **told)}

    try:
        yield ask
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def states(advice: dict[str, Advice]) -> dict[str, str]:
    """The state of each record."""
    return {record: one.state for record, one in advice.items()}


def test_a_domain_in_order_has_nothing_to_publish(look: Look) -> None:
    """All four are good, an RSA record in two strings included."""
    advice = look()
    assert states(advice) == {"SPF": "good", "DKIM": "good", "DMARC": "good", "MX": "good"}
    assert [one.publish for one in advice.values()] == [""] * 4
    assert advice["DKIM"].found == (RECORD,)


def test_a_bare_domain_is_told_what_to_publish(look: Look) -> None:
    """With nothing there, each record is spelled out, ready to paste."""
    advice = look({key: [] for key in GOOD})
    assert set(states(advice).values()) == {"missing"}
    assert advice["SPF"].publish == "v=spf1 a:mail.example.org -all"
    assert advice["DKIM"].publish == RECORD
    assert advice["DKIM"].name == "pr1._domainkey.example.org"
    assert advice["DMARC"].publish.startswith("v=DMARC1; p=none; rua=mailto:")
    assert '" "' in str(advice["DKIM"])


@pytest.mark.parametrize(
    ("spf", "state", "says"),
    [
        (["v=spf1 -all", "v=spf1 mx -all"], "wrong", "one SPF record only"),
        (["v=spf1 a:mail.example.org +all"], "wrong", "anybody"),
        (["v=spf1 a:mail.example.org all"], "wrong", "anybody"),
        (["v=spf1 a:mail.example.org ?all"], "wrong", "anybody"),
        (["v=spf1 a:mail.example.org"], "look", "other servers"),
        (["v=spf1 a:other.example.org -all"], "look", "does not name mail.example.org"),
        (["v=spf1 ip4:192.0.2.0/24 ~all"], "good", "may send"),
        (["v=spf1 mx -all"], "good", "may send"),
        (["v=spf1 include:spf.example.net -all"], "good", "may send"),
        (["v=spf1 redirect=spf.example.net"], "good", "may send"),
        (["v=spf1 include:none.example.net -all"], "wrong", "0 SPF records"),
        (["v=spf1 include:loop.example.net -all"], "wrong", "more than 10"),
        (["v=spf1 ip4:1.2.3 -all"], "wrong", "no network"),
        (["v=spf1 !? -all"], "wrong", "no SPF term"),
        (["v=spf10 -all"], "missing", "which servers"),
    ],
)
def test_spf_is_read_as_receivers_do(look: Look, spf: list[str], state: str, says: str) -> None:
    """Doubled, open, endless, looping and broken records are told apart from good ones."""
    more = {
        ("spf.example.net", "TXT"): ["v=spf1 ip4:192.0.2.7 -all"],
        ("loop.example.net", "TXT"): ["v=spf1 include:loop.example.net -all"],
    }
    advice = look({SPF: spf, **more})["SPF"]
    assert (advice.state, says in advice.words) == (state, True)


def test_a_known_provider_is_named_with_what_to_include(look: Look) -> None:
    """The record to publish includes the provider's, before the last word."""
    advice = look({SPF: ["v=spf1 mx ~all"]}, sending="email-smtp.eu-west-1.amazonaws.com")["SPF"]
    assert (advice.state, advice.publish) == ("wrong", "v=spf1 mx include:amazonses.com ~all")
    assert look(sending="localhost")["SPF"].state == "good"
    assert "ip4:192.0.2.9" in look(sending="192.0.2.9")["SPF"].publish


@pytest.mark.parametrize(
    ("record", "state", "says"),
    [
        (new_key("rsa")[1], "wrong", "another key"),
        ("v=DKIM1; k=rsa; p=", "wrong", "withdrawn"),
        (f"{RECORD}; t=y", "look", "t=y"),
        (f"{RECORD}; t=s", "good", "our key"),
        (RECORD.replace("DKIM1", "DKIM2"), "wrong", "understand"),
        ("hello", "missing", "not there"),
    ],
)
def test_the_key_in_the_dns_is_compared(look: Look, record: str, state: str, says: str) -> None:
    """Another key, a withdrawn one, a test, an unknown version: each in words."""
    advice = look({(KEY.name, "TXT"): [record]})["DKIM"]
    assert (advice.state, says in advice.words) == (state, True)


def test_without_a_key_the_provider_signs(look: Look) -> None:
    """No selector: ask the provider; a selector alone: a key there is good enough."""
    assert look(selector="", key=None)["DKIM"].state == "look"
    assert look(key=None)["DKIM"].state == "good"
    ed = Dkim("example.org", "pr1", load_key(new_key("ed25519")[0]))
    there: Zone = {(KEY.name, "TXT"): [ed.record]}
    assert "Not every receiver" in look(there, key=ed)["DKIM"].words
    short = {(KEY.name, "TXT"): ["v=DKIM1; p=" + "A" * 216]}
    assert "shorter" in look(short, key=None)["DKIM"].words


def test_a_signature_of_another_domain_does_not_count(look: Look) -> None:
    """DMARC wants the signing domain to be the From's or related to it."""
    assert look(key=Dkim("example.net", "pr1", KEY.key))["DKIM"].state == "wrong"


@pytest.mark.parametrize(
    ("records", "state", "says"),
    [
        (["v=DMARC1; p=none; rua=mailto:a@example.org"], "good", "asks receivers for nothing"),
        (["v=DMARC1; p=reject"], "look", "Nobody gets reports"),
        (["v=DMARC1; p=reject; rua=mailto:a@example.net"], "look", "example.net gets no reports"),
        (["v=DMARC1; p=reject; rua=mailto:a@agreed.example!10m"], "good", "what to do"),
        (["v=DMARC1; p=maybe"], "wrong", "needs p="),
        (["v=DMARC1"], "wrong", "needs p="),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "wrong", "one record only"),
    ],
)
def test_dmarc_is_read(look: Look, records: list[str], state: str, says: str) -> None:
    """Policies, report addresses that did not agree, and doubled records are told apart."""
    agreed = ("example.org._report._dmarc.agreed.example", "TXT")
    advice = look({DMARC: records, agreed: ["v=DMARC1"]})["DMARC"]
    assert (advice.state, says in advice.words) == (state, True)


def test_a_policy_above_holds_below(look: Look) -> None:
    """A subdomain without a record has that of the domain above."""
    advice = look(domain="news.example.org", key=None)["DMARC"]
    assert (advice.state, advice.name) == ("good", "_dmarc.example.org")


def test_bounces_elsewhere_are_looked_at_there(look: Look) -> None:
    """SPF belongs to the return address, and its domain has to take mail."""
    zone: Zone = {("back.example.net", "TXT"): ["v=spf1 a:mail.example.org -all"]}
    advice = look(zone, bounces="Bounces <b@back.example.net>")
    assert advice["SPF"].name == "back.example.net"
    assert advice["DMARC"].state == "look"
    assert advice["MX"].name == "example.org"


@pytest.mark.parametrize(
    ("zone", "state"),
    [
        ({MX: ["0 ."]}, "wrong"),
        ({MX: [], ("example.org", "A"): ["192.0.2.1"]}, "look"),
        ({MX: []}, "missing"),
    ],
)
def test_a_domain_has_to_take_mail(look: Look, zone: Zone, state: str) -> None:
    """A null MX, no MX, and nothing at all are three answers."""
    assert look(zone)["MX"].state == state


def test_a_dns_that_fails_is_said_and_the_rest_goes_on(look: Look) -> None:
    """SERVFAIL for one name leaves that record unknown, not the others."""
    advice = look({SPF: ["v=spf1 include:broken.example.net -all"]})
    assert states(advice) == {"SPF": "unknown", "DKIM": "good", "DMARC": "good", "MX": "good"}
    assert "did not answer" in str(advice["SPF"])


def test_a_dns_that_is_silent_ends_in_time() -> None:
    """No server: an error in words within the seconds given."""
    with pytest.raises(SendError, match="did not answer"):
        dns_resolver("127.0.0.1", 9, 0.2)("example.org", "TXT")


@pytest.mark.parametrize(
    "domain", ["", "localhost", "a b.org", "-", "x" * 300 + ".org", "1.2.3.44"]
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    """A wrong name is a wrong use, said before anything is asked."""
    with pytest.raises(UsageError, match="is not a domain"):
        check_domain(domain, sending="", selector="", resolve=lambda _name, _kind: [])
