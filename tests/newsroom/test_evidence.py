"""Evidence end to end: kept when read, compared when asked, and enough without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from rooms import Room, tree
from warcio.archiveiterator import ArchiveIterator
from web import Web

from pressroom.store.clippings import Clippings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW = "2025-09-19"
SENTENCES = (
    "The municipal office published its labelling guide for image services on Tuesday.",
    "Makers have until the first of October to put a visible mark on every picture.",
    "Inspectors will visit forty studios before the end of the year, the office said.",
    "A hotline takes questions from small firms on weekdays between nine and five.",
    "The guide replaces a draft of March, which asked for a mark on video as well.",
)


def page(*sentences: str, menu: str = "Home News About") -> str:
    """An article with its menus."""
    body = "".join(f"<p>{s} {s.replace('the', 'this', 1)}</p>" for s in sentences)
    return (
        f"<html><head><title>Guide for pictures | Office</title></head><body><nav>{menu}</nav>"
        f"<article><h1>Guide for pictures</h1>{body}</article><footer>{menu}</footer></body></html>"
    )


@pytest.fixture
def web() -> Iterator[Web]:
    """A site that is closed after the test."""
    with closing(Web()) as site:
        yield site


@pytest.fixture
def office(room: Room, web: Web) -> Room:
    """A newsroom that follows an index page of one article, gathered and drafted."""
    web.pages["/list"] = (
        '<html><body><ul class="list"><li><a href="/guide.html">Guide for pictures published by '
        "the office</a> <span>2025-09-16</span></li></ul></body></html>"
    )
    web.pages["/guide.html"] = page(*SENTENCES)
    source = (
        '\n[[sources]]\nslug = "office"\nkind = "page"\n'
        f'url = "{web.url("/list")}"\noutlet = "sample-metro"\nlocale = "en"\n'
        'allow_private = true\nselect = { item = "ul.list li", link = "a", date = "span" }\n'
    )
    room.write("newsletter.toml", room.read("newsletter.toml") + source)
    assert room.run("gather", "--source", "office") == 0, room.out + room.err
    row = stories(room)[0]
    assert room.run("pick", NEW, str(row["handle"])) == 0
    assert room.run("draft", NEW) == 0
    return room


def stories(room: Room) -> list[dict[str, Any]]:
    """The rows of `stories --all --json`."""
    room.run("stories", "--all", "--json")
    rows: list[dict[str, Any]] = json.loads(room.out)
    return rows


def verdicts(room: Room) -> dict[str, dict[str, str]]:
    """The verdicts of a recheck by address."""
    room.run("evidence", "recheck", NEW, "--json")
    return {v["url"]: v for v in json.loads(room.out)}


def test_a_page_source_keeps_the_text_and_the_record(office: Room) -> None:
    """The article's own words are kept, and the record of the answer is named in the issue."""
    (cited,) = [
        json.loads(line)
        for line in office.read(f"issues/{NEW}/sources.jsonl").splitlines()
        if "guide.html" in line
    ]
    assert cited["snapshot"].startswith("urn:uuid:")
    assert cited["paragraphs"] >= 5
    assert office.run("evidence", "show", cited["id"], "--json") == 0, office.err
    shown = json.loads(office.out)
    assert shown["sha256"] == cited["sha256"]
    assert SENTENCES[2] in shown["text"]


def test_altered_then_deleted(office: Room, web: Web) -> None:
    """Unchanged, then the diff of an edit (not of the menus), then gone; the issue still builds."""
    url = web.url("/guide.html")
    web.pages["/guide.html"] = page(*SENTENCES, menu="Home News About Careers Contact")
    assert verdicts(office)[url]["state"] == "unchanged"
    web.pages["/guide.html"] = page(
        SENTENCES[0], SENTENCES[1].replace("first of October", "first of January"), *SENTENCES[2:4]
    )
    changed = verdicts(office)[url]
    assert changed["state"] == "changed"
    assert "January" in changed["diff"]
    assert "October" in changed["diff"]
    assert "Careers" not in changed["diff"]
    del web.pages["/guide.html"]
    assert verdicts(office)[url]["state"] == "gone"
    assert office.run("build", NEW) == 0, office.err


def test_of_a_feed_no_page_was_kept(room: Room, web: Web) -> None:
    """An item that was read in a feed is compared with nothing: its page is there, or it is gone."""
    entry = f"<item><title>Pictures</title><link>{web.url('/guide.html')}</link></item>"
    web.pages["/feed.xml"] = f'<?xml version="1.0"?><rss><channel>{entry}</channel></rss>'
    web.pages["/guide.html"] = page(*SENTENCES)
    source = (
        f'\n[[sources]]\nslug = "office"\nurl = "{web.url("/feed.xml")}"\n'
        'outlet = "sample-metro"\nlocale = "en"\nallow_private = true\n'
    )
    room.write("newsletter.toml", room.read("newsletter.toml") + source)
    assert room.run("gather", "--source", "office") == 0, room.out + room.err
    assert room.run("pick", NEW, str(stories(room)[0]["handle"])) == 0
    assert room.run("draft", NEW) == 0
    assert room.run("evidence", "recheck", NEW) == 0, room.out
    assert verdicts(room)[web.url("/guide.html")]["state"] == "there"
    del web.pages["/guide.html"]
    assert verdicts(room)[web.url("/guide.html")]["state"] == "gone"


def test_a_server_that_is_away_is_no_deletion(office: Room, web: Web) -> None:
    """A fault of the server is said to be one: unreachable, never gone."""
    web.pages["/guide.html"] = (503, {})
    assert verdicts(office)[web.url("/guide.html")]["state"] == "unreachable"


