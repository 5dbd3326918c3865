"""pressroom.manuscript.derive: the other script's edition, with single blocks of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pressroom.errors import SettingsError
from pressroom.lang.script import Words
from pressroom.manuscript.derive import (
    derive,
    inherited,
    known_forms,
    rewrite,
    spread,
    spread_names,
)
from pressroom.manuscript.file import block_hash, parse
from pressroom.manuscript.folder import calls
from pressroom.manuscript.terms import Name, collect
from pressroom.model import (
    BlockRecord,
    BlockRef,
    Drafted,
    Locale,
    Outlet,
    Signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.manuscript.file import Manuscript

HANS, HANT, EN = Locale("zh-Hans"), Locale("zh-Hant"), Locale("en")
FOLDER = Path("/newsroom/issues/2025-09-05")
OFFICE = "国家互联网信息办公室"
SOURCE = """---
title: 网络一览
original_title: 网络
subject: "“软件”与软件"
teasers:
  - 用户
  - 程序员
byline: 王软件
after: explainer
---
引子。

## 软件 {#a1}

软件。
%% 查一查

再说软件。

问：谁的头发？ {#q1}

我的。

## 尾声 {#z9}

完。
"""


def hans(text: str, section: str = "briefs") -> Manuscript:
    """A section file in simplified characters."""
    return parse(text, FOLDER / f"{section}.zh-Hans.md", HANS, lines=section == "tldr")


def hant(text: str, section: str = "briefs") -> Manuscript:
    """The derived edition's own file."""
    return parse(text, FOLDER / f"{section}.zh-Hant.md", HANT, lines=section == "tldr")


def rows(script: Manuscript) -> list[tuple[str, str, str, int]]:
    """Each block's id, head, file and line."""
    return [(b.id, b.head, b.path.name, b.line) for b in script.blocks]


def test_every_block_is_converted_in_its_place() -> None:
    """Ids, order and lines are the source's, and so is the path that a finding names."""
    found = derive(hans(SOURCE), None, HANT)
    assert found.path == FOLDER / "briefs.zh-Hant.md"
    assert found.locale == HANT
    assert rows(found) == [
        ("lead", "", "briefs.zh-Hans.md", 11),
        ("a1", "軟體", "briefs.zh-Hans.md", 13),
        ("q1", "誰的頭髮？", "briefs.zh-Hans.md", 20),
        ("z9", "尾聲", "briefs.zh-Hans.md", 24),
    ]
    assert {b.locale for b in found.blocks} == {HANT}
    assert found.blocks[2].body == "\n我的。\n\n"


def test_front_matter() -> None:
    """What readers see is converted, names by their characters; the rest stays as it is."""
    assert derive(hans(SOURCE), None, HANT).front == {
        "title": "網路一覽",
        "original_title": "網絡",
        "subject": "「軟件」與軟體",
        "teasers": ["使用者", "程式設計師"],
        "byline": "王軟件",
        "after": "explainer",
    }


def test_own_keys_win() -> None:
    """A key that the own file fills stands; an empty one is no word of the editor's."""
    own = hant('---\ntitle: 自己的\nsubject: ""\nnotice: 另有\nteasers: []\n---\n')
    front = derive(hans(SOURCE), own, HANT).front
    assert front["title"] == "自己的"
    assert front["subject"] == "「軟件」與軟體"
    assert front["teasers"] == ["使用者", "程式設計師"]
    assert front["notice"] == "另有"


def test_front_matter_of_other_kinds() -> None:
    """Numbers and dates pass, a private line does not; a file without front matter has none."""
    text = "---\ntitle: 2025\nday: 2025-09-05\ngreeting: |\n  软件\n  %% 秘密\n---\n"
    front = derive(hans(text), None, HANT).front
    assert front["title"] == 2025
    assert front["greeting"].strip() == "軟體"
    bare = derive(hans("软件\n"), None, HANT)
    assert bare.cut.join() == "軟體\n"


def test_single_block_of_its_own() -> None:
    """The own block replaces the converted one byte for byte, with its own path and line."""
    own = hant("## 軟體，另說 {#a1}\n\n臺灣讀者另有一說。\n")
    found = derive(hans(SOURCE), own, HANT)
    assert rows(found)[1] == ("a1", "軟體，另說", "briefs.zh-Hant.md", 1)
    assert rows(found)[2][2] == "briefs.zh-Hans.md"
    assert "臺灣讀者另有一說。\n\n問：" in found.cut.join()
    assert found.path == own.path


def test_own_blocks_follow_their_predecessor() -> None:
    """A block of the own file alone stands where it stood there, at the start too."""
    own = hant(
        "## 先 {#n0}\n\n先。\n\n## 軟體 {#a1}\n\n己。\n\n## 增 {#n1}\n\n增。\n\n## 末 {#n2}\n\n末。"
    )
    ids = [b.id for b in derive(hans(SOURCE), own, HANT).blocks]
    assert ids == ["lead", "n0", "a1", "n1", "n2", "q1", "z9"]
    no_lead = hans("## 甲 {#a1}\n")
    assert [b.id for b in derive(no_lead, own, HANT).blocks] == ["n0", "a1", "n1", "n2"]
    assert [b.id for b in derive(hans(""), own, HANT).blocks] == ["n0", "a1", "n1", "n2"]


def test_leads() -> None:
    """An own lead replaces the source's; blank rows or a note to oneself are none."""
    assert derive(hans(SOURCE), hant("己。\n"), HANT).blocks[0].body == "己。\n\n"
    assert derive(hans(SOURCE), hant("\n%% 註\n"), HANT).blocks[0].body == "引子。\n\n"
    assert derive(hans("## 甲 {#a1}\n"), hant("己。\n"), HANT).cut.join() == "己。\n\n## 甲 {#a1}\n"


def test_lines_of_a_list_stay_one_list() -> None:
    """At the seam of a list there is a line end, and no blank row."""
    source = hans("- 软件 [一](briefs#a1) {#t1}\n- 网络 {#t2}\n", "tldr")
    found = derive(source, hant("- 己 {#t1}", "tldr"), HANT)
    assert found.cut.join() == "- 己 {#t1}\n- 網路 {#t2}\n"


def test_private_words_are_dropped_and_lines_kept() -> None:
    """A note becomes an empty one, so that no line moves; a waiver holds in both editions."""
    text = "## 甲 {#a1}\n\n甲。\n%% 秘密\n%% allow quote: 缘故\n乙软件。\n\n```\n%% 代码\n```\n"
    found = derive(hans(text), None, HANT)
    body = "\n甲。\n%%\n%% allow quote: 缘故\n乙軟體。\n\n```\n%% 代码\n```\n"
    assert found.blocks[0].body == body
    assert [(c.target, c.line) for c in calls(found) if c.form == "private"] == [
        ("", 4),
        ("allow quote", 5),
    ]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (f"{OFFICE}的软件", "國家互聯網信息辦公室的軟體"),
        ("> 软件好。\n\n软件", "> 軟件好。\n\n軟體"),
        ("> [!WARNING] 软件\n> 软件", "> [!WARNING] 软件\n> 軟體"),
        ("`软件` ``软`件`` 软件 ` 软件", "`软件` ``软`件`` 軟體 ` 軟體"),
        (r"\`软件` 软件", r"\`軟體` 軟體"),
        ("```\n软件\n```\n软件", "```\n软件\n```\n軟體"),
        ("[软件](https://a.example/软件)", "[軟體](https://a.example/软件)"),
        ('[软件](/软件 "软件")', '[軟體](/软件 "軟件")'),
        ("[软件](软件) [软件][软件]", "[軟體](软件) [軟體][软件]"),
        ("[软件]: https://a.example/", "[软件]: https://a.example/"),
        ("<https://a.example/软件>软件", "<https://a.example/软件>軟體"),
        ("![[软件]] ![软件](a.png)", "![[软件]] ![軟體](a.png)"),
        ("软件[@软-1, 第7页]", "軟體[@软-1, 第7页]"),
        ("[[国产软件]]和[[软件]]", "[[国产软件]]和[[軟件]]"),
        ("[[国 software|软件]]", "[[国 software|軟件]]"),
    ],
)
def test_what_stays(text: str, made: str) -> None:
    """Code, addresses, targets, keys and known terms keep their bytes; quoted rows their words."""
    names = Words([OFFICE, "国产软件"])
    assert rewrite(text, HANT, names) == made


