"""Article text against hand-made bodies, beside each library alone, and the cost by page size.

    python bench/extract.py FOLDER

FOLDER holds pairs NAME.html and NAME.gold.txt (one `<p>` a paragraph); a name begins with its
language, `en` or `zh`. F1 is of character 4-grams with white space removed, averaged over
pages: first half of the pages by name (every other one), second half, all. The bodies begin
with the headline, which our `text` does not hold: the last row adds it.
"""

from __future__ import annotations

import html
import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.gather.article import page_text, parse, read_document

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TAG = re.compile(r"</?p>")
PARAGRAPH = "<p>据介绍，这一段文字在文章里反复出现，用来说明成本随长度线性增长。</p>"


def grams(text: str) -> Counter[str]:
    """Character 4-grams, white space removed."""
    text = "".join(text.split())
    return Counter(text[i : i + 4] for i in range(max(1, len(text) - 3)))


def f1(found: str, gold: str) -> float:
    """F1 of two texts by their 4-grams."""
    ours, theirs = grams(found), grams(gold)
    both = sum((ours & theirs).values())
    return 2 * both / (sum(ours.values()) + sum(theirs.values()))


def pressroom(body: bytes, _lang: str) -> str:
    """Our reader, from bytes."""
    return read_document(body, "text/html", "", NOW).text


def with_headline(body: bytes, _lang: str) -> str:
    """Our reader, its title before its text."""
    article = read_document(body, "text/html", "", NOW)
    return f"{article.title}\n{article.text}"


def justext(body: bytes, lang: str) -> str:
    """Chinese by length alone, English by its stop words."""
    import justext as library

    markup = page_text(body, "")
    if lang == "zh":
        found = library.justext(
            markup, frozenset(), length_low=20, length_high=60, stopwords_low=0, stopwords_high=0
        )
    else:
        found = library.justext(markup, library.get_stoplist("English"))
    return "\n".join(p.text for p in found if not p.is_boilerplate)


def readability(body: bytes, _lang: str) -> str:
    """The text of readability-lxml's summary."""
    from readability import Document

    tree = parse(Document(page_text(body, "")).summary(html_partial=True))
    return "" if tree is None else tree.text_content()


def trafilatura(body: bytes, _lang: str) -> str:
    """Its defaults, without comments."""
    import trafilatura as library

    return library.extract(page_text(body, ""), include_comments=False) or ""


READERS: tuple[Callable[[bytes, str], str], ...] = (
    justext,
    readability,
    trafilatura,
    pressroom,
    with_headline,
)


def quality(folder: Path) -> None:
    """One line a language and reader: F1 of either half and of all, milliseconds a page."""
    pages = sorted(folder.glob("*.html"))
    print(f"{'':4}{'reader':14}{'pages':>6}{'half 1':>8}{'half 2':>8}{'all':>8}{'ms/page':>9}")
    for lang in ("zh", "en"):
        chosen = [page for page in pages if page.name.startswith(lang)]
        for reader in READERS:
            row(lang, reader, chosen)


def row(lang: str, reader: Callable[[bytes, str], str], pages: list[Path]) -> None:
    """Measure and print one reader on one language."""
    begun = time.perf_counter()
    texts = [reader(page.read_bytes(), lang) for page in pages]
    cost = (time.perf_counter() - begun) / len(pages) * 1000
    golds = [page.with_suffix(".gold.txt").read_text("utf-8", "replace") for page in pages]
    found = [f1(t, html.unescape(TAG.sub("\n", g))) for t, g in zip(texts, golds, strict=True)]
    shares = [sum(part) / len(part) for part in (found[::2], found[1::2], found)]
    print(
        f"{lang:4}{reader.__name__:14}{len(pages):6}"
        + "".join(f"{share:8.4f}" for share in shares)
        + f"{cost:9.1f}"
    )


def surety(folder: Path) -> None:
    """What `sure` is worth: mean F1 of the pages in each of its bands."""
    bands: defaultdict[int, list[float]] = defaultdict(list)
    for page in sorted(folder.glob("*.html")):
        article = read_document(page.read_bytes(), "text/html", "", NOW)
        gold = page.with_suffix(".gold.txt").read_text("utf-8", "replace")
        bands[int(article.sure * 10)].append(f1(article.text, html.unescape(TAG.sub("\n", gold))))
    for band, found in sorted(bands.items()):
        print(f"sure .{band}: {len(found):4} pages, F1 {sum(found) / len(found):.3f}")


def growth() -> None:
    """Seconds for one page of n paragraphs and of 10n, for each reader."""
    for reader in READERS[:-1]:
        spent = []
        for count in (1000, 10000):
            body = f"<html><title>x</title><body><div>{PARAGRAPH * count}</div></body>".encode()
            begun = time.perf_counter()
            reader(body, "zh")
            spent.append(time.perf_counter() - begun)
        print(f"{reader.__name__:14}{spent[0]:8.3f} s{spent[1]:8.3f} s  x{spent[1] / spent[0]:.1f}")


def main() -> None:
    """All three measurements."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    warnings.simplefilter("ignore")
    for reader in READERS:
        reader(f"<p>{PARAGRAPH * 3}".encode(), "zh")
    quality(Path(sys.argv[1]))
    surety(Path(sys.argv[1]))
    growth()


if __name__ == "__main__":
    main()
