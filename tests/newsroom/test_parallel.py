"""The edition `parallel`: two languages block by block, on the web, in mail, as text."""

from __future__ import annotations

import itertools
import re
import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import feedparser
import pytest
from rooms import Room, copy_room

from pressroom import pipeline
from pressroom.cli import main
from pressroom.model import UNSUBSCRIBE_HOLE, EditionBody, Locale
from pressroom.newsroom import press, proofs
from pressroom.render.email import MOST, Email
from pressroom.store.mailing_list import Line, wanted
from pressroom.workspace import PARALLEL, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SLUG = "2025-09-05"
EN, ZH = Locale("en"), Locale("zh-Hans")
TABLE = '[editions.zh-Hans]\n\n[editions.parallel]\nof = ["en", "zh-Hans"]'
PAGE, MAIL = f"public/{SLUG}/parallel/index.html", f"outbox/{SLUG}/parallel/email"
REST = ("The rest is on the web", "其余内容请见网页")
TEMPLATES = Path(__file__).parents[2] / "templates"
NEWSROOMS = Path(__file__).parents[1] / "newsrooms"


def built(root: Path) -> dict[str, str]:
    """Build a newsroom; its texts by path."""
    assert main(["--newsroom", str(root), "build"]) == 0
    files = [p for place in ("public", "outbox") for p in (root / place).rglob("*") if p.is_file()]
    texts = [p for p in files if p.suffix != ".png"]
    return {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in texts}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample newsroom with the edition, to be looked at."""
    place = copy_room(tmp_path_factory.mktemp("both") / "room")
    settings = place / "newsletter.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[editions.zh-Hans]", TABLE), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    """All texts of it once it is built, by path."""
    return built(root)


@pytest.fixture
def both(room: Room) -> Room:
    """The sample newsroom with the edition, to be changed."""
    room.change("newsletter.toml", "[editions.zh-Hans]", TABLE)
    return room


def due(root: Path) -> list[EditionBody]:
    """The editions of the sample issue that go out."""
    ws = load(root)
    folder = proofs.folder(ws, SLUG)
    return [body for body in pipeline.bodies(ws, folder) if body.locale in folder.issue.due]


class _Reader(HTMLParser):
    """The stretches of a page that say their language, and what has none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.words: list[tuple[str, str]] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        lang = found.get("lang") or (self.stack[-1][1] if self.stack else "")
        if tag not in {"meta", "link", "img", "br", "hr"}:
            self.stack.append((tag, lang))
        if "cell" in (found.get("class") or "").split():
            self.cells.append(lang)

    def handle_endtag(self, tag: str) -> None:
        if self.stack and tag == self.stack[-1][0]:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self.stack[-1][0] != "title":
            self.words.append((self.stack[-1][1] if self.stack else "", data))