def test_only_two_scripts() -> None:
    """Chinese cannot be derived from English, nor a script from itself."""
    english = parse("Software\n", FOLDER / "briefs.en.md", EN)
    with pytest.raises(SettingsError, match=r"editions.zh-Hant.from: \"en\""):
        derive(english, None, HANT)
    with pytest.raises(SettingsError):
        derive(hans(SOURCE), None, HANS)


def test_the_other_way() -> None:
    """A simplified edition is derived from a traditional original by the same road."""
    found = derive(hant("## 軟體 {#a1}\n\n問：「誰的頭髮？」 {#q1}\n"), None, HANS)
    assert found.cut.join() == "## 软件 {#a1}\n\n问：“谁的头发？” {#q1}\n"
    assert found.path.name == "briefs.zh-Hans.md"


def test_windows_line_ends() -> None:
    """A file's line ends are its own."""
    found = derive(hans("## 软件 {#a1}\r\n\r\n软件。\r\n%% 注\r\n"), None, HANT)
    assert found.cut.join() == "## 軟體 {#a1}\r\n\r\n軟體。\r\n%%\r\n"


def test_nothing_is_derived_of_an_unnamed_or_doubled_block_twice() -> None:
    """A block without an id is converted; a doubled id keeps every block it has."""
    source = hans("## 甲\n\n甲。\n\n## 乙 {#b1}\n\n乙。\n\n## 丙 {#b1}\n\n丙。\n")
    own = hant("## 己 {#b1}\n\n己。\n\n## 又 {#b1}\n\n又。\n")
    heads = [b.head for b in derive(source, own, HANT).blocks]
    assert heads == ["甲", "己", "又", "丙"]