def test_a_redirect_to_the_front_page_is_gone(office: Room, web: Web) -> None:
    """A page that now leads to the site's home has been taken down."""
    web.pages["/"] = page("Welcome to the office.")
    web.pages["/guide.html"] = (302, {"Location": "/"})
    assert verdicts(office)[web.url("/guide.html")]["state"] == "gone"


def test_export_is_one_warc_that_others_read(office: Room, tmp_path: Path) -> None:
    """The file holds the cited page as it was, and its manifest the hashes."""
    out = tmp_path / "issue.warc.gz"
    assert office.run("evidence", "export", NEW, "--out", str(out)) == 0, office.err
    with out.open("rb") as stream:
        bodies = [
            r.content_stream().read().decode() for r in ArchiveIterator(stream)
            if r.rec_type == "response"
        ]  # fmt: skip
    assert any(SENTENCES[3] in body for body in bodies)
    assert office.run("evidence", "verify") == 0


def test_two_machines(office: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A laptop takes a server's clippings and evidence: once, in any order, nothing twice."""
    laptop = Room(tmp_path / "laptop", capsys)
    shutil.copytree(office.root, laptop.root)
    shutil.rmtree(laptop.root / ".pressroom")
    laptop.run("gather", "--source", "sample-institute")
    assert laptop.run("gather", "--merge", str(office.root / ".pressroom")) == 0, laptop.out
    before = {str(r["id"]) for r in stories(laptop)}
    assert {str(r["id"]) for r in stories(office)} <= before
    assert laptop.run("gather", "--merge", str(office.root / ".pressroom/clippings.db")) == 0
    assert {str(r["id"]) for r in stories(laptop)} == before
    assert laptop.run("evidence", "verify") == 0
    row = next(r for r in stories(laptop) if "guide.html" in str(r["url"]))
    assert laptop.run("evidence", "show", str(row["id"])) == 0


def test_one_page_by_hand(room: Room, web: Web) -> None:
    """`gather --add` keeps a page with its text and its record; the second time it is known."""
    source = (
        f'\n[[sources]]\nslug = "metro-site"\nkind = "page"\nurl = "{web.url("/list")}"\n'
        'outlet = "sample-metro"\nlocale = "en"\non = false\nallow_private = true\n'
    )
    room.write("newsletter.toml", room.read("newsletter.toml") + source)
    web.pages["/guide.html"] = page(*SENTENCES)
    words = ("gather", "--add", web.url("/guide.html"), "--json")
    assert room.run(*words) == 0, room.err
    first = json.loads(room.out)
    assert (first["outlet"], first["new"]) == ("sample-metro", True)
    assert room.run("evidence", "show", first["id"]) == 0
    assert room.run(*words) == 0
    assert json.loads(room.out)["new"] is False


def test_a_pasted_text(room: Room) -> None:
    """What cannot be fetched is pasted: the title is its first line, and no server is named."""
    text = (
        "关于开展试点的通知\n2025年9月3日\n\n各有关单位：请于十月前报送方案。\n\n联系人见附件。\n"
    )
    words = ("gather", "--paste", "--url", "https://mp.example.org/s/1", "--outlet", "sample-wire")
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(room.root), *words, "--json"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    kept = json.loads(done.stdout)
    assert kept["title"] == "关于开展试点的通知"
    assert kept["published"].startswith("2025-09-0")
    room.run("evidence", "show", kept["id"], "--json")
    shown = json.loads(room.out)
    assert "请于十月前报送方案" in shown["text"]
    assert shown["status"] == 0
    with Clippings.open(room.root / ".pressroom/clippings.db") as clippings:
        assert clippings.items()[0].locale == "zh-Hans"


def pasted(room: Room, text: bytes) -> subprocess.CompletedProcess[bytes]:
    """Paste a text for one address."""
    words = ("gather", "--paste", "--url", "https://mp.example.org/s/2", "--outlet", "sample-wire")
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(room.root), *words]
    return subprocess.run(command, input=text, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_a_text_is_pasted_in_any_encoding(room: Room, encoding: str) -> None:
    """What a program of another age copies is read as it was meant."""
    text = "关于开展数据标注试点工作的通知\n\n各有关单位：请于十月前将试点方案报送办公厅，并抄送数据局。\n"
    done = pasted(room, text.encode(encoding))
    assert done.returncode == 0, done.stderr
    assert "关于开展数据标注试点工作的通知" in done.stdout.decode()


def test_another_text_for_the_same_address(room: Room) -> None:
    """The first text stands, the editor is told so, and what is told of is what was kept."""
    assert pasted(room, b"First title\n\nThe old text.").returncode == 0
    assert pasted(room, b"First title\n\nThe old text.").returncode == 0
    again = pasted(room, b"Corrected title\n\nA much longer corrected text about wafers.")
    assert again.returncode == 1
    assert b"another text" in again.stdout
    assert b"First title" in again.stdout
    assert b"Corrected title" not in again.stdout


def test_an_address_of_nobody_is_asked_about(room: Room) -> None:
    """Without an outlet for its host, a page by hand names the option that is missing."""
    assert room.run("gather", "--add", "https://nobody.example.net/a") == 2
    assert "--outlet" in room.err


def test_a_foreign_file_is_not_merged(room: Room) -> None:
    """A file that is no clippings database is refused, and what is kept stays as it was."""
    room.run("gather", "--source", "sample-wire")
    before = stories(room)
    room.write("other.db", "no database at all, but long enough to be looked at" * 20)
    assert room.run("gather", "--merge", str(room.root / "other.db")) == 1
    assert stories(room) == before
    assert tree(room.root / ".pressroom")
