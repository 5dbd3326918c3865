"""One fetched page or PDF as an article: text, title, date, author, site, and how sure we are.

    bytes -> PDF: pdf.py
          -> HTML: encoding, double-encoding mended -> tree -> body.py, meta.py
                   little text found: readability-lxml, then justext, then all the words there are

Nothing here raises: what is wrong is said in `Article.fault`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.gather import body as reading
from pressroom.gather.encoding import COMMON, decode
from pressroom.gather.text import one_line, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LONGEST_PAGE = 3_000_000
"""Bytes of HTML that are read; the rest is cut, and said to be."""
LONGEST_FOR_LIBRARIES = 300_000
"""Characters above which the slower fallbacks are not asked."""
LONGEST_FOR_JUSTEXT = 60_000
"""The same for justext, whose time grows with the square of the page's length."""
LITTLE = 25.0
"""Han characters (or as much in another script) below which the fallbacks are asked."""
AMPLE = 50.0
"""As much again makes an article twice as likely to be one; see `_surety`."""
CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BINARY = re.compile("[\x00-\x08\x0e-\x1a\ufffd]")
DEEPEST = 250
"""libxml2 reads no further than 256 levels."""
_NARROW = {
    ord(char): byte
    for encoding in ("cp1252", "iso-8859-15")
    for byte in range(0x80, 0x100)
    if (char := bytes([byte]).decode(encoding, "ignore"))
}
LATIN_1 = re.compile("[\xa1-\u017f\u2013-\u2122\u20ac]")


@dataclass(frozen=True, slots=True)
class Article:
    """What one page says. A blank line parts the paragraphs of `text`, a form feed PDF pages.

    `date` is aware; `extractor` names what found the text (`pressroom`, `readability`, `justext`,
    `words`, `pdf`); `sure` is 0 to 1; `fault` says in words what is wrong, "" where nothing is.
    """

    title: str = ""
    text: str = ""
    date: datetime | None = None
    author: str = ""
    site: str = ""
    extractor: str = ""
    sure: float = 0.0
    fault: str = ""


class _Body(NamedTuple):
    text: str
    extractor: str
    sure: float


def read_document(
    body: bytes,
    content_type: str,
    url: str,
    now: datetime,
    locale: str = "",
    zone: str = "UTC",
) -> Article:
    """Read a page or a PDF as an article; never raises.

    `now` (aware) bounds the date; `zone` is the IANA zone of a date that states none.
    """
    try:
        if is_pdf(body, content_type):
            return _read_pdf(body, now)
        return _read_html(body, content_type, url, now, locale, zone)
    except Exception as error:  # noqa: BLE001 - a hostile page must not stop a gather
        return Article(fault=f"could not be read ({type(error).__name__}: {str(error)[:120]})")


def is_pdf(body: bytes, content_type: str) -> bool:
    """Whether bytes are a PDF: its mark in the first 1,024 bytes (ISO 32000), or the media type."""
    said = content_type.partition(";")[0].strip().lower() in {
        "application/pdf",
        "application/x-pdf",
    }
    return b"%PDF-" in body[:1024] or said


def _read_pdf(body: bytes, now: datetime) -> Article:
    from pressroom.gather.pdf import read_pdf

    pdf = read_pdf(body)
    date = pdf.date if pdf.date and pdf.date <= now else None
    sure = sum(map(bool, pdf.pages)) / len(pdf.pages) if pdf.pages else 0.0
    return Article(
        title=pdf.title,
        text="\f".join(pdf.pages) if any(pdf.pages) else "",
        date=date,
        author=pdf.author,
        extractor="pdf",
        sure=round(sure, 2),
        fault=pdf.fault,
    )


def _read_html(
    body: bytes, content_type: str, url: str, now: datetime, locale: str, zone: str
) -> Article:
    from pressroom.gather import meta

    if not body.strip():
        return Article(fault="is empty")
    markup = page_text(body, content_type)
    if _is_binary(markup):
        return Article(fault="is no page: it holds binary data")
    tree = parse(markup)
    if tree is None:
        return Article(text=plain(markup), extractor="words", fault="holds no elements")
    facts = meta.Facts.of(tree)
    page = reading.cut(tree)
    found = reading.find(page, facts.name)
    core = _best(page, found, markup, locale)
    about = meta.read(facts, page, found, url=url, now=now, zone=zone)
    date = about.date or meta.guessed_date(markup, url, now, zone)
    article = Article(about.title, core.text, date, about.author, about.site, *core[1:])
    return replace(article, fault=_fault(core, body, page))


