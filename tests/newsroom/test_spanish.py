"""Two small newsrooms kept as files: Spanish with English, and English alone."""

from __future__ import annotations

import html
import json
import re
import shutil
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rooms import Room

from pressroom.cli import main
from pressroom.lang import language
from pressroom.lang.figures import compare
from pressroom.model import UNSUBSCRIBE_HOLE

if TYPE_CHECKING:
    from email.message import EmailMessage

NEWSROOMS = Path(__file__).parents[1] / "newsrooms"
SLUG = "2025-09-05"
EN, ES = language("en").words, language("es").words
PAGES = (
    "public/es/index.html",
    f"public/{SLUG}/es/index.html",
    f"public/{SLUG}/es/index.md",
    "public/feed.es.xml",
    f"outbox/{SLUG}/es/email.html",
    f"outbox/{SLUG}/es/email.txt",
)
READERS = "address,name,edition\nines@example.org,Inés Núñez,es\njo@example.org,Jo Hart,en\n"


def opened(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    """A fresh copy of one of the newsrooms."""
    return Room(Path(shutil.copytree(NEWSROOMS / name, tmp_path / name)), capsys)


@pytest.fixture
def spanish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    """The newsroom in Spanish and English, to change and to send from."""
    return opened("es-en", tmp_path, capsys)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All texts of the newsroom in Spanish and English once it is built, by path."""
    return built("es-en", tmp_path_factory.mktemp("built"))


def built(name: str, folder: Path) -> dict[str, str]:
    """Build a copy of a newsroom; its texts by path."""
    root = Path(shutil.copytree(NEWSROOMS / name, folder / name))
    assert main(["--newsroom", str(root), "build"]) == 0
    files = [p for place in ("public", "outbox") for p in (root / place).rglob("*") if p.is_file()]
    return {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in files}


def said(text: str) -> str:
    """What a page says aloud or shows: its text, and the labels and titles in its tags."""
    bare = re.sub(r"(?s)<style.*?</style>", " ", html.unescape(text))
    labels = re.findall(r'(?:aria-label|title|alt)="([^"]*)"', bare)
    return " ".join([*re.sub(r"<[^>]+>", " ", bare).split(), *labels])


def english() -> set[str]:
    """The English interface words, cut at their holes; none of fewer than three letters."""
    pieces = (piece.strip(" ,.:") for words in EN.values() for piece in re.split(r"\{\w+\}", words))
    return {piece for piece in pieces if len(piece) > 2}


def messages(room: Room, readers: str = READERS) -> dict[str, EmailMessage]:
    """Send to these readers; the mails in the outbox by address."""
    room.write("readers.csv", readers)
    assert room.run("subscribers", "import", str(room.root / "readers.csv")) == 0
    assert room.run("send", SLUG) == 0, room.err
    files = (room.root / "outbox" / SLUG / "messages").glob("*.eml")
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return {mail["To"].addresses[0].addr_spec: mail for mail in mails}


def bodies(mail: EmailMessage) -> list[str]:
    """Its text and its HTML."""
    return [part.get_content() for part in mail.walk() if not part.is_multipart()]


@pytest.mark.parametrize("name", ["es-en", "one-language"])
def test_nothing_stops_the_send(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither newsroom has a finding that stops a send."""
    room = opened(name, tmp_path, capsys)
    room.run("check", SLUG, "--json")
    stops = [f for f in json.loads(room.out) if f["severity"] == "stop"]
    assert stops == []


@pytest.mark.parametrize("name", PAGES)
def test_no_english_in_the_spanish_interface(pages: dict[str, str], name: str) -> None:
    """Whatever the engine adds to a Spanish page, feed or mail is Spanish."""
    shown = said(pages[name])
    found = {word for word in english() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown)}
    assert found == set()


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        (PAGES[0], ["skip_to_text", "languages", "feed", "latest", "read", "contents", "top"]),
        (PAGES[1], ["skip_to_text", "contents", "question", "answer", "sources", "permalink", "untried", "archive"]),
        (PAGES[4], ["web", "archive", "sources", "untried", "unsubscribe"]),
        (PAGES[5], ["web", "archive", "sources", "untried", "unsubscribe"]),
    ],
)  # fmt: skip
def test_the_spanish_interface_is_there(pages: dict[str, str], name: str, keys: list[str]) -> None:
    """Each page and mail says its own words in Spanish."""
    shown = said(pages[name])
    assert [key for key in keys if ES[key] not in shown] == []


def test_dates(pages: dict[str, str]) -> None:
    """The issue's date and a source's stand in words, as each language writes them."""
    for name in PAGES[:2] + PAGES[4:]:
        assert "5 de septiembre de 2025" in said(pages[name]), name
    assert "Ayuntamiento de Villarrío, 1 de septiembre de 2025" in pages[PAGES[1]]
    assert "5 September 2025" in pages[f"outbox/{SLUG}/en/email.txt"]


