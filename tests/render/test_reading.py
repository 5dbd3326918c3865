"""Readings at foreign terms, and the language of each stretch of a page or mail."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.lang.reading import reading
from pressroom.lang.zh import pinyin
from pressroom.model import EditionBody, House, Locale, Part
from pressroom.render.email import Email
from pressroom.render.html import to_html
from pressroom.render.langs import marked, needs_lang, tongues
from pressroom.render.pieces import pieces
from pressroom.render.reading import choices, with_readings
from pressroom.render.text import Text
from pressroom.render.web import Web

BOTH = ("en", "zh-Hans")
KNOWN = {"算力": "suàn lì", "重庆": "chóng qìng"}


def read(markdown: str, locale: str = "en", **known: str) -> str:
    """A text as a web page has it, with its readings."""
    return with_readings(to_html(markdown, locale), locale, known).html


def said(html: str) -> list[tuple[str, str]]:
    """The terms that have a popover, with what it says."""
    pattern = r'<button [^>]*popovertarget="(say\.\d+)">([^<]*)</button><span [^>]*id="\1" popover [^>]*> ([^<]*)</span>'
    return [(term, words) for _, term, words in re.findall(pattern, html)]


class TestPinyin:
    """How Chinese is said."""

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ("国务院", "guó wù yuàn"),
            ("銀行", "yín háng"),
            ("頭髮", "tóu fà"),
            ("人民銀行發展", "rén mín yín háng fā zhǎn"),
            ("文心4.5", "wén xīn 4 5"),
            ("防止一哄而上、泡沫化", "fáng zhǐ yì hōng ér shàng pào mò huà"),
        ],
    )
    def test_a_form_has_a_syllable_a_character(self, form: str, words: str) -> None:
        """Words decide between readings, marks are not said, figures stay."""
        assert pinyin(form) == words

    def test_an_editor_knows_better(self) -> None:
        """A given reading holds, within a longer form as well."""
        assert pinyin("豆包", {"豆包": "dòu bāo"}) == "dòu bāo"
        assert pinyin("大算力网", {"算力": "SUAN li"}) == "dà SUAN li wǎng"

    def test_rare_characters_stand_for_themselves(self) -> None:
        """What the dictionary has not is no failure, in either script."""
        assert pinyin("臺\U000200ab\U000200ac灣").startswith("tái ")

    def test_only_chinese_has_one(self) -> None:
        """Any form of Chinese does; what is in Latin letters needs none."""
        assert reading("zh-Hant") is reading("zh-Hans") is reading("zh-TW") is not None
        assert reading("en") is reading("zh-Latn-pinyin") is reading("ja") is None


class TestPopover:
    """Which terms open, and how they are written."""

    def test_a_gloss_opens(self) -> None:
        """A button with the term, then its reading, each in its own language; the term once."""
        html = read("the State Council (国务院) met")
        assert html == (
            '<p>the State Council <span class="held">(<button class="term" type="button" '
            'lang="zh-Hans" popovertarget="say.1">国务院</button><span class="say" id="say.1" '
            'popover lang="zh-Latn-pinyin"> guó wù yuàn</span>)</span> met</p>'
        )

    def test_a_known_form_opens_anywhere(self) -> None:
        """What terms.toml says how to say does so in running text; other Han is left alone."""
        html = with_readings(to_html("They call it 算力, or 电力.", "en"), "en", KNOWN).html
        assert said(html) == [("算力", "suàn lì")]

    def test_a_given_reading_wins(self) -> None:
        """The editor's reading stands before the dictionary's."""
        assert said(read("Chongqing (重庆)", 重庆="Chóngqìng"))[0][1] == "Chóngqìng"

    @pytest.mark.parametrize(
        "markdown",
        [
            "[the plan (国务院)](https://gov.example/)",
            "## The plan (国务院)",
            "| a (国务院) |\n|---|\n| b |",
            "`(国务院)`",
            "the council 国务院 met",
            "(" + "国务院通知" * 6 + ")",
        ],
    )
    def test_never_where_it_would_do_harm(self, markdown: str) -> None:
        """Not in links, headings, table heads or code; not a plain run, nor a whole sentence."""
        assert said(read(markdown)) == []

    def test_chinese_readers_need_none(self) -> None:
        """In a Chinese edition nothing opens, not in the other script either."""
        assert read("国务院（臺灣）", "zh-Hans", 国务院="x") == to_html("国务院（臺灣）", "zh-Hans")

    def test_ids_count_through_a_page(self) -> None:
        """Each popover has its own id, which no block can have: block ids hold no dot."""
        html = read("A (国务院), B (新京报, 豆包) and\n\nC (智能体)")
        assert re.findall(r'id="([^"]*)"', html) == ["say.1", "say.2", "say.3", "say.4"]

    def test_hostile_readings_stay_text(self) -> None:
        """What stands in terms.toml is escaped."""
        html = with_readings(to_html("x (算力)", "en"), "en", {"算力": '<b>&"'}).html
        assert "&lt;b&gt;&amp;&quot;</span>" in html

    def test_the_choice_speaks_to_the_reader(self) -> None:
        """The button that shows them all, in each language of the page; none without terms."""
        assert choices("zh-Hant", ["en", "zh-Hans"]) == [
            ("en", "Pinyin above characters"),
            ("zh-Hans", "显示拼音"),
        ]
        assert choices("", ["en"]) == []

    def test_mail_text_and_markdown_have_none(self, house: House, english: EditionBody) -> None:
        """Readings are for the web pages: neither popover nor pinyin is in any other medium."""
        for output in (Email(house), Text(house), Web(house)):
            made = output.render(english).decode()
            assert "因地制宜" in made
            assert not re.search("popover|ruby|zh-Latn|yīn", made)


class TestLatin:
    """Words in Latin letters within Chinese text."""

    @pytest.mark.parametrize(
        "run",
        [
            "China Media Project",
            "Report of April 2025, as described",
            "jailbreak",
            "AI agents",
            "state-of-the-art",
            "Raine v. OpenAI",
        ],
    )
    def test_words_are_to_be_read(self, run: str) -> None:
        """Two words or more, or one that is a word of the language."""
        assert needs_lang(run)
        assert marked(f"<p>见{run}一文</p>", BOTH, "zh-Hans") == (
            f'<p>见<span lang="en">{run}</span>一文</p>'
        )

    @pytest.mark.parametrize(
        "run",
        ["AI", "AI+", "DeepSeek", "GPT-4", "H100", "OpenAI", "CC BY 4.0", "4.5", "25 km", "ChatGPT",
         "www.gov.cn", "DeepSeek R1"],
    )  # fmt: skip
    def test_names_and_acronyms_are_read_anyway(self, run: str) -> None:
        """A lone name, acronym, number, unit or address is left as it is."""
        assert not needs_lang(run)
        assert marked(f"<p>用{run}的人</p>", BOTH, "zh-Hans") == f"<p>用{run}的人</p>"

    @pytest.mark.parametrize(
        ("locales", "tag"),
        [
            (("es", "zh-Hant"), "es"),
            (("zh-Hans", "parallel", "fr", "en"), "fr"),
            (("zh-Hans",), ""),
        ],
    )
    def test_the_language_is_the_newsrooms_own(self, locales: tuple[str, ...], tag: str) -> None:
        """It is that of the other written edition; where there is none, nothing is claimed."""
        html = marked("<p>读las palabras的人</p>", locales, "zh-Hant")
        assert re.findall('lang="([^"]*)"', html) == [tag][: bool(tag)]

    def test_entities_stay_whole(self) -> None:
        """An apostrophe or ampersand that is escaped stands within a run, other entities do not."""
        html = marked("<p>见China&#x27;s R&amp;D plan&nbsp;&gt;一文</p>", BOTH, "zh-Hans")
        assert '<span lang="en">China&#x27;s R&amp;D plan</span>&nbsp;&gt;' in html

    def test_what_is_marked_or_hidden_stays(self) -> None:
        """No span within one of that language, in code, or in what no screen reader says."""
        for html in (
            '<p><em lang="en">two words</em></p>',
            "<pre>two words</pre>",
            '<p aria-hidden="true">two words</p>',
        ):
            assert marked(html, BOTH, "zh-Hans") == html


class TestAttributes:
    """Words that stand in a tag."""

    def test_a_picture_says_its_language(self) -> None:
        """An alt in another language than the page's marks the image, in either direction."""
        english, chinese = (
            '<img src="a.png" alt="Two people wait"/>',
            '<img src="a.png" alt="两个人在等"/>',
        )
        assert marked(english, BOTH, "zh-Hans").startswith('<img lang="en" src')
        assert marked(chinese, BOTH, "en").startswith('<img lang="zh-Hans" src')
        assert marked(english, BOTH, "en") == english
        assert marked(chinese, BOTH, "zh-Hans") == chinese

    def test_a_citation_says_its_language(self) -> None:
        """A link whose title is foreign is marked where its own words are a mere number."""
        cite = '<a href="#" title="新京报，8月26日">[2]</a>'
        assert marked(cite, BOTH, "en") == cite.replace("<a", '<a lang="zh-Hans"')
        wordy = cite.replace("[2]", "the report")
        assert marked(wordy, BOTH, "en") == wordy


