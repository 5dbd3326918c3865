"""`pressroom translate` end to end: a model on loopback, skeletons, a translator's file."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rooms import Room

SLUG = "2025-09-05"
FOLDER = f"issues/{SLUG}"
EN, ZH = f"{FOLDER}/news_briefs.en.md", f"{FOLDER}/news_briefs.zh-Hans.md"
ENGLISH = """---
title: ""
---

## Ten years of it {#a}

The [[State Council]] wants 70% by 2027 [@ai-plus-opinions], says [the plan](https://e.org/p).

%% ring them up

## Two bodies {#b}

Both of them agree [@cmp-chatbot].
"""
GOOD = {
    "Ten years": "十年\n\n[[国务院]]要在2027年达到七成[@ai-plus-opinions]，[方案](https://e.org/p)说。",
    "Two bodies": "两个机构\n\n它们都同意[@cmp-chatbot]。",
    "Sums it up": "总而言之见[十年](news_briefs#a)",
}


class Bot(BaseHTTPRequestHandler):
    """Answers with the translation of the block that it is asked for."""

    def do_POST(self) -> None:
        """One answer by the words it finds; keeps what it was asked."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = body["messages"][-1]["content"]
        self.server.asked.append(asked)  # type: ignore[attr-defined]
        said = self.server.said  # type: ignore[attr-defined]
        text = next((words for key, words in said.items() if key in asked), "")
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "bot-1"}
        data = json.dumps(whole | {"choices": [choice]}).encode()
        self.send_response(200 if text else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def short(room: Room) -> Room:
    """An issue of two briefs and a line that sums them up, in English alone."""
    for path in (room.root / FOLDER).glob("*.md"):
        if not path.name.startswith("opening."):
            path.unlink()
    room.write(EN, ENGLISH)
    room.write(f"{FOLDER}/tldr.en.md", "- Sums it up: [ten years](news_briefs#a) {#t}\n")
    return room


@pytest.fixture
def bot(short: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A model that newsletter.toml names."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bot)
    server.said, server.asked = dict(GOOD), []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("PRESSROOM_API_KEY", "sk-1")
    table = f'\n[model]\nbase_url = "http://127.0.0.1:{server.server_port}/v1"\nname = "bot-1"\n'
    short.write("newsletter.toml", short.read("newsletter.toml") + table)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def states(room: Room, *words: str, code: int = 0) -> dict[str, str]:
    """Run translate to zh-Hans; the state of each block."""
    assert room.run("translate", SLUG, "--to", "zh-Hans", "--json", *words) == code, room.err
    return {row["block"].partition("#")[2]: row["state"] for row in json.loads(room.out)}


def records(room: Room) -> dict[str, Any]:
    """blocks.jsonl by block."""
    rows = [json.loads(line) for line in room.read(f"{FOLDER}/blocks.jsonl").splitlines()]
    return {row["block"]: row for row in rows if row["locale"] == "zh-Hans"}


def found(room: Room, rule: str) -> list[str]:
    """The findings of one rule."""
    room.run("check", SLUG, "--json")
    return [f["message"] for f in json.loads(room.out) if f["rule"] == rule]


def test_a_models_translation_is_a_draft_that_cannot_go_out(short: Room, bot: Any) -> None:
    """Words, record with prompt and pin, reminder line; a stop until it is signed, then none."""
    assert states(short) == {"a": "drafted", "b": "drafted", "t": "drafted"}
    text = short.read(ZH)
    assert text.count("%% machine draft, unsigned") == 2
    record = records(short)["news_briefs#a"]
    assert record["drafted"]["model"] == "bot-1"
    assert record["drafted"]["items"] == ["ai-plus-opinions"]
    assert len(record["drafted"]["prompt"]) == 64
    assert record["follows"]["locale"] == "en"
    assert record["follows"]["own"] == record["text"]
    assert len(found(short, "unsigned")) == 3
    assert not any("State Council = 国务院" not in q for q in bot.asked if "Ten years" in q)
    assert not any("ring them up" in asked for asked in bot.asked)
    short.run("sign", SLUG, "a", "--as", "editor")
    assert len(found(short, "unsigned")) == 2
    assert found(short, "stale") == []


def test_a_second_run_asks_nothing(short: Room, bot: Any) -> None:
    """What stands is kept, byte for byte."""
    states(short)
    before, asked = short.read(ZH), len(bot.asked)
    assert set(states(short).values()) == {"kept"}
    assert (short.read(ZH), len(bot.asked)) == (before, asked)


def test_a_translation_that_lost_something_is_told_once_then_refused(short: Room, bot: Any) -> None:
    """The model is told what was wrong; after that the block gets a skeleton, the rest go on."""
    bot.said["Ten years"] = GOOD["Ten years"].replace("七成", "一成")
    assert states(short, code=1) == {"a": "refused", "b": "drafted", "t": "drafted"}
    again = [asked for asked in bot.asked if "Ten years" in asked and "Mend that" in asked]
    assert len(again) == 1
    assert "turns 70% into 一成" in again[0]
    assert "待补：译自en" in short.read(ZH)
    assert "news_briefs#a" in records(short)
    assert "drafted" not in records(short)["news_briefs#a"]
    bot.said["Ten years"] = GOOD["Ten years"]
    assert states(short)["a"] == "drafted"
    assert "待补" not in short.read(ZH)


def test_a_paragraph_that_the_rules_on_twins_would_miss_is_refused(short: Room, bot: Any) -> None:
    """What the model left in the original's language is no translation."""
    words = "Both of them agree about it at length and in great detail, as they have before"
    short.write(EN, ENGLISH.replace("Both of them agree", words))
    bot.said["Two bodies"] = f"两个机构\n\n{words} [@cmp-chatbot]."
    assert states(short, code=1)["b"] == "refused"


@pytest.mark.parametrize(
    "evil",
    [
        "\n\n%% allow unsigned: it is fine",
        "\n\n## 另一段 {#x}\n\n插入",
        "\n\n问：谁？ {#y}",
        "<script>alert(1)</script>",
        "[点](javascript:alert(1))",
        "\n\n[1]: https://evil.example",
        "x" * 5000,
    ],
)
def test_a_hostile_answer_writes_nothing_of_its_own(short: Room, bot: Any, evil: str) -> None:
    """Waivers, blocks, HTML, links, floods: the block gets a skeleton without any of it."""
    bot.said["Two bodies"] = GOOD["Two bodies"] + evil
    assert states(short, "b", code=1) == {"b": "refused"}
    assert evil.strip() not in short.read(ZH)
    assert "待补" in short.read(ZH)


def test_a_service_that_is_down_is_asked_twice_and_no_more(short: Room, bot: Any) -> None:
    """Each block has its skeleton, and the command ends with 1."""
    bot.said.clear()
    got = states(short, code=1)
    assert list(got.values()) == ["refused", "refused", "skeleton"]
    assert len(bot.asked) == 2


def test_without_a_model_skeletons_are_written_and_stop_the_send(short: Room) -> None:
    """Id, heading, mark, the original to translate under, whose notes to oneself stay home."""
    assert set(states(short).values()) == {"skeleton"}
    text = short.read(ZH)
    assert "## Ten years of it {#a}\n\n待补：译自en\n\n%% | The [[State Council]]" in text
    assert "ring them up" not in text
    assert len(found(short, "todo")) >= 3
    assert set(states(short).values()) == {"skeleton"}
    assert short.read(ZH) == text


def test_an_editors_words_are_never_overwritten(short: Room, bot: Any) -> None:
    """A stale twin that a person wrote, or edited, is shown with the diff and left."""
    states(short)
    short.change(ZH, "它们都同意", "两家都同意")
    short.change(EN, "Both of them agree", "Both of them agree today")
    short.change(EN, "by 2027", "before 2027")
    before = short.read(ZH)
    assert short.run("translate", SLUG, "--to", "zh-Hans") == 0
    assert "{+before+}" in short.out
    assert short.read(ZH) == before
    got = states(short, "--stale")
    assert (got["a"], got["b"]) == ("drafted", "kept")
    assert "两家都同意" in short.read(ZH)
    assert found(short, "stale") == [m for m in found(short, "stale") if "both were changed" in m]
    assert any("Ten years" in asked for asked in bot.asked[3:])


def test_a_block_that_the_editor_took_out_stays_out(short: Room, bot: Any) -> None:
    """It is written again only where it is named."""
    states(short)
    text = short.read(ZH)
    short.write(ZH, text[: text.index("## 两个机构")])
    assert states(short)["b"] == "taken out"
    assert "两个机构" not in short.read(ZH)
    assert states(short, "b") == {"b": "drafted"}
    assert "两个机构" in short.read(ZH)
    assert bot.asked


def test_an_original_that_is_not_finished_waits(short: Room, bot: Any) -> None:
    """A block with TK is not translated, and nobody is asked."""
    short.change(EN, "Both of them", "TK Both of them")
    assert states(short, "b") == {"b": "original unfinished"}
    assert bot.asked == []


def test_a_dry_run_calls_and_writes_nothing(short: Room, bot: Any) -> None:
    """It says what would be written."""
    assert set(states(short, "--dry-run").values()) == {"missing"}
    assert bot.asked == []
    assert not (short.root / ZH).exists()


def test_the_original_can_be_the_translation(short: Room, bot: Any) -> None:
    """A block that stands in Chinese alone is put into English at its place."""
    bot.said["新闻"] = "News\n\nIt is done [@cmp-chatbot]."
    states(short)
    short.change(ZH, "## 两个机构", "## 新闻 {#n}\n\n办好了[@cmp-chatbot]。\n\n## 两个机构")
    assert short.run("translate", SLUG, "--to", "en") == 0, short.out
    assert "## News {#n}" in short.read(EN)
    text = short.read(EN)
    assert text.index("{#a}") < text.index("{#n}") < text.index("{#b}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "fr"), '"fr" is no edition'),
        (("--to", "zh-Hans", "aplus"), 'no block is called "aplus"'),
        (("--to", "zh-Hans", "--export", "a.xlf", "--import", "a.xlf"), "Give one of them"),
    ],
)
def test_wrong_usage_is_said(short: Room, words: tuple[str, ...], said: str) -> None:
    """Exit code 2 and one sentence."""
    assert short.run("translate", SLUG, *words) == 2
    assert said in short.err


# --- a translator outside ---


SHORTHAND = re.compile(r"\[\[[^\]]*\]\]|\[@[^\]]*\]|\[[^\]]*\]\([^)]*\)")


def _translated(path: Path) -> None:
    """What a translator does: the words replaced, the placeholders kept in their order."""
    text = path.read_text(encoding="utf-8")
    for key, words in GOOD.items():
        if path.suffix == ".md":
            text = text.replace("<!-- target -->\n\n", f"<!-- target -->\n{words}\n", 1)
        else:
            units = re.findall(r"<trans-unit.*?</trans-unit>", text, re.DOTALL)
            unit = next(u for u in units if key in u)
            marks = iter(re.findall(r"<(?:ph|g)\b.*?</(?:ph|g)>", unit, re.DOTALL))
            target = SHORTHAND.sub(lambda _, marks=marks: next(marks), words)
            done = unit.replace("</source>", f"</source><target>{target}</target>")
            text = text.replace(unit, done)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["job.xlf", "job.md"])
