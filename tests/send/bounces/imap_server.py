"""As much of an IMAP server, over TLS, as reading a mailbox takes (RFC 9051)."""

from __future__ import annotations

import socketserver
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "open sesame"


class Box:
    """The mails of a mailbox by UID, and which were seen."""

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = dict(enumerate(mails, 11))
        self.seen: set[int] = set()
        self.port = 0


class Session(socketserver.StreamRequestHandler):
    """One client."""

    box: Box

    def handle(self) -> None:
        """Answer line by line until the client leaves."""
        self._say("* OK ready")
        for line in self.rfile:
            tag, verb, *rest = line.decode().rstrip().split(" ", 2)
            answer = getattr(self, verb.lower(), self.noop)("".join(rest))
            self._say(f"{tag} {answer}")
            if verb == "LOGOUT":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def noop(self, _: str) -> str:
        """Anything that needs no answer of its own."""
        return "OK done"

    def capability(self, _: str) -> str:
        """What imaplib asks first."""
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def login(self, rest: str) -> str:
        """One password opens the box."""
        return "OK welcome" if PASSWORD in rest else "NO wrong password"

    def select(self, _: str) -> str:
        """There is one folder."""
        self._say(f"* {len(self.box.mails)} EXISTS")
        return "OK [READ-WRITE] done"

    def uid(self, rest: str) -> str:
        """SEARCH, FETCH and STORE by UID."""
        verb, _, words = rest.partition(" ")
        if verb == "SEARCH":
            left = [str(uid) for uid in self.box.mails if uid not in self.box.seen]
            self._say(f"* SEARCH {' '.join(left)}")
        elif verb == "FETCH":
            data = self.box.mails[int(words.split()[0])]
            self._say(f"* 1 FETCH (UID {words.split()[0]} BODY[]<0> {{{len(data)}}}")
            self.wfile.write(data + b")\r\n")
        elif verb == "STORE" and "Seen" in words:
            self.box.seen.add(int(words.split()[0]))
        return "OK done"


@contextmanager
def served(box: Box, folder: Path) -> Iterator[ssl.SSLContext]:
    """Serve a box on loopback; the context trusts its certificate and no other."""
    file, context = _certificate(folder), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    handler = type("Handler", (Session,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield ssl.create_default_context(cafile=str(file))
        server.shutdown()
        thread.join()


def _certificate(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "imap")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "imap.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file
