"""From any picture to one that a mail can carry: small, upright, sRGB, and nothing but pixels.

    bytes -> open (known formats only, 60 megapixels at most) -> first frame, upright, 8 bit, sRGB
          -> at most 1200 pixels -> PNG where it is flat or see-through and light enough, else JPEG

What leaves is written anew from its pixels, so EXIF, GPS, XMP, IPTC, colour profile, comments and
the small preview cannot come along. The same bytes give the same bytes (with one Pillow).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING

from pressroom.check.picture import KB, MAX_KB, MAX_SIDE
from pressroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

MAX_PIXELS = 60_000_000
FORMATS = {
    "JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "TIFF": "tif",
    "BMP": "bmp", "HEIF": "heic", "AVIF": "avif",
}  # fmt: skip
"""What is taken, and the ending under which the original is kept.

MPO is what Pillow calls a JPEG with more pictures behind it, as telephones write; it opens as JPEG.
"""
LOSSY = frozenset({"JPEG", "MPO", "HEIF", "AVIF"})
MOVING = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
SIDES = (MAX_SIDE, 1000, 800, 640, 480, 320)
QUALITIES = (85, 80, 75, 70, 65, 60)
WORD = 65535
COLOURS = (256, 128, 64)
FLAT = 0.5
"""The share of pixels that equal their right neighbour, from which on a picture is drawn art."""
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
WHAT = "Give a JPEG, PNG, WebP, HEIC, TIFF, BMP, GIF or AVIF"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A picture ready for the issue: bytes, ending (`jpg`, `png`), pixels, and what was done.

    `kept_as` is the ending of the original, by its bytes and not by its name.
    """

    data: bytes
    ending: str
    width: int
    height: int
    kept_as: str
    notes: tuple[str, ...] = field(default_factory=tuple)


