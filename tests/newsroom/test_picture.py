"""pressroom.newsroom.picture: any picture made fit for a mail."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from pressroom.check.picture import KB, MAX_KB, MAX_SIDE
from pressroom.errors import UsageError
from pressroom.newsroom.picture import press

if TYPE_CHECKING:
    from pressroom.newsroom.picture import Pressed

MARKS = (b"Exif\0", b"Secret", b"ICC_PROFILE", b"xmpmeta", b"Photoshop 3.0")


def photo(size: tuple[int, int] = (900, 600), noise: float = 0.3) -> Image.Image:
    """Something as restless as a photograph."""
    restless = Image.frombytes("RGB", size, Random(7).randbytes(3 * size[0] * size[1]))
    return Image.blend(Image.new("RGB", size, "grey"), restless, noise)


def drawing(mode: str = "RGB", size: tuple[int, int] = (800, 500)) -> Image.Image:
    """Flat areas with hard edges; see-through beside the disc where the mode can be."""
    picture = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).ellipse((10, 10, size[1], size[1] - 10), fill="firebrick")
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    """A camera, a name, and a position."""
    data = Image.Exif()
    data[0x010F] = "Secret camera"
    data[0x013B] = "Secret name"
    data[0x0112] = orientation
    data.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 27.0), 3: "E", 4: (116.0, 23.0, 50.0)})
    return data


def coded(picture: Image.Image, form: str, **how: Any) -> bytes:
    """The bytes of a picture file."""
    if form == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def opened(pressed: Pressed) -> Image.Image:
    """What came out, read back."""
    picture = Image.open(BytesIO(pressed.data))
    picture.load()
    return picture


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def wide() -> bytes:
    """A profile with the primaries of Adobe RGB and a gamma of 2.2 (ICC.1:2001-04)."""
    places = {
        b"wtpt": (0.9642, 1.0, 0.8249), b"rXYZ": (0.60974, 0.31111, 0.01947),
        b"gXYZ": (0.20528, 0.62567, 0.06087), b"bXYZ": (0.14919, 0.06322, 0.74457),
    }  # fmt: skip
    tags = {
        key: b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in xyz)
        for key, xyz in places.items()
    }
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = struct.pack(">I", len(tags)), b""
    for key, data in tags.items():
        table += key + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data
    head = b"\0" * 8 + struct.pack(">I", 0x02400000) + b"mntrRGB XYZ " + b"\0" * 12 + b"acsp"
    head += b"\0" * 28 + struct.pack(">iii", 63190, 65536, 54061) + b"\0" * 48
    return struct.pack(">I", 132 + len(table) - 4 + len(body)) + head[4:] + table + body


def near(found: Any, wanted: tuple[int, ...], within: int = 12) -> bool:
    """Whether two colours are about the same."""
    return all(abs(a - b) <= within for a, b in zip(found, wanted, strict=True))


# --- what comes out ---


@pytest.mark.parametrize(
    "form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF", "AVIF", "MPO"]
)
def test_every_format_becomes_one_that_mail_shows(form: str) -> None:
    """Whatever comes in, JPEG or PNG goes out, within both limits."""
    pressed = press(coded(photo((300, 180)).resize((1500, 900)), form), "a")
    assert opened(pressed).format == {"jpg": "JPEG", "png": "PNG"}[pressed.ending]
    assert (pressed.width, pressed.height) == opened(pressed).size == (1200, 720)
    assert len(pressed.data) <= MAX_KB * KB
    assert "1500 x 900 pixels made 1200 x 720" in pressed.notes


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_nothing_but_pixels_is_left(form: str) -> None:
    """Camera, name, position, profile and comment of the file are not in what goes out."""
    how: dict[str, Any] = {"exif": exif(), "icc_profile": SRGB}
    if form == "JPEG":
        how |= {"comment": b"Secret comment", "xmp": b"<x:xmpmeta>Secret</x:xmpmeta>"}
    if form == "PNG":
        how["pnginfo"] = PngInfo()
        how["pnginfo"].add_text("Author", "Secret name")
    data = coded(photo((300, 200)), form, **how)
    assert b"Secret" in data
    pressed = press(data, "a")
    assert not [mark for mark in MARKS if mark in pressed.data]
    assert not opened(pressed).getexif()


def test_nothing_is_left_in_a_drawing_either() -> None:
    """A PNG that stays PNG loses its texts, EXIF and profile too."""
    texts = PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", "Secret")
    data = coded(drawing("RGBA"), "PNG", pnginfo=texts, exif=exif(), icc_profile=SRGB)
    pressed = press(data, "a")
    kinds = {pressed.data[i + 4 : i + 8] for i in _chunk_starts(pressed.data)}
    assert pressed.ending == "png"
    assert kinds <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def _chunk_starts(data: bytes) -> list[int]:
    starts, place = [], 8
    while place < len(data):
        starts.append(place)
        place += 12 + int.from_bytes(data[place : place + 4], "big")
    return starts


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int) -> None:
    """The way the camera was held is worked into the pixels (Exif 2.32, 4.6.4)."""
    upright = Image.new("RGB", (90, 60), "white")
    upright.paste("red", (0, 0, 45, 30))
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright  # type: ignore[arg-type]
    if orientation in {6, 8}:
        stored = upright.transpose({6: 2, 8: 4}[orientation])  # type: ignore[arg-type]
    out = opened(press(coded(stored, "JPEG", quality=95, exif=exif(orientation)), "a"))
    assert out.size == (90, 60)
    assert near(out.getpixel((10, 10)), (254, 0, 0))
    assert near(out.getpixel((80, 50)), (255, 255, 255))


def test_a_telephone_s_heic_stands_upright_once() -> None:
    """HEIC says its turn twice, in the container and in EXIF; it is turned once."""
    picture = Image.new("RGB", (96, 64), "white")
    picture.info["exif"] = exif(6).tobytes()
    pressed = press(coded(picture, "HEIF"), "a")
    assert (pressed.width, pressed.height, pressed.kept_as) == (64, 96, "heic")


def test_the_same_bytes_give_the_same_bytes() -> None:
    """Nothing of the clock or of chance is in the result."""
    for form in ("JPEG", "PNG", "WEBP"):
        data = coded(photo((1300, 700)), form)
        assert press(data, "a") == press(data, "b")


# --- PNG or JPEG ---


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
def test_a_drawing_stays_sharp(form: str) -> None:
    """Flat colours become PNG, without the specks of JPEG."""
    how = {"lossless": True} if form == "WEBP" else {}
    pressed = press(coded(drawing(), form, **how), "a")
    assert pressed.ending == "png"
    assert (opened(pressed).convert("RGB").getcolors() or []) == (drawing().getcolors() or [])


def test_a_photograph_kept_as_png_becomes_jpeg() -> None:
    """A picture without flat areas is a photograph, whatever its ending; the JPEG is progressive."""
    pressed = press(coded(photo(), "PNG"), "a")
    assert pressed.ending == "jpg"
    assert opened(pressed).info["progressive"]


def test_a_heavy_drawing_gets_a_palette() -> None:
    """A drawing of many hues that is too heavy as it stands keeps its lines with fewer colours."""
    busy = drawing(size=(1200, 1200))
    busy.paste(photo((400, 460)), (700, 650))
    pressed = press(coded(busy, "PNG"), "a")
    assert pressed.ending == "png"
    assert opened(pressed).mode == "P"
    assert len(pressed.data) <= MAX_KB * KB


def test_what_one_sees_through_stays_see_through() -> None:
    """Transparency is kept where the limit allows it."""
    out = opened(press(coded(drawing("RGBA"), "PNG"), "a"))
    assert out.convert("RGBA").getpixel((799, 499)) == (0, 0, 0, 0)


def test_transparency_that_is_too_heavy_is_put_on_white() -> None:
    """The last way out is JPEG on white, and it is said."""
    heavy = photo((1200, 800))
    heavy.putalpha(heavy.getchannel("R"))
    pressed = press(coded(heavy, "PNG"), "a")
    assert pressed.ending == "jpg"
    assert any("white" in note for note in pressed.notes)


def test_an_alpha_that_hides_nothing_is_dropped() -> None:
    """A photograph with an opaque alpha channel is a photograph."""
    opaque = photo()
    opaque.putalpha(255)
    assert press(coded(opaque, "PNG"), "a").ending == "jpg"


def test_noise_is_made_lighter_until_it_fits() -> None:
    """Quality falls first, then size; the picture is never refused for its weight."""
    pressed = press(coded(photo((1200, 1200), 1), "JPEG", quality=100), "a")
    assert len(pressed.data) <= MAX_KB * KB
    assert max(pressed.width, pressed.height) < MAX_SIDE
    assert any(note.startswith("1200 x 1200 pixels made") for note in pressed.notes)


def test_a_thread_of_a_picture_keeps_one_pixel() -> None:
    """Shrinking never makes a side vanish; a small picture is never enlarged."""
    thread = press(coded(Image.new("RGB", (1, 50_000)), "PNG"), "a")
    assert (thread.width, thread.height) == (1, MAX_SIDE)
    small = press(coded(drawing(size=(30, 20)), "PNG"), "a")
    assert (small.width, small.height) == (30, 20)


# --- colours ---


def test_cmyk_becomes_rgb() -> None:
    """A printer's file shows its colours on a screen."""
    red = Image.new("CMYK", (50, 50), (0, 255, 255, 0))
    assert near(opened(press(coded(red, "JPEG"), "a")).getpixel((25, 25)), (254, 0, 0))
    assert near(opened(press(coded(red, "TIFF"), "a")).getpixel((25, 25)), (254, 0, 0))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_colour_profile_is_used_before_it_goes(form: str) -> None:
    """What Adobe RGB calls 150, 100, 50 is a warmer colour in sRGB; grey stays grey."""
    picture = Image.new("RGB", (40, 40), (150, 100, 50))
    picture.paste((128, 128, 128), (20, 0, 40, 40))
    pressed = press(coded(picture, form, icc_profile=wide(), quality=95), "a")
    out = opened(pressed).convert("RGB")
    assert near(out.getpixel((8, 20)), (171, 100, 41), within=6)
    assert near(out.getpixel((32, 20)), (128, 128, 128), within=4)
    assert pressed.notes == ()


