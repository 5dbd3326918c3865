"""Portable web Markdown with YAML front matter, for this archive and any site generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.manuscript.edition import Parallel
from pressroom.model import Medium
from pressroom.render.escape import figures_at, portable
from pressroom.render.jinja import Templates

if TYPE_CHECKING:
    from pressroom.model import EditionBody, House


class Web:
    """An edition as one Markdown file: no raw HTML, no notes, no template language left live."""

    medium = Medium.MARKDOWN

    def __init__(self, house: House) -> None:
        self.house = house
        self.templates = Templates(house.templates)

    def render(self, edition: EditionBody) -> bytes:
        """UTF-8; figures are looked for one folder up, beside the locales of the issue."""
        values = {"edition": edition, "house": self.house, "front": front_matter(edition)}
        name = "parallel" if isinstance(edition, Parallel) else "issue"
        text = self.templates.draw(f"web/{name}.md.j2", values)
        front, _, body = text.partition("\n---\n")
        return f"{front}\n---\n{figures_at(portable(body), '../figures/')}".encode()


def front_matter(edition: EditionBody) -> str:
    """The YAML between the dashes, in a fixed order (DIALECT: title, ISO date, tags, lang)."""
    import yaml

    facts = {
        "title": edition.subject,
        "date": edition.date,
        "description": edition.preheader,
        "lang": str(edition.main if isinstance(edition, Parallel) else edition.locale),
        "tags": [section.kind for section in edition.sections],
        "render_with_liquid": False,
        "templateEngineOverride": "md",
    }
    text: str = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=10_000)
    return text.rstrip("\n")
