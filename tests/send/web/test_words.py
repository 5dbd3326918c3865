"""The sentences of the pages: each language says all of them, and a newsroom may say its own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom import workspace
from pressroom.errors import SettingsError
from pressroom.model import Locale
from pressroom.newsroom import serving

if TYPE_CHECKING:
    from pressroom.workspace import Workspace

PAGES = Path(__file__).parents[3] / "templates" / "pages"
FILES = sorted(PAGES.glob("words.*.toml"))


def _read(path: Path) -> dict[str, str]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def room(tmp_path: Path) -> Workspace:
    """A newsroom in English, Traditional Chinese, French and two languages at once."""
    editions = "".join(f"[editions.{tag}]\n" for tag in ("en", "zh-Hant", "fr", "parallel"))
    text = f'[masthead]\nname = "Letter"\n{editions}'
    (tmp_path / "newsletter.toml").write_text(text, encoding="utf-8")
    return workspace.load(tmp_path)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_language_says_all(path: Path) -> None:
    """The same keys with the same holes, and no other mark of a hole."""
    english, other = _read(PAGES / "words.en.toml"), _read(path)
    assert list(other) == list(english)
    for key, words in other.items():
        holes = [sorted(set(re.findall(r"\{\w+\}", w))) for w in (english[key], words)]
        assert holes[0] == holes[1], key


def test_templates_say_what_there_is() -> None:
    """Each sentence that a template or the code asks for by name is there."""
    english = _read(PAGES / "words.en.toml")
    text = "".join(p.read_text(encoding="utf-8") for p in PAGES.glob("*.j2"))
    assert set(re.findall(r'say\("(\w+)"', text)) <= set(english)


def test_a_language_is_found_by_script_or_is_english(room: Workspace) -> None:
    """Traditional Chinese is made from Simplified; French says so that it is English."""
    assert serving.words(room, Locale("zh-Hant"))["unsubscribe_do"] == "退訂"
    assert serving.words(room, Locale("zh-Hant"))["lang"] == "zh-Hant"
    assert serving.words(room, Locale("fr"))["lang"] == "en"


def test_a_newsroom_says_its_own(room: Workspace) -> None:
    """A file of its own needs only the lines it changes; one that is wrong is named."""
    own = room.root / "templates" / "pages" / "words.en.toml"
    own.parent.mkdir(parents=True)
    own.write_text('save = "Keep"\n', encoding="utf-8")
    assert serving.words(room, Locale("en"))["save"] == "Keep"
    assert serving.words(room, Locale("en"))["pause"] == "Pause"
    for wrong in ("save = ", "save = 3\n"):
        own.write_text(wrong, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"words\.en\.toml"):
            serving.words(room, Locale("en"))


def test_the_secret_is_one_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made once for its owner alone; the environment's wins; a weak or open one is refused."""
    path = tmp_path / "private" / "serve.key"
    first = serving.secret(path, "PRESSROOM_TEST_SECRET")
    assert serving.secret(path, "PRESSROOM_TEST_SECRET") == first
    assert (path.stat().st_mode & 0o777, len(first)) == (0o600, 64)
    assert [p.name for p in path.parent.iterdir()] == ["serve.key"]
    monkeypatch.setenv("PRESSROOM_TEST_SECRET", "s" * 40)
    assert serving.secret(path, "PRESSROOM_TEST_SECRET") == b"s" * 40
    monkeypatch.setenv("PRESSROOM_TEST_SECRET", "short")
    with pytest.raises(SettingsError, match="shorter"):
        serving.secret(path, "PRESSROOM_TEST_SECRET")
    monkeypatch.delenv("PRESSROOM_TEST_SECRET")
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        serving.secret(path, "PRESSROOM_TEST_SECRET")
    path.chmod(0o600)
    path.write_bytes(b"cut")
    with pytest.raises(SettingsError, match="cut short"):
        serving.secret(path, "PRESSROOM_TEST_SECRET")
