"""The commonest slips that make a feed ill-formed, put right: then it can be read whole.

feedparser's lenient reader turns `AT&T` into `AT&T;`. A bare ampersand, an HTML entity that XML
does not know, and a character that XML does not allow mean only one thing; nothing else is mended.
"""

from __future__ import annotations

import html.entities
import re

SLIP = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|(?P<amp>&)(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(?:(?P<name>\w{2,31});)?"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff])",
    re.DOTALL,
)


def mend(text: str) -> tuple[str, int]:
    """The text with those slips put right, and the line of the first (from 1); 0 where none is.

    A text with a document type is left as it is: its entities may be its own.
    """
    if "<!DOCTYPE" in text:
        return text, 0
    first = next((f.start() for f in SLIP.finditer(text) if f["amp"] or f["control"]), None)
    if first is None:
        return text, 0
    return SLIP.sub(_put_right, text), text.count("\n", 0, first) + 1


def _put_right(found: re.Match[str]) -> str:
    if found["amp"]:
        character = _character(found["name"] or "")
        return character if character and character not in "<>&" else f"&amp;{found.group()[1:]}"
    return "" if found["control"] else found.group()


def _character(name: str) -> str:
    """HTML 4 first, as feedparser: there `lang` is U+2329."""
    if code := html.entities.name2codepoint.get(name):
        return chr(code)
    return html.entities.html5.get(f"{name};", "")
