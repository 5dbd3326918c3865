"""pressroom.lang.script: Taiwan's words for prose, its characters for what others named or said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pressroom.lang.script import Words, can_convert, convert, is_hant, script_only

OFFICE = "国家互联网信息办公室"
BOTH_WAYS = [
    ("服务器里的软件", "伺服器裡的軟體"),
    ("他说：“网络里的‘信息’很多。”", "他說：「網絡裡的『信息』很多。」"),
    ("《网络安全法》管住网络", "《網絡安全法》管住網路"),
    ("用户在手机上看视频", "使用者在手機上看影片"),
    ("理发后，皇后头发干净，干部很能干", "理髮後，皇后頭髮乾淨，幹部很能幹"),
    ("2025年9月5日，AI+，70%，DeepSeek", "2025年9月5日，AI+，70%，DeepSeek"),
    ("因地制宜", "因地制宜"),
    ("“AI Plus”行动", "「AI Plus」行動"),
]


@pytest.mark.parametrize(("hans", "hant"), BOTH_WAYS)
def test_both_ways(hans: str, hant: str) -> None:
    """Prose changes its words, titles and quotations their characters; and back again."""
    assert convert(hans, "zh-Hant") == hant
    assert convert(hant, "zh-Hans") == hans


def test_an_official_name_keeps_its_words() -> None:
    """The vocabulary of OpenCC would rename a ministry; a name takes characters alone."""
    assert OpenCC("s2twp").convert(OFFICE) == "國家網際網路資訊辦公室"
    assert convert(f"{OFFICE}说互联网", "zh-Hant", names=Words([OFFICE])) == (
        "國家互聯網信息辦公室說網際網路"
    )
    assert script_only(OFFICE, "zh-Hant") == "國家互聯網信息辦公室"


def test_a_name_may_say_how_it_reads_over_there() -> None:
    """Its own words stand in prose, side by side too, and never within a quotation or a title."""
    names = Words({"新西兰": "紐西蘭", "数字部": "數位部", "数字": ""})
    assert convert("新西兰数字部数字", "zh-Hant", names=names) == "紐西蘭數位部數字"
    assert convert("“新西兰”《新西兰》", "zh-Hant", names=names) == "「新西蘭」《新西蘭》"


def test_the_longest_name_is_found_and_one_character_is_none() -> None:
    """A short form does not break a long one, nor a single character a word."""
    names = Words(["网络", "网络信息办", "发", "", "MIIT"])
    assert [text for *text, _ in names.find("发网络信息办，网络")] == [[1, 6], [7, 9]]
    assert "网络" in names
    assert "MIIT" not in names
    assert convert("头发", "zh-Hant", names=names) == "頭髮"
    assert list(Words([]).find("网络")) == []


@pytest.mark.parametrize(
    ("hans", "hant"),
    [
        ("两国发表联合声明，支持法律程序", "兩國發表聯合聲明，支持法律程序"),
        ("政府文件公布了医疗设备和项目", "政府文件公布了醫療設備和項目"),
        ("循环经济包罗万象，审核历史进程", "循環經濟包羅萬象，審核歷史進程"),
        ("程序员打开文件夹", "程式設計師打開資料夾"),
        ("一个中国，个中滋味", "一個中國，箇中滋味"),
        ("记者报道数字经济", "記者報導數位經濟"),
    ],
)
def test_words_that_mean_computing_elsewhere(hans: str, hant: str) -> None:
    """What OpenCC knows from computing alone stays in news, unless a longer word is computing."""
    assert convert(hans, "zh-Hant") == hant


@pytest.mark.parametrize(
    ("hans", "hant"),
    [
        ("现在线索很多，在线教育", "現在線索很多，線上教育"),
        ("电视频道的视频", "電視頻道的影片"),
        ("其实时间不多，实时数据", "其實時間不多，即時資料"),
        ("世界面临的界面", "世界面臨的介面"),
        ("国内存在内存", "國內存在記憶體"),
        ("方便面对方便面", "方便面對泡麵"),
        ("申报道路工程的报道", "申報道路工程的報導"),
        ("影视图书曝光盘点", "影視圖書曝光盤點"),
    ],
)
def test_words_that_are_none(hans: str, hant: str) -> None:
    """Two words side by side may hold a third, which OpenCC takes for one and rewrites."""
    assert convert(hans, "zh-Hant") == hant


@pytest.mark.parametrize(
    ("hant", "hans"),
    [
        ("執行政策，核心價值，行程與指標", "执行政策，核心价值，行程与指标"),
        ("人民的智慧與人工智慧", "人民的智慧与人工智能"),
        ("檔案裡的資料與資料庫", "档案里的资料与数据库"),
        ("透過網路報導", "通过网络报道"),
        ("電影片段與影片", "电影片段与视频"),
        ("蚌埠的單位元素", "蚌埠的单位元素"),
    ],
)
def test_the_same_the_other_way(hant: str, hans: str) -> None:
    """Taiwan's everyday words are not taken for terms of computing."""
    assert convert(hant, "zh-Hans") == hans


