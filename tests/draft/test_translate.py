"""pressroom.draft: what a translation must keep, the files for a translator, one block put in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.draft import exchange
from pressroom.draft.exchange import Job, Unit
from pressroom.draft.protect import (
    Register,
    Words,
    joined,
    lost,
    parted,
    pieces,
    printed,
    restored,
)
from pressroom.draft.splice import block_text, new_file, put, replaced, taken_out
from pressroom.draft.translate import faults, read_answer, skeleton
from pressroom.errors import ManuscriptError, UsageError
from pressroom.manuscript.file import Manuscript, block_hash, parse
from pressroom.manuscript.terms import Name, Names
from pressroom.model import Block, BlockKind, Locale

EN, ZH = Locale("en"), Locale("zh-Hans")
COUNCIL = Name("state-council", {EN: "State Council", ZH: "国务院"})
REGISTER = Register(Names({"state council": COUNCIL, "国务院": COUNCIL}), ZH)
BRIEF = """## Ten years of it {#a}

The [[State Council]] wants 70% by 2027 [@gov-1, p. 7; @gov-2]. See [the plan](https://e.org/p) or
`make all`; a [[普及率|penetration rate]].

%% ask them again

![[cartoon]]
"""
GOOD = Words(
    "十年",
    "[[国务院]]要在2027年前达到七成[@gov-1, p. 7; @gov-2]。见[方案](https://e.org/p)"
    "或`make all`；[[普及率|普及率]]。\n\n![[cartoon]]",
)


def script(text: str, name: str = "n.en.md", *, lines: bool = False) -> Manuscript:
    """A section file from its text."""
    return parse(text, Path("issues/2025-09-05") / name, Locale(name.split(".")[1]), lines=lines)


def block(text: str = BRIEF, *, lines: bool = False) -> Block:
    """The first block of a text."""
    return script(text, lines=lines).blocks[0]


def test_private_lines_are_never_part_of_the_words() -> None:
    """What goes to a model or a translator holds no line to oneself."""
    assert "ask them" not in joined(printed(block()))


def test_a_faithful_translation_stands() -> None:
    """Numbers by value, names in their own form, all shorthands: nothing is wrong."""
    assert faults(block(), GOOD, ZH, REGISTER) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("; @gov-2", "", "lost the citation [@gov-2]"),
        (", p. 7", "", "lost the citation [@gov-1, p. 7]"),
        ("@gov-2", "@gov-3", "has a citation that the original has not: [@gov-3]"),
        ("https://e.org/p", "https://e.org/q", "lost the link https://e.org/p"),
        ("方案", "[方案](x) 方案", "adds link"),
        ("make all", "make", "lost the code `make all`"),
        ("![[cartoon]]", "漫画", "lost the figure ![[cartoon]]"),
        ("[[国务院]]", "国务院", "lost the term state-council"),
        ("[[普及率|普及率]]", "覆盖率", "lost the term 普及率"),
        ("七成", "一成", "turns 70% into 一成"),
        ("2027年前", "前", "lost the number 2027"),
        ("十年", "十年 {#b}x", "writes an id"),
        ("达到", "在12个省达到", "adds the number 12"),
        ("。见", "<b>。见</b>", "adds HTML"),
        ("。见", "。 https://evil.example 见", "adds address"),
        ("。见", "。\n[x]: //evil.example\n见", "adds link"),
        ("\n\n!", "\n%% allow twins: because\n\n!", "starts with %%"),
        ("\n\n!", "\n> [!WARNING] x\n\n!", "adds content note"),
        ("\n\n!", "\n===\n\n!", "adds rule or underline"),
    ],
)
def test_a_translation_that_lost_or_added_something_is_refused(
    old: str, new: str, said: str
) -> None:
    """Each kind of loss, change or addition is named."""
    words = Words(*(part.replace(old, new, 1) for part in GOOD))
    assert said in "; ".join(faults(block(), words, ZH, REGISTER))


def test_shorthands_side_by_side_are_no_link() -> None:
    """Chinese sets no space between a name and its citation."""
    words = Words(
        GOOD.head,
        GOOD.body.replace("前达到七成[", "前达到七成，据[[国务院]][").replace("[[国务院]]要", "要"),
    )
    assert faults(block(), words, ZH, REGISTER) == []


def test_an_answer_without_end_is_refused_before_it_is_read() -> None:
    """The length of an answer is bounded by the original's."""
    (wrong,) = faults(block(), Words("十", "[" * 200_000), ZH, REGISTER)
    assert "characters long" in wrong


def test_a_person_may_write_a_name_plain() -> None:
    """For a translator's file a name without brackets is a name all the same."""
    words = joined(GOOD).replace("[[国务院]]", "国务院")
    assert lost(joined(printed(block())), words, REGISTER, plain=True) == []
    assert lost(joined(printed(block())), words, REGISTER) != []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("十年\n\n正文", Words("十年", "正文")),
        ("```markdown\n## 十年 {#a}\n\n正文\n```", Words("十年", "正文")),
        ("AI：十年\r\n\r\n正文\u202e\x07", Words("AI：十年", "正文")),
    ],
)
def test_an_answer_is_taken_out_of_its_wrapping(answer: str, words: Words) -> None:
    """Fences, marks, ids, control characters go; a colon of the heading's own stays."""
    assert read_answer(answer, block(), ZH) == words


