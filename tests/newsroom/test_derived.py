"""A third edition of the sample newsroom, derived from zh-Hans by script."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import hanzidentifier
import pytest
from rooms import tree

from pressroom import pipeline
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.issue import BLOCKS, write_records
from pressroom.model import BlockRecord, Drafted, Locale, Signed
from pressroom.newsroom import press, proofs
from pressroom.workspace import Workspace, load

if TYPE_CHECKING:
    from rooms import Room

SLUG = "2025-09-05"
HANS, HANT = Locale("zh-Hans"), Locale("zh-Hant")
PAGE = f"public/{SLUG}/{HANT}/index.md"
BRIEFS = f"issues/{SLUG}/news_briefs"
OWN = """## 七成到底是多少 {#aiplus}

寫給繁體讀者的一段，見[[国务院]]。
"""


@pytest.fixture
def third(room: Room) -> Room:
    """The sample newsroom with an edition in traditional characters."""
    room.change(
        "newsletter.toml",
        "[editions.zh-Hans]",
        '[editions.zh-Hans]\n[editions.zh-Hant]\nfrom="zh-Hans"',
    )
    return room


def folder(room: Room) -> tuple[Workspace, proofs.Folder]:
    """The newsroom and its issue."""
    ws = load(room.root)
    return ws, proofs.folder(ws, SLUG)


def simplified(text: str) -> str:
    """The characters that only simplified Chinese has, titles of sources and 简体中文 left out."""
    ours = re.sub(r"^\d+\. \[.*|简体中文", "", text, flags=re.MULTILINE)
    return "".join(c for c in ours if hanzidentifier.identify(c) == hanzidentifier.SIMPLIFIED)


class TestBuild:
    """What readers get."""

    def test_the_sample_is_clean_and_built(self, third: Room) -> None:
        """No finding; page and mails in traditional characters, with their marks and language."""
        before = tree(third.root / "issues")
        assert third.run("check", SLUG) == 0
        assert "Nothing found." in third.out
        assert third.run("build") == 0
        page = third.read(PAGE)
        assert "「新一代智能終端" in page
        assert "資料中心" in page
        assert simplified(page) == ""
        assert 'lang="zh-Hant"' in third.read(f"public/{SLUG}/{HANT}/index.html")
        mail = third.read(f"outbox/{SLUG}/{HANT}/email.txt")
        assert "求助" in mail
        assert "「" in mail
        assert tree(third.root / "issues") == before

    def test_the_others_stay_as_they_were(self, third: Room) -> None:
        """No word of the two written editions changes, no gloss comes twice."""
        assert third.run("build") == 0
        with_third = [third.read(f"public/{SLUG}/{tag}/index.md") for tag in ("en", "zh-Hans")]
        third.change("newsletter.toml", '[editions.zh-Hant]\nfrom="zh-Hans"', "")
        assert third.run("build") == 0
        assert with_third == [
            third.read(f"public/{SLUG}/{tag}/index.md") for tag in ("en", "zh-Hans")
        ]

    def test_an_own_block_overrides(self, third: Room) -> None:
        """One block of the own file is printed; the others are derived; nothing stops the send."""
        third.write(f"{BRIEFS}.zh-Hant.md", OWN)
        assert third.run("build") == 0
        page = third.read(PAGE)
        assert "寫給繁體讀者的一段，見國務院" in page
        assert "七成，分母待定" not in page
        assert "貨架滿了，貨不對路" in page
        third.run("status", SLUG)
        assert "derived, 1 own block" in third.out
        assert "derived from zh-Hans" in third.out

    def test_what_stands_around_the_text(self, third: Room) -> None:
        """The newsroom's name and tagline are the source's, or those that are written."""
        ws, _ = folder(third)
        told = press.house(ws)
        assert told.name[HANT] == "中國聊天機器人觀察"
        assert told.tagline[HANT] == "每兩週一期：中國的AI怎麼說，又怎麼做。"
        third.change("newsletter.toml", "names = {", 'names = { zh-Hant = "觀察", ')
        assert press.house(load(third.root)).name[HANT] == "觀察"

    def test_without_one_a_house_is_as_before(self, room: Room) -> None:
        """A newsroom without a derived edition says what the pipeline says of it."""
        ws, _ = folder(room)
        assert press.house(ws) == pipeline.house(ws)


class TestChecks:
    """What is found, where, and once."""

    def test_a_finding_is_told_once_at_the_source(self, third: Room) -> None:
        """A mark to be done in zh-Hans stops the send at its own line and nowhere else."""
        third.change(f"{BRIEFS}.zh-Hans.md", "货架满了", "待补货架满了")
        ws, _ = folder(third)
        found = [f for f in pipeline.check(ws, SLUG) if f.rule == "todo"]
        assert [f.path for f in found] == [f"{BRIEFS}.zh-Hans.md"]

    def test_a_source_that_is_not_due_stops_the_derived(self, third: Room) -> None:
        """What goes out in traditional characters is held to its source's findings."""
        third.change(f"{BRIEFS}.zh-Hans.md", "货架满了", "待补货架满了")
        due = '[editions.zh-Hans]\nstatus = "due"'
        third.change(f"issues/{SLUG}/issue.toml", due, due.replace("due", "later"))
        ws, _ = folder(third)
        found = [f for f in pipeline.check(ws, SLUG) if f.rule == "todo"]
        assert [f.severity.value for f in found] == ["stop"]

    def test_a_section_that_the_source_lacks_is_missing_once(self, third: Room) -> None:
        """The missing file is the source's."""
        (third.root / f"{BRIEFS}.zh-Hans.md").unlink()
        ws, _ = folder(third)
        found = [f.path for f in pipeline.check(ws, SLUG) if f.rule == "missing"]
        assert found == [f"{BRIEFS}.zh-Hans.md"]

    def test_fix_writes_no_derived_file(self, third: Room) -> None:
        """Ids and mends go into the source; the derived edition has no file before or after."""
        third.change(f"{BRIEFS}.zh-Hans.md", " {#aiplus}", "")
        ws, _ = folder(third)
        changed = pipeline.fix(ws, SLUG)
        assert [p.name for p in changed] == ["news_briefs.zh-Hans.md"]
        assert not list(third.root.glob("issues/*/*.zh-Hant.md"))


