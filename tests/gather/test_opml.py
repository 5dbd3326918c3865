"""pressroom.gather.opml: lists of feeds in and out."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from pressroom.errors import UsageError
from pressroom.gather.opml import Outline, read_opml, to_toml, write_opml
from pressroom.settings import Settings

from .conftest import a_source

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="China"><outline text="Tech">
<outline type="rss" text="Example Daily" title="Example Daily: Tech" xmlUrl="https://news.example.com/tech.xml"
 htmlUrl="https://news.example.com/"/></outline>
<outline text="例报" xmlurl="http://www.libao.cn/rss.xml"/></outline>
<outline type="rss" text="Example Daily" xmlUrl="https://news.example.com/world.xml"/>
<outline type="rss" text="Again" xmlUrl="https://news.example.com/world.xml"/>
<outline type="link" text="Notices" url="https://gov.example/notices/"/>
<outline text="Script" xmlUrl="javascript:alert(1)"/><outline text="Empty"/>
<outline text="Bridge &quot;A&quot;" xmlUrl="https://rsshub.app/a"/><outline text="Bridge B" xmlUrl="https://rsshub.app/b"/>
</body></opml>"""


class TestReading:
    """OPML files of other readers."""

    def test_titles_addresses_folders(self) -> None:
        """Each address once, whatever the case of the attribute; what is no address is left out."""
        found = read_opml(OPML.encode())
        assert found[:4] == [
            Outline("Example Daily: Tech", "https://news.example.com/tech.xml", "China / Tech"),
            Outline("例报", "http://www.libao.cn/rss.xml", "China"),
            Outline("Example Daily", "https://news.example.com/world.xml"),
            Outline("Notices", "https://gov.example/notices/", "", "page"),
        ]
        assert len(found) == 6

    @pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
    def test_other_encodings(self, encoding: str) -> None:
        """The encoding is found as for feeds."""
        text = OPML.replace('encoding="UTF-8"', f'encoding="{encoding}"')
        assert read_opml(text.encode(encoding))[1].title == "例报"

    @pytest.mark.parametrize("body", [b"", b"<html/>", b"\0\0", b"{}", b"<rss><opml/></rss>"])
    def test_what_is_no_opml_is_refused_in_words(self, body: bytes) -> None:
        """The message says what to do."""
        with pytest.raises(UsageError, match="is no OPML"):
            read_opml(body)

    def test_entities_are_refused(self) -> None:
        """Bombs and files of this machine never come to be resolved."""
        bomb = '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + OPML[38:]
        for body in (bomb.encode(), bomb.encode("utf-16")):
            with pytest.raises(UsageError, match="entities"):
                read_opml(body)

    def test_depth_is_bounded(self) -> None:
        """20,000 levels neither crash nor hang."""
        deep = "<opml>" + "<outline text='x'>" * 20_000
        assert read_opml(deep.encode()) == []


class TestSettings:
    """Into newsletter.toml."""

    def test_blocks_are_valid_settings(self) -> None:
        """Outlets and sources that the settings accept, with unique slugs, none of them tried."""
        text = to_toml(read_opml(OPML.encode()), ())
        found = Settings.model_validate({"masthead": {"name": "N"}, **tomllib.loads(text)})
        assert list(found.outlets) == ["example", "libao", "gov", "bridge-a", "bridge-b"]
        slugs = [source.slug for source in found.sources]
        assert slugs == [
            "example-daily-tech",
            "libao",
            "example-daily",
            "gov-notices",
            "bridge-a",
            "bridge-b",
        ]
        assert not any(source.tried for source in found.sources)
        assert [s.kind for s in found.sources].count("page") == 1
        assert found.sources[0].beat == "China / Tech"
        assert found.sources[1].locale == "zh-Hans"
        assert found.outlets["bridge-a"].name == {"en": 'Bridge "A"'}

    def test_what_is_known_is_left_out(self) -> None:
        """By address, with or without `www` and the last slash; known slugs are not given again."""
        known = {"http://news.example.com/tech.xml", "https://libao.cn/rss.xml/"}
        text = to_toml(read_opml(OPML.encode()), known, {"example"})
        assert "tech.xml" not in text
        assert "libao" not in text
        assert "[outlets.example-2]" in text
        everything = {outline.url for outline in read_opml(OPML.encode())}
        assert to_toml(read_opml(OPML.encode()), everything).startswith("# Every address")


class TestWriting:
    """Out of newsletter.toml."""

    def test_what_is_written_can_be_read(self) -> None:
        """Feeds and pages come back with their kinds; files of this newsroom stay here."""
        feed = replace(a_source("https://e.org/f?a=1&b=2"), slug="f", beat='AI & "rules"')
        page = replace(feed, slug="p", kind="page", url="https://e.org/p", beat="")
        file = replace(feed, slug="x", url="file:samples/f.xml")
        found = read_opml(write_opml([feed, page, file], "News \u0000 & more"))
        assert found == [
            Outline('f: AI & "rules"', "https://e.org/f?a=1&b=2"),
            Outline("p", "https://e.org/p", "", "page"),
        ]
