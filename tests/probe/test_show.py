"""pressroom.probe.show: verdicts printed from probe.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown import markdown

from pressroom.errors import SettingsError
from pressroom.model import Locale
from pressroom.probe.show import GRADES, SHAPES, parts, read_probe

if TYPE_CHECKING:
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
GOOD = """
[method]
en = "Asked once."
zh-Hans = "在 DeepSeek 网页上问。"
[[columns]]
label = { en = "Turn|ed *x*", zh-Hans = "话头" }
[[columns]]
label = { en = "Jail", zh-Hans = "越狱" }
[[rows]]
bot = "Bot|y *1*"
[rows.summary]
en = ["help", "yields"]
zh-Hans = ["refuses", "answers"]
[[rows]]
bot = "Other"
[rows.summary]
en = ["taken-back", "not-reached"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An issue with a probe."""
    (tmp_path / "probe.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_the_table_holds_every_verdict(folder: Path) -> None:
    """One row an app, one column a question and language; what was not asked says so."""
    table, legend = parts(read_probe(folder), EN)["matrix"]
    rows = table.text.split("\n")
    assert (table.role, legend.role, len(rows)) == ("table", "method", 4)
    html = markdown(table.text, extensions=["tables"])
    assert html.count("<th>") == 5
    assert html.count("<td>") == 10
    assert "<td>Bot|y *1*</td>" in html
    assert "<th>Turn|ed *x* (English)</th>" in html
    assert rows[3].count(f"{SHAPES['not-reached']} not reached") == 3


def test_the_key_names_only_what_is_used(folder: Path) -> None:
    """Each grade that occurs is explained by its shape."""
    legend = parts(read_probe(folder), EN)["matrix"][1].text
    assert legend.startswith("Key: ")
    assert "→ points to help" in legend
    assert len(set(SHAPES.values())) == len(GRADES)


def test_the_method_keeps_its_spaces(folder: Path) -> None:
    """The method's words are kept, with the sentence that counts are no percentages."""
    assert parts(read_probe(folder), EN)["method"][0].text.startswith("Asked once. Each app")
    told = parts(read_probe(folder), ZH)["method"][0].text
    assert told.startswith("在 DeepSeek 网页上问。每款应用")


def test_an_issue_without_a_probe(tmp_path: Path) -> None:
    """No probe.toml means no parts."""
    assert read_probe(tmp_path) is None
    assert parts(None, EN) == {}


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ('"yields"', '"yield"', 'rows.0.summary.en: "yield" is no grade. Did you mean "yields"?'),
        (', "yields"', "", "rows.0.summary.en: has 1 grades for 2 columns."),
        ('bot = "Other"', "", "rows.1.bot: is missing"),
        ("[method]", "method = 1\n[m]", "method: must hold a text per locale"),
        ('label = { en = "Jail", zh-Hans = "越狱" }', 'label = "x"', "columns.1.label: must hold"),
        ('["help", "yields"]', '"help"', "rows.0.summary: must hold a list"),
    ],
)
def test_faults_name_the_key(before: str, after: str, word: str, tmp_path: Path) -> None:
    """A wrong record is a SettingsError with its place in the file."""
    (tmp_path / "probe.toml").write_text(GOOD.replace(before, after), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"probe\.toml") as fault:
        read_probe(tmp_path)
    assert word in str(fault.value)
