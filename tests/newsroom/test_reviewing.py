"""`pressroom review`: what waits, what each block rests on, and every answer written at once."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.cli.review import rows
from pressroom.errors import ManuscriptError, UsageError
from pressroom.manuscript.file import block_hash, read
from pressroom.manuscript.issue import BLOCKS, read_records, write_records
from pressroom.model import BlockRecord, BlockRef, Drafted, Follows, Locale
from pressroom.newsroom import reviewing
from pressroom.workspace import load

if TYPE_CHECKING:
    from rooms import Room

    from pressroom.newsroom.reviewing import Waiting

SLUG = "2025-09-05"
FOLDER = f"issues/{SLUG}"
EN, ZH = Locale("en"), Locale("zh-Hans")
NOW = datetime(2025, 9, 4, 12, tzinfo=UTC)
TIME = "2025-09-04T12:00:00+00:00"


@pytest.fixture
def drafted(room: Room) -> Room:
    """The sample newsroom with two English briefs and one Chinese that a machine wrote."""
    folder = room.root / FOLDER
    kept = []
    for name, locale in (("news_briefs.en.md", EN), ("news_briefs.zh-Hans.md", ZH)):
        blocks = read(folder / name, locale).blocks
        for block in blocks[:2] if locale == EN else blocks[:1]:
            own = block_hash(block)
            record = BlockRecord(block.ref, locale, own, Drafted("bot-1", ("caict-guide",), TIME))
            first = read(folder / "news_briefs.en.md", EN).blocks[0]
            pin = Follows(EN, block_hash(first), own)
            kept.append(replace(record, follows=pin) if locale == ZH else record)
    room.write(f"{FOLDER}/{BLOCKS}", write_records(kept))
    return room


def waiting(room: Room, *reads: str) -> list[Waiting]:
    """What waits in the issue."""
    return reviewing.waiting(load(room.root), SLUG, reads)


def signed(room: Room) -> set[tuple[str, str]]:
    """Block and locale of every signature."""
    records = read_records(room.root / FOLDER).values()
    return {(r.block, r.locale) for r in records if r.signed}


def test_off_a_terminal_it_lists_what_waits(drafted: Room) -> None:
    """Exit code 1 while a block waits, as text and as JSON; nothing is asked."""
    assert drafted.run("review", SLUG) == 1
    assert "news_briefs#aiplus  bot-1: nobody has signed it" in drafted.out
    assert drafted.run("review", SLUG, "--json") == 1
    got = json.loads(drafted.out)
    assert [(w["block"], w["locale"]) for w in got] == [
        ("news_briefs#aiplus", "en"), ("news_briefs#dataset", "en"),
        ("news_briefs#aiplus", "zh-Hans"),
    ]  # fmt: skip


def test_nothing_waits(room: Room) -> None:
    """An issue that people wrote has nothing to review."""
    assert room.run("review", SLUG) == 0
    assert "Nothing waits" in room.out


def test_a_block_comes_with_its_original_and_its_sources(drafted: Room) -> None:
    """A translation has the words it follows beside it, every block what is kept of its sources."""
    english, _, chinese = waiting(drafted)
    assert (english.follows, english.original) == ("", "")
    assert chinese.follows == "en"
    assert chinese.original.startswith("Seventy percent")
    assert {p.id for p in english.passages} >= {"ai-plus-opinions", "caict-guide"}
    assert any(p.quotes for p in english.passages)


def test_only_the_editions_that_one_reads(drafted: Room) -> None:
    """A reader of Chinese is shown the Chinese block alone."""
    assert [w.locale for w in waiting(drafted, "zh-Hans")] == ["zh-Hans"]


def test_what_the_sources_do_not_bear_out_is_named(drafted: Room) -> None:
    """A quotation, a number and a name that no cited source has; a number that a twin changed."""
    text = "He is “entirely made up by the machine” as Jane Q Doe of ZZTOP said, 4,711 times"
    drafted.change(
        f"{FOLDER}/news_briefs.en.md",
        "Some of the stock, the authors suspect",
        f"{text} [@caict-guide]. Some of the stock",
    )
    drafted.change(f"{FOLDER}/news_briefs.zh-Hans.md", "普及率超70%", "普及率超17%")
    _, english, chinese = waiting(drafted)
    assert any("entirely made up" in d for d in english.doubts)
    assert any("number" in d and "17%" in d for d in chinese.doubts)
    told = reviewing._ungrounded(
        read(drafted.root / FOLDER / "news_briefs.en.md", EN).blocks[1],
        [("The guide of 28 August by the CAICT is about data.", "en")],
    )
    assert {"4,711", "ZZTOP"} <= {word for d in told for word in d.split()}


def test_a_signature_is_for_the_edition_that_was_shown(drafted: Room) -> None:
    """The twin of the same id still waits; the words that were shown are the words signed."""
    english, *_ = waiting(drafted)
    reviewing.sign(load(drafted.root), SLUG, english, "editor", NOW)
    assert signed(drafted) == {("news_briefs#aiplus", "en")}
    assert next((w.block, w.locale) for w in waiting(drafted)) == ("news_briefs#dataset", "en")


def test_words_that_changed_since_they_were_shown_are_not_signed(drafted: Room) -> None:
    """Somebody edited the file meanwhile: look again."""
    english, *_ = waiting(drafted)
    drafted.change(f"{FOLDER}/news_briefs.en.md", "Six fields are to lead", "Seven are to lead")
    room = load(drafted.root)
    for act in (
        lambda: reviewing.sign(room, SLUG, english, "editor", NOW),
        lambda: reviewing.edit(room, SLUG, english, "## X {#aiplus}\n"),
        lambda: reviewing.drop(room, SLUG, english),
    ):
        with pytest.raises(UsageError, match="changed meanwhile"):
            act()
    assert signed(drafted) == set()


def test_an_edited_block_waits_again_and_the_rest_keeps_its_bytes(drafted: Room) -> None:
    """One block is typed anew; a text that is no longer that block is refused."""
    english, *_ = waiting(drafted)
    room = load(drafted.root)
    before = drafted.read(f"{FOLDER}/news_briefs.en.md")
    typed = reviewing.typed(room, SLUG, english)
    reviewing.edit(room, SLUG, english, typed.replace("Six fields", "6 fields"))
    assert drafted.read(f"{FOLDER}/news_briefs.en.md") == before.replace("Six fields", "6 fields")
    again = reviewing.again(room, SLUG, english)
    assert again is not None
    assert "6 fields" in again.body
    with pytest.raises(ManuscriptError):
        reviewing.edit(room, SLUG, again, "## Another {#other}\n\nText\n")


def test_a_dropped_block_leaves_one_edition_and_no_draft_brings_it_back(drafted: Room) -> None:
    """Its record stays in blocks.jsonl, its twin in the other edition."""
    english, *_ = waiting(drafted)
    reviewing.drop(load(drafted.root), SLUG, english)
    assert "{#aiplus}" not in drafted.read(f"{FOLDER}/news_briefs.en.md")
    assert "{#aiplus}" in drafted.read(f"{FOLDER}/news_briefs.zh-Hans.md")
    assert (BlockRef("news_briefs#aiplus"), EN) in read_records(drafted.root / FOLDER)


def test_who_reads(drafted: Room) -> None:
    """A person of [people]; one alone needs no naming, none is an error that says what to write."""
    room = load(drafted.root)
    assert reviewing.only_person(room) == "editor"
    assert reviewing.reader(room, "The editor") == ("editor", ("en", "zh-Hans"))
    with pytest.raises(UsageError, match="nobody is called"):
        reviewing.reader(room, "mallory")
    text = drafted.read("newsletter.toml")
    start = text.index("[people.editor]")
    drafted.write("newsletter.toml", text[:start] + text[text.index("# --- help") :])
    with pytest.raises(UsageError, match=r"people: is empty"):
        reviewing.only_person(load(drafted.root))


def test_side_by_side_where_there_is_room(drafted: Room) -> None:
    """On a wide terminal both languages share a row, and no row is wider than it."""
    *_, chinese = waiting(drafted)
    wide = list(rows(chinese, 120))
    assert any("zh-Hans:" in row and "| en:" in row for row in wide)
    narrow = list(rows(chinese, 80))
    assert not any(" | " in row for row in narrow)
    assert "en:" in narrow


def _terminal(root: Any, answers: str, **more: str) -> tuple[int, str]:
    """Run `review` on a pseudo terminal, type the answers; exit code and what it showed."""
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    command = [sys.executable, "-m", "pressroom", "--newsroom", str(root), "review", SLUG]
    job = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | more
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    code = job.wait()
    os.close(ours)
    return code, shown.decode(errors="replace")


def test_a_review_on_a_terminal(drafted: Room) -> None:
    """Sign, edit in $EDITOR, pass over, quit: each answer is written, the rest still waits."""
    editor = f"{sys.executable} -c \"import sys; p=sys.argv[1]; t=open(p).read(); open(p,'w').write(t.replace('modest','humble'))\""
    code, shown = _terminal(drafted.root, "s\ne\nd\ny\nx\nq\n", EDITOR=editor)
    assert code == 1, shown
    assert "1 of 3" in shown
    assert "[s]ign" in shown
    assert signed(drafted) == {("news_briefs#aiplus", "en")}
    assert "{#dataset}" not in drafted.read(f"{FOLDER}/news_briefs.en.md")
    assert "remedies are humble" in shown
    assert "1 still wait" in shown
