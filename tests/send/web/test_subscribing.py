"""Double opt-in over HTTP: asked, mailed, confirmed, and nothing told to the curious."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pressroom.send.web.limits import Buckets
from pressroom.store import readers

if TYPE_CHECKING:
    from conftest import Site


def test_it_takes_a_mail_and_a_button(site: Site) -> None:
    """Pending until the button behind the mailed link is pressed; a GET confirms nobody."""
    answer = site.subscribe("ann@example.org")
    assert (answer.status_code, "ann@example.org" in answer.text) == (200, True)
    subject, text, lang = site.mails("ann@example.org")[0]
    assert (subject, lang) == ("Please confirm: China Chatbot", "en")
    assert "Ann" not in text
    link = site.link("ann@example.org")
    for _ in range(2):
        assert 'action="confirm"' in site.get(link).text
        assert readers.by_address(site.base, "ann@example.org").state == "pending"
    for _ in range(2):
        done = site.post("confirm", site.form(link))
        assert (done.status_code, "You are subscribed" in done.text) == (200, True)
    record = readers.by_address(site.base, "ann@example.org")
    assert (record.state, record.edition, record.name) == ("active", "en", "Ann")
    assert f"preferences?t={record.token}" in done.text


def test_the_consent_is_kept(site: Site) -> None:
    """When, how, the very words that were shown, and of the IP a hash alone."""
    page = site.get("subscribe?lang=zh-Hans").text
    data = site.form("subscribe?lang=zh-Hans") | {
        "address": "li@example.org",
        "edition": "zh-Hans",
    }
    site.post("subscribe?lang=zh-Hans", data, X_Forwarded_For="198.51.100.7")
    site.mails("li@example.org")
    consent = readers.by_address(site.base, "li@example.org").consent
    assert consent.words in page
    assert "按下按钮" in consent.words
    assert re.fullmatch(r"[0-9a-f]{32}", consent.ip)
    assert consent.how == "web form"
    assert consent.at
    assert consent.ip == readers.ip_hash("198.51.100.7", site.desk.secret)


@pytest.mark.parametrize(
    ("edition", "lang", "subject"),
    [
        ("zh-Hans", "zh-Hans", "请确认订阅：中国聊天机器人观察"),
        ("zh-Hant", "zh-Hant", "請確認訂閱：中國聊天機器人觀察"),
    ],
)
def test_the_mail_is_in_the_language_of_the_edition(
    site: Site, edition: str, lang: str, subject: str
) -> None:
    """Whatever language the page was in; the page behind its link too, for any browser."""
    address = f"{edition.lower()}@example.org"
    site.subscribe(address, edition)
    assert site.mails(address)[0][::2] == (subject, lang)
    page = site.get(site.link(address), Accept_Language="en").text
    assert f'<html lang="{lang}">' in page


def test_nobody_learns_who_reads(site: Site) -> None:
    """New, pending, active, gone or suppressed: the same status, headers and words."""
    token = site.reader("active@example.org")
    readers.unsubscribe(site.base, site.reader("gone@example.org"))
    answers = [
        site.subscribe(f"{who}@example.org") for who in ("nobody", "active", "gone", "nobody")
    ]
    told = {
        re.sub(r"[a-z]+@example.org", "", a.text) + str(sorted(set(a.headers) - {"date"}))
        for a in answers
    }
    assert len(told) == 1
    assert site.mails("active@example.org")[0][0] == "You already get China Chatbot"
    assert site.link("active@example.org") == f"preferences?t={token}"
    assert site.known(token).state == "active"
    assert site.mails("gone@example.org")[0][0] == "Please confirm: China Chatbot"


def test_an_address_is_mailed_seldom(site: Site) -> None:
    """Once in five minutes, however often it is typed and in whatever case."""
    for address in ("often@example.org", "OFTEN@example.org", "often@example.org"):
        assert site.subscribe(address).status_code == 200
    site.subscribe("after@example.org")
    site.mails("after@example.org")
    assert len(site.mails("often@example.org")) == 1


def test_a_link_ends_after_seven_days(site: Site) -> None:
    """And one that was cut, or belongs to nobody, says so in a page."""
    site.subscribe("late@example.org")
    site.mails("late@example.org")
    link = site.link("late@example.org")
    site.later = timedelta(days=7, minutes=1)
    for dead in (link, link[:-1], "confirm?t=", "confirm"):
        assert site.get(dead).status_code == 404
        token = dead.partition("t=")[2]
        assert site.post("confirm", {"t": token}).status_code == 404
    assert readers.by_address(site.base, "late@example.org").state == "pending"


def test_what_is_wrong_is_said_beside_its_field(site: Site) -> None:
    """In the language of the page, with what was typed kept and escaped."""
    data = site.form("subscribe") | {"address": '"><b>', "edition": "xx", "name": "n" * 101}
    answer = site.post("subscribe?lang=zh-Hans", data)
    assert answer.status_code == 400
    assert '<html lang="zh-Hans">' in answer.text
    assert 'value="&#34;&gt;&lt;b&gt;"' in answer.text
    for field in ("address", "edition", "name"):
        assert f'id="{field}-fault"' in answer.text
        assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("form", ["", "x", "old"])
def test_a_form_is_taken_from_our_page_only(site: Site, form: str) -> None:
    """Without its token, or with one that has been open too long, the page is shown again."""
    fields = site.form("subscribe")
    if form == "old":
        site.later, form = timedelta(hours=13), fields["form"]
    data = {"address": "csrf@example.org", "edition": "en", "form": form}
    answer = site.post("subscribe", data)
    assert (answer.status_code, 'value="csrf@example.org"' in answer.text) == (403, True)
    assert readers.by_address(site.base, "csrf@example.org") is None


def test_a_foreign_page_is_refused(site: Site) -> None:
    """What a browser says is from another site is; our own forms have `Origin: null`."""
    for headers, status in (
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "https://example.org"}, 200),
    ):
        assert site.subscribe("origin@example.org", **headers).status_code == status


def test_one_network_asks_so_often(site: Site) -> None:
    """Then 429 with the time to wait; another network is answered."""
    site.desk.limits.subscribes = Buckets(2, 3600)
    asked = [site.subscribe("a@b.example", X_Forwarded_For="2001:db8::1") for _ in range(3)]
    assert [a.status_code for a in asked] == [200, 200, 429]
    assert 1700 < int(asked[2].headers["Retry-After"]) <= 1801
    assert site.subscribe("a@b.example", X_Forwarded_For="2001:db8:1::1").status_code == 200


def test_mails_in_all_have_a_bound(site: Site) -> None:
    """When it is reached the answer is 503 for everybody, with the time to come back."""
    site.desk.limits.mails = Buckets(1, 3600)
    asked = [site.subscribe("bound@example.org") for _ in range(2)]
    assert [a.status_code for a in asked] == [200, 503]
    assert asked[1].headers["Retry-After"] == "300"