def test_a_turns_mark_is_the_languages_own() -> None:
    """A model that copies the mark of a turn does not double it."""
    turn = block("Q: Why? {#q}\n\nBecause.\n")
    words = read_answer("问：为什么？\n\n因为。", turn, ZH)
    assert block_text(turn, ZH, words) == "问：为什么？ {#q}\n\n因为。\n"


def test_a_skeleton_shows_the_original_and_cannot_go_out() -> None:
    """Its printed words are a mark; the original stands below in private lines of no meaning."""
    source = block(BRIEF.replace("The ", "promise: the "))
    words, private = skeleton(source, ZH)
    twin = script(block_text(source, ZH, words, *private), "n.zh-Hans.md").blocks[0]
    assert printed(twin) == Words("Ten years of it", "待补：译自en")
    assert "%% | promise: the [[State Council]]" in twin.body
    assert "ask them again" not in twin.body


# --- pieces and files ---

RUN = st.text(alphabet="ab 文。*\n-|>`[]()!@\\<&\x0b", max_size=30)
SHORTHAND = st.sampled_from(
    ["[@a]", "[@a, p. 2; @b]", "![[fig]]", "`x`", "``a ` b``", "[[State Council]]", "[[other]]",
     "[[普及率|rate]]", "[go](https://e.org/?a=1&b=2)", "![alt](p.png)", "\n```\n[@c]\n```\n",
     "\n> [!WARNING] suicide\n", "\n<!-- end -->\n", "\n\\<!-- unit x -->\n", "\t", '"', "]]>"]
)  # fmt: skip
TEXT = st.lists(RUN | SHORTHAND, max_size=12).map("".join)


@given(TEXT)
def test_pieces_join_to_the_same_text(text: str) -> None:
    """Nothing is lost by cutting a text at its shorthands."""
    assert "".join(p.raw for p in pieces(text, REGISTER.keeps)) == text


def _unit(text: str) -> Unit:
    cut = tuple(pieces(text, REGISTER.keeps))
    return Unit("n#a", "ab" * 32, "", cut, cut, ("State Council = 国务院", "a -- b -->"))


@given(TEXT, st.sampled_from(["x.xlf", "x.tsv", "x.md"]))
def test_what_goes_out_unchanged_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str
) -> None:
    """Export, then import: the same words, head and body, in every format."""
    words = parted(text.replace("\x0b", ""), BlockKind.LEAD)
    unit = _unit(joined(words))
    path = tmp_path_factory.getbasetemp() / name
    exchange.export(Job("2025-09-05", "en", "zh-Hans", (unit, replace(unit, id="n#b"))), path)
    back = exchange.load(path, "2025-09-05", "zh-Hans")
    assert [b.id for b in back] == ["n#a", "n#b"]
    for got in back:
        assert (got.original, got.twin.strip("-"), got.faults) == (unit.original, "", ())
        told = "".join(map(str, got.content))
        if got.held:
            told, wrong = restored(got.content, unit.source)
            assert wrong == []
        assert parted(told, BlockKind.LEAD) == words


