"""DKIM signatures: RFC 6376 with RFC 8301's keys, and RFC 8463's Ed25519.

Messages of an edition share most header fields and the start of the body. Both are hashed
once; a message takes a copy of the hash and goes on from the first byte that is its own.
The same message has the same signature: there is no time in it.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pressroom.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Literal

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    Key = RSAPrivateKey | Ed25519PrivateKey
    Kind = Literal["rsa", "ed25519"]

BITS = 2048
"""RSA keys are at least so long: RFC 8301, 3.2."""

GUARDED = (
    "From", "Subject", "To", "Cc", "Date", "Reply-To", "Content-Type",
    "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip
"""Named once more than they occur, so that nobody adds a second one (RFC 6376, 8.15)."""

LEFT_OUT = frozenset({"precedence"})

_BLANKS = re.compile(rb"(?:\r\n|[\t ])+")
_RUN = re.compile(rb"[\t ]+")
_TRAILING = re.compile(rb"[\t ]+\r\n")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_FOLD = 72
_MAKE_ONE = "Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"


@dataclass(frozen=True, slots=True)
class Dkim:
    """Who signs: the domain, the selector its record is found under, and the private key.

    Raises SettingsError for a domain or selector that is none, and for a key that cannot sign.
    """

    domain: str
    selector: str
    key: Key

    def __post_init__(self) -> None:
        """Refuse what no record could be found under."""
        for key, words in (("domain", self.domain), ("selector", self.selector)):
            if not _NAME.fullmatch(words.lower()):
                raise SettingsError(
                    f'newsletter.toml: delivery.dkim.{key}: "{words}" cannot stand in the DNS. '
                    "Write letters, digits, hyphens and dots, such as "
                    f'"{"example.org" if key == "domain" else "pressroom1"}".'
                )
        _fit(self.key)

    @property
    def algorithm(self) -> str:
        """The `a=` tag."""
        return f"{kind_of(self.key)}-sha256"

    @property
    def name(self) -> str:
        """Where the DNS has the record."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The TXT record that lets others verify."""
        return record_of(self.key)


class _Stamp(NamedTuple):
    """One signer's field up to the body hash, as sent and as hashed, and what signs."""

    sent: bytes
    hashed: bytes
    sign: Callable[[bytes], bytes]


class Seals:
    """Makes the signatures of messages that share fields and the start of the body.

    `fixed` are whole fields with their line ends; `own` names those that each message brings;
    `start` is the body up to the first byte that differs.
    """

    def __init__(
        self, signers: Sequence[Dkim], fixed: Iterable[str], own: Sequence[str], start: bytes
    ) -> None:
        fields = [f for f in fixed if f.partition(":")[0].lower() not in LEFT_OUT]
        names = _listed([f.partition(":")[0] for f in fields], own)
        self._head = hashlib.sha256(b"".join(relaxed_field(f.encode()) for f in fields))
        self._body = hashlib.sha256(relaxed_body(start))
        self._stamps = [_stamp(one, names) for one in signers]

    def seal(self, own: Iterable[bytes], rest: bytes) -> bytes:
        """The DKIM-Signature fields; `own` in the order named, `rest` in relaxed form."""
        body = self._body.copy()
        body.update(rest)
        told = b64encode(body.digest())
        head = self._head.copy()
        head.update(b"".join(map(relaxed_field, own)))
        return b"".join(_field(stamp, head.copy(), told) for stamp in self._stamps)


def seals(
    signer: Dkim | Sequence[Dkim], fixed: Iterable[str], own: Sequence[str], start: bytes
) -> Seals:
    """`Seals` of one signer or of several (RSA and Ed25519 side by side)."""
    return Seals([signer] if isinstance(signer, Dkim) else signer, fixed, own, start)


