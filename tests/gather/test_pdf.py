"""gather/pdf.py: PDFs written here by hand, read by page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from pressroom.gather.article import read_document
from pressroom.gather.pdf import date_of, paragraphs, read_pdf

NOW = datetime(2025, 9, 5, tzinfo=UTC)
LATIN = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
WIDE = (
    "<</Type/Font/Subtype/Type0/BaseFont/Sim/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts"
    "[<</Type/Font/Subtype/CIDFontType2/BaseFont/Sim/CIDSystemInfo<</Registry(Adobe)/Ordering"
    "(Identity)/Supplement 0>>/DW 1000/FontDescriptor 6 0 R>>]>>"
)
CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"""
DESCRIPTOR = (
    "<</Type/FontDescriptor/FontName/Sim/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0"
    "/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
)


def stream(text: str) -> str:
    """A stream object."""
    return f"<</Length {len(text)}>>stream\n{text}\nendstream"


def hexed(text: str) -> str:
    """A string in the wide font: UTF-16 code units in hexadecimal."""
    return f"<{text.encode('utf-16-be').hex()}>"


def drawn(lines: list[tuple[int, str]]) -> str:
    """The lines of a page, each with its size of type; Han lines in the wide font."""
    out, y = [], 760
    for points, line in lines:
        font, words = ("F1", f"({line})") if line.isascii() else ("F2", hexed(line))
        out.append(f"BT /{font} {points} Tf 60 {y} Td {words} Tj ET")
        y -= points + 4
    return "\n".join(out)


def pdf(pages: list[list[tuple[int, str]]], **info: str) -> bytes:
    """A whole PDF: its pages' lines, and its metadata."""
    kids = " ".join(f"{8 + 2 * n} 0 R" for n in range(len(pages)))
    told = "".join(f"/{key}<feff{value.encode('utf-16-be').hex()}>" for key, value in info.items())
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        LATIN,
        WIDE,
        stream(CMAP),
        DESCRIPTOR,
        f"<<{told}>>",
    ]
    for n, lines in enumerate(pages):
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>"
            f"/Contents {9 + 2 * n} 0 R>>"
        )
        objects.append(stream(drawn(lines)))
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R/Info 7 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return body + end.encode()


def test_two_pages_in_two_scripts() -> None:
    """Text by page, Han lines joined without a space, Latin ones with one."""
    first = [
        (12, "The committee has published its report on the"),
        (12, "use of models in public service."),
    ]
    second = [
        (12, "第一条为了促进人工智能健康发展和规范应用，维护国家安"),
        (12, "全和社会公共利益，制定本办法。"),
    ]
    found = read_pdf(pdf([first, second]))
    assert found.pages == (
        "The committee has published its report on the use of models in public service.",
        "第一条为了促进人工智能健康发展和规范应用，维护国家安全和社会公共利益，制定本办法。",
    )
    assert (found.count, found.fault) == (2, "")


def test_title_date_and_author_of_the_metadata() -> None:
    """Metadata that says something is believed."""
    found = read_pdf(
        pdf(
            [[(12, "Some words.")]],
            Title="人工智能办法",
            CreationDate="D:20250828100000+08'00'",
            Author="A. B.",
        )
    )
    assert (found.title, found.author) == ("人工智能办法", "A. B.")
    assert found.date is not None
    assert found.date.isoformat() == "2025-08-28T10:00:00+08:00"


@pytest.mark.parametrize("told", ["", "Microsoft Word - 1.docx", "untitled", "办法.docx"])
def test_title_in_the_largest_type(told: str) -> None:
    """A title that a program wrote gives way to the largest line of the first page."""
    page = [(10, "No. 12"), (24, "Measures for Models"), (12, "Article 1 says what they are for.")]
    assert read_pdf(pdf([page], Title=told)).title == "Measures for Models"


def test_title_of_even_type_is_the_first_line() -> None:
    """Where all is in one size, the first line stands for a title."""
    page = [
        (12, "Measures for Models"),
        (12, ""),
        (12, "Words that follow, long enough to be a full line of it."),
    ]
    assert read_pdf(pdf([page])).title.startswith("Measures for Models")