def test_a_profile_is_used_beneath_transparency() -> None:
    """See-through pictures keep both their colours and their holes."""
    picture = Image.new("RGBA", (40, 40), (150, 100, 50, 255))
    picture.paste((0, 0, 0, 0), (20, 0, 40, 40))
    out = opened(press(coded(picture, "PNG", icc_profile=wide()), "a")).convert("RGBA")
    assert near(out.getpixel((8, 20)), (171, 100, 41, 255), within=6)
    assert out.getpixel((32, 20)) == (0, 0, 0, 0)


def test_a_broken_profile_is_said_and_left_out() -> None:
    """A profile that cannot be read changes no colour and stops nothing."""
    pressed = press(coded(drawing(), "PNG", icc_profile=b"nonsense" * 40), "a")
    assert any("colour profile" in note for note in pressed.notes)
    assert opened(pressed).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    """Middle grey of 16 bit is middle grey of 8 bit."""
    grey = Image.new("I;16", (20, 20), 0x8080)
    for form in ("PNG", "TIFF"):
        out = opened(press(coded(grey, form), "a")).convert("RGB")
        assert near(out.getpixel((5, 5)), (128, 128, 128), within=1), form


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "F", "I"])
def test_rare_kinds_of_pixels_are_taken(mode: str) -> None:
    """Black and white, grey, palette, floating point: each has a reading."""
    ramp = Image.linear_gradient("L").convert(mode)
    out = opened(press(coded(ramp, "TIFF" if mode != "P" else "PNG"), "a")).convert("L")
    assert near((out.getpixel((5, 0)), out.getpixel((5, 255))), (0, 255))


