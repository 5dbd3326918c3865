"""pressroom.check.termuse: forbidden forms, and terms that a twin lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pressroom.check.termuse import RULE, Forms, forbidden, lost, prose
from pressroom.manuscript.termbase import Entry, Term
from pressroom.model import Figure, Locale, Proof

if TYPE_CHECKING:
    from collections.abc import Callable


EN, ZH, HANT = Locale("en"), Locale("zh-Hans"), Locale("zh-Hant")
TERMS = (
    Term(
        "power",
        {
            EN: Entry("computing power", variants=("compute",), forbidden=("calculation force",)),
            ZH: Entry("算力", forbidden=("计算力",)),
        },
    ),
    Term(
        "cac",
        {
            EN: Entry(
                "Cyberspace Administration of China", "CAC", forbidden=("cyber administration",)
            ),
            ZH: Entry(
                "国家互联网信息办公室", "国家网信办", ("网信办",), ("国家网信办公室", "网办")
            ),
        },
    ),
    Term("rules", {EN: Entry("Interim Measures"), ZH: Entry("《暂行办法》")}),
    Term("english-only", {EN: Entry("jailbreak")}),
)


@pytest.fixture
def find(lay: Callable[..., Proof], tell: Callable[[Any], Any]) -> Callable[..., Any]:
    """Runs the rule: severity, file and line of each finding, or its words with `words=True`."""

    def run(files: dict[str, str] | str, *, words: bool = False, **more: Any) -> Any:
        found = list(RULE.find(lay(files, terms=TERMS, **more)))
        return [f"{f.message} {f.fix}" for f in found] if words else tell(found)

    return run


class TestForbidden:
    """Forms that must not be used."""

    def test_where_and_what_instead(self, find: Callable[..., Any]) -> None:
        """The line of the form, also over a line end, and the preferred form as the fix."""
        text = "## A calculation\nforce {#a}\n\nMore Calculation\nforce and compute.\n"
        assert find(text) == [("before", "briefs.en.md", 4)]
        assert find(text, words=True) == [
            '"Calculation force" is forbidden in terms.toml. write computing power.'
        ]

    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("网信办说", 0),
            ("国家网信办公布", 0),
            ("国家网信办公室", 1),
            ("网办说", 1),
            ("计算力与算力", 1),
            ("计算力，计算力", 1),
            ("“计算力”", 1),
            ("他说：“发展计算力很重要”", 0),
            ("> 发展计算力", 0),
            ("> [!WARNING] 计算力", 1),
            ("`计算力` [词](https://a.example/计算力) https://a.example/计算力 [@计算力]", 0),
            ("%% 计算力", 0),
            ("```\n计算力\n```", 0),
            ("[[计算力]]", 1),
        ],
    )
    def test_what_counts(self, text: str, count: int, find: Callable[..., Any]) -> None:
        """Not within a longer accepted form, a quotation, code, an address or a private line."""
        found = find({"briefs.zh-Hans.md": f"## 题 {{#a}}\n\n{text}\n"})
        assert len(found) == count

    def test_opening_and_figures(self, find: Callable[..., Any], lay: Callable[..., Proof]) -> None:
        """Subjects, teasers and the words of pictures are printed too."""
        folder = lay("").folder
        picture = Figure(
            "p", folder / "p.png", folder / "figures" / "p.toml",
            caption={EN: "Calculation force"}, alt={ZH: "算力"},
        )  # fmt: skip
        front = "---\nsubject: On cyber administration\nteasers:\n  - calculation force\n---\n"
        assert find({"opening.en.md": front}, figures={"p": picture}) == [
            ("before", "opening.en.md", 1), ("before", "opening.en.md", 1), ("before", "p.toml", 1),
        ]  # fmt: skip

    def test_traditional_follows(self, lay: Callable[..., Proof]) -> None:
        """Forbidden forms of zh-Hans are so in zh-Hant, by characters."""
        blocks = lay({"briefs.zh-Hans.md": "## 題 {#a}\n\n計算力與算力\n"}).blocks
        ((_, line, form, better),) = forbidden(blocks, Forms(TERMS, HANT))
        assert (line, form, better) == (3, "計算力", "算力")


class TestTwins:
    """Terms of the original, and the block with the same id in another language."""

    def pair(self, english: str, chinese: str) -> dict[str, str]:
        """A section in two languages."""
        return {
            "briefs.en.md": f"## Head {{#a}}\n\n{english}\n",
            "briefs.zh-Hans.md": f"## 题 {{#a}}\n\n{chinese}\n",
        }

    def test_both_places_are_named(self, find: Callable[..., Any]) -> None:
        """The finding stands at the English form and names the twin and what it might say."""
        files = self.pair("First.\n\nThe CAC and the CAC.", "办公室说。")
        assert find(files) == [("look", "briefs.en.md", 5)]
        (told,) = find(files, words=True)
        assert told.startswith(
            '"CAC" is here; its twin issues/2025-09-05/briefs.zh-Hans.md:1 has none of '
            "国家互联网信息办公室, 国家网信办, 网信办. write 国家互联网信息办公室"
        )

    @pytest.mark.parametrize(
        ("english", "chinese"),
        [
            ("The CAC says", "网信办说"),
            ("The CAC says", "CAC说"),
            ("Compute", "算力"),
            ("Interim Measures", "暂行办法"),
            ("jailbreak", "越狱"),
            ("computer science", "科学"),
            ("The CAC says", "待补"),
            ("`compute` on https://compute.example/ [@compute]", "科学"),
            ("The CAC", "[[CAC]]"),
        ],
    )
    def test_nothing_lost(self, english: str, chinese: str, find: Callable[..., Any]) -> None:
        """Any form will do, of a title its words; no form there, or a block not yet written, too."""
        assert find(self.pair(english, chinese)) == []

    def test_a_forbidden_form_is_one_finding(self, find: Callable[..., Any]) -> None:
        """The twin that names the term wrongly has not lost it."""
        assert find(self.pair("Compute", "计算力")) == [("before", "briefs.zh-Hans.md", 3)]

    def test_a_longer_term_covers_a_shorter(self, lay: Callable[..., Proof]) -> None:
        """`SCO Development Bank` is the bank, not the organisation."""
        terms = (
            Term("sco", {EN: Entry("SCO"), ZH: Entry("上合组织")}),
            Term("bank", {EN: Entry("SCO Development Bank"), ZH: Entry("开发银行")}),
        )
        blocks = lay(self.pair("SCO Development Bank", "某银行")).blocks
        english, chinese = blocks
        found = list(lost([english], {chinese.ref: chinese}, terms, (EN, ZH)))
        assert [(one.slug, one.line) for one in found] == [("bank", 3)]

    def test_no_twin_no_finding(self, find: Callable[..., Any]) -> None:
        """A block in one edition only is another rule's matter."""
        assert find("## H {#a}\n\nThe CAC\n") == []


def test_without_terms(lay: Callable[..., Proof]) -> None:
    """A newsroom without a term base hears nothing."""
    assert list(RULE.find(lay("## H {#a}\n\ncalculation force\n"))) == []


def test_prose_keeps_places(lay: Callable[..., Proof]) -> None:
    """Blanked words keep their length, and each row its line."""
    (block,) = lay("## Head {#a}\n%% no\n`x` [words](to)\n\nend\n").blocks
    told = prose(block)
    assert told.text.split("\n")[2] == "    [words     "
    assert told.line(told.text.index("end")) == 5