def press(data: bytes, where: str) -> Pressed:
    """Make a picture fit for a mail; UsageError, beginning with `where`, for what is no picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _press(data, where)
        except UsageError:
            raise
        except Exception as fault:  # noqa: BLE001 - a broken file raises anything in its decoder
            reason = str(fault).split("\n", maxsplit=1)[0] or type(fault).__name__
            raise UsageError(
                f"{where}: is damaged or cut short ({reason[:120]}). "
                "Fetch it again, or open it in a picture editor and export it anew."
            ) from None


def _press(data: bytes, where: str) -> Pressed:
    with _opened(data, where) as image:
        form, size = image.format or "", image.size
        notes = list(_moves(image))
        image.draft(None, (2 * MAX_SIDE, 2 * MAX_SIDE))
        upright = _upright(image)
    pixels = _srgb(upright, notes)
    data, ending, fitted = _fit(pixels, is_lossy=form in LOSSY)
    notes += _done(pixels, ending, fitted, size)
    return Pressed(data, ending, *fitted, kept_as=FORMATS[form], notes=tuple(notes))


# --- opening ---


def _opened(data: bytes, where: str) -> Image:
    from PIL import Image, UnidentifiedImageError

    with_heif = _with_heif()
    if data[4:8] == b"ftyp" and data[8:12] in HEIC and not with_heif:
        raise UsageError(f"{where}: is HEIC, which needs: pip install pillow-heif")
    unopened = {"MPO"} if with_heif else {"MPO", "HEIF"}
    formats = tuple(name for name in FORMATS if name not in unopened)
    try:
        image = Image.open(BytesIO(data), formats=formats)
    except Image.DecompressionBombError:
        raise UsageError(_too_many(where)) from None
    except UnidentifiedImageError:
        raise UsageError(f"{where}: {_no_picture(data)}") from None
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise UsageError(_too_many(where))
    return image


def _with_heif() -> bool:
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener()
    return True


def _too_many(where: str) -> str:
    return f"{where}: has more than {MAX_PIXELS // 1_000_000} megapixels. Make it smaller first."


def _no_picture(data: bytes) -> str:
    start = data[:1024].lstrip().lower()
    if b"<svg" in start:
        return (
            "is SVG, which mail programs do not show and which can hold scripts. "
            f"Export it as PNG, {MAX_SIDE} pixels wide, and add that."
        )
    if start.startswith(b"%pdf"):
        return "is a PDF. Export the page as PNG, and add that."
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page. Save the picture itself, and add that."
    return f"is not a picture we know, or only the start of one. {WHAT}."


def _moves(image: Image) -> Iterator[str]:
    if image.format in MOVING and getattr(image, "is_animated", False):
        yield "it moves; only its first frame is kept"
    elif image.format == "TIFF" and getattr(image, "is_animated", False):
        yield "it has several pages; only the first is kept"


# --- pixels: upright, 8 bit, sRGB ---


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - a broken EXIF block turns nothing, and is not kept anyway
        return image


def _srgb(image: Image, notes: list[str]) -> Image:
    """The picture as RGB or RGBA in sRGB; what profile it had is used once, and dropped."""
    profile = image.info.get("icc_profile")
    plain = _eight_bit(image)
    if profile and not _says_srgb(profile):
        from PIL import ImageCms

        try:
            plain = _converted(plain, profile)
        except (ImageCms.PyCMSError, OSError, ValueError):
            notes.append("its colour profile cannot be used; colours are taken as they stand")
    return _opaque(plain)


def _eight_bit(image: Image) -> Image:
    """One of L, RGB, RGBA, CMYK; 16 and 32 bit are scaled, where a plain convert would clip."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / (WORD / 255)).convert("L")
    if image.mode in {"I", "F"}:
        return _scaled(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _scaled(image: Image) -> Image:
    low, high = (float(bound) for bound in image.getextrema())  # type: ignore[arg-type]
    step = 255 / (high - low) if high > low else 1.0
    return image.convert("F").point(lambda value: value * step + -low * step).convert("L")


def _says_srgb(profile: bytes) -> bool:
    return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile


def _converted(image: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    space = source.profile.xcolor_space.strip()
    mode = {"GRAY": "L", "CMYK": "CMYK"}.get(space, "RGB")
    ready = image if image.mode in {mode, f"{mode}A"} else image.convert(mode)
    out = "RGBA" if ready.mode == "RGBA" else "RGB"
    changed = ImageCms.profileToProfile(
        ready, source, ImageCms.createProfile("sRGB"), outputMode=out
    )
    return changed if changed is not None else ready


def _opaque(image: Image) -> Image:
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:  # noqa: PLR2004
        return image.convert("RGB")
    return image if image.mode in {"RGB", "RGBA"} else image.convert("RGB")


# --- size and weight ---


def _fit(image: Image, *, is_lossy: bool) -> tuple[bytes, str, tuple[int, int]]:
    """The first of: PNG, PNG with a palette, JPEG by falling quality, then by falling size."""
    small = _within(image, MAX_SIDE)
    if small.mode == "RGBA" or (not is_lossy and _is_flat(small)):
        for data in _pngs(small):
            if len(data) <= MAX_KB * KB:
                return data, "png", small.size
    return _jpeg(_on_white(small))


def _within(image: Image, side: int) -> Image:
    from PIL import Image as Module

    scale = side / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Module.Resampling.LANCZOS, reducing_gap=3.0)


def _is_flat(image: Image) -> bool:
    from PIL import ImageChops

    if image.width < 2:  # noqa: PLR2004 - nothing to compare
        return True
    rest = (0, 0, image.width - 1, image.height)
    beside = (1, 0, image.width, image.height)
    change = ImageChops.difference(image.crop(rest), image.crop(beside)).convert("L")
    return change.histogram()[0] / (change.width * change.height) >= FLAT


def _pngs(image: Image) -> Iterator[bytes]:
    from PIL import Image as Module

    yield _saved(image, "PNG", optimize=True)
    how = Module.Quantize.FASTOCTREE if image.mode == "RGBA" else Module.Quantize.MEDIANCUT
    for colours in COLOURS:
        flat = image.quantize(colours, method=how, dither=Module.Dither.NONE)
        yield _saved(flat, "PNG", optimize=True)


def _on_white(image: Image) -> Image:
    from PIL import Image as Module

    if image.mode != "RGBA":
        return image
    ground = Module.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _jpeg(image: Image) -> tuple[bytes, str, tuple[int, int]]:
    """Noise of 320 x 320 pixels, the worst there is, has 44 KB: the end is always reached."""
    data, small = b"", image
    for side, quality in product(SIDES, QUALITIES):
        small = _within(image, side)
        data = _saved(small, "JPEG", quality=quality, progressive=True, optimize=True)
        if len(data) <= MAX_KB * KB:
            break
    return data, "jpg", small.size


def _saved(image: Image, form: str, **how: int) -> bytes:
    image.info = {}
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def _done(
    pixels: Image, ending: str, fitted: tuple[int, int], size: tuple[int, int]
) -> Iterator[str]:
    if sorted(size) != sorted(fitted):
        is_turned = (size[0] < size[1]) != (fitted[0] < fitted[1])
        width, height = reversed(size) if is_turned else size
        yield f"{width} x {height} pixels made {fitted[0]} x {fitted[1]}"
    if pixels.mode == "RGBA" and ending == "jpg":
        yield "too heavy with its transparency; it stands on white now"
