"""Header fields that survive any words: RFC 5322 phrases and RFC 2047 encoded words, folded.

Words must come without control characters (`pressroom.store.mailing.clean`).
"""

from __future__ import annotations

import base64
import re

WIDTH = 76
_WRAP = len("=?utf-8?b??=")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def unstructured(field: str, words: str) -> str:
    """A field of free words, such as Subject, with its line end."""
    return f"{field}: {_plain(words, len(field) + 2) or encoded(words, len(field) + 2)}\r\n"


def mailbox(field: str, name: str, address: str) -> str:
    """A field of the form `Name <address>`, with its line end."""
    if not name:
        return f"{field}: {address if '@' in address else f'<{address}>'}\r\n"
    phrase = _phrase(name, len(field) + 2)
    column = len(f"{field}: {phrase}".rsplit("\r\n", maxsplit=1)[-1])
    gap = " " if column + len(address) + 3 <= WIDTH else "\r\n "
    return f"{field}: {phrase}{gap}<{address}>\r\n"


def encoded(words: str, column: int) -> str:
    """Encoded words (RFC 2047, base64), no character torn; `column` is where the first starts.

    >>> encoded("汉字", 9)
    '=?utf-8?b?5rGJ5a2X?='
    """
    pieces, piece = [], b""
    room = _room(WIDTH - column)
    for character in words:
        data = character.encode()
        if len(piece) + len(data) > room:
            pieces.append(piece)
            piece, room = b"", _room(WIDTH - 1)
        piece += data
    return "\r\n ".join(_word(p) for p in [*pieces, piece])


def _room(width: int) -> int:
    return (min(width, 75) - _WRAP) // 4 * 3


def _word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode()}?="


def _phrase(name: str, column: int) -> str:
    if not name.isascii() or "=?" in name or column + len(name) > WIDTH - 4:
        return encoded(name, column)
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(words: str, column: int) -> str:
    """ASCII words folded at blanks; empty where only encoded words will do."""
    if not words.isascii() or "=?" in words:
        return ""
    lines = [""]
    for word in words.split(" "):
        grown = f"{lines[-1]} {word}" if lines[-1] else word
        used = column if len(lines) == 1 else 1
        if used + len(grown) <= WIDTH:
            lines[-1] = grown
        elif lines[-1] and len(word) < WIDTH:
            lines.append(word)
        else:
            return ""
    return "\r\n ".join(lines)