class TestEverywhere:
    """A real edition in every place that knows of editions."""

    def test_page_mail_feed_and_home_are_built(self, pages: dict[str, str]) -> None:
        """What every edition has, under the name of the edition."""
        wanted = {PAGE, f"public/{SLUG}/parallel/index.md", "public/parallel/index.html",
                  "public/feed.parallel.xml", f"{MAIL}.html", f"{MAIL}.txt", f"{MAIL}.mjml"}  # fmt: skip
        assert wanted <= set(pages)

    def test_switches_name_it(self, pages: dict[str, str]) -> None:
        """Each page names it in its own language, and its own page in both."""
        assert ">Both languages</a>" in pages[f"public/{SLUG}/en/index.html"]
        assert ">双语对照</a>" in pages[f"public/{SLUG}/zh-Hans/index.html"]
        assert ">双语对照</a>" in pages["public/zh-Hans/index.html"]
        assert "双语对照：https://example.org/" in pages[f"outbox/{SLUG}/zh-Hans/email.txt"]
        own = r'aria-current="page"><span class="side" lang="en">Both languages</span>'
        assert own in pages[PAGE]
        assert own in pages["public/parallel/index.html"]

    def test_it_claims_to_be_no_language(self, pages: dict[str, str]) -> None:
        """No hreflang or lang is `parallel`; its pages are in the original's language."""
        for name, text in pages.items():
            assert not re.search(r'(hreflang|lang)="parallel"', text), name
        assert '<html lang="en">' in pages[PAGE]
        assert '<html lang="en">' in pages["public/parallel/index.html"]
        assert "lang: en\n" in pages[f"public/{SLUG}/parallel/index.md"]

    def test_the_site_map_names_it_alone(self, pages: dict[str, str]) -> None:
        """Its page is in the map, without alternates; nobody else has it as one."""
        tree = ET.fromstring(pages["public/sitemap.xml"])
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        entries = {url.findtext(f"{space}loc"): url for url in tree}
        own = entries[f"https://example.org/china-chatbot/{SLUG}/parallel/"]
        assert len(own) == 2
        assert "parallel" not in "".join(
            link.get("href", "") for url in tree for link in url if url is not own
        )

    def test_its_feed_is_valid(self, pages: dict[str, str]) -> None:
        """One entry an issue, both subjects in its title, both texts in it."""
        feed = feedparser.parse(pages["public/feed.parallel.xml"])
        assert not feed.bozo
        assert (
            feed.entries[0].title == "AI+ arrives; local conditions apply / AI+下到县里，因地制宜"
        )
        assert "Full shelves" in feed.entries[0].content[0].value
        assert "货架满了" in feed.entries[0].content[0].value

    def test_the_board_and_the_check(self, both: Room) -> None:
        """It follows its sides; nothing stops the send, and no rule asks for files of it."""
        assert both.run("status", SLUG) == 0
        assert "follows en and zh-Hans" in both.out
        both.run("check", SLUG, "--json")
        assert '"stop"' not in both.out
        assert "parallel.md" not in both.out

    def test_a_reader_may_ask_for_it(self, root: Path) -> None:
        """A list of readers may name it like any edition."""
        line = Line("list.csv", 2, {"address": "a@example.org", "edition": "parallel"})
        assert wanted(line, load(root).locales).edition == PARALLEL

    def test_nobody_writes_it(self, root: Path) -> None:
        """It is no language, is not drafted, not derived by script."""
        ws = load(root)
        assert ws.locales == (EN, ZH, PARALLEL)
        assert ws.languages == ws.written == ws.sides == (EN, ZH)
        assert not ws.derived

    def test_the_mail_has_both_subjects(self, root: Path) -> None:
        """Subject and list name in both languages."""
        ws = load(root)
        body = due(root)[-1]
        mail = press.mail(
            ws, proofs.folder(ws, SLUG).issue, body, pipeline.render(ws, body),
            datetime(2025, 9, 5, tzinfo=UTC),
        )  # fmt: skip
        assert mail.subject == "AI+ arrives; local conditions apply / AI+下到县里，因地制宜"
        assert mail.list_name == "China Chatbot / 中国聊天机器人观察"
        assert mail.archive_url.endswith(f"/{SLUG}/parallel/")


class TestClock:
    """When it goes out, and what is judged then."""

    def _tags(self, room: Room) -> list[str]:
        return [body.locale for body in due(room.root)]

    def test_it_may_be_put_off(self, both: Room) -> None:
        """Its own status in issue.toml, like any edition."""
        issue = f"issues/{SLUG}/issue.toml"
        both.write(issue, both.read(issue) + '\n[editions.parallel]\nstatus = "later"\n')
        assert self._tags(both) == [EN, ZH]

    def test_a_side_may_come_later(self, both: Room) -> None:
        """A side that is not due itself is in it, and what is wrong there stops it."""
        now = '[editions.zh-Hans]\nstatus = "due"'
        both.change(f"issues/{SLUG}/issue.toml", now, now.replace("due", "later"))
        both.change(f"issues/{SLUG}/news_briefs.zh-Hans.md", "货架满了", "待补货架满了")
        assert self._tags(both) == [EN, PARALLEL]
        found = pipeline.check(load(both.root), SLUG)
        assert [f.severity.value for f in found if f.rule == "todo"] == ["stop"]

    def test_without_a_side_there_is_none(self, both: Room) -> None:
        """Two are needed: a skipped edition takes it along."""
        now = '[editions.zh-Hans]\nstatus = "due"'
        both.change(f"issues/{SLUG}/issue.toml", now, now.replace("due", "skip"))
        assert self._tags(both) == [EN]


