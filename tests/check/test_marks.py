"""pressroom.check.marks."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.check.marks import RULE, curled, is_curly, paired
from pressroom.check.polish import polish
from pressroom.model import Severity


def block(body: str) -> str:
    """One block with the body."""
    return f"## A {{#a}}\n\n{body}\n"


def told(lay: Any, text: str, name: str = "briefs.en.md") -> list[tuple[str, int, str]]:
    """Severity, line and first word of each finding."""
    return [
        (f.severity.value, f.line, f.message.split()[1].strip("“”"))
        for f in RULE.find(lay({name: text}))
    ]


def test_the_rarer_kind_is_named_where_it_stands(lay: Any) -> None:
    """One straight pair among curly ones: its line, once, with both counts."""
    text = block('“One,” she said.\n\n“Two”, and it’s so.\n\nThe "third" isn\'t.')
    (found,) = RULE.find(lay(text))
    assert (found.severity, found.line) == (Severity.LOOK, 7)
    assert "3 of these" in found.message
    assert "5 curly" in found.message


def test_a_straight_edition_names_its_curly_marks(lay: Any) -> None:
    """Where most are straight, a curly apostrophe is the exception."""
    assert told(lay, block('"a" and "b" and it’s')) == [("look", 3, "curly")]


def test_five_places_are_named_and_the_rest_counted(lay: Any) -> None:
    """Seven lines with straight marks give five findings and a count of two."""
    curly = "“x” " * 20
    found = list(RULE.find(lay(block(curly + "\n\n" + "\n\n".join(['a "b" c'] * 7)))))
    assert len(found) == 6
    assert found[-1].message == "and on 2 more lines from here on."
    assert found[-1].line == 15


@pytest.mark.parametrize(
    "body",
    [
        "“One” and it’s two",
        '"One" and it\'s two',
        "“One” and `it's`",
        '“One” \\"two\\"',
        "“One” 6'2\" tall, 40' long",
        '“One” [two](https://e.org/ "office, 2025")',
        '“One”\n\n```\nprint("x")\n```',
        "“One”\n\n%% isn't it",
    ],
)  # fmt: skip
def test_one_kind_is_no_fault(lay: Any, body: str) -> None:
    """Code, escapes, primes, titles of links and notes to oneself do not count."""
    assert told(lay, block(body)) == []


def test_editions_do_not_mix_with_each_other(lay: Any) -> None:
    """A straight English edition beside a curly Chinese one is no fault."""
    files = {"briefs.en.md": block('"One"'), "briefs.zh-Hans.md": block("“一”")}
    assert list(RULE.find(lay(files))) == []


def test_front_matter_is_judged_too(lay: Any) -> None:
    """A straight apostrophe in the subject is named at line 1."""
    files = {"opening.en.md": "---\nsubject: It's here\n---\n", "briefs.en.md": block("“One”")}
    assert [(f.path.rsplit("/", 1)[-1], f.line) for f in RULE.find(lay(files))] == [
        ("opening.en.md", 1)
    ]


@pytest.mark.parametrize("name", ["briefs.zh-Hans.md"])
def test_corner_and_curly_marks_do_not_mix_in_chinese(lay: Any, name: str) -> None:
    """「」 among “” is named; an English apostrophe within Chinese is not."""
    assert told(lay, block("“一”和“二”，\n又有「三」。"), name) == [("look", 4, "corner")]
    assert told(lay, block("“一”和“二”，People's Daily 称"), name) == []
    assert told(lay, block("「一」和「二『三』」"), name) == []


@pytest.mark.parametrize(
    ("body", "line"),
    [("“One” and ”two", 3), ("x\n“One and\ntwo", 4), ("A “b “c” d", 3), ("[“One](a) said”", 0)],
)
def test_a_curly_mark_without_a_partner_is_named(lay: Any, body: str, line: int) -> None:
    """Left open or closed twice, at the line of the mark itself."""
    found = [f.line for f in RULE.find(lay(block(body))) if f.severity is Severity.BEFORE]
    assert found == ([line] if line else [])


def test_a_quotation_may_go_on_in_the_next_paragraph(lay: Any) -> None:
    """Each paragraph opens it again, the last one closes it; else it is a fault."""
    assert told(lay, block("“One.\n\n“Two.\n\n“Three.”")) == []
    assert told(lay, block("“One.\n\nTwo.”")) == [("before", 3, "has"), ("before", 5, "has")]


@pytest.mark.parametrize(
    ("straight", "curly"),
    [
        ('"One," she said.', "“One,” she said."),
        ("It's the '90s, 'tis rock 'n' roll", "It’s the ’90s, ’tis rock ’n’ roll"),
        ("a 'word' here", "a ‘word’ here"),
        ("\"'One' is two,\" he said", "“‘One’ is two,” he said"),
        ('**"One"** and *"two"*: "*three*".', "**“One”** and *“two”*: “*three*”."),
        ('He said—"no"—and left', "He said—“no”—and left"),
        ("6'2\" tall", "6'2\" tall"),
        ('"Made in 2025"', "“Made in 2025”"),
        ('one " alone', 'one " alone'),
        ('from "one,” he', "from “one,” he"),
        ("an 'open word", "an 'open word"),
        ("workers' rights", "workers’ rights"),
        ('"因地制宜"', "“因地制宜”"),
        ('("one")', "(“one”)"),
    ],
)
def test_the_direction_is_told_where_it_is_beyond_doubt(straight: str, curly: str) -> None:
    """Each mark becomes what an editor would type; a doubtful one stays."""
    signs = list(straight)
    for mark in curled(straight):
        signs[mark.offset] = mark.curly
    assert "".join(signs) == curly


@pytest.mark.parametrize(
    ("straight", "mended"),
    [
        ('他说"好"，又说"不好"。', "他说“好”，又说“不好”。"),
        ('"因地制宜"，"AI+"', "“因地制宜”，“AI+”"),
        ('他说"好。', None),
        ('11"和13"的屏', None),
        ('他说"好"，又"。走"了', None),
        ('“他说"好"”', None),
        ('"他说“好”"', None),
        ('""', None),
    ],
)
def test_straight_marks_pair_in_chinese(straight: str, mended: str | None) -> None:
    """By turns opening and closing; a paragraph with any doubt stays as it is."""
    signs = list(straight)
    for mark in paired(straight, ("“", "”")):
        signs[mark.offset] = mark.curly
    assert "".join(signs) == (mended or straight)


@pytest.mark.parametrize(
    ("name", "body", "promised"),
    [
        ("b.zh-Hans.md", '“一”和“二”，"三"', True),
        ("b.zh-Hans.md", '“一”，"二"和"三"', True),
        ("b.zh-Hans.md", '“一”和“二”，11"的屏', False),
        ("b.en.md", '“One” and “two”, "three"', True),
        ("b.en.md", '“One” and “two”, three"', False),
        ("b.en.md", '“One” and "two"', False),
        ("b.en.md", '“One” and “two”\n\n> "three" [@a]', False),
    ],
)
def test_a_mend_is_promised_where_it_happens(
    lay: Any, name: str, body: str, *, promised: bool
) -> None:
    """The finding sends to `check --fix` if, and only if, polishing changes the mark."""
    _, locale, _ = name.split(".")
    found = [f for f in RULE.find(lay({name: block(body)})) if "straight (" in f.message[:14]]
    assert ["--fix" in f.fix for f in found] == [promised]
    assert (polish(block(body), locale) != block(body)) is promised


def test_curly_is_what_most_marks_are() -> None:
    """An edition with as many of either is not called curly."""
    assert is_curly(["“a” 'b", "it’s"])
    assert not is_curly(['“a” "b"'])  # fmt: skip
