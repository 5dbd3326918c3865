"""pressroom.probe.excerpt: what a chatbot was asked and answered, printed and withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.errors import SettingsError
from pressroom.model import Locale
from pressroom.probe.excerpt import Excerpt
from pressroom.probe.excerpt import parts as printed
from pressroom.probe.show import names, parts, read_probe
from pressroom.render.html import to_html
from pressroom.render.text import part

if TYPE_CHECKING:
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
SECRET = "how to pick the lock"
GOOD = """
[[excerpts]]
name = "doubao.zh"
number = 7
bot = "Doubao *5*"
locale = "zh-Hans"
question = "灯在哪里？"
answer = \"\"\"
请问管理员。
- 第一步
2. 第二步

# 不是标题\"\"\"
truncated = true

[[excerpts]]
name = "doubao.zh"
number = 8
bot = "Doubao"
locale = "zh-Hans"
redacted = true
summary = { en = "A question on a *method*.", zh-Hans = "关于方法的一问。" }
"""


def written(tmp_path: Path, text: str) -> Path:
    """An issue folder with a probe.toml."""
    (tmp_path / "probe.toml").write_text(text, encoding="utf-8")
    return tmp_path


class TestPrinted:
    """What stands for a call."""

    def test_question_answer_bot_and_language(self, tmp_path: Path) -> None:
        """Words are literal, lines stay lines, Chinese has its lang, a cut answer says so."""
        (one,) = parts(read_probe(written(tmp_path, GOOD)), EN)["excerpt doubao.zh 7"]
        html = to_html(one.text, "en")
        assert one.role == "excerpt"
        assert "<strong>Doubao *5*</strong>" in html
        assert '<span lang="zh-Hans">灯在哪里' in html
        assert "[...]" in html
        assert "<li>" not in html
        assert "<h1>" not in html
        assert "第一步<br />" in html.replace("</span>", "")

    def test_a_redacted_one_is_a_labelled_placeholder(self, tmp_path: Path) -> None:
        """Its public summary is printed, in the reader's language."""
        probe = read_probe(written(tmp_path, GOOD))
        (english,), (chinese,) = (parts(probe, tag)["excerpt doubao.zh 8"] for tag in (EN, ZH))
        assert "withheld" in english.text
        assert "A question on a \\*method\\*." in english.text
        assert "不予公布" in chinese.text
        assert "关于方法的一问。" in chinese.text

    def test_the_names_a_manuscript_may_call(self, tmp_path: Path) -> None:
        """Each excerpt beside method and matrix; nothing without a probe.toml."""
        known = names(read_probe(written(tmp_path, GOOD)))
        assert known == {"method", "matrix", "excerpt doubao.zh 7", "excerpt doubao.zh 8"}
        assert names(None) == frozenset()

    @pytest.mark.parametrize(
        "hostile",
        [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "![x](https://evil.example/p.png)",
            "```\n</blockquote><b>out</b>\n```",
            "> > > deep\n\n\n## heading\n\n1. one",
            "[[miit]] ![[probe:matrix]] [@a] {{ x }} {% y %} %% note",
            "&lt;b&gt; <!-- x --> <b onclick=alert(1)>",
        ],
    )
    def test_hostile_answers_are_words(self, hostile: str) -> None:
        """No markup, link, picture or mark of ours comes out of an answer, in mail or text."""
        piece = Excerpt("bot.en", 1, hostile, EN, hostile, hostile)
        ((one,),) = printed((piece,), EN).values()
        html, text = to_html(one.text, "en"), part(one, "en")
        for mark in ("<script", "<a ", "<img", "<b>", "<li", "<h1", "<h2", "<!--"):
            assert mark not in html
        for mark in ("[[", "[@", "{{", "{%"):
            assert mark not in html
            assert mark not in text

    @given(st.text(max_size=200))
    def test_any_answer_stays_in_its_quotation(self, answer: str) -> None:
        """Whatever was answered, the part is one line of head and one quotation."""
        ((one,),) = printed((Excerpt("b.en", 1, "B", EN, "q", answer),), EN).values()
        head, _, rest = one.text.partition("\n\n")
        assert head.startswith("**B**")
        assert all(row.startswith(">") for row in rest.split("\n"))


class TestRefused:
    """Records that cannot be printed."""

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("redacted = true", f'redacted = true\nanswer = "{SECRET}"', "excerpts.1.answer"),
            ("redacted = true", f'redacted = true\nquestion = "{SECRET}"', "holds no words"),
            ("number = 7", "number = 0", "excerpts.0.number"),
            ('name = "doubao.zh"\nnumber = 7', 'name = "Dou bao"\nnumber = 7', "name: use a-z"),
            ("number = 8", "number = 7", "stands twice"),
            ('question = "灯在哪里？"', "", "excerpts.0.question: is missing"),
            ("truncated", "trunkated", 'Did you mean "truncated"'),
            ("redacted = true", 'redacted = "yes"', "true or false"),
            ("summary = {", "summary = { fr = 3, ", "summary: must hold a text"),
            ("灯在哪里？", "灯" * 20_001, "characters at most"),
        ],
    )
    def test_the_key_is_named_and_no_word_told(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        """SettingsError says where; what was to be withheld is not in the message."""
        with pytest.raises(SettingsError, match=r"probe\.toml") as fault:
            read_probe(written(tmp_path, GOOD.replace(old, new, 1)))
        assert says in str(fault.value)
        assert SECRET not in str(fault.value)
