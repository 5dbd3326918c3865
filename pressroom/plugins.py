"""From a name to a plug-in: this newsroom's own file first, then ours, then installed packages.

The six kinds are section, source, check, output, transport and language. What ships is named
here as `module:attribute` and imported on use, so that `--help` stays instant.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, get_args

from pressroom.errors import PluginError, PressroomError, did_you_mean
from pressroom.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import ModuleType

SHIPPED: Mapping[str, Mapping[str, str]] = {
    "source": {
        "feed": "pressroom.gather.feed:FeedSource",
        "page": "pressroom.gather.page:PageSource",
        "pdf": "pressroom.gather.page:PdfSource",
    },
    "transport": {
        "outbox": "pressroom.send.outbox:Outbox",
        "smtp": "pressroom.send.smtp:Smtp",
        "sendmail": "pressroom.send.sendmail:Sendmail",
    },
    "output": {
        "html": "pressroom.render.email:Email",
        "txt": "pressroom.render.text:Text",
        "md": "pressroom.render.web:Web",
    },
    "check": {
        name: f"pressroom.check.{name}:RULE"
        for name in (
            "syntax", "quote", "unsigned", "link", "crossref", "figure", "term",
            "todo", "missing", "leftover", "weight", "unsubscribe", "locator", "marks", "width",
            "spacing", "levels", "linktext", "repeat", "promised", "blacklist", "picture", "doubled", "past", "twonames", "acronym", "termuse",
            "helpline", "summary", "stray", "label",
        )
    } | {"twins": "pressroom.twins.rule:RULE", "stale": "pressroom.twins.rule:STALE"},
}  # fmt: skip


def names(kind: str, own: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """All names of one kind, shipped first, in a stable order."""
    found = [*SHIPPED.get(kind, {}), *sorted(own or {}), *sorted(_offered(kind))]
    return tuple(dict.fromkeys(found))


def load(kind: str, name: str, root: Path, own: Mapping[str, str] | None = None) -> Any:
    """The class or object behind a name; PluginError with did-you-mean when there is none."""
    if place := (own or {}).get(name):
        return _from_file(root, place)
    place = SHIPPED.get(kind, {}).get(name) or _offered(kind).get(name)
    if place is None:
        raise PluginError(
            f'There is no {kind} called "{name}".{did_you_mean(name, names(kind, own))}'
        )
    return _attribute(place)


def load_section(kind: str, folders: Iterable[Path]) -> Any:
    """The section of a kind: `<kind>.py` in the first folder that has it, or an entry point."""
    looked = list(folders)
    for folder in looked:
        if (path := folder / f"{kind}.py").is_file():
            return _only_section(module_at(path), path)
    if place := _offered("section").get(kind):
        return _attribute(place)()
    known = {p.stem for folder in looked for p in folder.glob("*.py") if p.stem != "__init__"}
    raise PluginError(f'There is no section kind "{kind}".{did_you_mean(kind, known)}')


def module_at(path: Path) -> ModuleType:
    """Import one file under a name of its own, never through sys.path."""
    spec = importlib.util.spec_from_file_location(f"pressroom_newsroom_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path}: is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as fault:
        del sys.modules[spec.name]
        raise PluginError(f"{path}: cannot be loaded ({type(fault).__name__}: {fault}).") from fault
    return module


def _only_section(module: ModuleType, path: Path) -> Any:
    for value in vars(module).values():
        if isinstance(value, type) and getattr(value, "kind", None) == path.stem:
            return Guarded(value(), path)
    raise PluginError(f'{path}: has no class with kind = "{path.stem}".')


class Guarded:
    """A section read from a file: what fails in it is a PluginError that names file and line."""

    def __init__(self, section: Any, path: Path) -> None:
        self._section = section
        self._path = path
        for name in ("kind", "unit"):
            if not isinstance(getattr(section, name, None), str):
                raise PluginError(
                    f'{path}: the section has no `{name}`. Write for example {name} = "heading".'
                )
        self.kind: str = section.kind
        self.unit: str = section.unit

    def draft(self, desk: Any, locale: Any) -> list[Any]:
        """As the section does."""
        return self._run("draft", desk, locale)

    def assemble(self, blocks: Any) -> list[Any]:
        """As the section does; a part of an unknown role is refused."""
        parts = self._run("assemble", blocks)
        roles = get_args(Role)
        if strange := next((p.role for p in parts if p.role not in roles), ""):
            raise PluginError(
                f'{self._path}: assemble: "{strange}" is no role.{did_you_mean(strange, roles)}'
            )
        return parts

    def _run(self, name: str, *given: Any) -> list[Any]:
        try:
            return list(getattr(self._section, name)(*given))
        except PressroomError:
            raise
        except Exception as fault:
            frames = traceback.extract_tb(fault.__traceback__)
            own = (f.lineno for f in reversed(frames) if f.filename == str(self._path))
            where = f"{self._path}:{next(own, 1)}"
            words = f"{type(fault).__name__}: {fault}"
            raise PluginError(f"{where}: {name} failed ({words}). Mend it there.") from fault


def _offered(kind: str) -> dict[str, str]:
    return {e.name: e.value for e in entry_points(group=f"pressroom.{kind}s")}


def _attribute(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _from_file(root: Path, place: str) -> Any:
    file, _, name = place.partition(":")
    module = module_at(root / file)
    if not hasattr(module, name):
        raise PluginError(f'{file}: has no "{name}".{did_you_mean(name, vars(module))}')
    return getattr(module, name)
