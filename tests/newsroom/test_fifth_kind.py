"""A section kind of the newsroom's own: the example of docs/sections.md, from draft to send."""

from __future__ import annotations

import html
import re
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

import pytest
from rooms import ROOT

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from rooms import Room

ISSUE = "2025-09-05"
FILE = "sections/letters.py"
LETTERS = {
    "en": (
        "Two readers write",
        "Ada Lin, Kaohsiung",
        "Our office bought the [[all-in-one machine]]. It keeps the tea warm.",
        "Then it is in daily use, which is more than most can say.",
        "What became of the labels in [your brief](news_briefs#label)?",
    ),
    "zh-Hans": (
        "两封来信",
        "高雄，林女士",
        "我们机关也买了[[一体机]]，如今用来温茶。",
        "那也算天天在用了，多数地方还做不到。",
        "[简讯](news_briefs#label)里写的标识，后来怎样了？",
    ),
}
PRINTED = {
    "en": ("_LETTERS", "Letters to the editor", "We answer:"),
    "zh-Hans": ("_来信", "读者来信", "编者答："),
}


def example(language: str) -> str:
    """The first code block of a language in docs/sections.md."""
    page = (ROOT / "docs/sections.md").read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def add_section(room: Room, code: str) -> None:
    """Put a section file into the newsroom and name it in newsletter.toml, as the page says."""
    room.write(FILE, code)
    room.write("newsletter.toml", f"{room.read('newsletter.toml')}\n{example('toml')}")


def fill_in(room: Room, locale: str) -> None:
    """Write two letters over the marks of a drafted file, the second without an answer."""
    name = f"issues/{ISSUE}/letters.{locale}.md"
    title, writer, letter, answer, second = LETTERS[locale]
    first, last = room.read(name).split("## ")[1:]
    mark, write = first.split(" {#")[0], first.split("\n\n")[1]
    one = first.replace(mark, writer, 1).replace(f"> {write}", f"> {answer}")
    two = f"B. {{#{last.split('{#')[1].split('}')[0]}}}\n\n{second}\n"
    text = f'---\ntitle: "{title}"\n---\n\n## {one.replace(write, letter, 1)}## {two}'
    room.write(name, text)


@pytest.fixture
def lettered(room: Room) -> Room:
    """The sample newsroom with the page's section, drafted."""
    add_section(room, example("python"))
    assert room.run("draft", ISSUE, "--section", "letters") == 0
    return room


@pytest.fixture
def built(lettered: Room) -> Room:
    """The letters filled in and the issue built."""
    for locale in LETTERS:
        fill_in(lettered, locale)
    assert lettered.run("build", ISSUE) == 0
    return lettered


def flat(text: str) -> str:
    """Words alone: no tags, no space, no marks of Markdown or of plain text."""
    return re.sub(r"[\s>\\]+", "", re.sub(r"<[^>]+>", "", html.unescape(text)))


def in_order(printed: str, locale: str) -> None:
    """The label, both letters and the answer stand there, one after the other."""
    label, _, answers = PRINTED[locale]
    title, writer, letter, answer, second = LETTERS[locale]
    position = printed.index(flat(label))
    begins, asks = letter.split("[[")[0], max(re.split(r"\[.*?\)", second), key=len)
    pieces = (title, writer, begins, answers, answer, asks)
    for words in pieces:
        position = printed.index(flat(words), position)


def test_a_draft_is_a_skeleton_in_each_edition(lettered: Room) -> None:
    """Both files have the same ids, and their marks stop the send until they are filled in."""
    ids = [
        re.findall(r"\{#(.*?)\}", lettered.read(f"issues/{ISSUE}/letters.{locale}.md"))
        for locale in LETTERS
    ]
    assert ids == [["letter-1", "letter-2"]] * 2
    assert lettered.run("check", ISSUE) == 1
    assert "letters.en.md:5  todo" in lettered.out
    assert "letters.zh-Hans.md:5  todo" in lettered.out


