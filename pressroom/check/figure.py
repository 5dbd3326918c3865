"""Pictures: that they exist, that everyone gets their words, that their maker is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.check.rows import at, close
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Call, Locale, Proof
    from pressroom.model import Figure as Picture

PROBE = "probe:"


class Figure:
    """Calls for pictures and prompt-test tables, and the pictures themselves."""

    rule = "figure"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Calls first, in manuscript order, then each picture's words."""
        for call in proof.calls:
            if call.form in {"figure", "probe"}:
                yield from _called(proof, call)
        for picture in proof.figures.values():
            yield from _pictured(proof, picture)


def _called(proof: Proof, call: Call) -> Iterator[Finding]:
    name = call.target.strip()
    is_probe = call.form == "probe" or name.startswith(PROBE)
    name = name.removeprefix(PROBE)
    kind, known = ("probe", proof.probes) if is_probe else ("figure", frozenset(proof.figures))
    place = at(proof, call)
    if name not in known:
        fix = "correct the name, or add it to probe.toml." if is_probe else _add(name)
        message = f'there is no {kind} "{name}".{close(name, known)}'
        yield Finding("figure", Severity.STOP, *place, message, fix)
    if call.rest == "inline":
        message = f"![[{call.target}]] does not stand alone, and is read as plain text."
        fix = "put it on a line of its own, with blank lines around it."
        yield Finding("figure", Severity.BEFORE, *place, message, fix)


def _add(name: str) -> str:
    return f"correct the name, or add figures/{name}.png and figures/{name}.toml."


def _pictured(proof: Proof, picture: Picture) -> Iterator[Finding]:
    path = proof.name(picture.settings)
    used = [
        c.locale for c in proof.calls if c.form == "figure" and c.target.strip() == picture.name
    ]
    if not used:
        fix = f"call it with ![[{picture.name}]], or leave it."
        yield Finding("figure", Severity.LOOK, path, 1, "is used nowhere.", fix)
        return
    if not picture.path.is_file():
        message, fix = f"{picture.path.name} is missing.", "put the picture beside this file."
        yield Finding("figure", Severity.STOP, path, 1, message, fix)
    if not picture.credit.strip():
        fix = 'write credit = "who made it".'
        yield Finding("figure", Severity.BEFORE, path, 1, "credit is empty.", fix)
    for locale in (tag for tag in proof.due if tag in used):
        yield from _worded(path, picture, locale)


def _worded(path: str, picture: Picture, locale: Locale) -> Iterator[Finding]:
    alt, caption = (t.get(locale, "").strip() for t in (picture.alt, picture.caption))
    if not alt:
        fix = f'under [alt] write {locale} = "what one sees".'
        yield Finding("figure", Severity.STOP, path, 1, f"alt.{locale} is empty.", fix)
    if not caption:
        fix = f'under [caption] write {locale} = "what it tells".'
        yield Finding("figure", Severity.BEFORE, path, 1, f"caption.{locale} is empty.", fix)
    elif alt == caption:
        message = f"alt.{locale} is the same as the caption: a screen reader says it twice."
        fix = "let alt say what one sees."
        yield Finding("figure", Severity.LOOK, path, 1, message, fix)


RULE = Figure()