# --- what stands around the text ---


TERMS = (
    Name("nz", {HANS: "新西兰", HANT: "紐西蘭", EN: "New Zealand"}, {HANS: "新国"}, ("纽国",)),
    Name("cac", {HANS: OFFICE, EN: "CAC"}, {HANS: "国家网信办"}, origin="zh-Hans"),
)
PAPER = Outlet("paper", {HANS: "网络晨报"}, about={HANS: "一家网络报纸"})


def test_known_forms() -> None:
    """Each form of every name, and how it reads in the other edition where somebody has said so."""
    forms = known_forms(collect(TERMS, [PAPER]), HANS, HANT)
    assert forms["新西兰"] == "紐西蘭"
    assert {forms[f] for f in (OFFICE, "国家网信办", "新国", "纽国", "网络晨报", "CAC")} == {""}


def test_names_are_found_by_either_script() -> None:
    """A term has a form in the derived edition, a name by its characters, what is said in prose."""
    names = spread_names(collect(TERMS, [PAPER]), HANS, HANT)
    office = names.find("國家互聯網信息辦公室")
    assert office is not None
    assert office is names.find(OFFICE)
    assert office.forms[HANT] == "國家互聯網信息辦公室"
    assert office.shorts[HANT] == "國家網信辦"
    paper = names.find("网络晨报")
    assert paper is not None
    assert paper.about[HANT] == "一家網路報紙"
    zealand = names.find("纽国")
    assert zealand is not None
    assert zealand.forms[HANT] == "紐西蘭"


def test_texts_per_locale() -> None:
    """An alt or a label has the derived edition's words, unless it has them already."""
    assert spread({HANS: "软件"}, HANS, HANT, Words())[HANT] == "軟體"
    assert spread({HANS: "软件"}, HANS, HANT, Words(), named=True)[HANT] == "軟件"
    assert spread({HANS: "软件", HANT: "己"}, HANS, HANT, Words())[HANT] == "己"
    assert spread({EN: "Software"}, HANS, HANT, Words()) == {EN: "Software"}


