r"""The term base for other tools: TSV, and TBX-Basic (ISO 30042:2019); and back again.

TSV: UTF-8, a header line `slug`, `origin`, then a column a locale, each cell
`form|short|variant|variant`; `en.forbidden`, `en.expansion`, `reading` and `note` where any
term has them. A bar within a form is written `\|`.

TBX: a `conceptEntry` a term. TBX-Basic knows no origin and no reading: both are notes.
Reading takes the 2008 names (`termEntry`, `langSet`, `tig`) as well.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from pressroom.errors import UsageError
from pressroom.manuscript.termbase import Entry, Term, slug_of, tidy
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

LIMIT = 16_000_000
"""Bytes of a file that is read; a term base of 50,000 terms has a third of it."""

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PREFERRED, ADMITTED = "preferredTerm-admn-sts", "admittedTerm-admn-sts"
DEPRECATED = "deprecatedTerm-admn-sts"
FORBIDDEN = frozenset([DEPRECATED, "supersededTerm-admn-sts", "forbidden", "obsolete"])
"""The last two are what Weblate writes."""

SHORT_TYPES = frozenset(["shortForm", "acronym", "abbreviation", "initialism"])
CONCEPTS, LANGUAGES = ("conceptEntry", "termEntry"), ("langSec", "langSet")
SECTIONS = ("termSec", "tig", "ntig")
NOTED = ("origin", "reading", "note")
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold (section 2.2)."""

SCRIPTS = {"CN": "Hans", "SG": "Hans", "TW": "Hant", "HK": "Hant", "MO": "Hant"}
"""The script that a region writes Chinese in, for tags that name a region alone."""


def export(terms: Iterable[Term], to: Path) -> None:
    """Write a term base as the ending of the name says: `.tsv` or `.tbx`."""
    from pressroom.store.files import write_atomic

    write_atomic(to, _format(to)[0](list(terms)).encode())


def load(path: Path, locales: Sequence[Locale] = ()) -> list[Term]:
    """Read a `.tsv` or `.tbx` file; UsageError says what is wrong with it.

    A tag such as `zh-CN` or `en-US` becomes the edition of `locales` that it means.
    """
    parse = _format(path)[1]
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{path}: cannot be read ({fault.strerror}).") from None
    if len(data) > LIMIT:
        raise UsageError(f"{path}: is over {LIMIT // 1_000_000} MB. Split it.")
    terms = parse(_text(path.name, data), path.name)
    return [_named(tidy(_fitted(term, locales))) for term in terms]


def _format(
    path: Path,
) -> tuple[Callable[[list[Term]], str], Callable[[str, str], list[Term]]]:
    kinds = {".tsv": (to_tsv, from_tsv), ".txt": (to_tsv, from_tsv)}
    kinds |= {".tbx": (to_tbx, from_tbx), ".xml": (to_tbx, from_tbx)}
    if path.suffix.lower() not in kinds:
        raise UsageError(f"{path}: is neither .tsv nor .tbx. Name the file by its format.")
    return kinds[path.suffix.lower()]


