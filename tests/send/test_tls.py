"""Encryption: STARTTLS and TLS from the start, checked against an authority of our own."""

from __future__ import annotations

import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from send.faulty import DROP, Faulty

from pressroom.errors import Unreachable
from pressroom.model import DeliveryState, Envelope
from pressroom.send.smtp import Smtp

if TYPE_CHECKING:
    from pathlib import Path

BODY = b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000  # more than one buffer
NOW = datetime.now(UTC)


class Authority:
    """A certificate authority that signs one certificate for one address."""

    def __init__(self, folder: Path, name: str, address: str = "127.0.0.1") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        own = self._certificate(self.name, self.key.public_key(), ca=True)
        self.root = own.public_bytes(serialization.Encoding.PEM).decode()
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._certificate(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")]),
            key.public_key(),
            ca=False,
            address=address,
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )

    def server(self) -> ssl.SSLContext:
        """A server's side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    def client(self) -> ssl.SSLContext:
        """The side of a client who trusts this authority only."""
        return ssl.create_default_context(cadata=self.root)

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool, address: str = ""
    ) -> x509.Certificate:
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if address:
            names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
            made = made.add_extension(names, critical=False)
        return made.sign(self.key, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority, and a server's certificate by it."""
    return Authority(tmp_path_factory.mktemp("ca"), "ours")


def send(server: Faulty, context: ssl.SSLContext | None, number: int = 3, **more: Any) -> None:
    """A few large messages, all taken, with a log-in."""
    options = {"user": "u", "password": "hunter2", "timeout": 5} | more
    with closing(Smtp("127.0.0.1", server.port, context=context, **options)) as smtp:
        for n in range(number):
            envelope = Envelope("n@a.org", f"r{n}@b.org", BODY, f"<{n}@a>")
            assert smtp.send(envelope).state is DeliveryState.SENT
    assert [data for _, data in server.taken] == [BODY] * number
    assert server.connections == 1


OFFERED = ("STARTTLS", "AUTH PLAIN")


def test_starttls_with_a_trusted_certificate(authority: Authority) -> None:
    """The password and large messages go encrypted, whole, over one connection."""
    with Faulty(extensions=OFFERED, tls=authority.server()) as server:
        send(server, authority.client())
        start = server.words.index("STARTTLS")
        assert server.words[start + 1].startswith("EHLO")
        assert server.words[start + 2].startswith("AUTH PLAIN")


def test_tls_from_the_start(authority: Authority) -> None:
    """With implicit TLS not a word is said before the handshake."""
    with Faulty(extensions=OFFERED, tls=authority.server(), implicit=True) as server:
        send(server, authority.client(), implicit=True)
        assert "STARTTLS" not in server.words


@pytest.mark.parametrize("who", ["a stranger's", "of another address"])
def test_a_wrong_certificate_gets_nothing(authority: Authority, tmp_path: Path, who: str) -> None:
    """A certificate that is not trusted, or not for this server, ends it before the log-in."""
    other = Authority(tmp_path, "other", address="127.0.0.2")
    context = authority.client() if who == "a stranger's" else other.client()
    with (
        Faulty(extensions=OFFERED, tls=other.server()) as server,
        pytest.raises(Unreachable, match=r"no safe connection .certificate not trusted"),
    ):
        send(server, context)
    assert not any(w.startswith(("AUTH", "MAIL")) for w in server.words)
    assert server.connections == 1


def test_the_usual_authorities_do_not_trust_ours(authority: Authority) -> None:
    """Without a context of one's own the system's authorities decide."""
    with (
        Faulty(extensions=OFFERED, tls=authority.server()) as server,
        pytest.raises(Unreachable, match="certificate not trusted"),
    ):
        send(server, None)


def test_a_wrong_password_is_tried_once(authority: Authority) -> None:
    """One log-in, no second, and no word of it in the message."""

    def fault(moment: object) -> str:
        return "535 5.7.8 hunter2 is wrong" if getattr(moment, "step", "") == "AUTH" else ""

    with (
        Faulty(fault, extensions=OFFERED, tls=authority.server()) as server,
        pytest.raises(Unreachable, match=r"code 535.*password_env") as caught,
    ):
        send(server, authority.client())
    assert "hunter2" not in f"{caught.value!r}"
    assert sum(w.startswith("AUTH") for w in server.words) == 1


def test_a_server_that_goes_at_the_log_in(authority: Authority) -> None:
    """No answer to AUTH is no safe connection either; three attempts, then unreachable."""
    with (
        Faulty(
            lambda m: DROP if m.step == "AUTH" else "", extensions=OFFERED, tls=authority.server()
        ) as server,
        pytest.raises(Unreachable, match="log in"),
    ):
        send(server, authority.client())
    assert server.connections == 3