class TestScripts:
    """Simplified or traditional."""

    def test_the_characters_decide(self) -> None:
        """In an English edition 臺灣 is traditional and 国务院 simplified, whatever the editions."""
        html = marked(to_html("(臺灣), (国务院)", "en"), ("en", "zh-Hant"))
        assert re.findall(r'lang="([^"]*)"', html) == ["zh-Hant", "zh-Hans"]

    @pytest.mark.parametrize("chinese", ["zh-Hans", "zh-Hant", "zh-TW"])
    def test_what_fits_both_is_the_newsrooms(self, chinese: str) -> None:
        """因地制宜 is written alike in both: it takes the tag of the Chinese edition."""
        html = marked(to_html("*x* (因地制宜)", "en"), ("en", chinese), "en")
        assert re.findall(r'lang="([^"]*)"', html) == [chinese]

    def test_bare_characters_are_found(self) -> None:
        """What a template left unmarked is marked, in any language of letters."""
        assert marked("<p>según 新华社</p>", ("es", "en"), "es") == (
            '<p>según <span lang="zh-Hans">新华社</span></p>'
        )
        assert tongues(("parallel", "es")) == ("es", "zh-Hans")


def test_a_chinese_mail_grows_by_little(house: House, chinese: EditionBody) -> None:
    """Marked by inner spans, never on an mj- element; within two per cent of the mail."""
    tail = Part("prose", "据China Media Project报道，" + "各地仍在等一把能量得出数字的尺子。" * 20)
    body = replace(chinese, sections=(replace(chinese.sections[0], parts=(tail,) * 9),))
    alone = replace(house, locales=(Locale("zh-Hans"),))
    with_lang, without = Email(house).render(body), Email(alone).render(body)
    assert with_lang.count(b'<span lang="en">') == 9 + 1
    assert not re.search(r"<mj-[^>]*lang=", Email(house).mjml(body))
    assert len(with_lang) - len(without) - _switch(with_lang) < len(without) * 0.02


