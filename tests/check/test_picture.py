"""pressroom.check.picture and pressroom.check.header: what lies in figures/ and is published."""

from __future__ import annotations

import struct
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pressroom.check.header import Header, read_header
from pressroom.check.picture import RULE
from pressroom.model import Figure, Locale

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
CALLED = "## A {#a}\n\n![[hall]]\n"
BOTH = {"briefs.en.md": CALLED, "briefs.zh-Hans.md": CALLED}


def exif(*, gps: bool = False) -> Image.Exif:
    """A camera, and perhaps a position."""
    data = Image.Exif()
    data[0x010F] = "Camera"
    if gps:
        data.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 27.0)})
    return data


def put(folder: Path, name: str = "hall.jpg", side: int = 60, **how: Any) -> Path:
    """A picture put into figures/ by hand."""
    path = folder / "figures" / name
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", (side, side // 2), "teal").save(path, how.pop("form", None), **how)
    return path


def found(lay: Any, path: Path, files: Any = CALLED, **more: Any) -> list[Any]:
    """The findings on one picture."""
    due = more.pop("due", (EN,))
    picture = Figure("hall", path, path.with_suffix(".toml"), credit="Lin", **more)
    root = path.parents[1]
    return list(RULE.find(lay(files, root=root, figures={"hall": picture}, due=due)))


# --- the file ---


@pytest.mark.parametrize("name", ["hall.jpg", "hall.jpeg", "hall.png", "hall.gif"])
def test_a_clean_small_picture_is_no_finding(lay: Any, tmp_path: Path, name: str) -> None:
    """What figure add writes passes."""
    assert found(lay, put(tmp_path, name, side=1200)) == []


def test_too_many_pixels_are_worth_a_look(
    lay: Any, tell: Callable[..., Any], tmp_path: Path
) -> None:
    """Light but large: mail shows it, so it stops nothing; the mend is one command."""
    findings = found(lay, put(tmp_path, side=1300))
    assert tell(findings) == [("look", "hall.jpg", 1)]
    assert "1300 x 650 pixels" in findings[0].message
    assert findings[0].fix == "run: pressroom figure add figures/hall.jpg --as hall --replace"


def test_too_many_bytes_are_a_finding(lay: Any, tell: Callable[..., Any], tmp_path: Path) -> None:
    """Over 200 KB is mended before the send."""
    path = put(tmp_path, "hall.png")
    side = 300
    Image.frombytes("RGB", (side, side), Random(7).randbytes(3 * side * side)).save(path)
    assert tell(found(lay, path)) == [("before", "hall.png", 1)]