def load_key(text: str) -> Key:
    """A private key from PEM text; SettingsError that says what it is instead."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text.strip().encode(), password=None)
    except TypeError:
        raise _refusal("is locked with a password. Unlock it: openssl pkey -in FILE") from None
    except (ValueError, UnsupportedAlgorithm):
        what = "is a public key" if "PUBLIC KEY" in text else "is no private key in PEM"
        raise _refusal(f"{what}. {_MAKE_ONE}") from None
    return _fit(key)


def new_key(kind: Kind = "rsa") -> tuple[str, str]:
    """A fresh private key: its PEM text, to be kept secret, and the TXT record to publish."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    key: Key
    if kind == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    else:
        key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode(), record_of(key)


def kind_of(key: Key) -> Kind:
    """What the `k=` tag calls a key."""
    return "rsa" if hasattr(key, "key_size") else "ed25519"


def record_of(key: Key) -> str:
    """The TXT record of a key: RFC 6376, 3.6.1; the bare 32 bytes for Ed25519 (RFC 8463, 4)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    kind = kind_of(key)
    if kind == "rsa":
        data = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        data = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={b64encode(data).decode()}"


def relaxed_field(field: bytes) -> bytes:
    """A header field as it is hashed: RFC 6376, 3.4.2."""
    name, _, value = field.partition(b":")
    return b"%b:%b\r\n" % (name.strip().lower(), _BLANKS.sub(b" ", value).strip(b" "))


def relaxed_body(data: bytes) -> bytes:
    """Whole lines of a body as they are hashed: RFC 6376, 3.4.4.

    The end is left as it is: our bodies end in a line that is not empty.
    """
    return _RUN.sub(b" ", _TRAILING.sub(b"\r\n", data))


def _listed(fixed: list[str], own: Sequence[str]) -> list[str]:
    """The `h=` tag: fields in the order they are hashed, guarded ones once more."""
    there = [*fixed, *own]
    absent = [name for name in GUARDED if name not in there]
    return [*_twice(fixed), *absent, *_twice(own)]


def _twice(names: Iterable[str]) -> list[str]:
    return [n for name in names for n in (name, name)[: 1 + (name in GUARDED)]]


def _stamp(one: Dkim, names: list[str]) -> _Stamp:
    lines = ["h="]
    for n, name in enumerate(names):
        word = f"{name}{';' if n == len(names) - 1 else ':'}"
        if len(lines[-1]) + len(word) > _FOLD:
            lines.append("")
        lines[-1] += word
    listed = "\r\n ".join(lines)
    sent = (
        f"DKIM-Signature: v=1; a={one.algorithm}; c=relaxed/relaxed;\r\n"
        f" d={one.domain.lower()};\r\n s={one.selector};\r\n {listed}\r\n bh="
    ).encode()
    return _Stamp(sent, relaxed_field(sent)[:-2], _signing(one.key))


def _field(stamp: _Stamp, head: hashlib._Hash, body: bytes) -> bytes:
    """One field; its own signature is hashed as empty and without a line end (3.7)."""
    head.update(b"%b%b; b=" % (stamp.hashed, body))
    mark = b64encode(stamp.sign(head.digest()))
    lines = b"\r\n ".join(mark[at : at + _FOLD] for at in range(0, len(mark), _FOLD))
    return b"%b%b;\r\n b=%b\r\n" % (stamp.sent, body, lines)


def _signing(key: Key) -> Callable[[bytes], bytes]:
    """What turns the hash of the fields into a signature; Ed25519 signs the hash itself."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(key, Ed25519PrivateKey):
        return key.sign
    pad, digest = PKCS1v15(), Prehashed(SHA256())
    return lambda data: key.sign(data, pad, digest)


def _fit(key: object) -> Key:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(key, Ed25519PrivateKey):
        return key
    if not isinstance(key, RSAPrivateKey):
        raise _refusal(f"is neither RSA nor Ed25519. {_MAKE_ONE}")
    if key.key_size < BITS:
        raise _refusal(f"has {key.key_size} bits, and receivers want {BITS}. {_MAKE_ONE}")
    return key


def _refusal(words: str) -> SettingsError:
    return SettingsError(f"newsletter.toml: delivery.dkim: the key {words}.")