def test_scanned_pages_are_named() -> None:
    """A page without text is a picture, and is said to be."""
    words, none = [(12, "Some words.")], list[tuple[int, str]]()
    assert (
        read_pdf(pdf([words, none, none])).fault
        == "has no text on 2 of 3 pages: they are scanned pictures"
    )
    assert read_pdf(pdf([none, none])).fault == "has no text: its 2 pages are scanned pictures"
    assert read_pdf(pdf([words, none])).pages == ("Some words.", "")


def test_damaged() -> None:
    """A broken file is a fault, not a crash."""
    whole = pdf([[(12, "Some words.")]] * 3)
    for broken in (b"%PDF-1.7", whole[:200], b"%PDF-1.4\n" + bytes(range(256)) * 20):
        assert read_pdf(broken).fault.startswith("is a damaged PDF")


def test_locked() -> None:
    """A file that wants a password is a fault that says what to do."""
    keys = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -4>>/ID[<41><41>]"
    locked = pdf([[(12, "Some words.")]]).replace(
        b"/Root 1 0 R", b"/Root 1 0 R" + keys % (b"41" * 32, b"42" * 32)
    )
    assert read_pdf(locked).fault.startswith("is locked with a password")


def test_every_truncation_is_survived() -> None:
    """Whatever is cut off the end, the answer is a value."""
    whole = pdf([[(12, "Some words.")]] * 2)
    for end in range(0, len(whole), 97):
        found = read_pdf(whole[:end])
        assert found.fault or found.pages


def test_pdf_as_an_article() -> None:
    """Pages stand apart by a form feed; a date after now is no date."""
    body = pdf(
        [[(12, "One page.")], [(12, "Another.")]], Title="T. Itle", CreationDate="D:20990101"
    )
    article = read_document(body, "text/html", "https://example.org/a", NOW)
    assert (article.text, article.extractor, article.sure) == ("One page.\fAnother.", "pdf", 1.0)
    assert (article.title, article.date) == ("T. Itle", None)


def test_empty_last_page_keeps_its_place() -> None:
    """A page number counts pages, those without text among them."""
    body = pdf([[(12, "One.")], [], [(12, "Three.")], []])
    assert read_document(body, "application/pdf", "", NOW).text == "One.\f\fThree.\f"


def test_many_threads() -> None:
    """PDFium is asked by one thread at a time."""
    body = pdf([[(12, "Some words.")]] * 5)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read_pdf, [body] * 40))
    assert all(one.pages == ("Some words.",) * 5 for one in found)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["A hyphen\ufffeated word"], ["A hyphenated word"]),
        (["A hyphen-", "ated word in a line of it."], ["A hyphenated word in a line of it."]),
        (
            ["一二三四五六七八九十", "一二三四五。", "六七八九十一二三四五"],
            ["一二三四五六七八九十一二三四五。", "六七八九十一二三四五"],
        ),
        (
            ["共有 12 个模型通过了", "AI 备案，其余仍在审核"],
            ["共有 12 个模型通过了AI 备案，其余仍在审核"],
        ),
        (
            ["第一段的文字到这里为止了", "", "第二段的文字"],
            ["第一段的文字到这里为止了", "第二段的文字"],
        ),
        (
            ["第一条 本办法适用于公共服务的", "第二条 其他单位可以参照执行的"],
            ["第一条 本办法适用于公共服务的", "第二条 其他单位可以参照执行的"],
        ),
        ([], []),
    ],
)
def test_paragraphs(lines: list[str], joined: list[str]) -> None:
    """Lines become paragraphs."""
    assert paragraphs("\r\n".join(lines)) == joined


@pytest.mark.parametrize(
    ("stamp", "found"),
    [
        ("D:20250828", datetime(2025, 8, 28, tzinfo=UTC)),
        ("D:20250828100000Z", datetime(2025, 8, 28, 10, tzinfo=UTC)),
        ("D:20250828100000-05'30'", datetime(2025, 8, 28, 15, 30, tzinfo=UTC)),
        ("20250828100000+08'00", datetime(2025, 8, 28, 2, tzinfo=UTC)),
        ("D:20251328", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_date_of(stamp: str, found: datetime | None) -> None:
    """Dates of PDF metadata, aware."""
    assert date_of(stamp) == found
    if found:
        assert found.utcoffset() == timedelta(0)