class TestPage:
    """The page as a reader and a screen reader have it."""

    def test_every_cell_says_its_language(self, pages: dict[str, str]) -> None:
        """The two sides take turns, English first; Chinese words stand in no English stretch."""
        reader = _Reader(pages[PAGE])
        assert reader.cells[:6] == [EN, ZH] * 3
        assert reader.cells[::2] == [EN] * (len(reader.cells) // 2)
        for lang, words in reader.words:
            if re.search(r"[一-鿿]", words):
                assert lang.startswith("zh"), words

    def test_ids_are_unique_and_headings_in_order(self, pages: dict[str, str]) -> None:
        """Two languages on one page, no id twice, one h1, no level of heading skipped."""
        page = pages[PAGE]
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))

    def test_sources_are_listed_once(self, pages: dict[str, str]) -> None:
        """One list a section, each source with the words of both languages."""
        page = pages[PAGE]
        row = page[page.index('id="news_briefs-source-1"') :].partition("</li>")[0]
        assert row.count("<a ") == 1
        assert '<span lang="en">State Council · 26 August 2025' in row
        assert '<span lang="zh-Hans">国务院 · 2025年8月26日' in row
        assert page.count('id="news_briefs-source-1"') == 1

    def test_cross_references_stay_here(self, pages: dict[str, str]) -> None:
        """A link to a block leads to the block on this page, in either language."""
        assert f'href="../../{SLUG}/parallel/index.html#aiplus"' in pages[PAGE]
        assert f'href="../../{SLUG}/en/index.html#' not in pages[PAGE]
        assert 'id="aiplus"' in pages[PAGE]

    def test_a_picture_is_shown_once(self, pages: dict[str, str]) -> None:
        """One picture with two captions; the second language has its words for it as well."""
        assert pages[PAGE].count('src="../figures/cartoon.png"') == 1
        caption = pages[PAGE].partition("cartoon.png")[2].partition("</figure>")[0]
        assert re.search(r'<div lang="zh-Hans">\s*<p class="vh">[^<]*[一-鿿]', caption)

    def test_text_and_markdown_have_both(self, pages: dict[str, str]) -> None:
        """One above the other, nothing cut; no HTML in the Markdown."""
        for name in (f"{MAIL}.txt", f"public/{SLUG}/parallel/index.md"):
            text = pages[name]
            assert (
                text.index("Full shelves") < text.index("货架满了") < text.index("Made by machine")
            )
            assert "老朋友之间" in text
        assert "<" not in re.sub(r"&lt;|\\<", "", pages[f"public/{SLUG}/parallel/index.md"])
        assert pages[f"{MAIL}.txt"].count(UNSUBSCRIBE_HOLE) == 2


class TestMail:
    """What arrives, and what has no room."""

    def test_the_sample_is_cut_after_a_block(self, pages: dict[str, str]) -> None:
        """Over the limit: whole pairs, then the way to the rest and the way out, in both."""
        mail = pages[f"{MAIL}.html"]
        assert len(mail.encode()) <= MOST
        tail = mail[mail.index('id="rest"') :]
        for words in (*REST, "Unsubscribe", "退订", f"/{SLUG}/parallel/", "1 Example Road"):
            assert words in tail
        assert mail.count(UNSUBSCRIBE_HOLE) == 2
        assert all(f'id="{target}"' in mail for target in re.findall(r'href="#([^"]+)"', mail))

    def test_source_and_mail_are_the_same(self, pages: dict[str, str]) -> None:
        """The MJML kept beside the mail is that of the mail as it was cut."""
        assert REST[0] in pages[f"{MAIL}.mjml"]
        assert pages[f"{MAIL}.mjml"].count("<h3") == pages[f"{MAIL}.html"].count("<h3")


