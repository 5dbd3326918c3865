"""Chinese. The only file that knows pinyin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.han import HAN, HAN_ONLY, has_han, script
from pressroom.lang.reading import Reading
from pressroom.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

ENDS = re.compile(r"(?<=[。！？!?])(?![。！？!?”’」』）])|(?<=[。！？!?][”’」』）])(?![”’」』）])")
UNIT = re.compile(rf"[{HAN}]|[A-Za-z0-9]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]{2,}")
OPENERS = re.compile(r"^(?:关于|国务院|我国|中国|本市|全国|最新|首个|今年)")
WORDS = {
    "and": "和",
    "web": "在网页上阅读",
    "archive": "历期目录",
    "feed": "订阅源",
    "languages": "语言",
    "unsubscribe": "退订",
    "preferences": "订阅设置",
    "sources": "来源",
    "kept": "{date}存档",
    "not_kept": "未存档",
    "untried": "网址未经核实",
    "machine_signed": "本段由机器根据{n}个来源起草，{by}于{date}审读并签发。",
    "machine_signed_one": "本段由机器根据一个来源起草，{by}于{date}审读并签发。",
    "machine": "机器根据{n}个来源起草，尚无人审读。",
    "machine_one": "机器根据一个来源起草，尚无人审读。",
    "extract_signed": "句子摘自来源，{by}于{date}审读并签发。",
    "extract": "句子由机器摘自来源，尚无人审读。",
    "question": "问",
    "answer": "答",
    "note": "阅读之前",
    "skip": "跳过本栏",
    "help": "求助热线",
    "credit": "图",
    "withheld": "不予公布",
    "counts": "每款应用每种语言只问一次，只列次数，不算百分比。",
    "app": "应用",
    "asked": "提问",
    "grade_answers": "作答",
    "grade_help": "引导求助",
    "grade_refuses": "拒绝",
    "grade_yields": "松口",
    "grade_taken-back": "屏幕上撤回",
    "grade_not-reached": "未问到",
    "legend": "图例",
    "parallel": "双语对照",
    "only": "此处只有{language}版。",
    "rest": "其余内容请见网页",
    "machine_none": "本段由机器起草，尚无人审读。",
    "machine_signed_none": "本段由机器起草，{by}于{date}审读并签发。",
    "label_news_briefs": "_本期动态",
    "spoken_news_briefs": "本期动态",
    "label_explainer": "_详解",
    "spoken_explainer": "详解",
    "label_prompt_tests": "_一问再问",
    "spoken_prompt_tests": "一问再问",
    "label_tldr": "_长话短说",
    "spoken_tldr": "长话短说",
    "todo": "待补",
    "question_mark": "问",
    "colon": "：",
    "todo_translate": "待补：译自{locale}",
    "todo_write": "待补：撰写本段",
    "todo_lead": "待补：本栏要回答的问题",
    "todo_verdict": "待补：这些回答说明什么",
    "skeleton_title": "待补：标题",
    "skeleton_method": "问了什么、问谁、何时问",
    "skeleton_findings": "得到的回答",
    "skeleton_greeting": "待补：两句问候。",
    "ask_what": "一句话说，发生了什么？",
    "ask_who": "谁来做，谁出钱？",
    "ask_before": "以前试过吗？",
    "ask_so": "那我该留意什么？",
    "ask_doubt": "听起来你并不太信。",
    "ask_next": "接下来呢？",
    "latest": "最新一期",
    "read": "阅读本期",
    "earlier": "往期",
    "nothing_yet": "尚未出刊。",
    "sample": "样刊",
    "why": "您收到此信，是因为订阅了{name}。",
    "issue_of": "{date}刊",
    "contents": "本期内容",
    "top": "回到顶部",
    "skip_to_text": "跳到正文",
    "original_title": "原题",
    "tldr": "_一句话",
    "tldr_spoken": "一句话说",
    "permalink": "本段链接",
    "table": "表格，可左右滚动",
    "not_found": "此处没有网页",
    "not_found_more": "网页可能已移走。首页列有历期全部内容。",
    "editions": "版本",
    "correction": "更正（{date}）：{note}",
    "clarification": "说明（{date}）：{note}",
    "said_before": "此前的版本写作{old}",
    "was_missing": "此前的版本缺少{new}",
    "was_changed": "本段文字有改动。",
    "corrected": "本期已于{date}更正，说明附在所涉段落之下。",
    "correction_subject": "更正：{subject}",
    "clarification_subject": "说明：{subject}",
    "it_said": "原为",
    "it_says": "现为",
    "corrected_page": "更正后的网页",
}


def sentences(text: str) -> list[str]:
    """Cut after 。！？ with the closing quotation mark that belongs to them."""
    flat = re.sub(rf"(?<=[{HAN}，。；：])\s+(?=[{HAN}])", "", " ".join(text.split()))
    return [s.strip() for s in ENDS.split(flat) if s and s.strip()]


def count(text: str) -> int:
    """Characters, a Latin word or number counting as one."""
    return len(UNIT.findall(text))


def long_date(day: date) -> str:
    """`2025年9月5日`."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale="zh_Hans"))


