"""The pre-flight of MJML, and templates that fail with a place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import RenderError
from pressroom.render.email import Email, compiled
from pressroom.render.jinja import attr
from pressroom.render.narrow import narrow
from pressroom.render.preflight import preflight

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.model import EditionBody, House

FLAWS = (
    ("<mjml>\n<mj-body>\n</mjml>", 3, "well-formed"),
    ("<mjml>\n<mj-txt/></mjml>", 2, 'Did you mean "mj-text"'),
    ("<mjml>\n<mj-include path='/etc/passwd'/></mjml>", 2, "mj-include"),
    (("<mjml><mj-head><mj-attributes>\n<mj-class name='a'/>\n<mj-class name='a'/>"
     "</mj-attributes></mj-head></mjml>"), 3, "twice"),
    ("<mjml>" + "<p>" * 100 + "</p>" * 100 + "</mjml>", 1, "deeper than 100"),
    ("<!DOCTYPE x [<!ENTITY a 'b'>]>\n<mjml/>", 1, "document type"),
    ("<mjml>" + " " * 1_000_000 + "</mjml>", 1, "1 MB"),
    ("<mjml><p>&nope;</p></mjml>", 1, "well-formed"),
)  # fmt: skip


@pytest.mark.parametrize(("source", "line", "words"), FLAWS)
def test_preflight_names_line_and_flaw(source: str, line: int, words: str) -> None:
    """Each trap of the compiler is found before it, with its line."""
    assert any(f.line == line and words in f.message for f in preflight(source))


def test_a_flawed_mail_is_not_compiled() -> None:
    """The error lists place, flaw and remedy instead of a traceback."""
    with pytest.raises(RenderError, match=r"email.mjml:1: there is no <mj-bdy>"):
        compiled("<mjml><mj-bdy/></mjml>", "email.mjml")


def test_shipped_mail_passes_its_preflight(house: House, english: EditionBody) -> None:
    """Our own template has no flaw, and one mj-text a section."""
    source = Email(house).mjml(english)
    assert preflight(source) == []
    assert source.count("<mj-text>") == len(english.sections) + 2


def test_attribute_values_are_escaped_twice() -> None:
    """After the compiler has undone one escape, a quote still cannot close the attribute."""
    mail = f'<mjml><mj-body><mj-section><mj-column><mj-image alt="{attr(chr(34) + "><b>")}" src="a.png"/></mj-column></mj-section></mj-body></mjml>'
    assert "<b>" not in compiled(mail, "x")


def _with(tmp_path: Path, house: House, text: str) -> House:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "part.mjml.j2").write_text(text, encoding="utf-8")
    return replace(house, templates=(tmp_path, *house.templates))


def test_a_newsroom_replaces_one_template(
    tmp_path: Path, house: House, english: EditionBody
) -> None:
    """The newsroom's own file of the same path wins; the rest stays shipped."""
    own = _with(tmp_path, house, "<p>own {{ part.role }}</p>\n")
    assert b"own question" in Email(own).render(english)


def test_an_unknown_variable_names_its_line(
    tmp_path: Path, house: House, english: EditionBody
) -> None:
    """A template's mistake is `template:line`, not a traceback."""
    own = _with(tmp_path, house, "<p>x</p>\n{{ nothing }}\n")
    with pytest.raises(
        RenderError, match=r"templates/email/part.mjml.j2:2: 'nothing' is undefined"
    ):
        Email(own).render(english)


def test_a_syntax_error_names_its_line(tmp_path: Path, house: House, english: EditionBody) -> None:
    """An unclosed tag of Jinja too."""
    own = _with(tmp_path, house, "<p>x</p>\n{% if %}\n")
    with pytest.raises(RenderError, match=r"templates/email/part.mjml.j2:2: "):
        Email(own).render(english)


def test_wide_tables_turn_in_mail() -> None:
    """Six columns of two apps become six rows of two; a small or crooked table stays."""
    wide = "| App | a | b | c | d |\n|---|---|---|---|---|\n| X | 1 | 2 | 3 | 4 \\| 5 |"
    assert narrow(wide) == (
        "| App | X |\n| --- | --- |\n| a | 1 |\n| b | 2 |\n| c | 3 |\n| d | 4 \\| 5 |"
    )
    assert narrow("| a | b |\n|---|---|\n| c | d |") == "| a | b |\n|---|---|\n| c | d |"


def test_the_frame_is_compiled_alone_with_the_same_bytes(
    house: House, english: EditionBody
) -> None:
    """What the compiler only copies is kept out of it: the mail is what it makes of the whole."""
    from mjml import mjml_to_html

    source = Email(house).mjml(english)
    whole = mjml_to_html(source).html
    assert compiled(source, "x").split() == whole.split()


def test_words_that_look_like_a_hole_stay_words(house: House, english: EditionBody) -> None:
    """Nobody can write the place of a kept-out part: its name is made of the whole source."""
    odd = replace(english, subject="hole-0- hole-1-", greeting="hole-0-")
    assert Email(house).render(odd).decode().count("hole-0-") >= 2
