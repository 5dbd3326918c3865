"""Finds a newsroom, reads its settings, and layers its files over the shipped ones."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pressroom.errors import SettingsError, UsageError, did_you_mean
from pressroom.model import Locale, Outlet, Select, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.settings import Settings, SourceTable

SETTINGS = "newsletter.toml"
TERMS = "terms.toml"
PARALLEL = Locale("parallel")
"""The edition that is no language: two others, block by block side by side."""
SLUG = re.compile(r"^\d{4}-\d\d-\d\d$")


@dataclass(frozen=True)
class Workspace:
    """A newsroom on disk: its root and its validated settings."""

    root: Path
    settings: Settings

    @property
    def private(self) -> Path:
        """The private folder; never in git."""
        return self.root / self.settings.private.dir

    @property
    def issues(self) -> Path:
        """The folder of issue folders."""
        return self.root / "issues"

    @property
    def locales(self) -> tuple[Locale, ...]:
        """The editions, the original first, `parallel` last."""
        return tuple(Locale(tag) for tag in self.settings.locales)

    @property
    def languages(self) -> tuple[Locale, ...]:
        """The editions that are in one language: all but `parallel`."""
        return tuple(tag for tag in self.locales if tag != PARALLEL)

    @property
    def sides(self) -> tuple[Locale, ...]:
        """The two editions of `parallel`, in their order; empty where there is none."""
        if not (table := self.settings.editions.get(PARALLEL)):
            return ()
        return tuple(Locale(tag) for tag in table.of) or (*self.written, *self.languages[1:])[:2]

    @property
    def derived(self) -> dict[Locale, Locale]:
        """Each derived edition, and the edition it is made from by script."""
        told = self.settings.editions.items()
        return {Locale(tag): Locale(table.source) for tag, table in told if table.source}

    @property
    def written(self) -> tuple[Locale, ...]:
        """The editions that somebody writes, the original first: those not derived."""
        return tuple(tag for tag in self.languages if tag not in self.derived)

    @cached_property
    def outlets(self) -> dict[str, Outlet]:
        """The outlet register."""
        return {slug: _outlet(slug, o) for slug, o in self.settings.outlets.items()}

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources as values, switched-off ones included."""
        return tuple(self._source(table) for table in self.settings.sources)

    def _source(self, table: SourceTable) -> Source:
        zone = self.outlets[table.outlet].zone or self.settings.masthead.zone
        is_page = table.kind in {"page", "pdf"}
        return Source(
            slug=table.slug,
            kind=table.kind,
            url=table.url,
            outlet=table.outlet,
            locale=Locale(table.locale),
            beat=table.beat,
            on=table.on,
            allow_private=table.allow_private,
            zone=zone,
            select=Select(**table.select.model_dump()),
            pages=table.pages,
            full_text=is_page if table.full_text is None else table.full_text,
        )

    def layers(self, folder: str) -> tuple[Path, ...]:
        """Where to look for a file of `folder`: the newsroom's own, then the shipped one."""
        own, ours = self.root / folder, shipped() / folder
        return (own, ours) if own != ours else (own,)

    def slugs(self) -> tuple[str, ...]:
        """All issues, oldest first."""
        if not self.issues.is_dir():
            return ()
        return tuple(sorted(p.name for p in self.issues.iterdir() if SLUG.match(p.name)))

    def issue(self, slug: str | None) -> Path:
        """The folder of an issue; without a slug, of the only open one."""
        if slug is None:
            return self.issues / self._open()
        if slug not in self.slugs():
            raise UsageError(
                f'There is no issue "{slug}".{did_you_mean(slug, self.slugs())} '
                f"To start one: pressroom draft {slug}"
            )
        return self.issues / slug

    def _open(self) -> str:
        waiting = [s for s in self.slugs() if not _is_listed(self.issues / s / "issue.toml")]
        if not waiting:
            raise UsageError("No issue is open. To start one: pressroom draft next")
        if len(waiting) > 1:
            raise UsageError(f"{len(waiting)} issues are open; say which: {', '.join(waiting)}")
        return waiting[0]


