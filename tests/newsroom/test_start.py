"""A new newsroom builds at once, in any two languages or in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pressroom.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("editions", ["en", "es,en", "zh-Hans,en"])
def test_a_new_newsroom_builds_checks_and_sends(tmp_path: Path, editions: str) -> None:
    """`new`, then check, build and send with no reader, without touching a file."""
    root = tmp_path / "my-letter"
    assert main(["new", str(root), "--editions", editions]) == 0
    for words in (["check"], ["build"], ["send"], ["status"]):
        assert main(["--newsroom", str(root), *words]) == 0
    first = editions.split(",", maxsplit=1)[0]
    assert f'lang="{first}"' in (root / "public/index.html").read_text(encoding="utf-8")
    assert "/.pressroom/" in (root / ".gitignore").read_text(encoding="utf-8")


def test_new_refuses_a_newsroom_that_is_there(tmp_path: Path) -> None:
    """An existing newsroom is never written over."""
    main(["new", str(tmp_path / "a")])
    assert main(["new", str(tmp_path / "a")]) == 2


def test_an_ejected_file_wins(tmp_path: Path) -> None:
    """A copied template is used from then on, and is never copied over."""
    root = tmp_path / "a"
    main(["new", str(root)])
    assert main(["--newsroom", str(root), "eject", "templates/site/home.html.j2"]) == 0
    own = root / "templates/site/home.html.j2"
    own.write_text("mine: {{ site.house.home }}", encoding="utf-8")
    assert main(["--newsroom", str(root), "build"]) == 0
    assert (root / "public/index.html").read_text(encoding="utf-8").startswith("mine")
    assert main(["--newsroom", str(root), "eject", "templates/site/home.html.j2"]) == 2
