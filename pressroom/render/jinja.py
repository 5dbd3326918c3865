"""Templates in layers: the newsroom's own folder is looked in before the shipped one.

What a template may use beside Jinja's own: the filters `prose`, `line`, `said`, `attr`, `md`, `narrow`,
`marked` and `readings` over whole pages, the functions `choices`, `day`, `endonym`, `words`, those of `twofold.py`, and the test `parallel`.
HTML, MJML and XML escape by themselves.
"""

from __future__ import annotations

import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressroom.errors import RenderError
from pressroom.lang import endonym, language
from pressroom.render.escape import escape_markdown
from pressroom.render.html import said, to_html, to_line
from pressroom.render.langs import marked
from pressroom.render.narrow import narrow
from pressroom.render.reading import Read, choices, with_readings
from pressroom.render.twofold import GLOBALS, is_parallel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from jinja2 import Environment
    from markupsafe import Markup

ESCAPED = ("html.j2", "mjml.j2", "xml.j2")


class Templates:
    """The templates of a newsroom; `draw` fills one, RenderError says `template:line`."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(Path(f) for f in folders)
        self.environment = environment(self.folders)

    def draw(self, name: str, values: Mapping[str, object]) -> str:
        """The template filled; an unknown variable or a missing file is a RenderError."""
        from jinja2 import TemplateNotFound

        try:
            return self.environment.get_template(name).render(values)
        except TemplateNotFound as fault:
            looked = ", ".join(str(f) for f in self.folders)
            raise RenderError(
                f"templates/{fault.name}: there is no such template (looked in {looked}). "
                "Put the file back, or correct the name."
            ) from fault
        except RenderError:
            raise
        except Exception as fault:
            raise RenderError(
                f"{self._place(name, fault)}: {fault}. Correct the template there."
            ) from fault

    def _place(self, name: str, fault: Exception) -> str:
        if line := getattr(fault, "lineno", None):
            return f"templates/{getattr(fault, 'name', None) or name}:{line}"
        for frame in reversed(traceback.extract_tb(fault.__traceback__)):
            if own := self._below(Path(frame.filename)):
                return f"templates/{own}:{frame.lineno}"
        return f"templates/{name}"

    def _below(self, path: Path) -> str:
        homes = (f for f in self.folders if path.is_relative_to(f))
        return next((path.relative_to(f).as_posix() for f in homes), "")


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """A strict Jinja environment over layered folders, the first folder winning."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=FileSystemLoader([str(f) for f in folders]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(ESCAPED),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"prose": _prose, "line": _line, "said": _said, "attr": attr}
    made.filters |= {"md": escape_markdown, "narrow": narrow}
    made.filters |= {"marked": _marked, "readings": _readings}
    made.globals |= {
        "choices": choices,
        "day": _day,
        "endonym": endonym,
        "words": _words,
        **GLOBALS,
    }
    made.tests["parallel"] = is_parallel
    return made


def attr(value: str) -> Markup:
    """Text for an mj-* attribute: the compiler undoes one escape, so it gets two."""
    from markupsafe import Markup, escape

    return Markup(escape(str(escape(value))))  # noqa: S704 - escaped twice


def _prose(markdown: str, locale: str, **options: Any) -> Markup:
    from markupsafe import Markup

    return Markup(to_html(markdown, locale, **options))  # noqa: S704 - sanitised


def _line(markdown: str, locale: str, **options: Any) -> Markup:
    from markupsafe import Markup

    return Markup(to_line(markdown, locale, **options))  # noqa: S704 - sanitised


def _said(text: str, locale: str, style: str = "") -> Markup:
    from markupsafe import Markup

    return Markup(said(text, locale, style))  # noqa: S704 - escaped there


def _marked(html: str, locales: Sequence[str], lang: str = "") -> Markup:
    from markupsafe import Markup

    return Markup(marked(html, locales, lang))  # noqa: S704 - our own pages


def _readings(html: str, locale: str, known: Mapping[str, str]) -> Read:
    from markupsafe import Markup

    read = with_readings(html, locale, known)
    return read._replace(html=Markup(read.html))  # noqa: S704 - our own pages


def _day(day: date, locale: str) -> str:
    return language(locale).long_date(day)


def _words(locale: str) -> Mapping[str, str]:
    return language(locale).words