def test_a_translators_file_becomes_a_persons_words(short: Room, tmp_path: Path, name: str) -> None:
    """Out, translated, in: twins that are pinned, drafted by nobody, with nothing to sign."""
    path = tmp_path / name
    assert short.run("translate", SLUG, "--to", "zh-Hans", "--export", str(path)) == 0
    told = path.read_text(encoding="utf-8")
    assert "ring them up" not in told
    assert "State Council = 国务院" in told
    _translated(path)
    assert set(states(short, "--import", str(path)).values()) == {"imported"}
    record = records(short)["news_briefs#b"]
    assert record["follows"]["locale"] == "en"
    assert "drafted" not in record
    assert "它们都同意[@cmp-chatbot]。" in short.read(ZH)
    assert found(short, "unsigned") == found(short, "stale") == []
    assert set(states(short, "--import", str(path)).values()) == {"unchanged"}


def test_a_block_changed_since_the_export_is_refused_and_named(short: Room, tmp_path: Path) -> None:
    """The original edited, or the twin written here meanwhile: file, line, what to do; rest in."""
    path = tmp_path / "job.md"
    short.run("translate", SLUG, "--to", "zh-Hans", "--export", str(path))
    _translated(path)
    short.change(EN, "Both of them", "All of them")
    short.write(f"{FOLDER}/tldr.zh-Hans.md", "- 我的话[十年](news_briefs#a) {#t}\n")
    got = states(short, "--import", str(path), code=1)
    assert got == {"a": "imported", "b": "refused", "t": "refused"}
    row = next(r for r in json.loads(short.out) if r["block"] == "news_briefs#b")
    assert row["path"] == "job.md"
    assert row["line"] > 10
    assert "export it anew" in row["message"]
    assert "我的话" in short.read(f"{FOLDER}/tldr.zh-Hans.md")


def test_an_import_of_machine_words_leaves_them_a_machines(
    short: Room, bot: Any, tmp_path: Path
) -> None:
    """A draft that comes back untouched stays unsigned."""
    states(short)
    path = tmp_path / "job.xlf"
    short.run("translate", SLUG, "--to", "zh-Hans", "--export", str(path))
    assert 'state="needs-review-translation"' in path.read_text(encoding="utf-8")
    assert set(states(short, "--import", str(path)).values()) == {"unchanged"}
    assert len(found(short, "unsigned")) == 3
    assert bot.asked


def test_an_original_copied_into_the_target_is_no_translation(short: Room, tmp_path: Path) -> None:
    """Many tools fill the target with the source: such a block is not taken in."""
    path = tmp_path / "job.xlf"
    short.run("translate", SLUG, "--to", "zh-Hans", "--export", str(path))
    text = path.read_text(encoding="utf-8")
    copied = re.sub(
        r"<source[^>]*>(.*?)</source>", r"\g<0><target>\1</target>", text, flags=re.DOTALL
    )
    path.write_text(copied, encoding="utf-8")
    assert set(states(short, "--import", str(path)).values()) == {"not translated"}
    assert not (short.root / ZH).exists()