def test_languages_are_marked(pages: dict[str, str]) -> None:
    """Every page and mail names its language; the first page is the original's."""
    for tag in ("es", "en"):
        assert f'<html lang="{tag}"' in pages[f"public/{SLUG}/{tag}/index.html"]
        assert f'lang="{tag}"' in pages[f"outbox/{SLUG}/{tag}/email.html"]
        assert f'xml:lang="{tag}"' in pages[f"public/feed.{tag}.xml"]
        assert f"lang: {tag}\n" in pages[f"public/{SLUG}/{tag}/index.md"]
    assert '<html lang="es"' in pages["public/index.html"]
    assert 'lang="en" hreflang="en">English</a>' in pages[PAGES[1]]
    assert 'lang="es" hreflang="es">español</a>' in pages[f"public/{SLUG}/en/index.html"]


@pytest.mark.parametrize("name", PAGES[1:])
def test_turns_quotes_and_numbers_as_written(pages: dict[str, str], name: str) -> None:
    """¿? and ¡! turns lose only their mark; «», “” and 1.234,5 come through untouched."""
    shown = said(pages[name])
    for words in ("¿Y quién la paga? ¿La villa?", "¡Pero si no hay autobuses!", "1.234,5 euros"):
        assert words in shown
    assert "«un servicio digno»" in shown
    assert "“se puede consultar sin cita”" in shown
    assert "P: " not in shown


@pytest.mark.parametrize("section", ["news_briefs", "explainer"])
def test_numbers_agree_across_the_editions(section: str) -> None:
    """1.234,5 and 12,5 % are 1,234.5 and 12.5%: nothing drifts, and a changed digit does."""
    issue = NEWSROOMS / "es-en/issues" / SLUG
    es, en = ((issue / f"{section}.{tag}.md").read_text(encoding="utf-8") for tag in ("es", "en"))
    match = compare(es, "es", en, "en")
    assert (match.unmatched_one, match.unmatched_other, match.altered) == ((), (), ())
    altered = compare(es.replace("1.234,5", "1.234,6"), "es", en, "en").altered
    assert [(a.words, b.words) for a, b in altered][:1] == [("1.234,6", "1,234.5")]


def test_terms_in_both_languages(pages: dict[str, str]) -> None:
    """A Spanish term is spelt out at home, and glossed in Spanish abroad."""
    assert "zona de bajas emisiones (ZBE)" in pages[PAGES[1]]
    abroad = pages[f"public/{SLUG}/en/index.md"]
    assert "low-emission zone (zona de bajas emisiones)" in abroad
    assert "main ditch (acequia mayor)" in abroad


def test_each_reader_gets_the_edition_with_its_footer(spanish: Room) -> None:
    """The Spanish mail is Spanish in text and HTML, with the reader's own way out in both."""
    mails = messages(spanish)
    assert set(mails) == {"ines@example.org", "jo@example.org"}
    for address, tag in (("ines@example.org", "es"), ("jo@example.org", "en")):
        mail, words = mails[address], language(tag).words
        assert mail["Content-Language"] == tag
        way_out = mail["List-Unsubscribe"].strip("<>")
        for body in bodies(mail):
            assert words["unsubscribe"] in body
            assert way_out in html.unescape(body)
            assert UNSUBSCRIBE_HOLE not in body
    mine = mails["ines@example.org"]
    assert mine["Subject"] == "¿Adónde va el agua de la acequia?"
    assert mine["To"].addresses[0].display_name == "Inés Núñez"
    for body in bodies(mine):
        assert ES["why"].replace("{name}", "La Acequia") in " ".join(said(body).split())


def test_an_open_mark_stops_the_spanish_edition(spanish: Room) -> None:
    """PENDIENTE stops a send; «todo», which is a word, does not."""
    name = f"issues/{SLUG}/explainer.es.md"
    spanish.change(name, "A medias:", "TODO a medias:")
    assert spanish.run("check", SLUG) == 0, spanish.out
    spanish.change(name, "y no dio fecha.", "PENDIENTE: la fecha.")
    assert spanish.run("check", SLUG) == 1
    assert "PENDIENTE" in spanish.out


def test_one_language_names_no_other(tmp_path: Path) -> None:
    """Without a second edition there is one feed, one page an issue and no link to another language."""
    alone = built("one-language", tmp_path)
    assert [name for name in alone if name.startswith("public/feed")] == ["public/feed.en.xml"]
    assert {name.split("/")[2] for name in alone if name.startswith(f"public/{SLUG}/")} == {"en"}
    for name in ("public/index.html", f"public/{SLUG}/en/index.html"):
        assert '<html lang="en"' in alone[name]
        assert set(re.findall(r'hreflang="([^"]+)"', alone[name])) <= {"en"}
    assert "Lock 7 opens, eleven weeks late" in alone["public/index.html"]


def test_one_language_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its readers get the one edition, with the footer."""
    alone = opened("one-language", tmp_path, capsys)
    mails = messages(alone, "address,name,edition\njo@example.org,Jo Hart,en\n")
    assert mails["jo@example.org"]["Content-Language"] == "en"
    for body in bodies(mails["jo@example.org"]):
        assert EN["unsubscribe"] in body
        assert mails["jo@example.org"]["List-Unsubscribe"].strip("<>") in html.unescape(body)
