"""Corrections after publication: notes in every medium, refusals, bookkeeping."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from mending import (
    BLOCK,
    CHINESE,
    EN,
    ENGLISH,
    FOLDER,
    HOSTILE,
    WRONG,
    ZH,
    all_had_it,
    correct,
    made,
    mend,
    moved,
    opened,
    pages,
)
from posting import ISSUE, NOW, Office

from pressroom import workspace
from pressroom.manuscript.file import block_hash
from pressroom.manuscript.issue import read_records, write_records
from pressroom.model import BlockRecord, BlockRef, Drafted, Follows, Signed
from pressroom.newsroom import proofs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mending import Stage
    from rooms import Room

    Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The newsroom, its mail server and its web site."""
    with opened(tmp_path_factory.mktemp("office") / "room") as office:
        yield office


@pytest.fixture(scope="module")
def had_it(first: Office, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """When every reader has the issue."""
    return all_had_it(first, tmp_path_factory.mktemp("sent") / "room")


@pytest.fixture
def sent(first: Office, had_it: Stage, tmp_path: Path, capsys: Capture) -> Iterator[Office]:
    """The newsroom once every reader has the issue."""
    with moved(first, had_it.root, tmp_path / "room", capsys) as found:
        yield found


@pytest.fixture
def office(first: Office, tmp_path: Path, capsys: Capture) -> Iterator[Office]:
    """The newsroom before anything is sent."""
    with moved(first, first.root, tmp_path / "room", capsys) as found:
        yield found


class TestTheNote:
    """What readers of the page see, and of mails that go out afterwards."""

    def test_a_correction_stands_in_every_medium(self, sent: Office) -> None:
        """Both say, dated and in their own words, what it said before; `check` has nothing to say."""
        mend(sent)
        assert correct(sent) == 0, sent.room.err
        day = datetime.now(UTC)
        one = made(sent)[0]
        assert (one.block, one.kind, one.who) == (BLOCK, "correction", "The editor")
        assert abs(one.when - day) < timedelta(minutes=1)
        assert set(one.editions) == {EN, ZH}
        sent.publish()
        for text in pages(sent, "en").values():
            flat = " ".join(text.split())
            assert f"Correction, {one.when.day} " in flat
            assert "an earlier version said:" in flat
            assert "four other bodies" in flat
        for text in pages(sent, "zh-Hans").values():
            flat = "".join(text.split())
            assert f"更正（{one.when.year}年{one.when.month}月{one.when.day}日）" in flat
            assert "另外四个部门" in flat
        assert "Corrected on" in pages(sent, "en")["page"]
        assert sent.room.run("check", ISSUE) == 0
        assert "Nothing found." in sent.room.out
        assert sent.room.run("status", ISSUE) == 0
        assert "was edited since" not in sent.room.out

    def test_a_typo_leaves_no_note(self, sent: Office) -> None:
        """One edition is enough; corrections.toml says it, the pages do not."""
        mend(sent, ENGLISH)
        assert correct(sent, kind="typo") == 0, sent.room.err
        assert set(made(sent)[0].editions) == {EN}
        sent.publish()
        for text in pages(sent, "en").values():
            assert "Correction" not in text
            assert "Corrected" not in text
            assert "four other bodies" not in text

    def test_own_words_and_hostile_ones(self, sent: Office) -> None:
        """A note is plain text: what it holds of any markup is shown, and does nothing."""
        mend(sent)
        assert correct(sent, "--note", f"en={HOSTILE}") == 0, sent.room.err
        sent.publish()
        told = pages(sent, "en")
        for name, text in told.items():
            assert name == "text" or "<script>alert" not in text
            assert name == "text" or "<mj-raw>" not in text
            assert "49" not in text.split("Correction,")[1][:300]
            assert "\u202e" not in text
            assert 'href="javascript' not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; *x* [ [MIIT]] { { 7*7 }}" in told["page"]
        assert "<script>" not in told["markdown"]
        assert "alert(1)" in told["text"]

    def test_a_derived_and_the_parallel_edition(self, sent: Office) -> None:
        """Side by side in both languages; in zh-Hant by its own characters."""
        sent.room.change(
            "newsletter.toml", "[editions.zh-Hans]",
            '[editions.zh-Hans]\n[editions.zh-Hant]\nfrom = "zh-Hans"\n[editions.parallel]',
        )  # fmt: skip
        mend(sent)
        assert correct(sent) == 0, sent.room.err
        assert sent.room.run("build", "--out", str(sent.root / "out")) == 0
        for text in pages(sent, "parallel").values():
            assert "Correction, " in text
            assert "更正（" in text
        page = pages(sent, "zh-Hant")["page"]
        assert "版本寫作" in page
        assert "另外四個部門" in page


class TestRefusals:
    """What is no correction yet."""

    def test_nothing_changed(self, sent: Office) -> None:
        """Nothing is written where the manuscripts say what readers have."""
        assert correct(sent) == 2
        assert "says what readers have" in sent.room.err
        assert f"{ENGLISH}:" in sent.room.err
        assert not made(sent)

    @pytest.mark.parametrize("kind", ["correction", "clarification"])
    def test_a_twin_left_behind(self, sent: Office, kind: str) -> None:
        """A correction in one edition alone names file and line of the other."""
        mend(sent, ENGLISH)
        assert correct(sent, kind=kind) == 2
        assert f"{CHINESE}:" in sent.room.err
        assert "not in zh-Hans" in sent.room.err
        assert not made(sent)

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--note", "fr=non"), "fr: is not corrected"),
            (("--note", "plain"), "write LOCALE=TEXT"),
            (("--note", f"en={'x' * 1001}"), "over 1000"),
            (("--as", "nobody"), 'nobody is called "nobody"'),
        ],
    )
    def test_wrong_usage(self, sent: Office, words: tuple[str, ...], told: str) -> None:
        """A note in a language that is not corrected, a stranger's name."""
        mend(sent)
        assert correct(sent, *words) == 2
        assert told in sent.room.err
        assert not made(sent)

    def test_an_unknown_block(self, sent: Office) -> None:
        """The nearest name is offered."""
        assert sent.room.run("correct", ISSUE, "news_briefs#lable", "--kind", "typo") == 2
        assert 'Did you mean "news_briefs#label"?' in sent.room.err

    def test_a_running_send_is_paused_first(self, office: Office) -> None:
        """Nobody else gets the old words while the new ones are noted."""
        office.schedule(NOW + timedelta(minutes=10))
        office.inbox.refuse = "550 5.7.1 not now"
        office.tick(timedelta(minutes=10))
        mend(office)
        assert correct(office) == 1
        assert f"pressroom send {ISSUE} --pause" in office.room.err

    def test_a_dry_run_writes_nothing(self, sent: Office) -> None:
        """It shows the change in every edition and the note."""
        mend(sent)
        assert correct(sent, "--dry-run", "--mail") == 0
        assert "[-four-]{+three+}" in sent.room.out
        assert "[-四-]{+三+}" in sent.room.out
        assert "4 readers   Correction: " in sent.room.out
        assert not made(sent)

    def test_where_nothing_tells_what_readers_have(self, room: Room) -> None:
        """Neither a print nor git: it says so; with a commit, git's last text is the old one."""
        right, wrong = WRONG[ENGLISH]
        words = ("correct", ISSUE, BLOCK, "--kind", "typo")
        assert room.run(*words) == 2
        assert "nothing says what readers have" in room.err
        git = ["git", "-C", str(room.root), "-c", "user.name=E", "-c", "user.email=e@example.org"]
        for step in (["init", "-q"], ["add", "issues"], ["commit", "-qm", "Sent"]):
            subprocess.run([*git, *step], check=True)
        room.change(ENGLISH, right, wrong)
        assert room.run(*words) == 0, room.err
        assert "[-three-]{+four+}" in room.out


