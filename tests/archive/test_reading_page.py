"""Readings in a real browser: by keyboard, by touch, above the characters, read and copied."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rooms import copy_room

from pressroom.archive.site import build_site
from pressroom.cli import main
from pressroom.model import EditionBody, House, Medium, Rendering
from pressroom.render.jinja import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
ISSUE = "2025-09-05"
TERM, SAID = "因地制宜", "yīn dì zhì yí"
BUTTON = f"button.term:text-is('{TERM}')"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample newsroom, built."""
    root = copy_room(tmp_path_factory.mktemp("reading") / "room")
    assert main(["--newsroom", str(root), "build"]) == 0
    return root / "public"


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


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A reader at a desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def opened(context: BrowserContext, public: Path, locale: str = "en") -> Page:
    """The issue's page, from a disk."""
    page = context.new_page()
    page.goto((public / ISSUE / locale / "index.html").as_uri())
    return page


def shown(page: Page) -> str:
    """What the open popover says; empty when none is open."""
    return str(
        page.evaluate("document.querySelector('.say:popover-open')?.textContent.trim() ?? ''")
    )


def spoken(page: Page) -> list[tuple[str, str, Any]]:
    """What a screen reader is told: role, name, and whether expanded."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            next(
                (p["value"]["value"] for p in node["properties"] if p["name"] == "expanded"), None
            ),
        )
        for node in nodes
        if not node["ignored"]
    ]


def test_the_keyboard_opens_and_escape_closes(desk: BrowserContext, public: Path) -> None:
    """Tab reaches the term, Enter opens, Escape closes, and the focus stays on the term."""
    page = opened(desk, public)
    page.locator("h3#aiplus").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#aiplus .link').focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "国务院"
    page.keyboard.press("Enter")
    assert shown(page) == "guó wù yuàn"
    page.keyboard.press("Escape")
    assert shown(page) == ""
    assert page.evaluate("document.activeElement.textContent") == "国务院"
    page.keyboard.press("Space")
    assert shown(page) == "guó wù yuàn"


def test_touch_opens_and_a_touch_elsewhere_closes(browser: Browser, public: Path) -> None:
    """On a phone one term at a time, the popover within the screen and beside its term."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    page = opened(context, public)
    for term in page.locator("button.term").all():
        term.tap()
        popover, place = page.locator(".say:popover-open").bounding_box(), term.bounding_box()
        assert popover
        assert place
        assert popover["x"] >= 0
        assert popover["x"] + popover["width"] <= 390
        beside = (
            popover["y"] + popover["height"] - place["y"],
            popover["y"] - place["y"] - place["height"],
        )
        assert min(map(abs, beside)) < 12
    assert page.locator(".say:popover-open").count() == 1
    page.locator("h1").tap()
    assert shown(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_a_screen_reader_hears_the_term_once(desk: BrowserContext, public: Path) -> None:
    """A button named by the term, its state told; the pinyin only while it is open."""
    page = opened(desk, public)
    assert [s for s in spoken(page) if s[1] == TERM and s[0] == "button"] == [
        ("button", TERM, False)
    ]
    assert not any(SAID in name for _, name, _ in spoken(page))
    page.locator(BUTTON).click()
    told = spoken(page)
    assert ("button", TERM, True) in told
    assert [name.strip() for role, name, _ in told if role == "StaticText" and SAID in name] == [
        SAID
    ]
    assert page.locator(".say:popover-open").get_attribute("lang") == "zh-Latn-pinyin"


def test_above_the_characters_where_the_reader_asks(desk: BrowserContext, public: Path) -> None:
    """Off until asked for, kept for the next visit, gone when asked; a name is not spoken twice."""
    faults: list[str] = []
    desk.on("console", lambda message: faults.append(message.text))
    page = opened(desk, public)
    choice = page.get_by_role("button", name="Pinyin above characters")
    assert (page.locator("rt").count(), choice.get_attribute("aria-pressed")) == (0, "false")
    choice.click()
    assert page.locator("button.term:has-text('因') rt").all_inner_texts()[:4] == SAID.split()
    assert [s[1] for s in spoken(page) if s[0] == "button" and "因" in s[1]] == [TERM]
    page.close()
    page = opened(desk, public)
    assert page.locator("rt").count() > 50
    page.get_by_role("button", name="Pinyin above characters").click()
    assert page.locator("rt").count() == 0
    page.reload()
    assert (page.locator("rt").count(), faults) == (0, [])


def test_copied_text_has_no_pinyin(desk: BrowserContext, public: Path) -> None:
    """What is selected and copied is the text, with the readings shown or not."""
    page = opened(desk, public)
    copied = (
        "() => { getSelection().selectAllChildren(document.querySelector('button.term')"
        ".closest('p')); return getSelection().toString(); }"
    )
    before = page.evaluate(copied)
    assert "the State Council (国务院), China’s cabinet" in before
    page.locator("#readings").click()
    assert page.evaluate(copied) == before


def test_without_script_or_sheet(browser: Browser, public: Path) -> None:
    """The popover needs neither; the choice, which needs a script, does not show."""
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*.css", lambda route: route.abort())
    page = context.new_page()
    page.goto((public / ISSUE / "en" / "index.html").as_uri())
    assert not page.locator("#readings").is_visible()
    popover = page.locator(".say", has_text=SAID)
    assert not popover.is_visible()
    page.locator(BUTTON).click()
    assert popover.is_visible()
    context.close()


@pytest.mark.parametrize(("state", "width"), [("popover", 390), ("ruby", 1280)])
def test_axe_finds_nothing(browser: Browser, public: Path, width: int, state: str) -> None:
    """No finding with a popover open or with the readings shown; nothing scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = opened(context, public)
    page.locator("#readings" if state == "ruby" else BUTTON).click()
    results = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert results.violations_count == 0, results.generate_report()
    assert wide == width


def test_only_where_it_is_needed(public: Path) -> None:
    """A page without terms has no script and allows none; none has an inline one."""
    english = (public / ISSUE / "en" / "index.html").read_text(encoding="utf-8")
    chinese = (public / ISSUE / "zh-Hans" / "index.html").read_text(encoding="utf-8")
    assert "script-src 'self'" in english
    assert not re.search(r"<script(?! src=)|\son\w+=", english)
    assert not re.search("<script|popover|<ruby", chinese)
    for name in ("feed.en.xml", "feed.zh-Hans.xml", f"{ISSUE}/en/index.md"):
        text = (public / name).read_text(encoding="utf-8")
        assert not re.search("popover|<ruby|zh-Latn", text), name


def test_an_editors_reading_is_shown(house: House, english: EditionBody) -> None:
    """What terms.toml says of a term stands in its popover, before any dictionary."""
    page = Rendering(english.locale, Medium.MARKDOWN, b"")
    draw = Templates(house.templates).draw
    site = build_site(house, [english], [page], {}, draw, {TERM: "YIN di zhi yi"})
    assert "> YIN di zhi yi</span>" in site[f"{ISSUE}/en/index.html"].decode()
    assert site["reading.js"].startswith(b"//")


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
def test_kickers_are_spoken_once(desk: BrowserContext, public: Path, locale: str) -> None:
    """In mail and on the page `_IN_OUR_FEEDS` is heard as its spoken label, as one heading."""
    label = {"en": "In our feeds", "zh-Hans": "本期动态"}[locale]
    mail = public.parent / "outbox" / ISSUE / locale / "email.html"
    for place in (mail, public / ISSUE / locale / "index.html"):
        page = desk.new_page()
        page.goto(place.as_uri())
        told = spoken(page)
        assert [name for role, name, _ in told if role == "heading" and label in name] == [label]
        assert not any(re.match("_[A-Z一-鿿]", name) for _, name, _ in told)
        page.close()


def test_the_mail_has_no_fault_of_language(desk: BrowserContext, public: Path) -> None:
    """The rules of axe for `lang` and names hold; Latin words in the Chinese mail are marked."""
    from axe_playwright_python.sync_playwright import Axe

    page = desk.new_page()
    page.goto((public.parent / "outbox" / ISSUE / "zh-Hans" / "email.html").as_uri())
    rules = ["html-has-lang", "html-lang-valid", "valid-lang", "aria-allowed-attr", "empty-heading"]
    results = Axe().run(page, options={"runOnly": {"type": "rule", "values": rules}})
    assert results.violations_count == 0, results.generate_report()
    assert page.locator("span[lang=en]", has_text="Tianjin Declaration").count() == 1
