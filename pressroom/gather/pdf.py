"""A PDF as text by page, with title, date and author; by pypdfium2.

PDFium is not thread-safe: one lock stands before every call. Pages without text are named,
because a scanned page looks like an empty one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from threading import Lock
from typing import TYPE_CHECKING, Any

from pressroom.gather.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_PAGES = 2_000
LONGEST_PAGE = 200_000
"""Characters read of one page."""
LONGEST = 10_000_000
"""Characters read of one document."""
SHORT = 0.7
"""Share of a page's usual line below which a line is taken for a paragraph's last."""
CLOSED = tuple("。！？；：.!?:;”」』）)")
WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
OPENS = re.compile(
    r"^(?:[•●▪■◆·*-]\s|\d{1,3}[.、)．]\s?\D|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百\d]{1,4}[条章节])"
)
"""How a list's line, a clause or a chapter begins."""
SOFT_HYPHEN = re.compile(r"(?<=\w)[\ufffe\x02\xad]\s*(?=[a-z])")
"""PDFium's own mark (U+FFFE, U+0002) for a hyphen that a line's end put into a word."""
STAMP = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+\-Z])(\d\d)?'?(\d\d)?)?")
NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word\b.*|document\d*|无标题|未命名|幻灯片 ?\d+|powerpoint .*|slide \d+"
    r"|.*\.(?:docx?|pdf|wps|pptx?|indd|qxd|xlsx?|tmp)|\W*|\d+)$",
    re.IGNORECASE,
)
"""Metadata titles that a program wrote and that say nothing."""
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF's words: `pages` in order ("" for one without text), and what it says of itself.

    `count` is the number of pages the file has, which may be more than were read.
    """

    pages: tuple[str, ...] = ()
    title: str = ""
    date: datetime | None = None
    author: str = ""
    count: int = 0
    fault: str = ""


def read_pdf(body: bytes) -> Pdf:
    """Read a PDF; a damaged or locked one, and pages that are pictures, are named in `fault`."""
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(body)
        except pypdfium2.PdfiumError as error:
            return Pdf(fault=_refusal(str(error)))
        try:
            return _read(document)
        finally:
            document.close()


def _refusal(reason: str) -> str:
    if "password" in reason.lower():
        return "is locked with a password. Ask for an open copy, or paste its text"
    return f"is a damaged PDF ({reason.strip().rstrip('.')[:100]})"


def _read(document: Any) -> Pdf:
    count = len(document)
    raw, broken = [], []
    left = LONGEST
    for place in range(min(count, MOST_PAGES)):
        text = _page_text(document, place, min(left, LONGEST_PAGE))
        if text is None:
            broken.append(place + 1)
        raw.append(text or "")
        left -= len(raw[-1])
        if left <= 0:
            break
    told = _metadata(document)
    pages = tuple("\n\n".join(paragraphs(text)) for text in raw)
    return Pdf(
        pages=pages,
        title=_title(told.get("Title", ""), document, pages),
        date=date_of(told.get("CreationDate", "") or told.get("ModDate", "")),
        author=one_line(told.get("Author", ""))[:100],
        count=count,
        fault="; ".join(_faults(pages, count, broken)),
    )


def _page_text(document: Any, place: int, most: int) -> str | None:
    """The text of one page as it stands there, line by line; None where it cannot be read."""
    import pypdfium2

    try:
        page = document[place]
        try:
            words = page.get_textpage()
            try:
                return str(
                    words.get_text_range(0, min(words.count_chars(), most), errors="replace")
                )
            finally:
                words.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None


def _metadata(document: Any) -> dict[str, str]:
    try:
        return {str(key): str(value) for key, value in document.get_metadata_dict().items()}
    except (UnicodeError, ValueError):
        return {}


def _faults(pages: Sequence[str], count: int, broken: Sequence[int]) -> Iterator[str]:
    if not count:
        yield "is a PDF without pages"
    empty = [n for n, text in enumerate(pages, 1) if not text and n not in broken]
    if empty and len(empty) == len(pages):
        pictures = "page is a scanned picture" if count == 1 else "pages are scanned pictures"
        yield f"has no text: its {count} {pictures}"
    elif empty:
        are = "it is a scanned picture" if len(empty) == 1 else "they are scanned pictures"
        yield f"has no text on {len(empty)} of {count} pages: {are}"
    if broken:
        yield f"has {len(broken)} damaged pages, the first is page {broken[0]}"
    if len(pages) < count:
        yield f"is too long: {len(pages)} of {count} pages were read"


def paragraphs(text: str) -> list[str]:
    """A page's lines joined again: Chinese without a space, a hyphenated word made whole.

    A paragraph ends at a blank line, before an indent or a list mark, and after a line that is
    short for its page and closes a sentence, or is shorter still.
    """
    lines = SOFT_HYPHEN.sub("", text).replace("\ufffe", "-").splitlines()
    usual = _usual(lines)
    found: list[str] = []
    open_line = False
    for line in lines:
        words = one_line(line)
        if not words:
            open_line = False
            continue
        if open_line and not _opens(line, words):
            found[-1] = _join(found[-1], words)
        else:
            found.append(words)
        open_line = not _closes(words, usual)
    return found


def _usual(lines: Sequence[str]) -> int:
    """How long the full lines of a page are: nine in ten are no longer."""
    lengths = sorted(_width(one_line(line)) for line in lines if line.strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _width(line: str) -> int:
    return len(line) + len(WIDE.findall(line))


def _opens(line: str, words: str) -> bool:
    return line.startswith(("\u3000", "    ")) or bool(OPENS.match(words))


def _closes(words: str, usual: int) -> bool:
    if re.search(r"[A-Za-z]-$", words):
        return False
    width = _width(words)
    return width < usual * (SHORT + 0.2 if words.endswith(CLOSED) else SHORT)


def _join(before: str, after: str) -> str:
    if re.search(r"[A-Za-z]-$", before) and after[0].islower():
        return before[:-1] + after
    if WIDE.match(before[-1]) or WIDE.match(after[0]):
        return before + after
    return f"{before} {after}"


def _title(told: str, document: Any, pages: Sequence[str]) -> str:
    """The metadata's title where it says something, else the line in the largest type."""
    told = one_line(told)
    if told and not NO_TITLE.match(told):
        return told[:500]
    if not pages or not pages[0]:
        return ""
    return _largest(document) or pages[0].split("\n", 1)[0][:200]


