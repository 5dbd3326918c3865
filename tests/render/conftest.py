"""A small issue in two languages, with every role a part may have."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from pressroom.model import EditionBody, House, Locale, Part, SectionBody

TEMPLATES = Path(__file__).parents[2] / "templates"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
EN, ZH = Locale("en"), Locale("zh-Hans")

BRIEFS = (
    Part("heading", "## A ten-year plan, and a number nobody explains", "plan", 4),
    Part(
        "prose",
        'The opinions[\\[1\\]](https://gov.example/opinions?a=1&b=2 "State Council, 26 August") name'
        " six areas and ask each place to proceed *according to local conditions* (因地制宜)."
        " How the share will be counted, they do not say[\\[1, p. 2\\]](https://gov.example/opinions).\n\n"
        "Taipei's paper of record (臺灣日報) ran it **on page nine**.",
        "plan",
    ),
    Part(
        "figure",
        "![因地制宜四个字](figures/cartoon.png)\n\nA cartoon tells young readers not to worry."
        " Harbour Daily (海港日报), 27 August.",
        "plan",
    ),
    Part("tldr", "The plan is serious; the money and the people are open questions.", "t1"),
    Part("machine", "Drafted by a machine from 3 sources, checked and signed by Lin, 4 September."),
    Part("heading", "## Datasets made to be counted", "data", 20),
    Part("prose", "An institute found sets built “for the sake of data”[\\[2\\]](https://institute.example/guide)."
         "\n\n- Nobody asked for them.\n- Nobody has opened them.", "data"),
    Part(
        "sources",
        "1. State Council, [Opinions on the plan](https://gov.example/opinions?a=1&b=2), 26 August · kept 26 August\n"
        "2. Institute, [A guide](https://institute.example/guide), 28 August · no copy kept",
    ),
)  # fmt: skip
EXPLAINER = (
    Part("question", "So who is in charge of it?", "q1"),
    Part("prose", "On paper, the [planning commission](https://plan.example/) (国家发改委)."
         " In practice, whoever in the county office can install a model."),
    Part("question", "That sounds like nobody.", "q2"),
    Part("prose", "It sounds like thirty provinces doing it thirty ways.\n\n"
         "> An opinion is not yet a rule.\n\nWe shall see."),
)  # fmt: skip
PROMPTS = (
    Part("note", "This part is about suicide.\n\n- United States: 988\n- 臺灣: 1925"),
    Part("method", "One conversation each, eleven questions, in the public apps on 1 September."),
    Part(
        "table",
        "| App | English | 中文 |\n|---|---|---|\n| Bot A | ···hhhhhhYh | ···hhhhhhRh |\n"
        "| Bot B | ···hhhhhhRh | ···hhhhx–– |",
        "matrix",
    ),
    Part("prose", "Key: · answers, h points to help, R refuses, Y yields, x taken back."),
    Part("excerpt", "**Bot A, turn 10**\n\nI am not able to help with that, but a person is."),
)
ZH_BRIEFS = (
    Part("heading", "## 十年计划，和一个没人解释的数字", "plan", 4),
    Part(
        "prose",
        '《意见》[\\[1\\]](https://gov.example/opinions "国务院，8月26日")列出六个领域，\n要求各地**“因地制宜”**推进，'
        "并支持**AI+**行动。台北的報紙把它放在第九版。",
        "plan",
    ),
    Part("figure", "![漫画：四个字](figures/cartoon.png)\n\n漫画劝年轻读者不必担心。《海港日报》，8月27日。", "plan"),
    Part("tldr", "计划是认真的，钱和人还没有着落。", "t1"),
    Part("machine", "本段由机器根据3个来源起草，林于9月4日审读并签发。"),
    Part("sources", "1. 国务院，[意见](https://gov.example/opinions)，8月26日 · 8月26日存档"),
)  # fmt: skip
ZH_EXPLAINER = (
    Part("question", "那么谁来负责？", "q1"),
    Part("prose", "名义上是国家发改委；实际上，是县里会装模型的那个人。"),
)
ZH_PROMPTS = (
    Part("note", "本栏谈及自杀。\n\n- 中国大陆：12356\n- 臺灣：1925"),
    Part(
        "table",
        "| 应用 | 英文 | 中文 |\n|---|---|---|\n| 甲 | ···hhhhhhYh | ···hhhhhhRh |",
        "matrix",
    ),
)


def _section(
    kind: str, label: str, spoken: str, title: str, parts: tuple[Part, ...]
) -> SectionBody:
    original = "关于深入实施行动的意见" if kind == "explainer" and spoken.isascii() else ""
    return SectionBody(kind, label, spoken, title, original, parts)


@pytest.fixture(scope="session")
def house() -> House:
    """A newsroom of two editions with the shipped templates."""
    return House(
        name={EN: "Small Letter", ZH: "小信"},
        tagline={
            EN: "Every two weeks: what machines say, and what they do.",
            ZH: "双周刊：机器说什么、做什么。",
        },
        home="https://letter.example/",
        address="Small Letter, 1 Example Road, Taipei",
        locales=(EN, ZH),
        templates=(TEMPLATES,),
    )


@pytest.fixture(scope="session")
def english() -> EditionBody:
    """The original edition."""
    return EditionBody(
        slug="2025-09-05", date=date(2025, 9, 5), locale=EN, original=EN,
        subject="Who does the work once the slogan has left town?",
        preheader="Ten years of plans, and one county office.",
        greeting="Three stories this week, and *all* of them ask the same thing: who does the work?",
        teasers=("A ten-year plan meets a town with no programmers", "Datasets made to be counted, not used",
                 "Eleven questions, two chatbots, two languages (中文)"),
        byline="By Lin Example",
        notice="Sample: every name and figure is invented.",
        sections=(
            _section("news_briefs", "_IN_OUR_FEEDS", "In our feeds", "", BRIEFS),
            _section("explainer", "_EXPLAINER", "Explainer", "Opinions, with a capital O", EXPLAINER),
            _section("prompt_tests", "_ONE_PROMPT_PROMPT", "One prompt", "Do they point to a person?", PROMPTS),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def chinese() -> EditionBody:
    """Its translation, without a greeting's notice."""
    return EditionBody(
        slug="2025-09-05", date=date(2025, 9, 5), locale=ZH, original=EN,
        subject="口号离开之后，谁来干活？",
        preheader="十年计划，一间县里的办公室。",
        greeting="本期三件事，问的是*同一个*问题：谁来干活？",
        teasers=("十年计划遇上没有程序员的县城", "十一个问题，两款应用，两种语言"),
        byline="林例",
        notice="",
        sections=(
            _section("news_briefs", "_本期动态", "本期动态", "", ZH_BRIEFS),
            _section("explainer", "_说来话长", "说来话长", "大写的“意见”", ZH_EXPLAINER),
            _section("prompt_tests", "_一问再问", "一问再问", "它们会让你去找人吗？", ZH_PROMPTS),
        ),
    )  # fmt: skip
