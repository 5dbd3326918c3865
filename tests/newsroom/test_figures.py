"""pressroom.newsroom.figures: a picture taken into an issue, and its words asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from rooms import tree

from pressroom.check.header import read_header
from pressroom.check.picture import KB, MAX_KB, MAX_SIDE
from pressroom.errors import SettingsError, StoreError, UsageError
from pressroom.manuscript.issue import read_figures
from pressroom.model import Locale, sha256
from pressroom.newsroom.figures import add_figure
from pressroom.workspace import load

if TYPE_CHECKING:
    from pathlib import Path

    from rooms import Room

    from pressroom.workspace import Workspace

SLUG = "2025-09-05"
EN, ZH = Locale("en"), Locale("zh-Hans")


def snapshot(folder: Path) -> Path:
    """A photograph as a telephone writes it: large, turned, with a position and a name."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Secret name"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 27.0)})
    path = folder / "IMG 0001.JPG"
    Image.radial_gradient("L").resize((1600, 1000)).convert("RGB").save(path, exif=exif)
    return path


def drawing(folder: Path) -> Path:
    """A drawing on nothing."""
    path = folder / "drawing.png"
    picture = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((10, 10, 90, 90), fill="navy")
    picture.save(path)
    return path


@pytest.fixture
def ws(room: Room) -> Workspace:
    """The sample newsroom."""
    return load(room.root)


# --- added ---


def test_a_photograph_is_taken_in(ws: Workspace, tmp_path: Path) -> None:
    """Small, upright, without EXIF; the original kept to the byte under its hash."""
    file = snapshot(tmp_path)
    added = add_figure(ws, SLUG, file, "hall")
    header = read_header(added.picture)
    assert added.picture == ws.issues / SLUG / "figures" / "hall.jpg"
    assert header
    assert (header.width, header.height) == (750, MAX_SIDE) == (added.width, added.height)
    assert not header.told
    assert added.picture.stat().st_size == added.weight <= MAX_KB * KB
    assert added.original == ws.private / "originals" / f"{sha256(file.read_bytes())}.jpg"
    assert added.original.read_bytes() == file.read_bytes()
    assert added.call == "![[hall]]"
    assert added.notes == ("1000 x 1600 pixels made 750 x 1200",)


def test_its_page_asks_for_every_edition_s_words(ws: Workspace, tmp_path: Path) -> None:
    """Credit, licence and source once; alt, caption and text per locale, empty; the original."""
    file = drawing(tmp_path)
    added = add_figure(ws, SLUG, file, "box", "https://e.org/a?b=1", '  Lin "Q"\n Wen ')
    page = tomllib.loads(added.settings.read_text(encoding="utf-8"))
    nothing = {"en": "", "zh-Hans": ""}
    assert added.wrote_settings
    assert page == {
        "credit": 'Lin "Q" Wen', "licence": "", "source": "https://e.org/a?b=1",
        "original": sha256(file.read_bytes()), "alt": nothing, "caption": nothing,
        "text": nothing,
    }  # fmt: skip
    figure = read_figures(ws.issues / SLUG)["box"]
    assert (figure.path, figure.credit) == (added.picture, 'Lin "Q" Wen')


def test_the_check_asks_for_the_words(room: Room, ws: Workspace, tmp_path: Path) -> None:
    """A figure that is called and has no words stops the send."""
    add_figure(ws, SLUG, drawing(tmp_path), "box")
    room.change(f"issues/{SLUG}/explainer.en.md", "![[yardstick]]", "![[yardstick]]\n\n![[box]]")
    room.run("check", SLUG)
    assert "alt.en is empty" in room.out


def test_adding_twice_changes_nothing(ws: Workspace, tmp_path: Path) -> None:
    """The same command with --replace leaves every byte as it is."""
    file = snapshot(tmp_path)
    add_figure(ws, SLUG, file, "hall")
    before = tree(ws.root)
    add_figure(ws, SLUG, file, "hall", replace=True)
    assert tree(ws.root) == before


def test_without_an_issue_the_open_one_is_taken(ws: Workspace, tmp_path: Path) -> None:
    """One open issue needs no --issue; a figures folder is made where there is none."""
    (ws.issues / SLUG / "issue.toml").write_text('listed = "2025-09-05"\n')
    (ws.issues / "2025-09-19").mkdir()
    added = add_figure(ws, None, drawing(tmp_path), "box")
    assert added.picture == ws.issues / "2025-09-19" / "figures" / "box.png"


