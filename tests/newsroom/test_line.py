"""The whole line on the sample newsroom: sources to inbox."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from rooms import tree

from pressroom import pipeline, workspace
from pressroom.manuscript import scan
from pressroom.newsroom.proofs import folder

if TYPE_CHECKING:
    from rooms import Room

OLD, NEW = "2025-09-05", "2025-09-19"


def handles(room: Room) -> list[str]:
    """The handles of all stories, newest first."""
    room.run("stories", "--json")
    return [story["handle"] for story in json.loads(room.out)]


def test_sources_to_inbox(gathered: Room) -> None:
    """Gather, pick, draft, check, build and send run in a row; the draft itself is held back."""
    assert gathered.run("pick", NEW, *handles(gathered)[:3]) == 0
    assert gathered.run("draft", NEW) == 0
    assert gathered.run("check", NEW) == 1
    assert gathered.run("check", OLD) == 0, gathered.out
    assert gathered.run("build") == 0
    assert NEW not in gathered.read("public/index.html")
    assert (
        gathered.run("subscribers", "import", str(gathered.root / "samples/subscribers.csv")) == 0
    )
    assert gathered.run("send", OLD) == 0
    assert len(list((gathered.root / "outbox" / OLD / "messages").glob("*.eml"))) == 8
    assert "listed" in gathered.read(f"issues/{OLD}/issue.toml")


def test_a_second_send_delivers_nothing(room: Room) -> None:
    """The ledger remembers: no message is written again."""
    room.run("subscribers", "import", str(room.root / "samples/subscribers.csv"))
    room.run("send", OLD)
    messages = room.root / "outbox" / OLD / "messages"
    before = {p.name: p.stat().st_mtime_ns for p in messages.iterdir()}
    assert room.run("send", OLD) == 0
    assert {p.name: p.stat().st_mtime_ns for p in messages.iterdir()} == before


def test_a_broken_source_never_stops_the_rest(room: Room) -> None:
    """The torn sample feed is reported, its whole entries are kept, and the exit code says so."""
    assert room.run("gather", "--json") == 1
    reports = {r["source"]: r for r in json.loads(room.out)}
    assert reports["sample-metro"]["fault"]
    assert all(r["new"] > 0 for r in reports.values())


def test_the_build_needs_no_private_folder(gathered: Room) -> None:
    """With and without .pressroom/ the bytes are the same."""
    gathered.run("build", "--out", str(gathered.root / "one"))
    shutil.rmtree(gathered.root / ".pressroom")
    gathered.run("build", "--out", str(gathered.root / "two"))
    one, two = tree(gathered.root / "one"), tree(gathered.root / "two")
    assert one == two
    assert len(one) > 20


def test_a_page_depends_on_its_own_issue_alone(gathered: Room) -> None:
    """What is on an issue's page is the same whatever else the archive holds."""
    gathered.run("build")
    ws = workspace.load(gathered.root)
    own = [body for body, _ in pipeline.inspect(ws, OLD).printed]
    alone = pipeline.site(ws, {OLD: own})
    for locale in ("en", "zh-Hans"):
        name = f"{OLD}/{locale}/index.html"
        assert alone[name] == (gathered.root / "public" / name).read_bytes()


def _words(text: str) -> list[str]:
    """Stretches of plain words of a paragraph, without what the dialect would change."""
    bare = scan.TOKEN.sub("\n", text)
    runs = re.split(r"[\n*_`\[\](){}#>|“”‘’\"']", bare)
    return ["".join(run.split()) for run in runs if len("".join(run.split())) >= 12]


def _flat(text: str) -> str:
    """Without tags, blanks, and the marks that inset a note or a TL;DR in plain text."""
    text = re.sub(r"^[|!] ", "", text, flags=re.MULTILINE)
    return "".join(re.sub(r"<[^>]+>", "", text).split())


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
@pytest.mark.parametrize("medium", ["md", "txt", "html"])
def test_every_paragraph_in_every_medium(room: Room, locale: str, medium: str) -> None:
    """Each paragraph of each manuscript is there, in order, in Markdown, text and mail."""
    import html

    room.run("build")
    place = (
        f"public/{OLD}/{locale}/index.md"
        if medium == "md"
        else f"outbox/{OLD}/{locale}/email.{medium}"
    )
    printed = _flat(html.unescape(room.read(place).replace("\\", "")))
    found = folder(workspace.load(room.root), OLD)
    seen = 0
    for script in found.of(locale):
        position = 0
        for block in script.blocks:
            rows = [r for r in block.body.split("\n") if not scan.is_private(r) and "![[" not in r]
            for words in _words(block.head) + _words("\n".join(r.lstrip("> ") for r in rows)):
                if words.startswith("!WARNING"):
                    continue
                position = printed.find(words, position)
                assert position >= 0, (script.path.name, words)
                seen += 1
    assert seen > 60


