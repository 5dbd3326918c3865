"""What a reader does by their own link: choose, pause, leave, take their data, be erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pressroom.send.web.limits import Buckets
from pressroom.store import readers

if TYPE_CHECKING:
    from conftest import Site

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_one_click_needs_nothing_else(site: Site) -> None:
    """RFC 8058: no cookie, no form token, from anywhere, in both encodings, again and again."""
    token = site.reader("click@example.org")
    foreign = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    path = f"unsubscribe?t={token}"
    multipart = {"files": {key: (None, value) for key, value in ONE_CLICK.items()}}
    for body in ({"data": ONE_CLICK}, multipart, {"data": ONE_CLICK}):
        answer = site.ask("POST", path, headers=foreign, **body)
        assert (answer.status_code, "You are unsubscribed" in answer.text) == (200, True)
        assert site.known(token).state == "unsubscribed"
    assert "set-cookie" not in answer.headers


def test_a_scanner_unsubscribes_nobody(site: Site) -> None:
    """GET and HEAD change nothing, nor does a POST that is neither one-click nor our form."""
    token = site.reader("scanned@example.org")
    path = f"unsubscribe?t={token}"
    assert site.get(path).status_code == site.ask("HEAD", path).status_code == 200
    assert site.post(path, {}).status_code == 400
    assert site.known(token).state == "active"
    assert site.post(path, site.form(path)).status_code == 200
    assert site.known(token).state == "unsubscribed"
    assert "You are unsubscribed" in site.get(path).text


@pytest.mark.parametrize("token", ["test", "none"])
def test_the_link_of_a_test_answers(site: Site, token: str) -> None:
    """200 on both pages, as a send asks for them first; and it says that it is a test."""
    for answer in (
        site.get(f"unsubscribe?t={token}"),
        site.get(f"preferences?t={token}"),
        site.post(f"unsubscribe?t={token}", ONE_CLICK),
    ):
        assert (answer.status_code, "This is a test link" in answer.text) == (200, True)


def test_a_dead_link_is_answered(site: Site) -> None:
    """Leaving always ends in a page; there are no preferences of nobody."""
    for path in ("unsubscribe?t=" + "0" * 32, "unsubscribe", "unsubscribe?t=%E4%B8%AD"):
        assert site.get(path).status_code == 200
        assert site.post(path, ONE_CLICK).status_code == 200
    for path in ("preferences", "own-data", "erase"):
        assert site.get(f"{path}?t={'0' * 32}").status_code == 404


@pytest.mark.parametrize(
    ("edition", "lang", "title"),
    [
        ("en", "en", "Unsubscribe from China Chatbot"),
        ("zh-Hans", "zh-Hans", "退订《中国聊天机器人观察》"),
        ("zh-Hant", "zh-Hant", "退訂《中國聊天機器人觀察》"),
        ("parallel", "en", "Unsubscribe from China Chatbot"),
    ],
)
def test_pages_speak_the_language_of_the_edition(
    site: Site, edition: str, lang: str, title: str
) -> None:
    """Whatever the browser prefers; `?lang=` alone overrides it."""
    token = site.reader(f"tongue-{edition.lower()}@example.org", edition)
    page = site.get(f"unsubscribe?t={token}", Accept_Language="es").text
    assert f'<html lang="{lang}">' in page
    assert title in page
    assert '<html lang="zh-Hans">' in site.get(f"unsubscribe?t={token}&lang=zh-Hans").text


def test_preferences_are_kept(site: Site) -> None:
    """Edition, name and the original at once; the page then speaks the new language."""
    token = site.reader("prefers@example.org")
    path = f"preferences?t={token}"
    chosen = {"do": "save", "edition": "zh-Hant", "name": "王\u2028小明", "early": "yes"}
    answer = site.post(path, site.form(path) | chosen)
    assert '<html lang="zh-Hant">' in answer.text
    assert 'role="status"' in answer.text
    known = site.known(token)
    assert (known.edition, known.name, known.early) == ("zh-Hant", "王 小明", True)
    wrong = site.post(path, site.form(path) | chosen | {"edition": "xx"})
    assert (wrong.status_code, site.known(token).edition) == (400, "zh-Hant")


def test_a_break_is_taken_and_ended(site: Site) -> None:
    """Paused, then active again; nothing else changes."""
    token = site.reader("break@example.org")
    path = f"preferences?t={token}"
    for do, state in (("pause", "paused"), ("resume", "active")):
        site.post(path, site.form(path) | {"do": do})
        assert site.known(token).state == state


def test_a_form_belongs_to_one_reader(site: Site) -> None:
    """Neither without its token nor with another reader's is anything changed or erased."""
    mine, other = site.reader("mine@example.org"), site.reader("other@example.org")
    stolen = site.form(f"preferences?t={other}")["form"]
    for form in ("", stolen):
        data = {"t": mine, "form": form, "do": "pause", "sure": "yes"}
        assert site.post(f"preferences?t={mine}", data).status_code == 403
        assert site.post(f"erase?t={mine}", data).status_code == 403
    assert site.known(mine).state == "active"


def test_ones_own_data_is_a_file(site: Site) -> None:
    """All of it as JSON, to be saved; but not the secret of the links."""
    token = site.reader("data@example.org")
    answer = site.get(f"own-data?t={token}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.json()["address"] == "data@example.org"
    assert token not in answer.text


def test_erasing_asks_twice(site: Site) -> None:
    """Only with the box ticked; then the link is nobody's."""
    token = site.reader("erased@example.org")
    path = f"erase?t={token}"
    form = site.form(path)
    assert site.post(path, form).status_code == 400
    assert site.known(token).state == "active"
    assert "Erased" in site.post(path, form | {"sure": "yes"}).text
    assert readers.by_address(site.base, "erased@example.org") is None
    assert site.get(path).status_code == 404


def test_who_leaves_is_never_told_to_wait(site: Site) -> None:
    """A provider sends many one-click requests from few addresses."""
    token = site.reader("crowd@example.org")
    site.desk.limits.requests = Buckets(1, 3600)
    site.get("subscribe")
    assert site.get(f"preferences?t={token}").status_code == 429
    assert site.post(f"unsubscribe?t={token}", ONE_CLICK).status_code == 200