def _xliff(target: str, before: str = "", **more: str) -> str:
    file = {"original": "2025-09-05", "target-language": "zh-Hans"} | more
    attributes = " ".join(f'{k}="{v}"' for k, v in file.items())
    return (
        f'{before}<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file '
        f'{attributes}><body>\n<trans-unit id="n#a"><source>x</source>\n<target>{target}</target>'
        "</trans-unit></body></file></xliff>"
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.xlf", _xliff("&b;", BOMB), "which are refused"),
        ("x.xlf", _xliff("&b;", BOMB).encode("utf-16"), "which are refused"),
        ("x.xlf", _xliff("&e;", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "are refused"),
        ("x.xlf", _xliff("<ph"), "x.xlf:3: is no XML"),
        ("x.xlf", "<a/>", "is no XLIFF"),
        ("x.xlf", "<g>" * 100_000, "is no XML"),
        ("x.xlf", _xliff("", original="2025-09-19"), 'is for the issue "2025-09-19"'),
        ("x.xlf", _xliff("", **{"target-language": "es"}), 'is for the language "es"'),
        ("x.tsv", "a\tb\n", "has no header"),
        ("x.tsv", 'id\ttarget\nn#a\t"x\n', "is no TSV"),
        ("x.tsv", "id\ttarget\nn#a\tx\nn#a\ty\n", "x.tsv:3: n#a stands twice"),
        ("x.md", f"<!-- unit n#a {'ab' * 32} - -->\n<!-- target -->\n", "no <!-- target --> and"),
        ("x.md", b"\xff\n", "x.md:1: is not UTF-8"),
        ("x.doc", "", "is neither"),
    ],
)
def test_a_file_that_is_hostile_or_none_of_ours_is_refused(
    tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    """Entities, document types, depth, broken files, other issues: one sentence each."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError, match=re.escape(said)):
        exchange.load(path, "2025-09-05", "zh-Hans")


def test_a_file_over_ten_megabytes_is_refused(tmp_path: Path) -> None:
    """It is not even parsed."""
    path = tmp_path / "x.md"
    path.write_bytes(b"x" * 10_000_001)
    with pytest.raises(UsageError, match="over 10 MB"):
        exchange.load(path, "2025-09-05", "zh-Hans")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("x", "placeholder 1 ([@a]) is missing"),
        ('<ph id="1"/><x id="1"/>', "placeholder 1 stands 2 times"),
        ('<ph id="1"/><ph id="7"/>', "placeholder 7 is not the original’s"),
        ('<ph id="1"/><bpt id="2"/>', "<bpt> is no placeholder"),
    ],
)
def test_placeholders_that_are_not_complete_are_named(
    tmp_path: Path, target: str, said: str
) -> None:
    """One that is gone, doubled, strange, or of another kind."""
    (tmp_path / "x.xlf").write_text(_xliff(target), encoding="utf-8")
    (unit,) = exchange.load(tmp_path / "x.xlf", "2025-09-05", "zh-Hans")
    told = [*unit.faults, *restored(unit.content, pieces("It is so [@a]."))[1]]
    assert said in "; ".join(told)


def test_the_marks_come_from_home_and_not_from_the_file(tmp_path: Path) -> None:
    """Whatever a placeholder holds in the file, the original's own shorthand is written."""
    evil = '<mrk mtype="seg">去<g id="2">看</g></mrk><ph id="1">[@evil]</ph>'
    (tmp_path / "x.xlf").write_text(_xliff(evil), encoding="utf-8")
    (unit,) = exchange.load(tmp_path / "x.xlf", "2025-09-05", "zh-Hans")
    told, wrong = restored(unit.content, pieces("[@a] [go](https://e.org)"))
    assert (told, wrong) == ("去[看](https://e.org)[@a]", [])


# --- one block into a file ---

OLD = "---\ntitle: x\n---\n\n## 一 {#a}\n\n甲\n\n## 三 {#c}\n\n%% 记\n丙\n"


def test_a_new_block_stands_where_its_original_stands() -> None:
    """Between its neighbours; every other byte is as it was."""
    source = block("## Two {#b}\n\nB.\n")
    text = block_text(source, ZH, Words("二", "乙"))
    after = put(script(OLD, "n.zh-Hans.md"), text, source, ("a", "b", "c"), lines=False)
    assert after.cut.join() == OLD.replace("## 三", "## 二 {#b}\n\n乙\n\n## 三")
    first = put(script("", "n.zh-Hans.md"), text, source, ("b",), lines=False)
    assert first.cut.join() == text
    late = put(script(OLD, "n.zh-Hans.md"), text, source, ("c", "b"), lines=False)
    assert late.cut.join() == OLD + "\n" + text


def test_a_list_stays_tight_and_line_ends_stay() -> None:
    """A TL;DR line joins its list; a file with CRLF keeps it."""
    source = block("- B {#t2}\n", lines=True)
    text = block_text(source, ZH, Words("乙", ""))
    old = script("- 甲 {#t1}\r\n- 丙 {#t3}\r\n", "n.zh-Hans.md", lines=True)
    after = put(old, text, source, ("t1", "t2", "t3"), lines=True)
    assert after.cut.join() == "- 甲 {#t1}\r\n- 乙 {#t2}\r\n- 丙 {#t3}\r\n"


def test_a_block_that_is_replaced_keeps_the_editors_notes() -> None:
    """A line to oneself outlives a new translation."""
    source = block("## Three {#c}\n\nC.\n")
    text = block_text(source, ZH, Words("三", "新"))
    after = put(script(OLD, "n.zh-Hans.md"), text, source, ("a", "c"), lines=False)
    assert after.cut.join() == OLD.replace("\n%% 记\n丙\n", "\n新\n%% 记\n")


@pytest.mark.parametrize("body", ["正文\n\n## 再来 {#d}", "正文\n\n问：谁？", "正文\n\n```"])
def test_words_that_would_start_a_block_are_refused(body: str) -> None:
    """A heading, a turn, an open fence in a translation: nothing is written."""
    source = block("## Two {#b}\n\nB.\n")
    text = block_text(source, ZH, Words("二", body))
    with pytest.raises(ManuscriptError):
        put(script(OLD, "n.zh-Hans.md"), text, source, ("a", "b", "c"), lines=False)


def test_a_block_is_typed_anew_or_taken_out_alone() -> None:
    """The other blocks keep their bytes; another id is refused."""
    old = script(OLD, "n.zh-Hans.md")
    after = replaced(old, "a", "## 壹 {#a}\n\n新的\n\n\n", lines=False)
    assert after.cut.join() == OLD.replace("## 一 {#a}\n\n甲", "## 壹 {#a}\n\n新的")
    assert block_hash(after.blocks[1]) == block_hash(old.blocks[1])
    with pytest.raises(ManuscriptError):
        replaced(old, "a", "## 壹 {#z}\n", lines=False)
    assert taken_out(old, "a") == OLD.replace("## 一 {#a}\n\n甲\n\n", "")


def test_a_new_files_front_matter_marks_what_is_printed() -> None:
    """Settings are kept, printed words are marks with the original beside them, known ones set."""
    front = {"title": "On: it", "after": "explainer", "teasers": ["a", "b"], "byline": "We"}
    made = script(new_file(front, ZH, {"byline": "编辑部"}), "n.zh-Hans.md")
    expected = {"title": "待补", "teasers": ["待补", "待补"], "byline": "编辑部"}
    assert made.front == front | expected
    assert "# On: it\n" in made.cut.front


@given(TEXT)
def test_head_and_body_are_one_text_and_two_again(text: str) -> None:
    """The words of a block survive being joined for a translator, whatever its kind."""
    source = (
        script(f"## A head {{#a}}\n\n%% note\n\n{text}\n```\nx\n```\n") if "`" not in text else None
    )
    words = printed(source.blocks[0]) if source else parted(text, BlockKind.HEADING)
    assert parted(joined(words), BlockKind.HEADING) == words or not words.head