def test_an_editors_text_is_never_overwritten(gathered: Room) -> None:
    """A second draft keeps what was changed, and adds only what is new in the lineup."""
    one, two = handles(gathered)[:2]
    gathered.run("pick", NEW, one)
    gathered.run("draft", NEW)
    name = f"issues/{NEW}/news_briefs.en.md"
    mine = gathered.read(name).replace("SAMPLE", "MY OWN") + "\nA line of mine.\n"
    gathered.write(name, mine)
    gathered.run("pick", NEW, two)
    assert gathered.run("draft", NEW) == 0
    assert gathered.read(name).startswith(mine)
    assert f"{{#{two}}}" in gathered.read(name)


def test_without_a_lineup_the_first_stories_are_taken(gathered: Room) -> None:
    """`take = 4` stories go into the lineup, and the command says so."""
    assert gathered.run("draft", NEW) == 0
    assert "No lineup was set" in gathered.out
    table = tomllib.loads(gathered.read(f"issues/{NEW}/issue.toml"))
    assert len(table["lineup"]["news_briefs"]) == len(table["stories"]) == 4


def test_a_machine_block_goes_out_only_signed(gathered: Room) -> None:
    """Unsigned it stops the send; signed it carries its label; edited it must be signed again."""
    one = handles(gathered)[0]
    gathered.run("pick", NEW, one)
    gathered.run("draft", NEW)
    assert gathered.run("send", NEW) == 1
    assert "stop the send" in gathered.err
    assert gathered.run("sign", NEW, one, "--as", "editor") == 0
    gathered.run("check", NEW, "--json")
    assert "unsigned" not in {f["rule"] for f in json.loads(gathered.out)}
    gathered.change(f"issues/{NEW}/news_briefs.en.md", "## ", "## Edited: ")
    gathered.run("check", NEW, "--json")
    assert "unsigned" in {f["rule"] for f in json.loads(gathered.out)}


def test_held_and_spiked_stories_are_told(gathered: Room) -> None:
    """A story stands in one list at a time, and dropping it makes it new again."""
    one = handles(gathered)[0]
    for flag, state in (("--hold", "held"), ("--spike", "spiked"), ("--drop", "new")):
        assert gathered.run("pick", NEW, one, flag) == 0
        gathered.run("stories", "--json")
        assert {s["handle"]: s["state"] for s in json.loads(gathered.out)}[one] == state


@pytest.mark.parametrize("query", ["标识", "AI", "Lindu", "尺"])
def test_search_finds_two_characters_and_one(gathered: Room, query: str) -> None:
    """Chinese words of one and two characters are found, and so are English ones."""
    assert gathered.run("stories", query, "--json") == 0
    assert json.loads(gathered.out)


def test_fix_writes_ids_that_pair(room: Room) -> None:
    """A block without an id gets one, the same in both editions; the rest stays byte for byte."""
    for locale in ("en", "zh-Hans"):
        room.change(f"issues/{OLD}/news_briefs.{locale}.md", " {#aiplus}", "")
    before = room.read(f"issues/{OLD}/news_briefs.en.md")
    room.run("check", OLD, "--fix")
    texts = [room.read(f"issues/{OLD}/news_briefs.{tag}.md") for tag in ("en", "zh-Hans")]
    ids = [re.search(r"\{#(\w+)\}", text)[1] for text in texts]
    assert ids[0] == ids[1]
    assert texts[0].replace(f" {{#{ids[0]}}}", "") == before


def test_help_is_light() -> None:
    """`--help` imports none of the heavy libraries, so that it is instant."""
    import subprocess
    import sys

    code = (
        "import sys\nfrom pressroom.cli import main\nmain(['--help'])\n"
        "heavy = {'openai','mjml','sqlalchemy','alembic','feedparser','markdown','pypinyin',"
        "'rich','pydantic','httpx2','jinja2','yaml','babel'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    env = dict(os.environ)
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, env=env, capture_output=True
        ).returncode
        == 0
    )
