"""pressroom.manuscript: termbase, termwords, termcheck."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.errors import SettingsError, UsageError
from pressroom.lang.zh import pinyin
from pressroom.manuscript import termbase
from pressroom.manuscript.termbase import Entry, Term
from pressroom.manuscript.termcheck import check_terms, fits
from pressroom.manuscript.termwords import Finder
from pressroom.model import Locale

if TYPE_CHECKING:
    from pathlib import Path

EN, ZH, HANT = Locale("en"), Locale("zh-Hans"), Locale("zh-Hant")
BASE = """# The term base.

[power]  # what it costs
origin = "zh-Hans"
en = { form = "computing power", short = "power", variants = ["compute"], forbidden = ["calc force"] }
zh-Hans = { form = "算力" }
reading = "suàn lì"
note = "a word of policy"
expansion = { en = "what models run on" }

# --- last ---
[terminals]
en.form = "smart terminals"
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A terms.toml with two terms and comments."""
    path = tmp_path / "terms.toml"
    path.write_text(BASE, encoding="utf-8")
    return path


class TestRead:
    """What may stand in terms.toml."""

    def test_every_key(self, base: Path) -> None:
        """A term has per locale a form, a short one, variants and forbidden forms, and more."""
        power, terminals = termbase.read(base)
        entry = Entry("computing power", "power", ("compute",), ("calc force",))
        assert power.entries == {EN: entry, ZH: Entry("算力")}
        assert (power.origin, power.reading, power.note) == (ZH, "suàn lì", "a word of policy")
        assert power.expansion == {EN: "what models run on"}
        assert terminals.entries[EN].accepted == ("smart terminals",)

    def test_no_file_is_no_terms(self, tmp_path: Path) -> None:
        """A newsroom without terms.toml has none."""
        assert termbase.read(tmp_path / "terms.toml") == ()

    @pytest.mark.parametrize(
        ("toml", "said"),
        [
            ("x = 1", 'x: must be a table. Write "[x]"'),
            (
                '[x]\nen = "a"',
                "x.en: is neither a locale with a form nor a known key. Known: origin",
            ),
            ("[x]\nreading = 1", "x.reading: must be a text."),
            ('[x]\nexpansion = "a"', "x.expansion: must be a text per locale."),
            ('[x]\nen = { form = "a", short = 1 }', "x.en.short: must be a text in quotes."),
            ('[x]\nen = { form = "a", forbidden = "b" }', "x.en.forbidden: must be a list"),
            ('[x]\nen = { form = "a", forbiden = [] }', 'unknown key. Did you mean "forbidden"?'),
        ],
    )
    def test_faults_name_the_key(self, toml: str, said: str, tmp_path: Path) -> None:
        """What cannot be read is a SettingsError; the check reports the same on its line."""
        path = tmp_path / "terms.toml"
        path.write_text(f"# a\n{toml}\n", encoding="utf-8")
        with pytest.raises(SettingsError) as fault:
            termbase.read(path)
        assert said in str(fault.value)
        if toml.startswith("["):
            (found,) = check_terms(path)
            assert found.line == (2 if "\n" not in toml else 3)

    def test_traditional_is_derived_unless_given(self) -> None:
        """Characters change and words do not; an entry of its own comes first."""
        entry = Entry("国家互联网信息办公室", "国家网信办", ("网信办",), ("网办",))
        term = Term("cac", {ZH: entry})
        assert term.entry(HANT) == Entry(
            "國家互聯網信息辦公室", "國家網信辦", ("網信辦",), ("網辦",)
        )
        assert Term("cac", {ZH: entry, HANT: Entry("網信")}).entry(HANT) == Entry("網信")
        assert Term("x", {EN: Entry("x")}).entry(HANT) is None


class TestAdd:
    """Writing a new term."""

    def test_the_rest_stays_byte_for_byte(self, base: Path) -> None:
        """An entry comes last, in the style of the file; comments and order are kept."""
        told = termbase.add(
            base, "llm", {EN: Entry("large language model", "LLM"), ZH: "大语言模型"}, origin=EN
        )
        assert told == (
            '[llm]\norigin = "en"\nen = { form = "large language model", short = "LLM" }\n'
            'zh-Hans = { form = "大语言模型" }\n'
        )
        assert base.read_text(encoding="utf-8") == f"{BASE}\n{told}"

    def test_a_first_term_and_windows_line_ends(self, tmp_path: Path) -> None:
        """The file is made where there is none; a file with CRLF keeps to it."""
        path = tmp_path / "terms.toml"
        termbase.add(path, "a", {EN: "a"})
        assert path.read_bytes() == b'[a]\nen = { form = "a" }\n'
        path.write_bytes(b"# c\r\n[a]\r\nen.form = 'a'\r\n")
        termbase.add(path, "b", {EN: "b"})
        assert path.read_bytes().endswith(b"'a'\r\n\r\n[b]\r\nen = { form = \"b\" }\r\n")

    @pytest.mark.parametrize(
        ("slug", "forms", "said"),
        [
            ("power", {EN: "might"}, "power: is there already"),
            ("calc", {EN: "Compute"}, '"Compute" is a form of [power]'),
            ("calc", {EN: "calc force"}, '"calc force" is a form of [power]'),
            ("calc", {ZH: " 算力 "}, '"算力" is a form of [power]'),
            ("Calc!", {EN: "might"}, "is no name"),
            ("calc", {EN: "  "}, "a form is empty"),
            ("calc", {}, "a form is empty"),
            ("calc", {"en glish": "might"}, '"en glish" is no locale'),
        ],
    )
    def test_refused(self, slug: str, forms: dict[Locale, str], said: str, base: Path) -> None:
        """A name or a form that is taken is refused with its owner's name; nothing is written."""
        with pytest.raises(UsageError) as fault:
            termbase.add(base, slug, forms)
        assert said in str(fault.value)
        assert base.read_text(encoding="utf-8") == BASE

    def test_a_name_is_made_of_a_form(self, base: Path) -> None:
        """Of a Latin form if there is one, else of pinyin."""
        assert termbase.add(base, "", {ZH: "微调", EN: "Fine-tuning!"}).startswith("[fine-tuning]")
        assert termbase.add(base, "", {ZH: "红队测试"}).startswith("[hong-dui-ce-shi]")

    @given(st.text(min_size=1).filter(str.strip))
    def test_any_form_is_read_as_written(self, form: str) -> None:
        """Whatever a form holds, the lines of the entry are TOML that gives it back."""
        import tomllib

        if any("\ud800" <= c <= "\udfff" for c in form):
            return
        term = termbase.tidy(Term("a", {EN: Entry(form, variants=(form + "x",))}, note=form))
        table = tomllib.loads(termbase.lines(term))
        assert termbase.readable(table) == (term,)


