"""pressroom.manuscript.tbx: the term base as TSV and as TBX, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pressroom.errors import UsageError
from pressroom.manuscript import tbx
from pressroom.manuscript.termbase import Entry, Term, tidy
from pressroom.model import Locale

if TYPE_CHECKING:
    from pathlib import Path

EN, ZH, HANT = Locale("en"), Locale("zh-Hans"), Locale("zh-Hant")
EDITIONS = (EN, ZH, HANT)
POWER = Term(
    "power",
    {EN: Entry("computing power", "power", ("compute",), ("calc|force", "x")), ZH: Entry("算力")},
    ZH,
    "suàn lì",
    "a note, with a \\ and a |",
    {EN: "what models run on"},
)
PLAIN = Term("5g_x", {EN: Entry('"5G" <&>', "", ("five|g", "\\"))}, note="reading: none")

OLD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en"><martifHeader/><text><body>
<termEntry id="c1"><descrip type="subjectField">IT</descrip>
 <langSet xml:lang="en-US"><tig><term>large  language model</term></tig>
  <ntig><termGrp><term>LLM</term><termNote type="termType">acronym</termNote></termGrp></ntig>
  <tig><term>big model</term><termNote type="administrativeStatus">forbidden</termNote></tig>
 </langSet>
 <langSet xml:lang="zh-CN"><tig><term>大模型</term>
   <termNote type="administrativeStatus">admittedTerm-admn-sts</termNote></tig>
  <tig><term>大语言模型</term>
   <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig></langSet>
 <langSet xml:lang="fr"><tig><term>x</term>
   <termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></tig></langSet>
</termEntry></body></text></martif>"""