@pytest.mark.parametrize(
    ("hans", "hant"),
    [
        ("他说 “It’s ‘AI’ time” 好", "他說 「It’s ‘AI’ time」 好"),
        ("“Hello,” he said. It’s ‘fine’.", "“Hello,” he said. It’s ‘fine’."),
        ("“第一段\n\n“第二段”", "「第一段\n\n「第二段」"),
        ("“一‘二“三”二’一”", "「一『二「三」二』一」"),
        ("没有打开的”，“没有关上的", "沒有打開的」，「沒有關上的"),
        ("the companies’ “plan”", "the companies’ “plan”"),
        ('说"网络"，网络', '說"網絡"，網路'),
    ],
)
def test_quotation_marks(hans: str, hant: str) -> None:
    """Marks among Chinese turn, nested ones too; an English quotation and an apostrophe do not."""
    assert convert(hans, "zh-Hant") == hant
    assert convert(hant, "zh-Hans") == hans


def test_an_open_quotation_lasts_to_the_end_of_its_paragraph() -> None:
    """What a speaker says over several paragraphs takes no other words."""
    assert convert("“网络\n\n网络", "zh-Hant") == "「網絡\n\n網路"


@pytest.mark.parametrize(
    ("hans", "hant"),
    [
        ("见https://例子.中国/软件?a=网络", "見https://例子.中国/软件?a=网络"),
        ("见https://a.example/c的软件", "見https://a.example/c的軟體"),
        ("mailto:a@b.example，软件", "mailto:a@b.example，軟體"),
    ],
)
def test_addresses(hans: str, hant: str) -> None:
    """An address stays; the words after it, which have no gap before them, do not."""
    assert convert(hans, "zh-Hant") == hant


def test_spans_of_the_caller() -> None:
    """Protected spans take characters, untouched ones nothing, whatever stands in them."""
    text = "网络网络网络"
    assert convert(text, "zh-Hant", [(0, 2)], untouched=[(4, 6)]) == "網絡網路网络"
    names = Words({"网络": "WL"})
    assert convert(text, "zh-Hant", [(0, 4)], names=names, untouched=[(2, 6)]) == "網絡网络网络"


def test_a_line_end_is_not_within_a_word() -> None:
    """A wrapped word is converted as one, and neither line vanishes; a table's rows stay apart."""
    assert convert("他的头\n发很长", "zh-Hant") == "他的\n頭髮很長"
    assert convert("他用鼠\n标点", "zh-Hant") == "他用\n滑鼠點"
    assert convert("头\n发", "zh-Hant").count("\n") == 1
    assert convert("甲 | 头\n发很长 | 乙", "zh-Hant") == "甲 | 頭\n發很長 | 乙"
    assert convert("头\n发很长", "zh-Hant", untouched=[(0, 2)]) == "头\n發很長"


def test_what_the_converter_cannot_be_given() -> None:
    """A NUL and a lone surrogate stay where they are, and nothing after them is lost."""
    assert convert("软件\0软件\ud800软件", "zh-Hant") == "軟體\0軟體\ud800軟體"


def test_tags() -> None:
    """Two scripts of Chinese can be derived from one another, nothing else."""
    assert is_hant("zh-TW")
    assert can_convert("zh-Hans", "zh-Hant")
    assert can_convert("zh-TW", "zh-Hans")
    assert not can_convert("zh-Hans", "zh-CN")
    assert not can_convert("en", "zh-Hant")


TEXTS = st.text('网络头发后里“”‘’「」『』《》软件程序a1’ \n|"[]', max_size=60)


@given(TEXTS | st.text(max_size=60), st.sampled_from(["zh-Hant", "zh-Hans"]))
def test_any_text(text: str, to: str) -> None:
    """As many lines as before, the same twice, and Latin text as it was."""
    once = convert(text, to)
    assert once == convert(text, to)
    assert once.count("\n") == text.count("\n")
    if text.isascii():
        assert once == text


@given(st.lists(st.sampled_from([w for pair in BOTH_WAYS for w in pair]), max_size=6))
def test_derived_once_is_derived_for_good(parts: list[str]) -> None:
    """What has come over and back comes over again the same."""
    text = "。\n\n".join(parts)
    over = convert(text, "zh-Hant")
    assert convert(convert(over, "zh-Hans"), "zh-Hant") == over
