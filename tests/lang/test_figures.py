"""pressroom.lang.figures: values in words and digits, and what two languages do not share."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.lang.figures import compare, figures

SAME = [
    ("3.5 million people", "350万人"),
    ("21 million", "2100 萬"),
    ("$3.5bn", "35亿美元"),
    ("120 million", "1億2000萬"),
    ("more than 200,000", "20多万"),
    ("a hundred million", "一亿"),
    ("half a million", "50万"),
    ("one and a half million", "150万"),
    ("3 trillion yuan", "三兆元"),
    ("15,000 yuan", "1.5万元"),
    ("three hundred and twenty", "三百二十"),
    ("10,500", "一万零五百"),
    ("3,500", "三千五"),
    ("20,000 li", "兩萬里"),
    ("200,000 sats", "20 0000 聪"),
    ("a dozen eggs", "十二个"),
    ("two dozen", "二十多"),
    ("tens of thousands", "数万"),
    ("two decades", "二十年"),
    ("six months", "半年"),
    ("two and a half years", "两年半"),
    ("five or six", "五六个"),
    ("15 or 16 years old", "十五六岁"),
    ("seventy percent", "七成"),
    ("35%", "三成五"),
    ("70 per cent", "百分之七十"),
    ("10-15%", "百分之十至十五"),
    ("10 to 15 percent", "10%至15%"),
    ("3 percentage points", "3个百分点"),
    ("66.05 trillion yuan", "660536亿元"),
    ("2021-25", "2021—2025年"),
    ("70 to 80 percent", "七八成"),
    ("the 14th Five-Year Plan", "“十四五”规划"),
    ("half of them", "一半"),
    ("three quarters", "四分之三"),
    ("two-thirds", "三分之二"),
    ("one in five", "五分之一"),
    ("twice as many", "两倍"),
    ("tripled", "增长了两倍"),
    ("fivefold", "五倍"),
    ("10-15 days", "十至十五天"),
    ("3 to 5 million", "300万至500万"),
    ("$100-$200 million", "1亿至2亿美元"),
    ("in August 2025", "2025年8月"),
    ("Aug. 7", "8 月 7 日"),
    ("May 4, 1919", "1919年5月4日"),
    ("the May Fourth Movement", "五四运动"),
    ("2018-08-07", "2018年8月7日"),
    ("2025", "二〇二五年"),
    ("２０２５", "2025"),
    ("the 1990s", "上世纪九十年代"),
    ("the '90s", "90年代"),
    ("the 1980s and 1990s", "上世纪八九十年代"),
    ("the 20th century", "20世纪"),
    ("3 p.m.", "下午3点"),
    ("3:30 pm", "下午三点半"),
    ("9:00 a.m.", "上午九點"),
    ("noon", "中午12点"),
    ("the 21st", "第二十一"),
    ("a third of", "三分之一"),
    ("the first quarter of 2021", "2021年第一季度"),
    ("v0.21.1", "0.21.1"),
    ("BIP 340 and BIP341", "BIP340、BIP341"),
    ("US$5", "5美元"),
    ("HK$5", "5港元"),
]
ALTERED = [
    ("3.5 million", "350亿"),
    ("21 million", "21 万"),
    ("70%", "八成"),
    ("August 3", "9月3日"),
    ("the 1990s", "80年代"),
    ("in 2025", "2024年"),
    ("3 p.m.", "下午4点"),
    ("15:00", "16:00"),
    ("v0.21.1", "v0.21.2"),
    ("BIP340", "BIP341"),
    ("5 years", "六年"),
    ("third place", "第四名"),
    ("10-15", "10-16"),
    ("three quarters", "四分之一"),
    ("$5 million", "500万欧元"),
    ("1 BTC each, one day", "每人 6 BTC，一天"),
]
SILENT = [
    ("It may rain on a march", "可能下雨"),
    ("very good, never mind, never", "十分好，千万别，万一"),
    ("all over", "四处一样"),
    ("COVID-19 hit", "新冠疫情"),
    ("one of both", "之间"),
    ("on Tuesday", "当天"),
    ("a percentage", "一个百分比"),
    ("40 km (25 miles), 7 yuan ($1)", "40公里，7元"),
    ("in May", "同月"),
    ("run it", "`sleep 30` [这里](https://a.example/2024/7) <b id='x9'>"),
    ("see `limit 300`", "上限为 300"),
]


def words(text: str, locale: str) -> list[tuple[str, str]]:
    """Kind and words of each figure."""
    return [(f.kind, f.words) for f in figures(text, locale)]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_value_in_other_words_is_no_drift(one: str, other: str) -> None:
    """Scales, fractions, dates, times and money match by value, whichever side comes first."""
    for match in (compare(one, "en", other, "zh-Hans"), compare(other, "zh-Hant", one, "en")):
        assert (match.unmatched_one, match.unmatched_other, match.altered) == ((), (), ())


@pytest.mark.parametrize(("one", "other"), ALTERED)
def test_another_value_is_paired_with_the_one_it_stands_for(one: str, other: str) -> None:
    """A changed number, unit, currency, month, version or code is named on both sides."""
    assert len(compare(one, "en", other, "zh-Hans").altered) == 1
    assert len(compare(other, "zh-Hans", one, "en").altered) == 1


@pytest.mark.parametrize(("one", "other"), SILENT)
def test_what_states_no_number_is_no_drift(one: str, other: str) -> None:
    """Idioms, modal verbs, small words, names with digits, code and addresses raise nothing."""
    match = compare(one, "en", other, "zh-Hans")
    assert (match.unmatched_one, match.unmatched_other, match.altered) == ((), (), ())


def test_a_number_on_one_side_alone_is_unmatched_there() -> None:
    """What only one text says is listed on its side and paired with nothing."""
    match = compare("It took 24 weeks.", "en", "花了很久。", "zh-Hans")
    assert [f.words for f in match.unmatched_one] == ["24"]
    assert (match.unmatched_other, match.altered) == ((), ())


def test_a_number_said_twice_is_no_fault() -> None:
    """A translation may repeat a number, or say it once for twice."""
    match = compare("71 bytes; 71 of them", "en", "71 字节", "zh-Hans")
    assert (match.unmatched_one, match.altered) == ((), ())


def test_kinds_and_spans() -> None:
    """Each figure knows its kind, and its span cuts its words out of the text."""
    text = "On May 4, 2025 at 3:30 pm the third of 10-15 said 70% of $3.5bn, as in the 1990s."
    assert words(text, "en") == [
        ("month", "May"),
        ("number", "4"),
        ("year", "2025"),
        ("time", "3:30 pm"),
        ("ordinal", "third"),
        ("range", "10-15"),
        ("percent", "70%"),
        ("money", "3.5bn"),
        ("decade", "1990s"),
    ]
    assert all(text[f.start : f.end] == f.words for f in figures(text, "en"))
    assert words("下午3点，七成，约350万美元，八月", "zh") == [
        ("time", "3点"),
        ("percent", "七成"),
        ("money", "350万"),
        ("month", "八月"),
    ]


def test_a_version_is_one_token() -> None:
    """No part of a version is a number of its own."""
    assert [f.values for f in figures("v0.21.1 and 0.13.0", "en")] == [
        (("0.21.1",),),
        (("0.13.0",),),
    ]


def test_other_languages_are_read_by_digits() -> None:
    """Separators of other languages are understood; words for numbers are not asked of them."""
    spanish = [
        ("1,234.5 euros", "1.234,5 euros"),
        ("10%", "10 %"),
        ("1,000,000", "1 000 000"),
        ("3.5 million", "3,5 millones"),
        ("May 3, 2020", "3 de mayo de 2020"),
        ("three", "tres"),
    ]
    for one, other in spanish:
        match = compare(one, "en", other, "es")
        assert (match.unmatched_one, match.unmatched_other) == ((), ()), (one, other)
    assert compare("1,234 people", "en", "1.235 personas", "es").altered


def test_code_links_html_and_definitions_hold_no_figures() -> None:
    """Nothing is read from what a reader does not read as prose."""
    text = (
        "`10` ``11`` [a](b12 'c') [d][e13] <i x=14> <!-- 15 --> https://a.example/16 "
        "1f2e3d4c5b6a {#k17} [@gov-18, p. 19]\n\n[f20]: g21\n\n```\n22\n```\n3. item"
    )
    assert figures(text, "en") == figures(text, "zh") == figures(text, "es") == []


@settings(max_examples=60)
@given(st.text(alphabet="一二十百万亿点半成年月第两1239.,%-`[](<{ ap:mvX", max_size=60))
def test_any_text_compares_with_itself(text: str) -> None:
    """No text fails, and none drifts from itself."""
    for locale in ("en", "zh-Hans", "es"):
        match = compare(text, locale, text, locale)
        assert (match.unmatched_one, match.unmatched_other) == ((), ())


@pytest.mark.parametrize("piece", ["a", "1", "1,", "`", "[", "<", "{%", "一", "万", "1 ", "]("])
def test_long_and_broken_texts_cost_little(piece: str) -> None:
    """20,000 repeats of anything are compared in well under two seconds."""
    began = time.process_time()
    compare(piece * 20_000, "en", piece * 19_999, "zh-Hans")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("It covers 30 to 40 percent of cases.", "它覆盖三到四成的病例。"),
        ("About 20–30% of firms agree.", "约两至三成的企业同意。"),
        ("Nine out of ten readers stayed.", "九成读者留了下来。"),
        ("Four in five voters agreed.", "八成选民同意。"),
        ("A quarter of a million people came.", "二十五万人到场。"),
        ("In fiscal 2024/25 it grew.", "2024至2025财年有所增长。"),
        ("Output rose eightfold.", "产量增至八倍。"),
        ("The 15th Five-Year Plan begins.", "“十五五”规划开始。"),
        ("It began at half past three.", "三点半开始。"),
    ],
)
def test_news_says_it_so(english: str, chinese: str) -> None:
    """Shares, plans, fiscal years and hours as a news translation has them are the same values."""
    found = compare(english, "en", chinese, "zh-Hans")
    assert (found.unmatched_one, found.unmatched_other) == ((), ())


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Four in five voters agreed.", "七成选民同意。"),
        ("It covers 30 to 40 percent of cases.", "它覆盖三到五成的病例。"),
        ("A quarter of a million people came.", "二十六万人到场。"),
    ],
)
def test_an_altered_share_is_found(english: str, chinese: str) -> None:
    """The same forms with one value altered are an error."""
    assert compare(english, "en", chinese, "zh-Hans").altered
