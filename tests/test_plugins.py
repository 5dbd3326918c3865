"""pressroom.plugins: from a name to what does the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from pressroom import plugins
from pressroom.errors import PluginError
from pressroom.workspace import shipped

OURS = shipped() / "sections"
MINE = 'class Mine:\n    kind = "tldr"\n    unit = "turn"\n'


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, named in plugins.SHIPPED.items() for name in named]
)
def test_all_that_ships_can_be_loaded(kind: str, name: str) -> None:
    """Every name of ours leads to something."""
    assert plugins.load(kind, name, Path()) is not None


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [("transport", "smpt", "smtp"), ("check", "quotes", "quote"), ("source", "fed", "feed"), ("output", "htm", "html")],
)  # fmt: skip
def test_a_wrong_name_is_put_right(kind: str, wrong: str, right: str) -> None:
    """The error says which kind, which name, and the nearest there is."""
    with pytest.raises(PluginError) as fault:
        plugins.load(kind, wrong, Path())
    assert str(fault.value) == f'There is no {kind} called "{wrong}". Did you mean "{right}"?'


class TestOwn:
    """What a newsroom brings itself, by path."""

    def test_ones_own_file_wins(self, tmp_path: Path) -> None:
        """A name in newsletter.toml is the newsroom's, even where we ship one."""
        (tmp_path / "out.py").write_text("class Box:\n    leaves = False\n", encoding="utf-8")
        own = {"smtp": "out.py:Box", "zebra": "out.py:Box"}
        assert plugins.load("transport", "smtp", tmp_path, own).__name__ == "Box"
        assert plugins.names("transport", own)[:4] == ("outbox", "smtp", "sendmail", "zebra")

    @pytest.mark.parametrize(
        ("place", "word"),
        [
            ("out.py:Bax", 'out.py: has no "Bax". Did you mean "Box"?'),
            ("none.py:Box", "cannot be loaded (FileNotFoundError"),
            ("broken.py:Box", "cannot be loaded (SyntaxError"),
            ("fails.py:Box", "cannot be loaded (ZeroDivisionError: division by zero)"),
            ("out.txt:Box", "is not a Python file"),
        ],
    )
    def test_a_file_that_will_not_load(self, place: str, word: str, tmp_path: Path) -> None:
        """The plug-in's own fault is told in one line, with its file."""
        (tmp_path / "out.py").write_text("class Box: ...\n", encoding="utf-8")
        (tmp_path / "broken.py").write_text("class Box(\n", encoding="utf-8")
        (tmp_path / "fails.py").write_text("1 / 0\n", encoding="utf-8")
        with pytest.raises(PluginError) as fault:
            plugins.load("transport", "box", tmp_path, {"box": place})
        assert word in str(fault.value)


class TestSections:
    """Sections are files, found folder by folder."""

    @pytest.mark.parametrize("kind", ["news_briefs", "explainer", "prompt_tests", "tldr"])
    def test_what_ships(self, kind: str) -> None:
        """Each shipped file holds the section of its name."""
        assert plugins.load_section(kind, [OURS]).kind == kind

    def test_the_newsrooms_own_comes_first(self, tmp_path: Path) -> None:
        """A file of the same name in the newsroom's folder replaces ours."""
        (tmp_path / "tldr.py").write_text(MINE, encoding="utf-8")
        assert plugins.load_section("tldr", [tmp_path, OURS]).unit == "turn"
        assert plugins.load_section("tldr", [OURS, tmp_path]).unit == "line"

    def test_a_wrong_kind(self, tmp_path: Path) -> None:
        """The nearest kind of all folders is offered."""
        (tmp_path / "horoscope.py").write_text(MINE, encoding="utf-8")
        with pytest.raises(PluginError, match='Did you mean "explainer"'):
            plugins.load_section("explaner", [tmp_path, OURS])
        with pytest.raises(PluginError, match='Did you mean "horoscope"'):
            plugins.load_section("horoscop", [tmp_path, OURS])

    def test_a_file_without_its_section(self, tmp_path: Path) -> None:
        """A class of another kind does not serve."""
        (tmp_path / "other.py").write_text(MINE, encoding="utf-8")
        with pytest.raises(PluginError, match='has no class with kind = "other"'):
            plugins.load_section("other", [tmp_path])
