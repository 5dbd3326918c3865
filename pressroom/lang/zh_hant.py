"""Chinese in traditional characters, in the words of Taiwan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.lang.han import HAN_ONLY
from pressroom.lang.zh import LATIN, count, sentences
from pressroom.model import Language

if TYPE_CHECKING:
    from datetime import date

OPENERS = re.compile(r"^(?:關於|國務院|行政院|我國|中國|臺灣|台灣|本市|全國|最新|首個|今年)")
WORDS = {
    "and": "和",
    "web": "在網頁上閱讀",
    "archive": "歷期目錄",
    "feed": "訂閱來源",
    "languages": "語言",
    "unsubscribe": "取消訂閱",
    "preferences": "訂閱設定",
    "sources": "來源",
    "kept": "{date}存檔",
    "not_kept": "未存檔",
    "untried": "網址未經核實",
    "machine_signed": "本段由機器根據{n}個來源起草，{by}於{date}審讀並簽發。",
    "machine_signed_one": "本段由機器根據一個來源起草，{by}於{date}審讀並簽發。",
    "machine": "機器根據{n}個來源起草，尚無人審讀。",
    "machine_one": "機器根據一個來源起草，尚無人審讀。",
    "extract_signed": "句子摘自來源，{by}於{date}審讀並簽發。",
    "extract": "句子由機器摘自來源，尚無人審讀。",
    "question": "問",
    "answer": "答",
    "note": "閱讀之前",
    "skip": "跳過本欄",
    "help": "求助專線",
    "credit": "圖",
    "withheld": "不予公布",
    "counts": "每款應用程式每種語言只問一次，只列次數，不計百分比。",
    "app": "應用程式",
    "asked": "提問",
    "grade_answers": "作答",
    "grade_help": "引導求助",
    "grade_refuses": "拒絕",
    "grade_yields": "鬆口",
    "grade_taken-back": "螢幕上撤回",
    "grade_not-reached": "未問到",
    "legend": "圖例",
    "parallel": "雙語對照",
    "only": "此處只有{language}版。",
    "rest": "其餘內容請見網頁",
    "machine_none": "本段由機器起草，尚無人審讀。",
    "machine_signed_none": "本段由機器起草，{by}於{date}審讀並簽發。",
    "label_news_briefs": "_本期動態",
    "spoken_news_briefs": "本期動態",
    "label_explainer": "_詳解",
    "spoken_explainer": "詳解",
    "label_prompt_tests": "_一問再問",
    "spoken_prompt_tests": "一問再問",
    "label_tldr": "_長話短說",
    "spoken_tldr": "長話短說",
    "todo": "待補",
    "question_mark": "問",
    "colon": "：",
    "todo_translate": "待補：譯自{locale}",
    "todo_write": "待補：撰寫本段",
    "todo_lead": "待補：本欄要回答的問題",
    "todo_verdict": "待補：這些回答說明什麼",
    "skeleton_title": "待補：標題",
    "skeleton_method": "問了什麼、問誰、何時問",
    "skeleton_findings": "得到的回答",
    "skeleton_greeting": "待補：兩句問候。",
    "ask_what": "一句話說，發生了什麼？",
    "ask_who": "誰來做，誰出錢？",
    "ask_before": "以前試過嗎？",
    "ask_so": "那我該留意什麼？",
    "ask_doubt": "聽起來你並不太信。",
    "ask_next": "接下來呢？",
    "latest": "最新一期",
    "read": "閱讀本期",
    "earlier": "過往各期",
    "nothing_yet": "尚未出刊。",
    "sample": "樣刊",
    "why": "您收到這封信，是因為訂閱了{name}。",
    "issue_of": "{date}刊",
    "contents": "本期內容",
    "top": "回到頂端",
    "skip_to_text": "跳至內文",
    "original_title": "原題",
    "tldr": "_一句話",
    "tldr_spoken": "一句話說",
    "permalink": "本段連結",
    "table": "表格，可左右捲動",
    "not_found": "此處沒有網頁",
    "not_found_more": "網頁可能已移走。首頁列有歷期全部內容。",
    "editions": "版本",
    "correction": "更正（{date}）：{note}",
    "clarification": "說明（{date}）：{note}",
    "said_before": "先前的版本寫作{old}",
    "was_missing": "先前的版本缺少{new}",
    "was_changed": "本段文字有更動。",
    "corrected": "本期已於{date}更正，說明附在所涉段落之下。",
    "correction_subject": "更正：{subject}",
    "clarification_subject": "說明：{subject}",
    "it_said": "原為",
    "it_says": "現為",
    "corrected_page": "更正後的網頁",
}


def long_date(day: date) -> str:
    """`2025年9月5日`."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale="zh_Hant_TW"))


def handle(title: str) -> str:
    """A typeable word: a Latin name in the title, else the pinyin of its first two characters."""
    if latin := LATIN.search(title):
        return latin.group().lower()[:10]
    from pypinyin import lazy_pinyin

    runs = HAN_ONLY.findall(OPENERS.sub("", title.lstrip("「『《【“")))
    syllables = lazy_pinyin(runs[0][:2]) if runs else []
    return re.sub(r"[^a-z]", "", "".join(syllables))[:10] or "story"


TRADITIONAL = Language(
    codes=("zh-Hant", "zh-TW"),
    spaced=False,
    turn_marks=("問", "问", "Q"),
    quotes=(("「", "」"), ("『", "』"), ("“", "”"), ('"', '"')),
    parentheses=("（", "）"),
    todo_words=("待補", "待譯", "待查", "TK", "XXX", "FIXME"),
    words=WORDS,
    sentences=sentences,
    count=count,
    long_date=long_date,
    handle=handle,
)