class TestSignatures:
    """Machine drafts keep their labels and signatures."""

    def test_a_signature_holds_in_both(self, third: Room) -> None:
        """Signing the source labels the derived block as signed; blocks.jsonl knows one line."""
        ws, found = folder(third)
        script = found.scripts["news_briefs", HANS]
        block = next(b for b in script.blocks if b.id == "aiplus")
        drafted = Drafted("some-model", ("x", "y"), "2025-09-04T08:00:00+00:00")
        record = BlockRecord(block.ref, HANS, block_hash(block), drafted)
        third.write(f"issues/{SLUG}/{BLOCKS}", write_records([record]))
        unsigned = [f for f in pipeline.check(ws, SLUG) if f.rule == "unsigned"]
        assert [f.path for f in unsigned] == [f"{BRIEFS}.zh-Hans.md"]
        assert "尚無人審讀" in _told(ws)

        signed = Signed("Lin Wen", "2025-09-04T09:00:00+00:00", "")
        assert proofs.sign(proofs.folder(ws, SLUG), block.ref, signed) == [HANS]
        assert "Lin Wen於2025年9月4日審讀並簽發" in _told(ws)
        kept = third.read(f"issues/{SLUG}/{BLOCKS}")
        assert kept == write_records([replace(record, signed=replace(signed, text=record.text))])


def _told(ws: Workspace) -> str:
    body = press.edition(ws, proofs.folder(ws, SLUG), HANT, {})
    return "\n".join(part.text for section in body.sections for part in section.parts)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[editions.zh-Hant]\nfrom="zh-Hams"', 'zh-Hant.from: "zh-Hams" is no edition. Did you mean "zh-Hans"?'),
        ('[editions.zh-Hant]\nfrom="en"', 'zh-Hant.from: "en" cannot be turned into zh-Hant.'),
        (
            '[editions.zh-Hant]\nfrom="zh-Hans"\n[editions.zh-CN]\nfrom="zh-Hant"',
            'zh-CN.from: "zh-Hant" is itself derived.',
        ),
        ('[editions.zh-Hant]\nform="zh-Hans"', 'unknown key. Did you mean "from"?'),
    ],
)  # fmt: skip
def test_a_wrong_source_is_named(room: Room, table: str, says: str) -> None:
    """A source that is unknown, of another language, or itself derived: what, and what to do."""
    room.change("newsletter.toml", "[editions.zh-Hans]", f"[editions.zh-Hans]\n{table}\n")
    assert room.run("check", SLUG) == 2
    assert says in room.err
