"""pressroom.workspace and .settings: a newsroom found and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pressroom.errors import SettingsError, UsageError
from pressroom.workspace import Workspace, find, load, read_settings, read_toml, shipped

BASE = '[masthead]\nname = "Letter"\n'


def room(root: Path, toml: str = BASE) -> Path:
    """A newsroom with these settings."""
    (root / "newsletter.toml").write_text(toml, encoding="utf-8")
    return root


class TestSettings:
    """newsletter.toml."""

    def test_a_name_is_enough(self, tmp_path: Path) -> None:
        """All but the newsletter's name has a default."""
        found = load(room(tmp_path))
        assert found.locales == ("en",)
        assert [s.kind for s in found.settings.sections][:2] == ["news_briefs", "explainer"]
        assert found.settings.delivery.transport == "outbox"
        assert found.settings.model is None

    def test_the_original_comes_first(self, tmp_path: Path) -> None:
        """However the editions are ordered, the original leads."""
        toml = BASE + 'original = "zh-Hans"\n[editions.en]\n[editions.zh-Hans]\n'
        assert load(room(tmp_path, toml)).locales == ("zh-Hans", "en")

    @pytest.mark.parametrize(
        ("toml", "word"),
        [
            ("[mast]\n", "mast: unknown key. Did you mean"),
            ("[masthead]\n", "masthead.name: is missing"),
            (BASE + 'tagine = "x"\n', 'masthead.tagine: unknown key. Did you mean "tagline"?'),
            (BASE + "[[sections]]\nkind = 'x'\ntakes = 3\n", 'sections.0.takes: unknown key. Did you mean "take"?'),
            (BASE + "[delivery]\nform = 'x'\n", 'delivery.form: unknown key. Did you mean "from"?'),
            (BASE + "[model]\nbase_url = 'x'\nnam = 'x'\n", 'model.nam: unknown key. Did you mean "name"?'),
            (BASE + "[people.li]\nemial = 'x'\n", 'people.li.emial: unknown key. Did you mean "email"?'),
            (BASE + "[[help.war]]\ncounty = 'x'\n", 'help.war.0.county: unknown key. Did you mean "country"?'),
            (BASE + "[[sections]]\nkind = 'x'\ntake = 'four'\n", "sections.0.take: "),
            (BASE + 'zone = "Taipei"\n', "masthead.zone: is not a time zone. Write an IANA name"),
            (BASE + 'home = "example.org"\n', 'masthead.home: must start with "https://"'),
            (BASE + 'cadence = "often"\n', "masthead.cadence: "),
            (BASE + '[delivery]\ntransport = "smtp"\n', "needs a host"),
            (BASE + 'original = "fr"\n[editions.en]\n', 'original "fr" is not one of the editions'),
            (BASE + "[[sources]]\nslug = 'a'\nurl = 'https://a'\noutlet = 'nobody'\n", 'no known outlet "nobody"'),
            (BASE + "[[sources]]\nslug = 'a'\nurl = 'ftp://a'\noutlet = 'b'\n", "sources.0.url: must start"),
        ],
    )  # fmt: skip
    def test_faults_name_the_key(self, toml: str, word: str, tmp_path: Path) -> None:
        """Each fault says file and key, and offers the key that was meant."""
        with pytest.raises(SettingsError, match=r"^newsletter\.toml: ") as fault:
            load(room(tmp_path, toml))
        assert word in str(fault.value)
        assert "Traceback" not in str(fault.value)

    def test_all_faults_at_once(self, tmp_path: Path) -> None:
        """Two mistakes are two lines of one message."""
        with pytest.raises(SettingsError) as fault:
            load(room(tmp_path, BASE + "a = 1\nb = 2\n"))
        assert len(str(fault.value).split("\n")) == 2

    def test_a_home_ends_in_a_slash(self, tmp_path: Path) -> None:
        """An address without its slash gets one."""
        toml = BASE + 'home = "https://x.example/letter"\n'
        assert load(room(tmp_path, toml)).settings.masthead.home == "https://x.example/letter/"

    def test_our_own_newsroom_is_valid(self) -> None:
        """The settings that ship with the sample issue hold."""
        path = shipped() / "newsletter.toml"
        if path.is_file():
            assert read_settings(path).locales


class TestToml:
    """Files that are no TOML."""

    def test_line_and_column(self, tmp_path: Path) -> None:
        """A slip of the pen is named by line and column."""
        with pytest.raises(
            SettingsError, match=r"^newsletter\.toml: line 2, column 8: is not TOML: "
        ):
            load(room(tmp_path, "[masthead]\nname = \n"))

    def test_a_file_that_ends_too_soon(self, tmp_path: Path) -> None:
        """An open text at the end of the file is told too."""
        with pytest.raises(SettingsError, match="is not TOML"):
            load(room(tmp_path, '[masthead]\nname = "x'))

    def test_missing_or_of_another_encoding(self, tmp_path: Path) -> None:
        """No file, or bytes that are no UTF-8, are one sentence each."""
        with pytest.raises(SettingsError, match=r"x\.toml: is missing"):
            read_toml(tmp_path / "x.toml")
        (tmp_path / "y.toml").write_bytes("中".encode("gbk"))
        with pytest.raises(SettingsError, match=r"y\.toml: is not UTF-8"):
            read_toml(tmp_path / "y.toml")


class TestWorkspace:
    """Where things lie."""

    def test_found_from_below(self, tmp_path: Path) -> None:
        """Any folder of the newsroom leads to its root; elsewhere is a UsageError."""
        below = room(tmp_path) / "issues" / "x"
        below.mkdir(parents=True)
        assert find(below) == tmp_path.resolve()
        with pytest.raises(UsageError, match="pressroom new"):
            find(Path("/"))

    def test_the_newsrooms_layer_is_first(self, tmp_path: Path) -> None:
        """Its own folder is looked in before the shipped one."""
        assert load(room(tmp_path)).layers("sections") == (
            tmp_path.resolve() / "sections",
            shipped() / "sections",
        )

    def _with(self, root: Path, *slugs: str) -> Workspace:
        for slug in slugs:
            (room(root) / "issues" / slug).mkdir(parents=True, exist_ok=True)
        return load(room(root))

    def test_the_only_open_issue_needs_no_name(self, tmp_path: Path) -> None:
        """One issue that has not gone out is meant where none is named."""
        ws = self._with(tmp_path, "2025-08-01", "2025-09-05", "drafts")
        (ws.issues / "2025-08-01" / "issue.toml").write_text('listed = "2025"', encoding="utf-8")
        assert ws.slugs() == ("2025-08-01", "2025-09-05")
        assert ws.issue(None).name == "2025-09-05"

    def test_none_or_several_open(self, tmp_path: Path) -> None:
        """No open issue says how to start one; several are named."""
        with pytest.raises(UsageError, match="pressroom draft next"):
            self._with(tmp_path).issue(None)
        with pytest.raises(UsageError, match="2025-08-01, 2025-09-05"):
            self._with(tmp_path, "2025-08-01", "2025-09-05").issue(None)

    def test_a_wrong_slug(self, tmp_path: Path) -> None:
        """A slug that is no issue brings the nearest, and how to start it."""
        with pytest.raises(UsageError, match=r'Did you mean "2025-09-05"\? .*draft 2025-09-04'):
            self._with(tmp_path, "2025-09-05").issue("2025-09-04")
