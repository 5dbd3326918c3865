"""pressroom.gather.fulltext: items completed from their own pages, on loopback."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pressroom.gather.fulltext import MOST_AWAY, MOST_PAGES, read_page, read_pages
from pressroom.gather.pace import OutOfTime
from pressroom.model import Evidence, Fetched, Item, ItemId, Locale, Memory, Source, sha256

from .conftest import NOW, Site, a_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.gather.http import Http

TEXT = "The ministry published measures for generative services, and said what they ask. " * 6
PAGE = (
    200,
    {"Content-Type": "text/html; charset=utf-8"},
    f"""<html><head><title>Measures out</title></head><body><nav>Home</nav>
<article><h1>Measures out</h1>{"".join(f"<p>{n}. {TEXT}</p>" for n in range(4))}</article>
</body></html>""".encode(),
)


def an_item(url: str, hed: str = "As listed", text: str = "Short.") -> Item:
    """An item as an index gives it."""
    evidence = Evidence("http://e.org/index", NOW, "0" * 64, "urn:index")
    return Item(ItemId("d-1"), url, hed, Locale("en"), "daily", "daily-ai", text, evidence)


def items(site: Site, count: int) -> list[Item]:
    """So many items, /0 and on."""
    return [an_item(site.url(f"/{n}")) for n in range(count)]


def source(site: Site, *, allow_private: bool = True) -> Source:
    """The index these items stand on."""
    return a_source(site.url("/index"), allow_private=allow_private)


class Counting:
    """A Fetcher that answers so many times, then is out of time."""

    def __init__(self, answers: int) -> None:
        self._left = answers

    def get(self, source: Source, memory: Memory) -> Fetched:
        """A page, or OutOfTime."""
        del memory
        self._left -= 1
        if self._left < 0:
            raise OutOfTime
        return Fetched(source.url, 200, PAGE[2], PAGE[1])


def urls(found: Sequence[Item]) -> list[str]:
    """The last part of each address."""
    return [item.url.rpartition("/")[2] for item in found]


def test_the_text_is_the_pages_and_so_is_the_evidence(site: Site, http: Http) -> None:
    """Text from the page; what the index said of title stays; evidence names the page's bytes."""
    site.pages["/0"] = PAGE
    item, answer, fault = read_page(an_item(site.url("/0")), source(site), http, NOW)
    assert fault == ""
    assert answer
    assert TEXT.strip() in item.text
    assert "Home" not in item.text
    assert item.hed == "As listed"
    assert (item.evidence.url, item.evidence.time) == (site.url("/0"), NOW)
    assert item.evidence.sha256 == sha256(PAGE[2])
    assert item.evidence.record


def test_an_item_without_title_takes_the_pages(site: Site, http: Http) -> None:
    """Where the index gave nothing but the address."""
    site.pages["/0"] = PAGE
    url = site.url("/0")
    item, _, _ = read_page(an_item(url, hed=url, text=""), source(site), http, NOW)
    assert item.hed == "Measures out"


def test_a_page_that_gives_less_than_the_index_is_not_taken(site: Site, http: Http) -> None:
    """A feed with the whole text is better than a page that hides it."""
    site.pages["/0"] = PAGE
    item = an_item(site.url("/0"), text=TEXT * 20)
    assert read_page(item, source(site), http, NOW) == (item, None, "")


@pytest.mark.parametrize("path", ["/missing", "/empty", "/home"])
def test_a_page_that_fails_leaves_the_item_as_listed(site: Site, http: Http, path: str) -> None:
    """Not there, nothing on it, or led to the front page: a fault in words."""
    site.pages["/missing"] = (404, {}, b"")
    site.pages["/empty"] = (200, {"Content-Type": "text/html"}, b"<html></html>")
    site.pages["/home"] = (302, {"Location": "/"}, b"")
    site.pages["/"] = PAGE
    item = an_item(site.url(path))
    found, answer, fault = read_page(item, source(site), http, NOW)
    assert (found, answer) == (item, None)
    assert fault


def test_an_index_opens_no_private_host_but_its_own(site: Site, http: Http) -> None:
    """A link to another service of the network is refused, whatever the source allows."""
    other = Site()
    other.pages["/admin"] = PAGE
    try:
        item = an_item(other.url("/admin"))
        _, answer, fault = read_page(item, source(site), http, NOW)
        assert answer is None
        assert "private address" in fault
        assert other.asked == []
    finally:
        other.close()


def test_faults_are_counted_and_the_first_is_told(site: Site, http: Http) -> None:
    """Three items, one page gone: three items all the same."""
    site.pages |= {"/0": PAGE, "/1": (404, {}, b""), "/2": PAGE}
    found = read_pages(items(site, 3), source(site), http, NOW)
    assert urls(found.items) == ["0", "1", "2"]
    assert (len(found.answers), found.left) == (2, 0)
    assert found.fault.startswith("1 of 3 pages could not be read: has nothing at this address")


def test_sixty_pages_are_read_and_the_rest_left(site: Site) -> None:
    """What is left is not dropped: it is told, and comes with the next gather."""
    found = read_pages(items(site, MOST_PAGES + 12), source(site), Counting(99), NOW)
    assert (len(found.items), found.left) == (60, 12)
    assert "72 new pages: 60 were read now, the other 12 come with the next" in found.fault


def test_pages_out_of_time_are_left(site: Site) -> None:
    """Those read before are kept."""
    found = read_pages(items(site, 5), source(site), Counting(2), NOW)
    assert (urls(found.items), found.left) == (["0", "1"], 3)


def test_a_host_that_is_away_is_left_in_peace(site: Site, http: Http) -> None:
    """After five pages without any answer, none of them is kept as read."""
    site.pages["/0"] = PAGE
    wanted = [replace(item) for item in items(site, 12)]
    found = read_pages(wanted, source(site), http, NOW)
    assert (urls(found.items), found.left) == (["0"], 11)
    assert len(site.asked) == 1 + MOST_AWAY