def _largest(document: Any) -> str:
    """The lines of the first page in its largest type, where that is larger than most."""
    import pypdfium2.raw as pdfium

    page = document[0]
    words = page.get_textpage()
    try:
        most = min(words.count_chars(), 3000)
        sizes = [round(pdfium.FPDFText_GetFontSize(words, n), 1) for n in range(most)]
        text = [words.get_text_range(n, 1, errors="replace") for n in range(most)]
    finally:
        words.close()
        page.close()
    return _in_largest(text, sizes)


def _in_largest(text: Sequence[str], sizes: Sequence[float]) -> str:
    counts = Counter(size for char, size in zip(text, sizes, strict=True) if char.strip())
    named = [size for size, count in counts.items() if count >= 4]  # noqa: PLR2004 - no drop cap
    if not named or max(named) <= counts.most_common(1)[0][0]:
        return ""
    first = sizes.index(max(named))
    last = next(
        (n for n in range(first, len(sizes)) if text[n].strip() and sizes[n] != max(named)),
        len(sizes),
    )
    return " ".join(paragraphs("".join(text[first:last])))[:200]


def date_of(stamp: str) -> datetime | None:
    """A PDF date (`D:20250828100000+08'00'`, ISO 32000 7.9.4) as an aware one; UTC by default."""
    found = STAMP.fullmatch(stamp.strip().rstrip("'"))
    if not found:
        return None
    year, *rest = found.groups()[:6]
    month, day, hour, minute, second = (
        int(n) if n else d for n, d in zip(rest, (1, 1, 0, 0, 0), strict=True)
    )
    sign, hours, minutes = found.groups()[6:]
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-ahead if sign == "-" else ahead) if ahead < timedelta(hours=24) else UTC
    try:
        return datetime(int(year), month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None
