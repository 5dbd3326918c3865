"""The small issue of tests/render, built into an archive."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.archive.site import build_site
from pressroom.model import Medium, Rendering
from pressroom.render.jinja import Templates
from pressroom.render.web import Web

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.model import EditionBody, House

    Build = Callable[[House, Sequence[EditionBody]], dict[str, bytes]]

_SPEC = importlib.util.spec_from_file_location(
    "small_letter", Path(__file__).parents[1] / "render" / "conftest.py"
)
assert _SPEC
assert _SPEC.loader
_LETTER = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_LETTER)
house, english, chinese = _LETTER.house, _LETTER.english, _LETTER.chinese


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Editions in, the whole site out."""
    picture = tmp_path_factory.mktemp("figures") / "cartoon.png"
    picture.write_bytes(_LETTER.PICTURE)

    def _build(house: House, editions: Sequence[EditionBody]) -> dict[str, bytes]:
        pages = [Rendering(e.locale, Medium.MARKDOWN, Web(house).render(e)) for e in editions]
        figures = {e.slug: [picture] for e in editions}
        return build_site(house, editions, pages, figures, Templates(house.templates).draw)

    return _build


@pytest.fixture(scope="session")
def site(
    build: Build, house: House, english: EditionBody, chinese: EditionBody
) -> dict[str, bytes]:
    """The archive of one issue in two languages."""
    return build(house, [english, chinese])


@pytest.fixture(scope="session")
def again(
    build: Build, house: House, english: EditionBody, chinese: EditionBody
) -> dict[str, bytes]:
    """The same archive, built from the editions in another order."""
    return build(house, [chinese, english])