def _switch(mail: bytes) -> int:
    """Bytes of the links to the other edition, which a newsroom of one has not."""
    links = re.findall(rb'[^>]*<a href="[^"]*" lang="en"[^>]*>[^<]*</a>', mail)
    return sum(map(len, links))


@given(
    st.text(alphabet="ab AI行动国臺<>&\"'()（）.-\n", max_size=80),
    st.sampled_from(["en", "zh-Hans"]),
)
def test_pieces_are_the_very_bytes(text: str, locale: str) -> None:
    """Property: the pieces of any text join to it, and marking takes no letter away."""
    assert "".join(piece.html for piece in pieces(text, locale)) == text
    html = f"<p>{escape(text)}</p>"
    assert re.sub(r"</?span[^>]*>", "", marked(html, BOTH, locale)) == html


@pytest.mark.parametrize("piece", ["a.", "word ", "(", "&amp;", "行a ", '<b lang="en">', "</b>"])
def test_long_pages_are_quick(piece: str) -> None:
    """20,000 of anything are marked and read within two seconds."""
    start = time.perf_counter()
    for locale in BOTH:
        with_readings(
            marked(piece * 20_000 if piece[0] != "<" else piece * 2_000, BOTH, locale), locale, {}
        )
    assert time.perf_counter() - start < 2