# --- beside an editor's words ---

OURS = """# ours
credit = "Lin Wen"   # by telephone
source = ""

[alt]
en = "A hall"
"""


def test_an_editor_s_page_keeps_every_word(ws: Workspace, tmp_path: Path) -> None:
    """Words written before the picture came stay; an empty source is filled, the hash is set."""
    page = ws.issues / SLUG / "figures" / "hall.toml"
    page.write_text(OURS, encoding="utf-8")
    file = snapshot(tmp_path)
    added = add_figure(ws, SLUG, file, "hall", "https://e.org/", "Somebody")
    text = page.read_text(encoding="utf-8")
    assert not added.wrote_settings
    assert "credit stays as it stands in hall.toml" in added.notes
    assert text == OURS.replace(
        'source = ""\n',
        f'source = "https://e.org/"\noriginal = "{sha256(file.read_bytes())}"\n',
    )


def test_a_page_that_is_not_toml_is_left_alone(ws: Workspace, tmp_path: Path) -> None:
    """The fault is named, and nothing is written."""
    (ws.issues / SLUG / "figures" / "hall.toml").write_text("credit = \n", encoding="utf-8")
    before = tree(ws.root)
    with pytest.raises(SettingsError, match=r"^hall.toml: line 1, column 10"):
        add_figure(ws, SLUG, snapshot(tmp_path), "hall")
    assert tree(ws.root) == before


def test_a_replaced_picture_may_change_its_kind(ws: Workspace, tmp_path: Path) -> None:
    """PNG replaced by JPEG leaves one picture of the name, with the words it had."""
    old = add_figure(ws, SLUG, drawing(tmp_path), "hall")
    page = old.settings.read_text(encoding="utf-8").replace('en = ""', 'en = "A hall"', 1)
    old.settings.write_text(page, encoding="utf-8")
    new = add_figure(ws, SLUG, snapshot(tmp_path), "hall", replace=True)
    figure = read_figures(ws.issues / SLUG)["hall"]
    assert not old.picture.exists()
    assert (figure.path, figure.alt[EN]) == (new.picture, "A hall")
    assert old.original.is_file()


def test_a_picture_put_there_by_hand_is_cleaned_in_place(ws: Workspace, tmp_path: Path) -> None:
    """The file may be the figure itself: its old bytes are kept privately, clean ones published."""
    there = ws.issues / SLUG / "figures" / "cartoon.png"
    snapshot(tmp_path).replace(there)
    before = there.read_bytes()
    added = add_figure(ws, SLUG, there, "cartoon", replace=True)
    assert added.original.read_bytes() == before
    assert added.picture.name == "cartoon.jpg"
    assert not there.exists()