def test_a_signature_holds_for_the_converted_words() -> None:
    """Who drafted and signed a block is told of its twin; an own block has its own record."""
    source, ref = hans(SOURCE), BlockRef("briefs#a1")
    text = block_hash(source.blocks[1])
    signed = Signed("Li", "2025-09-05T09:00:00+08:00", text)
    record = BlockRecord(ref, HANS, text, Drafted("m", ("i",), "t"), signed)
    records = {(ref, HANS): record}
    found = derive(source, None, HANT)
    told = inherited(records, source, found)[ref, HANT]
    assert told.locale == HANT
    assert told.drafted == record.drafted
    assert told.signed is not None
    assert told.signed.text == told.text == block_hash(found.blocks[1])
    own = derive(source, hant("## 己 {#a1}\n\n己。\n"), HANT)
    assert inherited(records, source, own) == {}


def test_an_old_signature_stays_old() -> None:
    """A block that was changed after it was signed is unsigned in both editions."""
    source, ref = hans(SOURCE), BlockRef("briefs#a1")
    record = BlockRecord(ref, HANS, "old", None, Signed("Li", "t", "old"))
    told = inherited({(ref, HANS): record}, source, derive(source, None, HANT))
    assert told[ref, HANT].text == "old"
    assert told[ref, HANT].signed == record.signed


# --- any manuscript ---

PIECES = [
    "## 软件 {#%s}\n\n", "问：谁的头发？ {#%s}\n\n", "软件[@key-%s, p. 7; @b]。", "[网络](briefs#%s)",
    "[[国产%s]]", "![[fig-%s]]\n\n", "`软件 %s`", "“信息‘%s’”", "<https://a.example/%s/软件>", "\n\n",
    "> 引文 %s\n\n", "- 一 %s\n", "%% 秘密 %s\n",
]  # fmt: skip
MADE = st.lists(
    st.tuples(st.sampled_from(PIECES), st.text("abc1", min_size=1, max_size=3)), max_size=14
).map(lambda parts: "".join(p.replace("%s", "x" + w) for p, w in parts))


def shape(script: Manuscript) -> list[tuple[str, str, int]]:
    """Blocks, citations, figures and links: what no conversion may touch, with their lines."""
    found = [("block", b.ref, b.line) for b in script.blocks]
    told = [c for c in calls(script) if c.form in {"cite", "figure", "link", "probe"}]
    return found + [(c.form, c.target, c.line) for c in told]


@given(MADE)
def test_ids_citations_and_links_come_through(text: str) -> None:
    """In any manuscript ids, keys, targets, code and lines are those of the source."""
    source = hans(text)
    found = derive(source, None, HANT, ["国产xa"])
    assert shape(found) == shape(source)
    assert found.cut.join().count("`软件 ") == text.count("`软件 ")
    assert derive(source, None, HANT, ["国产xa"]) == found


@example(
    "## 软件 {#x11}\n\n## 软件 {#x1}\n\n",
    "## 软件 {#x1}\n\n## 软件 {#x11}\n\n软件[@key-x1, p. 7; @b]。",
)
@given(MADE, MADE)
def test_what_is_derived_reads_the_same_as_a_file(text: str, mine: str) -> None:
    """The derived slices, joined, are a file that holds the derived blocks."""
    found = derive(hans(text), hant(mine), HANT)
    again = parse(found.cut.join(), found.path, HANT)
    told = [(b.id, b.kind, b.head, b.body) for b in again.blocks]
    assert told == [(b.id, b.kind, b.head, b.body) for b in found.blocks]


def test_a_whole_issue_passes_there_and_back(lay: Callable[..., Manuscript]) -> None:
    """A block that reads alike in both scripts has the same bytes in both."""
    source = lay("## 因地制宜 {#a1}\n\nAI+ 70% [@a]，因地制宜。\n", HANS)
    found = derive(source, None, HANT)
    assert found.cut.join() == source.cut.join()
    assert block_hash(found.blocks[0]) == block_hash(source.blocks[0])
