"""The archive and the mail in a real browser: no finding of axe, no sideways scroll."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.render.email import Email

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser

    from pressroom.model import EditionBody, House

CHROMIUM = Path("/usr/bin/chromium")
PAGES = (
    "index.html", "zh-Hans/index.html", "2025-09-05/en/index.html", "2025-09-05/zh-Hans/index.html",
)  # fmt: skip

pytestmark = [
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


@pytest.fixture(scope="module")
def folder(site: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site on a disk."""
    root = tmp_path_factory.mktemp("site")
    for name, data in site.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str, scheme: str) -> None:
    """WCAG rules and best practice, contrast in both schemes, from a file address."""
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(
        viewport={"width": 1280, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    page.goto((folder / name).as_uri())
    results = Axe().run(page)
    page.close()
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(browser: Browser, folder: Path, name: str, width: int) -> None:
    """The sheet loads under the page's own policy, and everything fits a phone."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto((folder / name).as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    border = page.evaluate("getComputedStyle(document.querySelector('.mast')).borderTopWidth")
    page.close()
    assert (wide, border, faults) == (width, "4px", [])


@pytest.mark.parametrize("width", [360, 700])
def test_mail_fits_a_phone(
    browser: Browser, house: House, english: EditionBody, width: int
) -> None:
    """The mail is no wider than its window, and dark where the reader wants it dark."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark")
    page.route("**/*.png", lambda route: route.abort())
    page.set_content(Email(house).render(english).decode())
    wide = page.evaluate("document.documentElement.scrollWidth")
    paper = page.evaluate("getComputedStyle(document.querySelector('.paper')).backgroundColor")
    page.close()
    assert (wide, paper) == (width, "rgb(22, 22, 23)")