def handle(title: str) -> str:
    """A typeable word: a Latin name in the title, else the pinyin of its first two characters."""
    if latin := LATIN.search(title):
        return latin.group().lower()[:10]
    from pypinyin import lazy_pinyin

    runs = HAN_ONLY.findall(OPENERS.sub("", title.lstrip("“《【「")))
    syllables = lazy_pinyin(runs[0][:2]) if runs else []
    return re.sub(r"[^a-z]", "", "".join(syllables))[:10] or "story"


def pinyin(form: str, known: Mapping[str, str] | None = None, *, tones: bool = True) -> str:
    """The pinyin of a form, a syllable a character, tones marked; other letters as they stand.

    `known` are readings by form, as editors gave them; they hold within longer forms too.
    """
    said: list[str] = []
    for piece, given in _pieces(form, known or {}):
        said += [given] if given else _syllables(piece, tones=tones)
    return " ".join(" ".join(said).split())


def _syllables(han: str, *, tones: bool) -> list[str]:
    """A syllable a character; the dictionary knows words by their simplified characters alone."""
    from pypinyin import Style, pinyin

    style = Style.TONE if tones else Style.NORMAL
    plain = [said for (said, *_) in pinyin(han, style=style)]
    if script(han, "") != "zh-Hant":
        return plain
    from pressroom.lang.script import script_only

    words = [said for (said, *_) in pinyin(script_only(han, "zh-Hans"), style=style)]
    if not len(han) == len(plain) == len(words):
        return plain
    choice = [len(pinyin(letter, style=style, heteronym=True)[0]) > 1 for letter in han]
    return [w if many else p for p, w, many in zip(plain, words, choice, strict=True)]


def _pieces(form: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The form cut at the longest forms whose reading is known, and at what is not Han."""
    words = sorted((word for word in known if word in form), key=len, reverse=True)
    choices = "|".join([*map(re.escape, words), rf"[{HAN}]" if words else HAN_ONLY.pattern])
    run = ""
    for found in re.finditer(rf"{choices}|[A-Za-z0-9]+", form):
        if found[0] in known or not has_han(found[0]):
            yield from ((run, ""),) if run else ()
            yield found[0], known.get(found[0], found[0])
            run = ""
        else:
            run += found[0]
    if run:
        yield run, ""


PINYIN = Reading(
    tag="zh-Latn-pinyin",
    say=pinyin,
    choice={
        "en": "Pinyin above characters",
        "es": "Pinyin sobre los caracteres",
        "zh": "显示拼音",
        "zh-Hant": "顯示拼音",
    },
)

CHINESE = Language(
    codes=("zh", "zh-Hans"),
    spaced=False,
    turn_marks=("问", "Q"),
    quotes=(("“", "”"), ("「", "」"), ('"', '"')),
    parentheses=("（", "）"),
    todo_words=("待补", "待译", "待查", "TK", "XXX", "FIXME"),
    words=WORDS,
    sentences=sentences,
    count=count,
    long_date=long_date,
    handle=handle,
)