# --- refused ---


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("My Cartoon", "my-cartoon"), ("a_b", "a-b"), ("漫画", ""), ("", ""), ("../up", "up"),
        ("a/b", "a-b"), ("a.png", "a-png"), ("-a-", "a"), ("a--b", "a-b"), ("x" * 99, "x" * 60),
        ("a\n", "a"), ("probe:x", "probe-x"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused(
    ws: Workspace, tmp_path: Path, name: str, near: str
) -> None:
    """Lower-case letters, digits, hyphens: what is nearest is proposed, and nothing is written."""
    before = tree(ws.root)
    with pytest.raises(UsageError, match=r"^--as: ") as fault:
        add_figure(ws, SLUG, drawing(tmp_path), name)
    assert (f'Did you mean "{near}"?' in str(fault.value)) == bool(near)
    assert tree(ws.root) == before


def test_a_taken_name_is_refused(ws: Workspace, tmp_path: Path) -> None:
    """Nobody's picture is replaced by accident, whatever its ending."""
    with pytest.raises(UsageError, match=r'^figures/cartoon.png: the name "cartoon" is taken'):
        add_figure(ws, SLUG, snapshot(tmp_path), "cartoon")


def test_a_file_that_is_not_there_is_refused(ws: Workspace, tmp_path: Path) -> None:
    """The nearest name beside it is proposed; a folder is called a folder."""
    drawing(tmp_path)
    with pytest.raises(UsageError, match=r'no such file. Did you mean "drawing.png"\?'):
        add_figure(ws, SLUG, tmp_path / "drawin.png", "box")
    with pytest.raises(UsageError, match="is a folder"):
        add_figure(ws, SLUG, tmp_path, "box")
    with pytest.raises(UsageError, match=r"no such file\.$"):
        add_figure(ws, SLUG, tmp_path / "no" / "where.png", "box")


def test_a_huge_file_is_refused_unread(ws: Workspace, tmp_path: Path) -> None:
    """More than 100 MB are not read into memory."""
    huge = tmp_path / "huge.tif"
    with huge.open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(UsageError, match="more than 100 MB"):
        add_figure(ws, SLUG, huge, "box")


@pytest.mark.parametrize(
    "url", ["e.org/a", "ftp://e.org/", "javascript:alert(1)", "https://", "https://[e/", "https://e .org",
            "https://e.org/\n"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused(ws: Workspace, tmp_path: Path, url: str) -> None:
    """The source of a picture is a web address, whole."""
    with pytest.raises(UsageError, match=r"^--url: "):
        add_figure(ws, SLUG, drawing(tmp_path), "box", url)


def test_what_is_no_picture_leaves_no_trace(ws: Workspace, tmp_path: Path) -> None:
    """An SVG with a script, half a download: refused before anything is written."""
    before = tree(ws.root)
    svg = tmp_path / "a.png"
    svg.write_text("<svg><script>alert(1)</script></svg>")
    with pytest.raises(UsageError, match=r"^a.png: is SVG"):
        add_figure(ws, SLUG, svg, "box")
    half = tmp_path / "b.jpg"
    half.write_bytes(snapshot(tmp_path).read_bytes()[:5000])
    with pytest.raises(UsageError, match=r"^b.jpg: is damaged"):
        add_figure(ws, SLUG, half, "box")
    assert tree(ws.root) == before


def test_an_unknown_issue_is_named(ws: Workspace, tmp_path: Path) -> None:
    """The issue must be there; the nearest is proposed."""
    with pytest.raises(UsageError, match='Did you mean "2025-09-05"'):
        add_figure(ws, "2025-09-06", drawing(tmp_path), "box")


# --- killed ---

ADD = """
import sys
from pathlib import Path
from pressroom.newsroom.figures import add_figure
from pressroom.workspace import load
add_figure(load(Path(sys.argv[1])), "2025-09-05", Path(sys.argv[2]), "hall", replace=True)
"""


@pytest.mark.kill
@pytest.mark.parametrize("files", [1, 2, 3])
def test_a_kill_is_finished_by_the_same_command(ws: Workspace, tmp_path: Path, files: int) -> None:
    """Whatever stood when it was killed, the command as it was typed completes it."""
    file = snapshot(tmp_path)
    before = len(tree(ws.root))
    job = subprocess.Popen([sys.executable, "-c", ADD, str(ws.root), str(file)])
    while job.poll() is None:
        if sum(len(names) for _, _, names in os.walk(ws.root)) >= before + files:
            job.kill()
            job.wait()
    job.wait()
    added = add_figure(ws, SLUG, file, "hall", replace=added_whole(ws))
    figure = read_figures(ws.issues / SLUG)["hall"]
    assert (figure.path, set(figure.alt)) == (added.picture, {EN, ZH})
    assert not [name for name in tree(ws.root) if name.endswith(".unfinished")]


def added_whole(ws: Workspace) -> bool:
    """Whether the killed run came to its last write."""
    return (ws.issues / SLUG / "figures" / "hall.jpg").is_file()


def test_what_a_killed_write_left_is_swept(ws: Workspace, tmp_path: Path) -> None:
    """An unfinished file of a dead process goes, so that it is not published."""
    left = ws.issues / SLUG / "figures" / ".hall.jpg.999999999.x.unfinished"
    left.write_bytes(b"half")
    add_figure(ws, SLUG, drawing(tmp_path), "box")
    assert not left.exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(ws: Workspace, tmp_path: Path) -> None:
    """A file where the folder should be: said in words, and left as it is."""
    there = ws.issues / "2025-09-19" / "figures"
    there.parent.mkdir()
    there.write_text("a note")
    with pytest.raises(StoreError, match="cannot be written"):
        add_figure(ws, "2025-09-19", drawing(tmp_path), "box")
    assert there.read_text() == "a note"


def test_a_heic_goes_out_as_jpeg(ws: Workspace, tmp_path: Path) -> None:
    """A telephone's HEIC is converted; the original keeps its own ending, whatever it was called."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    out = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "HEIF")
    file = tmp_path / "from-phone.jpg"
    file.write_bytes(out.getvalue())
    added = add_figure(ws, SLUG, file, "hall")
    assert (added.picture.name, added.original.suffix) == ("hall.jpg", ".heic")