def test_only_the_first_frame_of_a_moving_picture_is_kept() -> None:
    """It is said, so that nobody wonders why it stands still."""
    frames = [drawing(size=(60, 40)), Image.new("RGB", (60, 40), "navy")]
    for form in ("GIF", "WEBP", "PNG"):
        pressed = press(coded(frames[0], form, save_all=True, append_images=frames[1:]), "a")
        assert "it moves; only its first frame is kept" in pressed.notes, form
        assert near(opened(pressed).convert("RGB").getpixel((59, 0)), (255, 255, 255)), form
    pages = coded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert any("pages" in note for note in press(pages, "a").notes)


# --- what is refused ---


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    out = b"\x89PNG\r\n\x1a\n"
    for kind, body in (head, *chunks, (b"IEND", b"")):
        out += struct.pack(">I", len(body)) + kind + body
        out += struct.pack(">I", zlib.crc32(kind + body))
    return out


@pytest.mark.parametrize("side", [7_800, 12_000, 50_000])
def test_a_bomb_is_refused_before_it_unfolds(side: int) -> None:
    """A small file that claims more than 60 megapixels is turned away by its header."""
    with pytest.raises(UsageError, match=r"^bomb.png: has more than 60 megapixels"):
        press(_png(side, side, (b"IDAT", zlib.compress(b"\0" * 100))), "bomb.png")


def test_a_bomb_of_text_is_refused() -> None:
    """64 MB of comment, packed into a few KB, are not unpacked to the end."""
    comment = b"Comment\0\0" + zlib.compress(b"a" * 90_000_000)
    with pytest.raises(UsageError, match="damaged"):
        press(_png(1, 1, *[(b"zTXt", comment)] * 2, (b"IDAT", zlib.compress(b"\0" * 4))), "t.png")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "HEIF", "AVIF"])
def test_a_file_cut_anywhere_is_refused_in_words(form: str) -> None:
    """A download that ended early gives a sentence, never a traceback and never half a picture."""
    data = coded(photo((64, 48)), form, **({"exif": exif()} if form == "JPEG" else {}))
    for end in range(0, len(data) * 3 // 4, max(1, len(data) // 25)):
        with pytest.raises(UsageError, match=r"^a.x: "):
            press(data[:end], "a.x")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "HEIF", "BMP"])
def test_bytes_turned_over_never_crash(form: str) -> None:
    """A damaged file is a picture or a sentence."""
    data = coded(drawing(size=(64, 48)), form)
    for place in range(0, len(data), max(1, len(data) // 30)):
        bad = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        with suppress(UsageError):
            assert press(bad, "a").ending in {"jpg", "png"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<?xml version="1.0"?>\n<svg><script>alert(1)</script></svg>', "is SVG"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"<!DOCTYPE html><title>404</title>", "is a web page"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture we know"),
        (b"", "not a picture we know"),
        (b"\0" * 500, "not a picture we know"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(data: bytes, words: str) -> None:
    """An SVG, a PDF, a saved web page: each with what to do; no interpreter is started for EPS."""
    with pytest.raises(UsageError, match=words):
        press(data, "a")