def _text(name: str, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is not UTF-8. Save it as UTF-8.") from None


def _named(term: Term) -> Term:
    slug = term.slug or slug_of(term.entries)
    return Term(slug, term.entries, term.origin, term.reading, term.note, term.expansion)


def _fitted(term: Term, locales: Sequence[Locale]) -> Term:
    entries: dict[Locale, Entry] = {}
    for tag, entry in term.entries.items():
        entries.setdefault(fit(tag, locales), entry)
    expansion = {fit(tag, locales): text for tag, text in term.expansion.items()}
    origin = fit(term.origin, locales) if term.origin else ""
    return Term(term.slug, entries, origin, term.reading, term.note, expansion)


def fit(tag: str, locales: Sequence[Locale]) -> Locale:
    """The edition that another tool's tag means, else the tag as it is."""
    if tag in locales:
        return Locale(tag)
    language, *rest = tag.replace("_", "-").split("-")
    script = next((SCRIPTS.get(p.upper(), p) for p in rest), "Hans" if language == "zh" else "")
    wanted = f"{language}-{script}" if language == "zh" else language
    mine = (t for t in locales if t == wanted or (language != "zh" and t.split("-")[0] == wanted))
    return next(mine, Locale(tag))


# --- TSV ---


def to_tsv(terms: Sequence[Term]) -> str:
    """A line a term, under the header."""
    out = io.StringIO()
    columns = _columns(terms)
    writer = csv.DictWriter(out, columns, dialect="excel-tab", lineterminator="\n", restval="")
    writer.writeheader()
    for term in terms:
        row = _row(term)
        writer.writerow({name: row.get(name, "") for name in columns})
    return out.getvalue()


def _columns(terms: Sequence[Term]) -> list[str]:
    tags = dict.fromkeys(tag for term in terms for tag in term.entries)
    used = {name for term in terms for name, cell in _row(term).items() if cell}
    more = [f"{tag}.{kind}" for kind in ("forbidden", "expansion") for tag in _tags(terms)]
    extra = [name for name in (*more, "reading", "note") if name in used]
    return ["slug", "origin", *tags, *extra]


def _tags(terms: Sequence[Term]) -> dict[Locale, None]:
    return dict.fromkeys(tag for t in terms for tag in (*t.entries, *t.expansion))


def _row(term: Term) -> dict[str, str]:
    row = {"slug": term.slug, "origin": term.origin, "reading": term.reading, "note": term.note}
    for tag, entry in term.entries.items():
        short = [entry.short] if entry.short or entry.variants else []
        row[tag] = _joined((entry.form, *short, *entry.variants))
        row[f"{tag}.forbidden"] = _joined(entry.forbidden)
    return row | {f"{tag}.expansion": text for tag, text in term.expansion.items()}


def _joined(forms: Iterable[str]) -> str:
    return "|".join(form.replace("\\", "\\\\").replace("|", "\\|") for form in forms)


def _split(cell: str) -> list[str]:
    pieces = re.findall(r"(?:^|\|)((?:[^\\|]|\\.|\\$)*)", cell, re.DOTALL)
    return [re.sub(r"\\([\\|])", r"\1", piece) for piece in pieces]


def from_tsv(text: str, name: str = "terms.tsv") -> list[Term]:
    """The terms of a TSV; the columns may stand in any order, and an empty line is passed over."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect="excel-tab", strict=True))
    except csv.Error as fault:
        raise UsageError(f"{name}: is no TSV ({fault}). Export it anew, as UTF-8.") from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    if "slug" not in header:
        raise UsageError(f"{name}:1: has no header. Begin with: slug, origin, en, zh-Hans, ...")
    rows = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    return [_from_row(dict(zip(header, row, strict=False))) for row in rows]


def _from_row(row: Mapping[str, str]) -> Term:
    own = {key: row.get(key, "").strip() for key in ("slug", "origin", "reading", "note")}
    tags = [key for key in row if key not in own and "." not in key and row[key].strip()]
    entries = {Locale(tag): _from_cell(row[tag], row.get(f"{tag}.forbidden", "")) for tag in tags}
    ends = ".expansion"
    expansion = {Locale(k.removesuffix(ends)): v for k, v in row.items() if k.endswith(ends) and v}
    return Term(own["slug"], entries, own["origin"], own["reading"], own["note"], expansion)


def _from_cell(cell: str, forbidden: str) -> Entry:
    form, short, *variants = [*_split(cell), ""]
    kept = tuple(v for v in variants if v)
    return Entry(form, short, kept, tuple(_split(forbidden)) if forbidden else ())


# --- TBX, writing ---


def to_tbx(terms: Sequence[Term]) -> str:
    """A TBX-Basic document in the DCA style, the same bytes for the same terms."""
    from lxml import etree

    root = etree.Element(_q("tbx"), {"type": "TBX-Basic", "style": "dca"}, nsmap={None: NAMESPACE})
    root.set(LANG, "en")
    source = _under(_under(_under(root, "tbxHeader"), "fileDesc"), "sourceDesc")
    _under(source, "p", "Exported from the terms.toml of a Pressroom newsroom.")
    body = _under(_under(root, "text"), "body")
    for term in terms:
        _concept(body, term)
    etree.indent(root)
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return told.decode() + "\n"


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _under(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    from lxml import etree

    element = etree.SubElement(parent, _q(name), attributes)
    element.text = ILLEGAL.sub("", text) or None
    return element


def _concept(body: Any, term: Term) -> None:
    concept = _under(body, "conceptEntry", id=_id(term.slug))
    for key in NOTED:
        if words := getattr(term, key):
            _under(concept, "note", f"{key}: {words}" if _is_keyed(key, words) else words)
    for tag in dict.fromkeys([*term.entries, *term.expansion]):
        section = _under(concept, "langSec")
        section.set(LANG, tag)
        if tag in term.expansion:
            _under(section, "descrip", term.expansion[tag], type="definition")
        for form, status, kind in _statuses(term.entries.get(tag)):
            _section(section, form, status, kind)


def _is_keyed(key: str, words: str) -> bool:
    return key != "note" or words.startswith(tuple(f"{k}: " for k in NOTED))


def _statuses(entry: Entry | None) -> Iterator[tuple[str, str, str]]:
    if entry is None:
        return
    yield entry.form, PREFERRED, ""
    if entry.short:
        yield entry.short, ADMITTED, "shortForm"
    yield from ((form, ADMITTED, "") for form in entry.variants)
    yield from ((form, DEPRECATED, "") for form in entry.forbidden)


def _section(parent: Any, form: str, status: str, kind: str) -> None:
    section = _under(parent, "termSec")
    _under(section, "term", form)
    if kind:
        _under(section, "termNote", kind, type="termType")
    _under(section, "termNote", status, type="administrativeStatus")


def _id(slug: str) -> str:
    """A slug as an XML name (xs:ID): what a name cannot hold or start with is written `_HEX_`."""
    said = re.sub(r"[^A-Za-z0-9-]", lambda m: f"_{ord(m[0]):x}_", slug)
    return said if re.match(r"[A-Za-z_]", said) else f"_{ord(said[0]):x}_{said[1:]}"


def _slug(name: str) -> str:
    return re.sub(r"_([0-9a-f]{1,6})_", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), name)


# --- TBX, reading ---


def from_tbx(text: str, name: str = "terms.tbx") -> list[Term]:
    """The terms of a TBX document; entities are refused and nothing is fetched."""
    from lxml import etree

    text = DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    if "<!ENTITY" in text:
        raise UsageError(f"{name}: declares entities, which are refused. Remove them.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UsageError(f"{name}: is no TBX ({fault}). Export it anew.") from None
    if _local(root) not in {"tbx", "martif"}:
        raise UsageError(f"{name}: is no TBX (it has no <tbx>). Export it anew.")
    return [_from_concept(e) for e in root.iter("{*}*") if _local(e) in CONCEPTS]


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _from_concept(concept: Any) -> Term:
    more = _notes(concept)
    entries: dict[Locale, Entry] = {}
    expansion: dict[Locale, str] = {}
    for section in _all(concept, LANGUAGES):
        tag = Locale(section.get(LANG) or section.get("lang") or "und")
        if entry := _from_language(section):
            entries.setdefault(tag, entry)
        if told := _first(section, "definition"):
            expansion[tag] = told
    return Term(_slug(concept.get("id", "")), entries, expansion=expansion, **more)


def _notes(concept: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for note in (e for e in concept if _local(e) == "note"):
        words = _said(note)
        key, colon, rest = words.partition(": ")
        if colon and key in NOTED:
            found[key] = rest
        else:
            found["note"] = f"{found['note']} {words}" if "note" in found else words
    return found


def _from_language(section: Any) -> Entry | None:
    forms = [
        (term, _first(part, "administrativeStatus"), _first(part, "termType"))
        for part in _all(section, SECTIONS)
        if (term := _first(part, "term"))
    ]
    bad = [term for term, status, _ in forms if status in FORBIDDEN]
    good = [form for form in forms if form[1] not in FORBIDDEN]
    good.sort(key=lambda form: (form[1] != PREFERRED, form[2] in SHORT_TYPES))
    if not good:
        return None
    (form, *_), *others = good
    short = next((term for term, _, kind in others if kind in SHORT_TYPES), "")
    variants = tuple(term for term, *_ in others if term != short)
    return Entry(form, short, variants, tuple(bad))


def _all(element: Any, names: Sequence[str]) -> Iterator[Any]:
    return (e for e in element.iter("{*}*") if _local(e) in names)


def _first(element: Any, kind: str) -> str:
    """The text of the element called so (DCT style) or typed so (DCA style)."""
    found = (e for e in element.iter("{*}*") if kind in {_local(e), e.get("type")})
    return next((_said(e) for e in found), "")


def _said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