class TestCheck:
    """pressroom terms check."""

    def said(self, path: Path, toml: str) -> list[tuple[int, str]]:
        """Lines and messages for a file."""
        path.write_text(toml, encoding="utf-8")
        return [(f.line, f"{f.message} {f.fix}") for f in check_terms(path)]

    def test_a_good_base_says_nothing_but_the_origin(self, base: Path) -> None:
        """One term of two has no origin, which is only worth a look."""
        (found,) = check_terms(base)
        assert (found.line, found.severity.value) == (12, "look")
        assert "no origin" in found.message

    @pytest.mark.parametrize(
        ("toml", "line", "said"),
        [
            (
                '[a]\norigin="en"\nen={form="x"}\n[b]\norigin="en"\nen={form="X"}',
                6,
                "of [a], line 3",
            ),
            ('[a]\norigin="en"\nen={form="x", forbidden=["x"]}', 3, "both accepted and forbidden"),
            (
                '[a]\norigin="en"\nen={form="x", forbidden=["y"]}\n[b]\norigin="en"\nen={form="y"}',
                3,
                "forbidden here and a form of [b], line 6",
            ),
            ('[a]\norigin="zh-Hans"\nen={form="x"}', 2, "there is no zh-Hans form"),
            (
                '[a]\norigin="zh-Hans"\nzh-Hans={form="數據"}',
                3,
                "traditional characters. write 数据",
            ),
            ('[a]\norigin="zh-Hans"\nzh-Hans={form="说話"}', 3, "holds traditional characters"),
            (
                '[a]\norigin="zh-Hant"\nzh-Hant={form="数据"}',
                3,
                "simplified characters. write 數據",
            ),
            ('[a]\norigin="en"\nen={form="算力"}', 3, "is Chinese"),
            ('[a]\norigin="en"\nen={form=""}', 3, "a form is empty"),
            ('[a]\norigin="en"\nen={form="x", variants=["x"]}', 3, "stands here twice"),
            ('[a]\norigin="zh"\nzh={form="重庆"}\nreading="zhòng qìng ah"', 4, "chóng qìng"),
            ('[a]\norigin="en"\nen={form="x"}\nreading="suàn"', 4, "the reading of nothing"),
            ('[a]\nnote="n"', 1, "has no form"),
            ('["A b"]\norigin="en"\nen={form="x"}', 1, "is no name"),
        ],
    )
    def test_each_fault(self, toml: str, line: int, said: str, tmp_path: Path) -> None:
        """Each fault is on its own line, and says what to do."""
        ((place, told),) = self.said(tmp_path / "terms.toml", toml)
        assert said in told
        assert place == line

    def test_what_is_right(self, tmp_path: Path) -> None:
        """A variant that another case or apostrophe makes, and sub-tables, are no faults."""
        toml = (
            '[a]\norigin = "en"\n[a.en]\nform = "People’s"\nvariants = ["People\'s"]\n'
            'forbidden = ["people’s"]\n[a.zh-Hans]\nform = "人民"\n'
        )
        assert self.said(tmp_path / "terms.toml", toml) == []