def test_a_derived_side(both: Room) -> None:
    """A side may be an edition in the other script; its own words are used for it."""
    both.change(
        "newsletter.toml",
        'of = ["en", "zh-Hans"]',
        'of = ["en", "zh-Hant"]\n[editions.zh-Hant]\nfrom = "zh-Hans"',
    )
    both.change(f"issues/{SLUG}/news_briefs.zh-Hans.md", " {#sco}", " {#other}")
    body = due(both.root)[-1]
    mail = Email(press.house(load(both.root))).render(body).decode()
    assert "貨架滿了" in mail
    assert "此處只有英文版。" in mail
    assert "其餘內容請見網頁" in mail
    assert 'lang="zh-Hant"' in mail


def test_spanish_and_english(tmp_path: Path) -> None:
    """Two languages in one script, of which the mail has room for all: the original's page."""
    place = Path(shutil.copytree(NEWSROOMS / "es-en", tmp_path / "room"))
    settings = place / "newsletter.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[editions.en]", "[editions.en]\n[editions.parallel]"))
    pages = built(place)
    page, mail = pages[PAGE], pages[f"{MAIL}.html"]
    assert '<html lang="es">' in page
    assert "En los dos idiomas</span>" in page
    reader = _Reader(page)
    assert reader.cells[:4] == ["es", "en"] * 2
    assert '<div lang="en"' in mail
    assert 'id="rest"' not in mail
    assert mail.count(UNSUBSCRIBE_HOLE) == 2


# --- in a browser ---

CHROMIUM = Path("/usr/bin/chromium")
seen = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for this file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


class TestBrowser:
    """The page and the mail as Chromium lays them out."""

    pytestmark = seen

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("name", [PAGE, "public/parallel/index.html"])
    def test_axe_finds_nothing(
        self, browser: Browser, root: Path, pages: dict[str, str], name: str, scheme: str
    ) -> None:
        """WCAG rules and best practice, contrast in both schemes."""
        from axe_playwright_python.sync_playwright import Axe

        assert name in pages
        page = browser.new_page(
            viewport={"width": 1280, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            bypass_csp=True,
        )
        page.goto((root / name).as_uri())
        results = Axe().run(page)
        page.close()
        assert results.violations_count == 0, results.generate_report()

    @pytest.mark.parametrize(("width", "beside"), [(390, False), (1280, True)])
    def test_pairs_line_up(
        self, browser: Browser, root: Path, pages: dict[str, str], width: int, *, beside: bool
    ) -> None:
        """Wide: headings and texts of a pair start at the same height; on a phone, one below."""
        assert PAGE in pages
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto((root / PAGE).as_uri())
        tops = page.evaluate(
            "[...document.querySelectorAll('.pair')].filter(p => p.children.length > 1).map(p =>"
            " ['.top', '.rest'].map(part => [...p.querySelectorAll(part)]"
            ".map(e => Math.round(e.getBoundingClientRect().top))))"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.close()
        assert wide == width
        assert len(tops) > 15
        assert all((one == other) == beside for _, (one, other) in tops)
        assert not beside or all(one == other for (one, other), _ in tops)

    @pytest.mark.parametrize("width", [390, 640])
    def test_the_mail_fits(self, browser: Browser, pages: dict[str, str], width: int) -> None:
        """No wider than its window, Chinese below English, never beside."""
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
        page.route("**/*.png", lambda route: route.abort())
        page.set_content(pages[f"{MAIL}.html"])
        wide = page.evaluate("document.documentElement.scrollWidth")
        lefts = page.evaluate(
            "[...document.querySelectorAll('td div[lang]')].map(e => e.getBoundingClientRect().left)"
        )
        page.close()
        assert wide == width
        assert len(set(lefts)) == 1
