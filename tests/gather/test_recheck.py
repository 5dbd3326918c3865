"""pressroom.gather.recheck: what a cited page says now, asked of a real server on loopback."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pressroom.gather.http import Http
from pressroom.gather.recheck import Claim, State, recheck
from pressroom.model import Fetched, ItemId, Memory, sha256

from .conftest import NOW, Site, a_source

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.gather.recheck import Verdict

HTML = {"Content-Type": "text/html; charset=utf-8"}
OLD = "<nav>{menu}</nav><article>全国共有 3 万家企业。 此外无变化。</article>"
HOME = "<nav>n</nav><article>All the news of today.</article>"


def page(text: str = OLD, menu: str = "one") -> tuple[int, dict[str, str], bytes]:
    """A page whose article is this."""
    return 200, HTML, text.replace("{menu}", menu).encode()


def to(place: str, status: int = 302) -> tuple[int, dict[str, str], bytes]:
    """A redirect."""
    return status, {"Location": place}, b""


def read(fetched: Fetched) -> str:
    """The words of the article element; empty where there is none."""
    found = re.search(r"<article>(.*?)</article>", fetched.body.decode(), re.DOTALL)
    return found[1] if found else ""


def a_claim(http: Http, url: str, item: str = "abc123") -> Claim:
    """What the page says at this moment."""
    fetched = http.get(a_source(url), Memory())
    text = read(fetched)
    return Claim(ItemId(item), url, NOW, text, sha256(text), sha256(fetched.body), a_source(url))


def now_says(http: Http, *claims: Claim) -> list[Verdict]:
    """The verdicts on these claims."""
    return recheck(claims, http, read, NOW)


def a_page(site: Site, http: Http, path: str = "/news/1.html") -> Claim:
    """A page that was cited as it first was."""
    site.pages[path] = page()
    return a_claim(http, site.url(path))


class TestOnePage:
    """A page that stays, changes, and goes."""

    def test_the_life_of_a_page(self, site: Site, http: Http) -> None:
        """Unchanged, then its menu, then its text, then deleted: each is said as it is."""
        claim = a_page(site, http)
        assert [v.state for v in now_says(http, claim)] == ["unchanged"]
        site.pages["/news/1.html"] = page(menu="two")
        assert [v.state for v in now_says(http, claim)] == ["unchanged"]
        site.pages["/news/1.html"] = page(OLD.replace("3", "5"), menu="three")
        (changed,) = now_says(http, claim)
        assert (changed.state, changed.diff) == (
            "changed",
            "全国共有 [-3-]{+5+} 万家企业。 此外无变化…",
        )
        assert changed.fetched is not None
        site.pages["/news/1.html"] = (404, HTML, b"not here")
        (gone,) = now_says(http, claim)
        assert (gone.state, gone.fetched, gone.time) == ("gone", None, NOW)
        assert "404" in gone.fault

    def test_white_space_is_no_change(self, site: Site, http: Http) -> None:
        """Another line break in the text leaves it unchanged."""
        claim = a_page(site, http)
        site.pages["/news/1.html"] = page(OLD.replace("。 此", "。\n\n此"))
        assert now_says(http, claim)[0].state is State.UNCHANGED

    def test_the_hash_of_the_text_is_enough(self, site: Site, http: Http) -> None:
        """Where the text itself was not kept."""
        claim = replace(a_page(site, http), text=None)
        site.pages["/news/1.html"] = page(menu="two")
        assert now_says(http, claim)[0].state is State.UNCHANGED
        site.pages["/news/1.html"] = page(OLD.replace("3", "5"))
        (found,) = now_says(http, claim)
        assert (found.state, found.diff) == ("changed", "")
        assert "not kept" in found.fault

    def test_with_the_bytes_alone_the_doubt_is_said(self, site: Site, http: Http) -> None:
        """A changed hash of the page may be its menus."""
        claim = replace(a_page(site, http), text=None, text_sha256="")
        assert now_says(http, claim)[0].state is State.UNCHANGED
        site.pages["/news/1.html"] = page(menu="two")
        (found,) = now_says(http, claim)
        assert found.state is State.CHANGED
        assert "menus" in found.fault

    def test_a_moved_page_with_the_same_text_is_unchanged(self, site: Site, http: Http) -> None:
        """A new address is no change; with another text it is one, and no deletion."""
        claim = a_page(site, http)
        site.pages["/news/1.html"] = to("/archive/1.html", 301)
        site.pages["/archive/1.html"] = page(menu="new")
        assert now_says(http, claim)[0].state is State.UNCHANGED
        site.pages["/archive/1.html"] = page(OLD.replace("3", "5"))
        assert now_says(http, claim)[0].state is State.CHANGED

    def test_an_address_cited_twice_is_asked_once(self, site: Site, http: Http) -> None:
        """Two claims on one page, one verdict each, one request."""
        claim = a_page(site, http)
        site.asked.clear()
        found = now_says(http, claim, replace(claim, item=ItemId("other1")))
        assert [v.item for v in found] == ["abc123", "other1"]
        assert len(site.asked) == 1

    def test_no_claims_no_verdicts(self, http: Http) -> None:
        """Nothing cited, nothing asked."""
        assert now_says(http) == []


class TestGone:
    """What a server says when a page is no more."""

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_status_that_says_so(self, site: Site, http: Http, status: int) -> None:
        """404 and 410 are the server's own word."""
        claim = a_page(site, http)
        site.pages["/news/1.html"] = (status, {}, b"")
        assert now_says(http, claim)[0].state is State.GONE

    @pytest.mark.parametrize("home", ["/", "/index.html", "/default.aspx"])
    def test_a_redirect_to_the_front_page(self, site: Site, http: Http, home: str) -> None:
        """The site sends us home: the page is gone."""
        claim = a_page(site, http)
        site.pages |= {"/news/1.html": to(home), home: page(HOME)}
        (found,) = now_says(http, claim)
        assert (found.state, found.diff) == ("gone", "")
        assert "front page" in found.fault

    def test_a_redirect_to_where_others_go_too(self, site: Site, http: Http) -> None:
        """Two pages of a host end on the same third one; one alone may merely have moved."""
        one, two = a_page(site, http, "/news/1.html"), a_page(site, http, "/news/2.html")
        site.pages |= {f"/news/{n}.html": to("/sorry") for n in (1, 2)}
        site.pages["/sorry"] = page(HOME)
        assert [v.state for v in now_says(http, one, two)] == ["gone", "gone"]
        assert now_says(http, one)[0].state is State.CHANGED

    def test_two_addresses_of_one_page_are_not_others(self, site: Site, http: Http) -> None:
        """With and without a slash, both lead to a page that is still there."""
        one, two = a_page(site, http, "/news/1"), a_page(site, http, "/news/1/")
        site.pages["/news/1"] = to("/news/1/")
        site.pages["/news/1/"] = page(OLD.replace("3", "5"))
        assert [v.state for v in now_says(http, one, two)] == ["changed", "changed"]

    def test_a_front_page_that_is_cited_may_change(self, site: Site, http: Http) -> None:
        """Its redirect to another form of itself is no deletion."""
        claim = a_page(site, http, "/index.html")
        site.pages |= {"/index.html": to("/"), "/": page(HOME)}
        assert now_says(http, claim)[0].state is State.CHANGED

    def test_an_article_named_by_a_parameter_is_no_front_page(self, site: Site, http: Http) -> None:
        """`/?p=12` is how some sites name every page."""
        claim = a_page(site, http)
        site.pages |= {"/news/1.html": to("/?p=12"), "/?p=12": page(HOME)}
        assert now_says(http, claim)[0].state is State.CHANGED


