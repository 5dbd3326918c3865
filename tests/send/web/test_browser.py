"""A reader's whole way through the pages in a real browser, by a link from a real mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.store import readers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Site
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")

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


def _sound(page: Page, lang: str) -> None:
    """No finding of axe, no sideways scroll, the sheet loaded, the right language."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.mast')).borderTopWidth") == "4px"
    )
    assert page.evaluate("document.documentElement.lang") == lang


WAYS = [
    (
        "en", "light", "en-GB",
        ["Subscribe", "Yes, send it to me", "Save", "Pause", "Go on", "Unsubscribe"],
    ),
    ("zh-Hans", "dark", "zh-CN", ["订阅", "是的，请寄给我", "保存", "暂停", "恢复", "退订"]),
]  # fmt: skip


@pytest.mark.parametrize(("edition", "scheme", "speaks", "buttons"), WAYS)
def test_from_subscribe_to_unsubscribe(
    browser: Browser, site: Site, edition: str, scheme: str, speaks: str, buttons: list[str]
) -> None:
    """Subscribe, confirm, choose, pause, go on, leave, be erased; on a phone, without scripts."""
    address = f"browser-{edition.lower()}@example.org"
    context = browser.new_context(
        viewport={"width": 320, "height": 700}, locale=speaks,
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )  # fmt: skip
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(site.url + "subscribe")
    _sound(page, edition)
    page.fill("#address", "no@address")
    page.locator("form").evaluate("form => form.noValidate = true")
    press(page, buttons[0])
    assert page.locator("[aria-invalid=true]").count() == 1
    _sound(page, edition)
    page.fill("#address", address)
    press(page, buttons[0])
    _sound(page, edition)
    site.mails(address)
    page.goto(site.url + site.link(address))
    _sound(page, edition)
    press(page, buttons[1])
    _sound(page, edition)
    assert readers.by_address(site.base, address).state == "active"
    page.locator("main a").click()
    page.check("[name=early]")
    page.fill("#name", "王小明")
    press(page, buttons[2])
    _sound(page, edition)
    assert page.locator("[role=status]").count() == 1
    record = readers.by_address(site.base, address)
    assert (record.name, record.early) == ("王小明", True)
    press(page, buttons[3])
    assert site.known(record.token).state == "paused"
    _sound(page, edition)
    press(page, buttons[4])
    assert site.known(record.token).state == "active"
    page.goto(site.url + f"unsubscribe?t={record.token}")
    _sound(page, edition)
    press(page, buttons[5])
    _sound(page, edition)
    assert site.known(record.token).state == "unsubscribed"
    page.goto(site.url + f"erase?t={record.token}")
    _sound(page, edition)
    page.check("#sure")
    page.locator("button").click()
    assert readers.by_address(site.base, address) is None
    assert not faults
    context.close()


def press(page: Page, words: str) -> None:
    """Press the button that says these words."""
    page.get_by_role("button", name=words, exact=True).click()


def test_our_own_policy_lets_our_forms_pass(browser: Browser, site: Site) -> None:
    """With the pages' own headers in force the style loads and a form arrives."""
    context = browser.new_context(java_script_enabled=False)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.url + "subscribe")
    page.fill("#address", "policy@example.org")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    assert page.locator("h1").inner_text() == "Look into your mailbox"
    assert not [words for words in said if "favicon" not in words]
    site.mails("policy@example.org")
    context.close()