def _is_listed(path: Path) -> bool:
    return path.is_file() and bool(read_toml(path).get("listed"))


def find(start: Path | None = None) -> Path:
    """The nearest folder upward that holds newsletter.toml."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise UsageError(
        f"{here}: no {SETTINGS} here or above. Go to your newsroom, give --newsroom DIR, "
        "or start one: pressroom new my-letter"
    )


def load(start: Path | None = None) -> Workspace:
    """Find and read a newsroom; SettingsError names file, key, and what to write."""
    root = find(start)
    return Workspace(root, read_settings(root / SETTINGS))


def read_settings(path: Path) -> Settings:
    """Read and validate newsletter.toml."""
    from pydantic import ValidationError

    from pressroom.settings import Settings

    table = read_toml(path)
    try:
        return Settings.model_validate(table)
    except ValidationError as fault:
        raise SettingsError("\n".join(_explain(path, fault, Settings))) from None


def read_toml(path: Path, where: str = "") -> dict[str, Any]:
    """Read a TOML file; a fault names file (as `where` has it), line and column."""
    name = where or path.name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{name}: is missing.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: is not UTF-8. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{name}: {_place(str(fault))}") from None


def shipped() -> Path:
    """The lowest layer: `pressroom/shipped/` of an installed wheel, or the repository."""
    package = Path(__file__).parent
    return package / "shipped" if (package / "shipped").is_dir() else package.parent


def _place(message: str) -> str:
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    if not found:
        return f"is not TOML: {message}."
    return f"line {found[1]}, column {found[2]}: is not TOML: {message[: found.start()].strip()}."


def _explain(path: Path, fault: Any, model: type) -> Iterator[str]:
    for error in fault.errors():
        where = ".".join(str(part) for part in error["loc"] if part != "[key]") or "(whole file)"
        yield f"{path.name}: {where}: {_reason(error, model)}"


def _reason(error: dict[str, Any], model: type) -> str:
    if error["type"] == "extra_forbidden":
        known = _keys_at(model, error["loc"][:-1])
        return f"unknown key.{did_you_mean(str(error['loc'][-1]), known)}"
    if error["type"] == "missing":
        return "is missing; it has no default."
    if error["type"] == "string_pattern_mismatch" and "[A-Z][a-z]{3}" in error["ctx"]["pattern"]:
        return f'"{error["input"]}" is no language tag. Write one like "en", "zh-Hans" or "es-419".'
    if error["type"] == "value_error":
        return f"{error['ctx']['error']}."
    return f"{error['msg'].lower()} (found {error['input']!r})."


def _keys_at(model: Any, loc: tuple[Any, ...]) -> list[str]:
    """The keys a table knows, following the error's path through the model's own types."""
    for part in loc:
        model = _step(model, part)
    table = next((t for t in (model, *get_args(model)) if hasattr(t, "model_fields")), None)
    fields = getattr(table, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _step(model: Any, part: Any) -> Any:
    fields = getattr(model, "model_fields", {})
    by_alias = {field.alias or name: field.annotation for name, field in fields.items()}
    if part in by_alias:
        return by_alias[part]
    inner = [a for a in get_args(model) if hasattr(a, "model_fields") or get_args(a)]
    if not inner:
        return None
    return _step(inner[-1], part) if part in _flat(inner[-1]) else inner[-1]


def _flat(model: Any) -> list[str]:
    return list(getattr(model, "model_fields", {}))


def _outlet(slug: str, table: Any) -> Outlet:
    name = {Locale(tag): words for tag, words in table.name.items()}
    about = {Locale(tag): words for tag, words in table.about.items()}
    return Outlet(slug, name, table.level, about, table.owner, table.zone)