def test_filled_in_it_is_in_every_medium(built: Room) -> None:
    """No rule finds fault; mail, text and page hold label, letters and answer in print order."""
    assert built.run("check", ISSUE) == 0
    assert "letters" not in built.out
    for locale in LETTERS:
        page = built.read(f"public/{ISSUE}/{locale}/index.html")
        in_order(flat(page[page.index("<main") :].split("</nav>")[-1]), locale)
        for name in ("email.html", "email.txt"):
            mail = built.read(f"outbox/{ISSUE}/{locale}/{name}")
            in_order(flat(mail), locale)
            assert "allow quote" not in mail + page


def test_the_page_is_made_for_all_readers(built: Room) -> None:
    """The page has the spoken label, an anchor a letter, the answer as a quotation, the link."""
    for locale in LETTERS:
        page = built.read(f"public/{ISSUE}/{locale}/index.html")
        assert PRINTED[locale][1] in page
        assert 'id="letter-1"' in page
        assert 'id="letter-2"' in page
        answer = re.escape(LETTERS[locale][3])
        assert re.search(rf"<blockquote[^>]*>\s*<p[^>]*>{answer}", page)
        assert re.search(r'<a href="[^"]*#label"', page)


def test_it_is_sent(built: Room) -> None:
    """A message to one address holds the letters, as text and as HTML."""
    assert built.run("send", ISSUE, "--to", "reader@example.org") == 0
    (path,) = (built.root / "outbox" / ISSUE / "messages").glob("*.eml")
    message = parsed(path)
    kinds = [part for part in message.walk() if part.get_content_maintype() == "text"]
    assert [part.get_content_subtype() for part in kinds] == ["plain", "html"]
    for part in kinds:
        in_order(flat(str(part.get_content())), "en")


def parsed(path: Path) -> EmailMessage:
    """A message from its file."""
    return BytesParser(policy=policy.default).parsebytes(path.read_bytes())


def test_a_content_note_is_no_answer(built: Room) -> None:
    """A note in a letter is printed as a note, and the answer below it as the answer."""
    note = "> [!WARNING] suicide\n> Ada writes about a death.\n\nOur office bought"
    built.change(f"issues/{ISSUE}/letters.en.md", "Our office bought", note)
    assert built.run("build", ISSUE) == 0
    text = built.read(f"outbox/{ISSUE}/en/email.txt").split("_LETTERS")[1]
    assert text.index("Ada writes about a death.") < text.index("988") < text.index("Our office")
    assert text.count("We answer:") == 1


BROKEN = {
    "class Letters(\n": "cannot be loaded (SyntaxError: '(' was never closed",
    "import no_such_library\n": "cannot be loaded (ModuleNotFoundError:",
    'class Letters:\n    kind = "lettres"\n': 'has no class with kind = "letters".',
}


@pytest.mark.parametrize("code", BROKEN, ids=["syntax", "import", "kind"])
@pytest.mark.parametrize("command", ["draft", "check", "build", "send"])
def test_a_broken_file_is_named(room: Room, code: str, command: str) -> None:
    """Each command ends with one line that names the file, code 2, and writes nothing."""
    add_section(room, code)
    assert room.run(command, ISSUE) == 2
    assert f"{FILE}: {BROKEN[code]}" in room.err
    assert room.err.count("\n") == 1
    assert not (room.root / "public").exists()
    assert not (room.root / f"issues/{ISSUE}/letters.en.md").exists()


FAULTY = {
    "no unit": ("unit =", "unity =", "check"),
    "draft": ('desk.word("todo", locale)', 'desk.word("salutation", locale)', "draft"),
    "assemble": ('block.body.split("\\n")', "block.rows", "build"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_file_that_fails_at_work_is_named(room: Room, fault: str) -> None:
    """A fault of the section's own code is one line with its file, no traceback."""
    old, new, command = FAULTY[fault]
    code = example("python")
    assert old in code
    add_section(room, code.replace(old, new))
    if command != "draft":
        room.write(f"issues/{ISSUE}/letters.en.md", "## Ada {#letter-1}\n\nHello.\n")
    assert room.run(command, ISSUE) == 2
    assert FILE in room.err


def test_a_kind_misspelt_in_the_settings(room: Room) -> None:
    """The nearest kind is offered, the newsroom's own among them."""
    add_section(room, example("python"))
    room.change("newsletter.toml", 'kind = "letters"', 'kind = "leters"')
    assert room.run("check", ISSUE) == 2
    assert 'Did you mean "letters"?' in room.err