class TestReading:
    """Pinyin."""

    def test_the_editor_comes_first(self) -> None:
        """A reading of the term base is kept to, within a longer form and in the other script."""
        known = termbase.readings([Term("a", {ZH: Entry("一体机")}, reading="yì tǐ jī")])
        assert pinyin("一体机", known) == "yì tǐ jī"
        assert pinyin("買一體機", known) == "mǎi yì tǐ jī"
        assert pinyin("重庆AI大模型") == "chóng qìng AI dà mó xíng"

    @pytest.mark.parametrize(
        ("said", "form"),
        [
            ("yìtǐjī", "一体机"), ("yī tǐ jī", "一体机"), ("dòu bao", "豆包"), ("bú yào", "不要"),
            ("nǚ rén", "女人"), ("Xī'ān", "西安"), ("rén gōng zhì néng", "人工智能+"),
            ("AI yìng yòng", "AI应用"), ("yìng yòng", "AI应用"), ("yín háng", "银行"),
        ],
    )  # fmt: skip
    def test_what_fits(self, said: str, form: str) -> None:
        """Syllables may be joined, tones neutral or changed, Latin letters left out."""
        assert fits(said, form)

    @pytest.mark.parametrize(
        ("said", "form"),
        [("suān lì", "算力"), ("suàn", "算力"), ("suàn lì a", "算力"), ("nu rén", "女人")],
    )
    def test_what_does_not(self, said: str, form: str) -> None:
        """Another tone, a syllable too few or too many, ü without its dots."""
        assert not fits(said, form)


class TestFinder:
    """Forms in running text."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Computing Power, computing\npower", ["computing power", "computing power"]),
            ("recompute computer", []),
            ("AGI的AGI, agi", ["AGI", "AGI"]),
            ("AI agents and an AI agent", ["AI agent", "AI agent"]),
            ("国家网信办公布", ["国家网信办"]),
            ("the People's and the People’s", ["People’s", "People’s"]),
            ("Computing Power Network", ["Computing Power Network"]),
        ],
    )
    def test_whole_and_longest(self, text: str, found: list[str]) -> None:
        """The longest form at each place, whole words, in any case where it has no capitals."""
        forms = [
            "computing power", "compute", "AGI", "AI agent", "网信办", "国家网信办", "People’s",
            "Computing Power Network",
        ]  # fmt: skip
        assert [hit.form for hit in Finder(forms).find(text)] == found

    def test_no_forms(self) -> None:
        """Nothing is found of nothing."""
        assert list(Finder(["", " "]).find("a b")) == []

    @given(st.lists(st.text("aB ^]-.(国s’ \\", max_size=6)), st.text("aB ^]-.(国s’ \\"))
    def test_any_forms(self, forms: list[str], text: str) -> None:
        """Whatever forms hold, hits are in order, do not overlap, and name a form given."""
        position = 0
        for hit in Finder(forms).find(text):
            assert position <= hit.start < hit.end <= len(text)
            assert hit.form in forms
            position = hit.end

    def test_cost_grows_with_the_text_alone(self) -> None:
        """Ten times the text takes about ten times as long, also where nearly all is a form."""
        finder = Finder(["a a", "a" * 50, "网信" * 20])

        def cost(size: int) -> float:
            begin = time.perf_counter()
            list(finder.find("a " * size + "网信" * size))
            return time.perf_counter() - begin

        cost(1000)
        assert cost(50_000) < 100 * max(cost(5_000), 0.002)
