"""`figure add`: a picture taken into an issue, its original kept, its words asked for.

NAME.toml is written first and the picture last, each whole or not at all: what a kill leaves
behind is finished by the same command. A NAME.toml that is there keeps every word of its editor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.errors import UsageError, did_you_mean
from pressroom.manuscript.issue import PICTURES
from pressroom.model import sha256
from pressroom.newsroom.picture import press
from pressroom.store.files import sweep, write_changed
from pressroom.workspace import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pressroom.model import Locale
    from pressroom.workspace import Workspace

FOLDER, ORIGINALS = "figures", "originals"
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 60
MAX_MB = 100
WORDS = ("alt", "caption", "text")


@dataclass(frozen=True, slots=True)
class Added:
    """What `figure add` did: the files, the picture's size, and notes for the editor.

    `weight` is in bytes. `wrote_settings` is false where NAME.toml was there already.
    """

    name: str
    picture: Path
    settings: Path
    original: Path
    width: int
    height: int
    weight: int
    wrote_settings: bool
    notes: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        """The line that calls the picture in a manuscript."""
        return f"![[{self.name}]]"


def add_figure(
    ws: Workspace,
    slug: str | None,
    file: Path,
    name: str,
    url: str = "",
    credit: str = "",
    *,
    replace: bool = False,
) -> Added:
    """Take a picture into an issue (None: the only open one) as figures/NAME.jpg or .png.

    The original is kept under the private folder as originals/SHA256.ENDING. UsageError for a
    name, file or address that cannot be; nothing is written then.
    """
    folder = ws.issue(slug) / FOLDER
    _refuse_name(name)
    _refuse_address(url)
    taken = _taken(folder, name, replace=replace)
    data = _read(file)
    pressed = press(data, file.name)
    facts = {"credit": " ".join(credit.split()), "source": url, "original": sha256(data)}
    settings = folder / f"{name}.toml"
    is_new = not settings.is_file()
    words, notes = _new(facts, ws.languages) if is_new else _amended(settings, facts)
    original = ws.private / ORIGINALS / f"{sha256(data)}.{pressed.kept_as}"
    picture = folder / f"{name}.{pressed.ending}"
    _write({original: data, settings: words.encode(), picture: pressed.data}, taken)
    return Added(
        name, picture, settings, original, pressed.width, pressed.height, len(pressed.data),
        wrote_settings=is_new, notes=(*pressed.notes, *notes),
    )  # fmt: skip


def _write(files: Mapping[Path, bytes], taken: set[Path]) -> None:
    """The files in their order, then the picture of the same name but another ending away."""
    for path, data in files.items():
        sweep(path.parent)
        write_changed(path, data)
    for path in taken - set(files):
        path.unlink(missing_ok=True)


# --- what is refused ---


def _refuse_name(name: str) -> None:
    if len(name) <= LONGEST and NAME.fullmatch(name):
        return
    near = "-".join(re.findall(r"[a-z0-9]+", name[: 4 * LONGEST].lower()))[:LONGEST].strip("-")
    hint = f' Did you mean "{near}"?' if near and near != name else ""
    raise UsageError(
        f'--as: "{name[:LONGEST]}" is no name for a figure. Use lower-case letters, digits and '
        f"single hyphens, at most {LONGEST}.{hint}"
    )


def _refuse_address(url: str) -> None:
    if not url or _is_address(url):
        return
    raise UsageError(
        f'--url: "{url[:200]}" is no web address. Give it whole, such as https://example.org/page'
    )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = url.isprintable() and " " not in url
    return is_plain and parts.scheme in {"http", "https"} and bool(parts.hostname)


def _taken(folder: Path, name: str, *, replace: bool) -> set[Path]:
    """The files that hold this name's picture now; a refusal unless they may be replaced."""
    paths = [folder / f"{name}{ending}" for ending in PICTURES]
    taken = [path for path in paths if path.is_file()]
    if taken and not replace:
        raise UsageError(
            f'{FOLDER}/{taken[0].name}: the name "{name}" is taken. Choose another, or give '
            f"--replace: the words in {name}.toml stay."
        )
    return set(taken)


def _read(file: Path) -> bytes:
    if file.is_dir():
        raise UsageError(f"{file}: is a folder. Name one picture in it.")
    if not file.is_file():
        near = did_you_mean(file.name, _beside(file))
        raise UsageError(f"{file}: there is no such file.{near if 'Did' in near else ''}")
    if file.stat().st_size > MAX_MB * 1_000_000:
        raise UsageError(f"{file}: has more than {MAX_MB} MB. Make it smaller first.")
    try:
        return file.read_bytes()
    except OSError as fault:
        raise UsageError(f"{file}: cannot be read ({fault.strerror or fault}).") from None


def _beside(file: Path) -> Iterator[str]:
    if file.parent.is_dir():
        yield from islice((path.name for path in file.parent.iterdir()), 1000)


# --- NAME.toml ---


def _new(facts: Mapping[str, str], locales: Iterable[Locale]) -> tuple[str, list[str]]:
    """credit, licence, source, original; then a place for each edition's words."""
    import tomlkit

    page = tomlkit.document()
    for key in ("credit", "licence", "source", "original"):
        page[key] = facts.get(key, "")
    page["original"].comment("SHA-256 of the picture as it came")
    for table in WORDS:
        page[table] = dict.fromkeys(locales, "")
    return tomlkit.dumps(page), []


def _amended(path: Path, facts: Mapping[str, str]) -> tuple[str, list[str]]:
    """An editor's page: `original` set anew, an empty credit or source filled, the rest left."""
    import tomlkit

    read_toml(path)
    page = tomlkit.parse(path.read_bytes().decode())
    notes = []
    for key in ("credit", "source"):
        has, given = page.get(key), facts[key]
        if given and not has:
            page[key] = given
        elif given and given != has:
            notes.append(f"{key} stays as it stands in {path.name}")
    page["original"] = facts["original"]
    return tomlkit.dumps(page), notes
