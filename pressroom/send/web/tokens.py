"""Signed tokens: who may do what until when, without a row in a database.

A token is url-safe base64 (RFC 4648 5, no padding) over five octets of time, the subject, and
an HMAC-SHA256 (RFC 2104) of both and of the purpose: a token for one thing opens no other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

MOST = 512
"""Longer tokens are refused unread."""

_TIME, _MAC = 5, 32
_AHEAD = timedelta(minutes=5)


def sign(key: bytes, purpose: str, subject: str, now: datetime) -> str:
    """A token that lets its bearer do one thing with one subject (at most 300 octets of UTF-8)."""
    data = int(now.timestamp()).to_bytes(_TIME, "big") + subject.encode()
    return base64.urlsafe_b64encode(data + _mac(key, purpose, data)).decode().rstrip("=")


def read(key: bytes, purpose: str, token: str, now: datetime, life: timedelta) -> str | None:
    """The subject of a token; None for whatever is not one of ours, or older than `life`.

    Compared in constant time, and never raises: the token is what a stranger sent.
    """
    data = _decoded(token)
    if len(data) < _TIME + _MAC:
        return None
    body, mac = data[:-_MAC], data[-_MAC:]
    if not hmac.compare_digest(mac, _mac(key, purpose, body)):
        return None
    signed = datetime.fromtimestamp(int.from_bytes(body[:_TIME], "big"), UTC)
    return body[_TIME:].decode() if -_AHEAD <= now - signed <= life else None


def shadow(key: bytes, purpose: str, words: str) -> str:
    """A keyed hash in hex (128 bits): equal for equal words, and worth nothing without the key."""
    return _mac(key, purpose, words.encode("utf-8", "surrogatepass")).hex()[:32]


def _mac(key: bytes, purpose: str, data: bytes) -> bytes:
    return hmac.digest(key, b"pressroom " + purpose.encode() + b"\0" + data, hashlib.sha256)


def _decoded(token: str) -> bytes:
    """The octets of a token in its one spelling: base64 has spare bits that must be nought."""
    if len(token) > MOST or not token.isascii():
        return b""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    same = base64.urlsafe_b64encode(data).decode().rstrip("=") == token
    return data if same else b""
