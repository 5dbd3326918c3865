"""XLIFF 1.2 (OASIS, 2008): a `trans-unit` a block, its shorthands protected.

What stays as it is stands in `<ph>`, what has words to translate between its marks in `<g>`,
both numbered in the original's order; the marks of a target are taken from the original at home,
never from the file. Entities and document types are refused, nothing is fetched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pressroom.draft.exchange import NONE, Returned
from pressroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.draft.exchange import Job, Unit
    from pressroom.draft.protect import Piece

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold (section 2.2); such a character is lost on the way."""

SEEN_THROUGH = frozenset(["mrk", "sub"])
"""Elements that other tools put around a target's text."""


# --- writing ---


def to_xliff(job: Job) -> str:
    """The whole file."""
    from lxml import etree

    root = etree.Element(_q("xliff"), {"version": "1.2"}, nsmap={None: NAMESPACE})
    head = {"original": job.issue, "datatype": "plaintext"}
    file = _under(
        root, "file", **head, **{"source-language": job.source, "target-language": job.target}
    )
    body = _under(file, "body")
    for unit in job.units:
        _unit(body, unit, job)
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return told.decode().replace("<trans-unit", "\n<trans-unit") + "\n"


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _under(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    from lxml import etree

    element = etree.SubElement(parent, _q(name), attributes)
    element.text = ILLEGAL.sub("", text) or None
    return element


def _unit(body: Any, unit: Unit, job: Job) -> None:
    done = {"approved": "yes"} if unit.target and not unit.draft else {}
    element = _under(body, "trans-unit", id=unit.id, **done)
    element.set(SPACE, "preserve")
    source = _under(element, "source")
    source.set(LANG, job.source)
    _fill(source, _numbered(unit.source))
    if unit.target:
        state = "needs-review-translation" if unit.draft else "translated"
        target = _under(element, "target", state=state)
        target.set(LANG, job.target)
        _fill(target, _matched(unit.target, unit.source))
    context = _under(element, "context-group", purpose="x-pressroom")
    _under(context, "context", unit.original, **{"context-type": "x-original"})
    _under(context, "context", unit.twin or NONE, **{"context-type": "x-twin"})
    for note in unit.notes:
        _under(element, "note", note, **{"from": "term base"})


def _numbered(pieces: Sequence[Piece]) -> Iterator[tuple[int, Piece]]:
    number = 0
    for piece in pieces:
        number += bool(piece.form)
        yield (number if piece.form else 0), piece


def _matched(target: Sequence[Piece], source: Sequence[Piece]) -> Iterator[tuple[int, Piece]]:
    """A target's pieces under the numbers of the original's; text where there is none."""
    free = [(n, piece) for n, piece in _numbered(source) if n]
    for piece in target:
        mine = next((pair for pair in free if piece.form and _is_same(piece, pair[1])), None)
        if mine:
            free.remove(mine)
        yield (mine[0] if mine else 0), piece


def _is_same(one: Piece, other: Piece) -> bool:
    if one.form != other.form or one.is_pair != other.is_pair:
        return False
    return (one.before, one.after) == (other.before, other.after) if one.is_pair else one == other


def _fill(element: Any, pieces: Iterator[tuple[int, Piece]]) -> None:
    for number, piece in pieces:
        if not number:
            _add(element, piece.raw)
        elif piece.is_pair:
            _under(element, "g", piece.text, id=str(number), ctype=f"x-{piece.form}")
        else:
            _under(element, "ph", piece.text, id=str(number), ctype=f"x-{piece.form}")


def _add(element: Any, text: str) -> None:
    text = ILLEGAL.sub("", text)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


# --- reading ---


def from_xliff(text: str, name: str, issue: str, target: str) -> list[Returned]:
    """Every unit of the file; UsageError where it is no XLIFF, or for another issue or language."""
    root = _root(DECLARATION.sub("", text, count=1), name)
    found = []
    for file in (e for e in root.iter("{*}file")):
        _is_ours(file, name, issue, target)
        found += [_returned(unit, name) for unit in file.iter("{*}trans-unit")]
    return found


def _root(text: str, name: str) -> Any:
    from lxml import etree

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UsageError(
            f"{name}: has a document type or entities, which are refused. Export anew."
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None) or 1
        raise UsageError(f"{name}:{line}: is no XML ({fault}). Export it anew.") from None
    if _local(root) != "xliff":
        raise UsageError(f"{name}:1: is no XLIFF (it has no <xliff>). Export it anew.")
    return root


def _is_ours(file: Any, name: str, issue: str, target: str) -> None:
    theirs = file.get("original", ""), file.get("target-language") or target
    for what, mine, found in zip(("issue", "language"), (issue, target), theirs, strict=True):
        if found != mine:
            raise UsageError(
                f'{name}:{file.sourceline}: is for the {what} "{found}", not "{mine}".'
            )


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _returned(unit: Any, name: str) -> Returned:
    target = unit.find("{*}target")
    contexts = {c.get("context-type"): (c.text or "").strip() for c in unit.iter("{*}context")}
    hashes = contexts.get("x-original", ""), contexts.get("x-twin", "")
    faults: list[str] = []
    content = () if target is None or _untouched(unit, target) else tuple(_content(target, faults))
    line = (unit if target is None else target).sourceline
    if not unit.get("id"):
        raise UsageError(f"{name}:{line}: a trans-unit has no id. Export it anew.")
    return Returned(unit.get("id"), line, *hashes, content, held=True, faults=tuple(faults))


def _untouched(unit: Any, target: Any) -> bool:
    """Whether a tool copied the source over and nobody has worked on it."""
    source = unit.find("{*}source")
    is_new = target.get("state") in {"new", "needs-translation"}
    return is_new and source is not None and list(source.itertext()) == list(target.itertext())


def _content(element: Any, faults: list[str]) -> Iterator[str | tuple[int, str]]:
    if element.text:
        yield element.text
    for child in element:
        kind, id_ = _local(child), child.get("id", "")
        if kind in SEEN_THROUGH:
            yield from _content(child, faults)
        elif kind not in {"ph", "g", "x"} or not re.fullmatch(r"[0-9]{1,6}", id_) or len(child):
            faults.append(f"<{kind}> is no placeholder of ours, or holds another")
        else:
            yield int(id_), "".join(child.itertext())
        if child.tail:
            yield child.tail
