"""A new newsroom builds at once, in any two languages or in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pressroom.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("editions", ["en", "es,en", "zh-Hans,en", "en,zh-Hans,zh-Hant,parallel"])
def test_a_new_newsroom_builds_checks_and_sends(tmp_path: Path, editions: str) -> None:
    """`new`, then check, build and send with no reader, without touching a file."""
    root = tmp_path / "my-letter"
    assert main(["new", str(root), "--editions", editions]) == 0
    for words in (["check"], ["build"], ["send"], ["status"]):
        assert main(["--newsroom", str(root), *words]) == 0
    first = editions.split(",", maxsplit=1)[0]
    assert f'lang="{first}"' in (root / "public/index.html").read_text(encoding="utf-8")
    assert "/.pressroom/" in (root / ".gitignore").read_text(encoding="utf-8")


def test_an_edition_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of the same are refused in words, and nothing is written."""
    assert main(["new", str(tmp_path / "a"), "--editions", "en,en"]) == 2
    assert "name each edition once" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_what_derives_from_another_is_not_written(tmp_path: Path) -> None:
    """The second script of Chinese and the parallel edition have no files of their own."""
    assert main(["new", str(tmp_path / "a"), "--editions", "en,zh-Hans,zh-Hant,parallel"]) == 0
    tags = {p.name.split(".")[1] for p in (tmp_path / "a" / "issues").rglob("*.md")}
    assert tags == {"en", "zh-Hans"}


@pytest.mark.parametrize(("tag", "label"), [("es", "_NOTICIAS"), ("zh-Hans", "_本期动态")])
def test_a_section_has_a_label_in_every_language(tmp_path: Path, tag: str, label: str) -> None:
    """What newsletter.toml does not say is in the reader's language, not in ours."""
    root = tmp_path / "a"
    assert main(["new", str(root), "--editions", f"en,{tag}"]) == 0
    assert main(["--newsroom", str(root), "build"]) == 0
    slug = next((root / "issues").iterdir()).name
    page = (root / f"public/{slug}/{tag}/index.html").read_text(encoding="utf-8")
    assert label in page
    assert "NEWS_BRIEFS" not in page


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


def test_a_language_without_a_table_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """French pages would speak English: it is said at once; a region's digits are a tag."""
    assert main(["new", str(tmp_path / "a"), "--editions", "fr,es-419"]) == 0
    out = capsys.readouterr().out
    assert "fr has no file" in out
    assert "es-419 has" not in out
    assert main(["new", str(tmp_path / "b"), "--editions", "EN_us"]) == 2
    assert "is no language tag" in capsys.readouterr().err
