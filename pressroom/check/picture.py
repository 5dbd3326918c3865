"""Picture files: not too heavy, nothing in them that tells on their maker, their words complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.header import read_header
from pressroom.manuscript.issue import PICTURES
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.check.header import Header
    from pressroom.model import Figure, Locale, Proof

MAX_SIDE = 1200
"""Pixels: twice the width of a mail's column, for sharp screens."""
KB = 1024
MAX_KB = 200
ENDINGS = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",), "GIF": (".gif",)}
WORDS = 64 * 1024
"""Bytes of NAME.toml that are looked through for a line number."""


class Picture:
    """What lies in figures/ goes to every reader, byte for byte, also where no text calls it."""

    rule = "picture"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Each picture's files, then its words, by name."""
        for picture in proof.figures.values():
            for path in _files(picture):
                yield from _file(proof, picture, path)
            yield from _words(proof, picture)


def _files(picture: Figure) -> list[Path]:
    beside = [picture.path.with_suffix(ending) for ending in PICTURES]
    return [path for path in dict.fromkeys((picture.path, *beside)) if path.is_file()]


def _file(proof: Proof, picture: Figure, path: Path) -> Iterator[Finding]:
    name, header = proof.name(path), read_header(path)
    again = f"run: pressroom figure add {name} --as {picture.name} --replace"
    if path != picture.path:
        message = f"is shown nowhere: {picture.path.name} goes by the same name. It is published."
        yield Finding("picture", Severity.LOOK, name, 1, message, "delete one of the two.")
    if header is None:
        message = "cannot be read as JPEG, PNG or GIF; readers would see a gap."
        yield Finding("picture", Severity.STOP, name, 1, message, "put the picture there anew.")
        return
    if path.suffix not in ENDINGS[header.kind]:
        message = f"is a {header.kind} by its bytes; some programs will not show it."
        yield Finding("picture", Severity.BEFORE, name, 1, message, again)
    yield from _weighed(name, path.stat().st_size, header, again)
    yield from _told(name, header, again)


def _weighed(name: str, size: int, header: Header, again: str) -> Iterator[Finding]:
    is_heavy = size > MAX_KB * KB
    if is_heavy or max(header.width, header.height) > MAX_SIDE:
        severity = Severity.BEFORE if is_heavy else Severity.LOOK
        message = (
            f"is {header.width} x {header.height} pixels and {size / KB:,.0f} KB; "
            f"at most {MAX_SIDE} pixels and {MAX_KB} KB are right for a mail."
        )
        yield Finding("picture", severity, name, 1, message, again)


def _told(name: str, header: Header, again: str) -> Iterator[Finding]:
    if "GPS" in header.told:
        message = "tells every reader where it was taken (GPS in its EXIF data)."
        yield Finding("picture", Severity.STOP, name, 1, message, again)
    elif header.told:
        kinds = " and ".join(sorted(header.told))
        message = f"holds {kinds} data: often the camera, the hour, a name, a small old picture."
        yield Finding("picture", Severity.BEFORE, name, 1, message, again)


# --- words ---


def _words(proof: Proof, picture: Figure) -> Iterator[Finding]:
    calls = (c for c in proof.calls if c.form == "figure" and c.target.strip() == picture.name)
    called = {call.locale for call in calls}
    due = [locale for locale in proof.due if locale in called]
    yield from _lettered(proof, picture, due)
    for locale in due:
        alt, caption = (t.get(locale, "").strip() for t in (picture.alt, picture.caption))
        if alt != caption and _bare(alt) and _bare(alt) == _bare(caption):
            line = _line(picture.settings, "alt", locale)
            message = f"alt.{locale} repeats the caption: a screen reader says it twice."
            place = proof.name(picture.settings), line
            fix = "let alt say what one sees."
            yield Finding("picture", Severity.LOOK, *place, message, fix)


def _bare(words: str) -> str:
    return "".join(c for c in words.casefold() if c.isalnum())


def _lettered(proof: Proof, picture: Figure, due: list[Locale]) -> Iterator[Finding]:
    """The words in the picture, where one edition has them and another has not."""
    name = proof.name(picture.settings)
    given = next((tag for tag, words in picture.text.items() if words.strip()), None)
    for locale in due:
        if given is not None and not picture.text.get(locale, "").strip():
            theirs = _line(picture.settings, "text", given)
            message = f"text.{locale} is empty; text.{given} (line {theirs}) has words."
            line = _line(picture.settings, "text", locale)
            fix = f'under [text] write {locale} = "what is written in the picture".'
            yield Finding("picture", Severity.BEFORE, name, line, message, fix)


def _line(path: Path, table: str, key: str) -> int:
    """The 1-based line of a key of a table, of the table where the key is missing, else 1."""
    found, inside = 1, False
    for number, row in enumerate(_rows(path), 1):
        head = row.strip()
        if head.startswith("["):
            inside = head.startswith(f"[{table}]")
            found = number if inside else found
        name, equals, _ = head.partition("=")
        if equals and name.strip().strip("\"'") in {key if inside else "", f"{table}.{key}"}:
            return number
    return found


def _rows(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            return file.read(WORDS).decode("utf-8", "replace").split("\n")
    except OSError:
        return []


RULE = Picture()