@pytest.mark.parametrize("name", ["hall.jpg", "hall.png"])
def test_a_position_stops_the_send(
    lay: Any, tell: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    """Where a picture was taken is nobody's business; also where no text calls the picture."""
    path = put(tmp_path, name, exif=exif(gps=True))
    assert tell(found(lay, path)) == [("stop", name, 1)]
    assert tell(found(lay, path, files="## A {#a}\n\nText.\n")) == [("stop", name, 1)]


def test_other_data_left_in_a_picture_are_findings(
    lay: Any, tell: Callable[..., Any], tmp_path: Path
) -> None:
    """EXIF, XMP and IPTC are named; a harmless word on the program that wrote it is none."""
    texts = PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    texts.add_text("Raw profile type iptc", "\niptc\n 2\n1c02", zip=True)
    harmless = PngInfo()
    harmless.add_text("Software", "Inkscape")
    for how in (
        {"name": "hall.jpg", "exif": exif()},
        {"name": "hall.jpg", "xmp": b"<x:xmpmeta/>"},
        {"name": "hall.png", "exif": exif()},
        {"name": "hall.png", "pnginfo": texts},
    ):
        path = put(tmp_path, **how)
        assert tell(found(lay, path)) == [("before", path.name, 1)], how
        path.unlink()
    assert found(lay, put(tmp_path, "hall.png", pnginfo=harmless)) == []


def test_bytes_of_another_kind_are_findings(
    lay: Any, tell: Callable[..., Any], tmp_path: Path
) -> None:
    """A PNG called .jpg is mended before the send; a WebP called .png stops it."""
    assert tell(found(lay, put(tmp_path, "hall.jpg", form="PNG"))) == [("before", "hall.jpg", 1)]
    (tmp_path / "figures" / "hall.jpg").unlink()
    assert tell(found(lay, put(tmp_path, "hall.png", form="WEBP"))) == [("stop", "hall.png", 1)]


def test_two_pictures_of_one_name_are_both_looked_at(
    lay: Any, tell: Callable[..., Any], tmp_path: Path
) -> None:
    """The one that is not shown is published all the same."""
    put(tmp_path, "hall.jpg", exif=exif(gps=True))
    findings = found(lay, put(tmp_path, "hall.png"))
    assert tell(findings) == [("look", "hall.jpg", 1), ("stop", "hall.jpg", 1)]


def test_a_missing_picture_is_another_rule_s_finding(lay: Any, tmp_path: Path) -> None:
    """`figure` says that it is missing; nothing is said twice."""
    assert found(lay, tmp_path / "figures" / "hall.png") == []


# --- words ---

PAGE = 'credit = "Lin"\n\n[alt]\nen = "A"\n\n[text]\nen = "Exit"\nzh-Hans = ""\n'


def test_words_in_the_picture_are_given_in_every_edition(
    lay: Any, tell: Callable[..., Any], tmp_path: Path
) -> None:
    """Both places are named by line; with both given, or none, there is no finding."""
    path = put(tmp_path)
    path.with_suffix(".toml").write_text(PAGE, encoding="utf-8")
    due = (EN, ZH)
    findings = found(lay, path, BOTH, due=due, text={EN: "Exit", ZH: ""})
    assert tell(findings) == [("before", "hall.toml", 8)]
    assert findings[0].message == "text.zh-Hans is empty; text.en (line 7) has words."
    assert found(lay, path, BOTH, due=due, text={EN: "Exit", ZH: "出口"}) == []
    assert found(lay, path, BOTH, due=due, text={EN: "", ZH: " "}) == []
    assert found(lay, path, BOTH, due=(EN,), text={EN: "Exit"}) == []
    assert found(lay, path, CALLED, due=due, text={EN: "Exit"}) == []


def test_a_missing_key_is_placed_at_its_table(lay: Any, tmp_path: Path) -> None:
    """Where the key is not there, the table's own line; without a page, line 1."""
    path = put(tmp_path)
    (finding,) = found(lay, path, BOTH, due=(EN, ZH), text={EN: "Exit"})
    assert finding.line == 1
    path.with_suffix(".toml").write_text('[text]\n"en" = "Exit"\n[alt]\n', encoding="utf-8")
    (finding,) = found(lay, path, BOTH, due=(EN, ZH), text={EN: "Exit"})
    assert (finding.line, "(line 2)" in finding.message) == (1, True)
    path.with_suffix(".toml").write_text('text.en = "Exit"\n', encoding="utf-8")
    (finding,) = found(lay, path, BOTH, due=(EN, ZH), text={EN: "Exit"})
    assert "(line 1)" in finding.message


def test_an_alt_that_repeats_the_caption_is_worth_a_look(
    lay: Any, tell: Callable[..., Any], tmp_path: Path
) -> None:
    """Marks and capitals make no difference to the ear; letter for letter is `figure`'s finding."""
    path = put(tmp_path)
    findings = found(lay, path, alt={EN: "The town hall"}, caption={EN: "The Town Hall."})
    assert tell(findings) == [("look", "hall.toml", 1)]
    assert found(lay, path, alt={EN: "Same"}, caption={EN: "Same"}) == []
    assert found(lay, path, alt={EN: "A door"}, caption={EN: "The town hall."}) == []
    assert found(lay, path, alt={EN: "..."}, caption={EN: "?"}) == []


# --- headers ---


def test_headers_are_read_as_the_library_reads_them(tmp_path: Path) -> None:
    """Kind and size of JPEG (baseline, progressive, grey, CMYK), PNG and GIF."""
    for form, mode, how in (
        ("JPEG", "RGB", {}), ("JPEG", "RGB", {"progressive": True}), ("JPEG", "L", {}),
        ("JPEG", "CMYK", {}), ("PNG", "RGBA", {}), ("PNG", "1", {}), ("GIF", "P", {}),
    ):  # fmt: skip
        path = tmp_path / "a"
        Image.new(mode, (301, 203)).save(path, form, **how)
        assert read_header(path) == Header(form, 301, 203, frozenset())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
def test_a_damaged_header_is_none_or_less(tmp_path: Path, form: str) -> None:
    """Cut short, or with a byte turned over, it gives a header or None."""
    out = BytesIO()
    how = {} if form == "GIF" else {"exif": exif(gps=True)}
    Image.new("L", (16, 16)).save(out, form, **how)
    data, path = out.getvalue(), tmp_path / "a"
    for place in range(0, len(data), max(1, len(data) // 150)):
        for bad in (data[:place], data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]):
            path.write_bytes(bad)
            header = read_header(path)
            assert header is None or header.kind == form


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff" * 200_000,
        b"\xff\xd8" + b"\xff\xe1\x00\x00" * 50_000,
        b"\xff\xd8" + b"\xff\x01" * 100_000,
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * 50_000,
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIDAT",
        b"GIF89a\0",
    ],
)
def test_a_header_without_end_is_given_up(tmp_path: Path, data: bytes) -> None:
    """A file that goes on for ever costs a bounded number of steps."""
    path = tmp_path / "a"
    path.write_bytes(data)
    assert read_header(path) is None


def test_a_lying_directory_of_exif_is_exif_all_the_same(tmp_path: Path) -> None:
    """Offsets beyond the end and counts without end are read as far as there are bytes."""
    for tiff in (
        b"II*\0" + struct.pack("<I", 0xFFFFFFFF), b"MM\0*" + struct.pack(">IH", 8, 0xFFFF),
        b"II*\0", b"nonsense", b"",
    ):  # fmt: skip
        path = put(tmp_path, exif=b"Exif\0\0" + tiff) if tiff else None
        header = read_header(path) if path else None
        assert header is None or header.told == {"EXIF"}


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    """What cannot be opened gives None."""
    assert read_header(tmp_path) is None