class TestUnreachable:
    """What says nothing of the page: never called gone."""

    @pytest.mark.parametrize("status", [401, 403, 429, 451, 500, 503])
    def test_a_status_that_says_nothing(self, site: Site, http: Http, status: int) -> None:
        """Refusals and faults of the server."""
        claim = a_page(site, http)
        site.pages["/news/1.html"] = (status, {}, b"")
        (found,) = now_says(http, claim)
        assert (found.state, found.diff) == ("unreachable", "")
        assert str(status) in found.fault

    def test_a_server_that_is_away(self, tmp_path: Path) -> None:
        """A refused connection and a name that does not resolve; the next claim is still judged."""
        http, server = Http(tmp_path, "Pressroom-test", timeout=2), Site()
        claim = a_page(server, http)
        server.close()
        nowhere = replace(
            claim, url="http://nowhere.invalid/a", source=a_source("http://x.invalid")
        )
        assert [v.state for v in now_says(http, claim, nowhere)] == ["unreachable"] * 2

    def test_a_server_that_does_not_answer(self, site: Site, tmp_path: Path) -> None:
        """The time is bounded, and the page may still be there."""
        http = Http(tmp_path, "Pressroom-test", timeout=0.3)
        claim = a_page(site, http)
        site.pages["/news/1.html"] = lambda _: site.closing.wait(5) and None
        assert now_says(http, claim)[0].state is State.UNREACHABLE

    @pytest.mark.parametrize("wall", ["/login?next=1", "/captcha", "/user/passport.html"])
    def test_a_page_that_asks_who_we_are(self, site: Site, http: Http, wall: str) -> None:
        """Even where it sends several pages there."""
        one, two = a_page(site, http, "/news/1.html"), a_page(site, http, "/news/2.html")
        site.pages |= {f"/news/{n}.html": to(wall) for n in (1, 2)}
        site.pages[wall] = page(HOME)
        assert [v.state for v in now_says(http, one, two)] == ["unreachable"] * 2

    def test_a_page_without_text(self, site: Site, http: Http) -> None:
        """A shell that scripts would fill, or a challenge: it is not said that the text went."""
        claim = a_page(site, http)
        site.pages["/news/1.html"] = (200, HTML, b"<script>challenge()</script>")
        (found,) = now_says(http, claim)
        assert found.state is State.UNREACHABLE
        assert "no text" in found.fault

    def test_a_page_elsewhere_has_no_claim_to_this_network(self, site: Site, http: Http) -> None:
        """A source that may be on this network opens it to its own host alone."""
        claim = a_page(site, http)
        other = replace(claim, source=a_source("http://localhost:1/feed.xml"))
        site.asked.clear()
        assert now_says(http, other)[0].state is State.UNREACHABLE
        assert site.asked == []