def page_text(body: bytes, content_type: str) -> str:
    """A page's bytes as text, at most LONGEST_PAGE of them: `<meta charset>` counts too.

    The header goes first (WHATWG HTML, 13.2.3.2), but what the bytes hold decides (encoding.py).
    """
    declared = CHARSET.search(body[:8192])
    if declared and "charset" not in content_type.lower():
        content_type = f"text/html; charset={declared[1].decode('ascii', 'replace')}"
    text = decode(body[:LONGEST_PAGE], content_type).text
    return UNFIT.sub("", _mended(text)) if not _is_binary(text) else text


def _is_binary(text: str) -> bool:
    """Control characters and broken bytes make up a tenth of the beginning."""
    return len(BINARY.findall(text[:5000])) > len(text[:5000]) / 10


def _mended(text: str) -> str:
    """Chinese that was read as Latin-1 and encoded again, once or twice, is read back."""
    sample = text[:200_000]
    if len(LATIN_1.findall(sample)) < 200 + 20 * len(reading.HAN.findall(sample)):
        return text
    original = text
    for _ in range(2):
        raw = text.translate(_NARROW).encode("latin-1", "replace")
        for encoding in ("utf-8", "gb18030"):
            back = raw.decode(encoding, "replace")
            if _is_chinese(back):
                return back
        text = raw.decode("utf-8", "replace")
    return original


def _is_chinese(text: str) -> bool:
    """A sixth of the characters beyond ASCII are of the commonest, and few bytes are broken."""
    wide = [c for c in text[:200_000] if not c.isascii()]
    common, broken = sum(c in COMMON for c in wide), wide.count("\ufffd")
    return common > len(wide) / 6 and broken < len(wide) / 20


def parse(markup: str) -> Any | None:
    """Markup as a tree, None where there is no element; libxml2 stops at 256 levels."""
    from lxml import etree, html

    try:
        return html.document_fromstring(markup, parser=html.HTMLParser())
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _best(page: reading.Page, found: reading.Found, markup: str, locale: str) -> _Body:
    """Our own reading; where that is next to nothing, the first fallback that says more."""
    text = "\n\n".join(page.blocks[i].text for i in found.kept)
    own = _Body(text, "pressroom", _surety(page, found))
    if reading.size(text) >= LITTLE:
        return own
    for name, extract in FALLBACKS.items():
        other = _tried(extract, markup[:LONGEST_FOR_LIBRARIES], locale)
        if reading.size(other) > 4 * max(reading.size(text), LITTLE):
            return _Body(other, name, 0.3)
    return own if text else _Body(plain(markup), "words", 0.1)


def _tried(extract: Callable[[str, str], str], markup: str, locale: str) -> str:
    try:
        return extract(markup, locale)
    except Exception:  # noqa: BLE001 - a library's own fault: the next one is asked
        return ""


def _readability(markup: str, _locale: str) -> str:
    from readability import Document

    return _joined(Document(markup).summary(html_partial=True))


def _justext(markup: str, locale: str) -> str:
    """By length alone where the words of the language have no spaces between them."""
    import justext

    markup = markup[:LONGEST_FOR_JUSTEXT]
    if locale.startswith("en"):
        paragraphs = justext.justext(markup, justext.get_stoplist("English"))
    else:
        paragraphs = justext.justext(
            markup, frozenset(), length_low=10, length_high=25, stopwords_low=0, stopwords_high=0
        )
    return "\n\n".join(one_line(p.text) for p in paragraphs if not p.is_boilerplate)


def _joined(markup: str) -> str:
    tree = parse(markup)
    return "" if tree is None else "\n\n".join(b.text for b in reading.cut(tree).blocks)


FALLBACKS: dict[str, Callable[[str, str], str]] = {
    "readability": _readability,
    "justext": _justext,
}


def _surety(page: reading.Page, found: reading.Found) -> float:
    """How sure we are, 0 to 1: much text, under a headline, most of what the page has to say."""
    kept = sum(page.blocks[i].size for i in found.kept)
    if not kept:
        return 0.0
    sayings = (b for b in page.blocks if b.links < 0.5 and b.stops > 1)  # noqa: PLR2004 - half
    share = min(1.0, kept / max(kept, sum(b.size for b in sayings)))
    enough = kept / (kept + AMPLE)
    return round(enough * (0.4 + 0.4 * share + 0.2 * (found.headline >= 0)), 2)


def _fault(core: _Body, body: bytes, page: reading.Page) -> str:
    if len(body) > LONGEST_PAGE:
        return f"is longer than {LONGEST_PAGE // 1_000_000} MB: only its beginning was read"
    if page.homes and max(home.depth for home in page.homes) > DEEPEST:
        return f"nests its elements deeper than {DEEPEST} levels: the text may be cut short"
    if not core.text:
        return "has no text: it may be drawn by a script"
    if reading.size(core.text) < LITTLE or core.extractor == "words":
        return "has little text: it may be an index page, or drawn by a script"
    return ""