class TestBookkeeping:
    """Signatures and pins follow the new words."""

    def test_pins_and_signatures_follow(self, sent: Office) -> None:
        """A pinned twin is not stale after a typo, a signed machine's block not unsigned."""
        folder = sent.root / FOLDER
        found = proofs.folder(workspace.load(sent.root), ISSUE)
        blocks = {b.locale: b for s in found.scripts.values() for b in s.blocks if b.ref == BLOCK}
        hashes = {tag: block_hash(block) for tag, block in blocks.items()}
        drafted = Drafted("a-model", (), "2025-09-01T00:00:00+00:00")
        signed = Signed("Somebody", "2025-09-02T00:00:00+00:00", hashes[EN])
        ref = BlockRef(BLOCK)
        records = [
            BlockRecord(ref, EN, hashes[EN], drafted=drafted, signed=signed),
            BlockRecord(ref, ZH, hashes[ZH], follows=Follows(EN, hashes[EN], hashes[ZH])),
        ]
        sent.room.write(f"{FOLDER}/blocks.jsonl", write_records(records))
        mend(sent, ENGLISH)
        sent.room.run("check", ISSUE)
        assert "is stale" in sent.room.out
        assert correct(sent, kind="typo") == 0
        sent.room.run("check", ISSUE)
        assert "is stale" not in sent.room.out
        assert "unsigned" not in sent.room.out
        assert read_records(folder)[ref, EN].signed.by == "The editor"  # type: ignore[union-attr]

    def test_a_second_correction_starts_from_the_first(self, sent: Office) -> None:
        """The file grows at its end; the second's old words are the first's new ones."""
        mend(sent)
        assert correct(sent) == 0
        once = sent.room.read(f"{FOLDER}/corrections.toml")
        assert correct(sent) == 2
        sent.room.change(ENGLISH, "three other bodies", "two other bodies")
        assert correct(sent, kind="typo") == 0, sent.room.err
        assert sent.room.read(f"{FOLDER}/corrections.toml").startswith(once)
        one, two = made(sent)
        assert two.editions[EN].old == one.editions[EN].new