DCT = """<tbx type="TBX-Basic" style="dct" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min"><text><body><conceptEntry id="a"><langSec xml:lang="en">
 <termSec><term>b</term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus>
 </termSec><termSec><term>a</term></termSec></langSec></conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize("ending", ["tsv", "tbx"])
def test_there_and_back(ending: str, tmp_path: Path) -> None:
    """All that terms.toml says of a term survives both formats."""
    path = tmp_path / f"terms.{ending}"
    tbx.export([POWER, PLAIN], path)
    assert tbx.load(path, EDITIONS) == [POWER, PLAIN]


FORM = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1
).filter(str.strip)


@given(st.lists(FORM, min_size=4, max_size=4), st.text("abz-059_.", min_size=1))
def test_any_form_there_and_back(forms: list[str], slug: str) -> None:
    """Whatever forms hold, both formats give back the same terms."""
    form, short, variant, bad = forms
    term = tidy(Term(slug, {EN: Entry(form, short, (variant,), (bad,))}, EN, bad, variant))
    assert tbx.from_tsv(tbx.to_tsv([term])) == [term]
    assert tbx.from_tbx(tbx.to_tbx([term])) == [term]


class TestTsv:
    """The table for a spreadsheet."""

    def test_columns(self) -> None:
        """Slug and origin, a column a locale, and further ones only where they are used."""
        told = tbx.to_tsv(
            [Term("a", {EN: Entry("x", variants=("y",))}), Term("b", {ZH: Entry("算")})]
        )
        assert told == "slug\torigin\ten\tzh-Hans\na\t\tx||y\t\nb\t\t\t算\n"
        assert tbx.to_tsv([POWER]).startswith(
            "slug\torigin\ten\tzh-Hans\ten.forbidden\ten.expansion\treading\tnote\n"
        )

    def test_as_a_spreadsheet_writes_it(self, tmp_path: Path) -> None:
        """A mark of byte order, quoted cells, CRLF, short and empty lines, no slug: all are read."""
        path = tmp_path / "terms.tsv"
        path.write_bytes(
            '\ufeffzh-CN\tslug\ten\r\n"算力"\t\tcomputing  power | compute\r\n\t\t\r\n微调\r\n'.encode()
        )
        first, second = tbx.load(path, EDITIONS)
        assert first == Term(
            "computing-power", {ZH: Entry("算力"), EN: Entry("computing power", "compute")}
        )
        assert (second.slug, second.entries) == ("wei-diao", {ZH: Entry("微调")})

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "terms.tsv:1: has no header"),
            (b"term\ten\n", "has no header"),
            (b"slug\ten\n\xff\n", "is not UTF-8"),
            (b'slug\ten\na\t"b" c\n', "is no TSV"),
        ],
    )
    def test_faults(self, data: bytes, said: str, tmp_path: Path) -> None:
        """What is no such table is refused with the reason."""
        path = tmp_path / "terms.tsv"
        path.write_bytes(data)
        with pytest.raises(UsageError) as fault:
            tbx.load(path)
        assert said in str(fault.value)


class TestTbx:
    """TBX-Basic."""

    def test_the_standard_names(self) -> None:
        """Elements, statuses and languages are those of ISO 30042:2019."""
        root = etree.fromstring(tbx.to_tbx([POWER]).encode())
        space = {"t": "urn:iso:std:iso:30042:ed-2"}
        assert root.get("type") == "TBX-Basic"
        sections = root.findall("t:text/t:body/t:conceptEntry/t:langSec/t:termSec", space)
        status = "t:termNote[@type='administrativeStatus']"
        assert [(s.findtext("t:term", "", space), s.findtext(status, "", space)) for s in sections] == [
            ("computing power", "preferredTerm-admn-sts"),
            ("power", "admittedTerm-admn-sts"),
            ("compute", "admittedTerm-admn-sts"),
            ("calc|force", "deprecatedTerm-admn-sts"),
            ("x", "deprecatedTerm-admn-sts"),
            ("算力", "preferredTerm-admn-sts"),
        ]  # fmt: skip

    def test_the_older_names(self, tmp_path: Path) -> None:
        """A file of 2008 is read: no status means preferred, regions mean the editions."""
        path = tmp_path / "old.tbx"
        path.write_text(OLD, encoding="utf-8")
        (term,) = tbx.load(path, EDITIONS)
        english = Entry("large language model", "LLM", (), ("big model",))
        assert term == Term("c1", {EN: english, ZH: Entry("大语言模型", "", ("大模型",))})

    def test_the_other_style_and_utf_16(self, tmp_path: Path) -> None:
        """Statuses may be elements of their own, and the file may be UTF-16."""
        path = tmp_path / "dct.xml"
        path.write_bytes(f'<?xml version="1.0" encoding="UTF-16"?>{DCT}'.encode("utf-16"))
        assert tbx.load(path) == [Term("a", {EN: Entry("a", forbidden=("b",))})]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("<tbx>", "is no TBX"),
            ("", "is no TBX"),
            ("<html/>", "has no <tbx>"),
            ('<!DOCTYPE tbx [<!ENTITY a "b">]><tbx>&a;</tbx>', "declares entities"),
            ("<tbx>" + "<a>" * 1000 + "</a>" * 1000 + "</tbx>", "is no TBX"),
        ],
    )
    def test_faults(self, text: str, said: str) -> None:
        """What is no TBX, declares entities or is too deep is refused."""
        with pytest.raises(UsageError) as fault:
            tbx.from_tbx(text)
        assert said in str(fault.value)

    def test_nothing_is_fetched(self, tmp_path: Path) -> None:
        """A document type that names a file is read without it."""
        (tmp_path / "x.dtd").write_text('<!ENTITY a "secret">', encoding="utf-8")
        text = OLD.replace("TBXcoreStructV02.dtd", f"file://{tmp_path}/x.dtd").replace(
            "big model", "big &a;"
        )
        try:
            told = str(tbx.from_tbx(text))
        except UsageError as fault:
            told = str(fault)
        assert "secret" not in told


def test_the_ending_says_the_format(tmp_path: Path) -> None:
    """Another ending, a missing file and one that is too large are refused."""
    for name in ("terms.csv", "terms"):
        with pytest.raises(UsageError, match=r"neither \.tsv nor \.tbx"):
            tbx.export([], tmp_path / name)
    with pytest.raises(UsageError, match="cannot be read"):
        tbx.load(tmp_path / "terms.tsv")
    large = tmp_path / "large.tsv"
    with large.open("wb") as file:
        file.truncate(tbx.LIMIT + 1)
    with pytest.raises(UsageError, match="over 16 MB"):
        tbx.load(large)


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("en-US", "en"), ("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant"), ("zh", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"), ("fr", "fr"), ("en", "en"),
    ],
)  # fmt: skip
def test_tags_of_other_tools(tag: str, meant: str) -> None:
    """A region or a bare language is the edition it means; what means none stays."""
    assert tbx.fit(tag, EDITIONS) == meant
