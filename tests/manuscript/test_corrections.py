"""corrections.toml: read, grown at its end, and told in the words of each language."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.errors import SettingsError
from pressroom.manuscript import corrections
from pressroom.manuscript.corrections import Change, Correction, changed, default_note, plain
from pressroom.manuscript.file import parse
from pressroom.model import BlockRef, Locale

if TYPE_CHECKING:
    from collections.abc import Mapping

EN, ES, ZH, HANT = Locale("en"), Locale("es"), Locale("zh-Hans"), Locale("zh-Hant")
WHEN = datetime(2025, 9, 8, 2, 0, tzinfo=UTC)
WHOLE = """[[corrections]]
block = "news_briefs#label"
kind = "correction"
when = 2025-09-08T10:00:00+08:00
who = "The editor"

[corrections.editions.en]
old = "a"
new = "b"
note = "it said a"
"""


def one(kind: str = "correction", **editions: Change) -> Correction:
    """A correction of one block."""
    told = {Locale(tag.replace("_", "-")): change for tag, change in editions.items()}
    return Correction(BlockRef("news_briefs#label"), kind, WHEN, "The editor", told)


class TestTheFile:
    """What is written is read again; what is wrong is named."""

    def test_it_grows_at_its_end(self, tmp_path: Path) -> None:
        """Each further correction leaves the bytes before it as they were."""
        path = tmp_path / corrections.FILE
        for number in range(3):
            before = path.read_bytes() if number else b""
            text = corrections.appended(
                tmp_path, one(zh_Hans=Change("b", "c"), en=Change("a", "b"))
            )
            path.write_text(text, encoding="utf-8")
            assert path.read_bytes().startswith(before.rstrip(b"\n"))
            assert text.rindex("editions.en]") < text.rindex("editions.zh-Hans]")
        assert len(corrections.read(tmp_path)) == 3

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_any_words_come_back(
        self, tmp_path_factory: pytest.TempPathFactory, old: str, new: str
    ) -> None:
        """Quotes, control characters, line ends: TOML holds them all."""
        folder = tmp_path_factory.mktemp("issue")
        made = one(en=Change(old, new, corrections.flat(new)))
        (folder / corrections.FILE).write_bytes(corrections.appended(folder, made).encode())
        assert corrections.read(folder) == (made,)

    def test_no_file_is_no_correction(self, tmp_path: Path) -> None:
        """An issue without the file reads as one that was never corrected."""
        assert corrections.read(tmp_path) == ()

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('kind = "correction"', 'kind = "corection"', '[1].kind: "corection" is no kind. Did'),
            ("10:00:00+08:00", "10:00:00", "[1].when: must be a time with its zone"),
            ('"news_briefs#label"', '"label"', '[1].block: "label" is no block'),
            ('who = "The editor"', "who = 7", "[1].who: is missing, or no text"),
            ('old = "a"', "", "[1].editions.en.old: is missing"),
            ('note = "it', 'nota = "it', '[1].editions.en.nota: unknown key. Did you mean "note"?'),
            ("[corrections.editions.en]", "[editions.en]", "editions: unknown key"),
            ("[[corrections]]", "[corrections]", 'Write "[[corrections]]"'),
            ("block =", "block", "line 2"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, old: str, new: str, told: str) -> None:
        """File and key stand before what to write."""
        text = WHOLE.replace(old, new)
        (tmp_path / corrections.FILE).write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError) as fault:
            corrections.read(tmp_path)
        assert f"{tmp_path.name}/corrections.toml" in str(fault.value)
        assert told in str(fault.value)

    def test_times_that_run_back(self, tmp_path: Path) -> None:
        """A later entry cannot be earlier: the numbers of the mails go by the order."""
        text = WHOLE + WHOLE.replace("2025-09-08", "2025-09-07")
        (tmp_path / corrections.FILE).write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"\[2\]\.when"):
            corrections.read(tmp_path)

    def test_a_file_without_end(self, tmp_path: Path) -> None:
        """A huge file is refused before it is read, and none is made."""
        (tmp_path / corrections.FILE).write_bytes(b"#" * (corrections.LARGEST + 1))
        with pytest.raises(SettingsError, match="is over"):
            corrections.read(tmp_path)
        big = one(en=Change("a" * corrections.LARGEST, "b"))
        with pytest.raises(SettingsError, match="would be over"):
            corrections.appended(tmp_path / "other", big)


class TestWhatChanged:
    """Old and new, as a reader saw them."""

    def test_words_leave_out_notes_to_oneself(self) -> None:
        """A private line is in neither side."""
        script = parse("## Head {#a}\n\nOne.\n%% who says?\n\nTwo.\n", Path("x/s.en.md"), EN)
        assert corrections.words(script.blocks[0]) == "Head\nOne.\n\nTwo."

    @pytest.mark.parametrize(
        ("old", "new", "locale", "went", "came"),
        [
            ("Head\nOne. Two. Three.", "Head\nOne. Zwei. Three.", EN, "Two.", "Zwei."),
            ("One head\nOne.", "A head\nOne.", EN, "One head", "A head"),
            ("A. Is. B. Es.", "Is. Es.", EN, "A. … B.", ""),
            ("甲。乙。丙。", "甲。乙二。丙。", ZH, "乙。", "乙二。"),
            ("- one [@a]\n- two", "- one [@b]\n- three", EN, "two", "three"),
            ("H\nSame here.", "H\nSame\nhere.", EN, "", ""),
        ],
    )
    def test_sentences(self, old: str, new: str, locale: Locale, went: str, came: str) -> None:
        """Only the sentences that differ; citations and marks are no difference."""
        assert changed(old, new, locale) == (went, came)

    def test_it_is_bounded(self) -> None:
        """A page-long sentence is quoted by its beginning, and in good time."""
        start = time.process_time()
        gone, _ = changed("word [[ " * 20_000, "", EN)
        assert len(gone) <= corrections.LONGEST_QUOTE + 1
        assert time.process_time() - start < 5

    @pytest.mark.parametrize(
        ("dialect", "words"),
        [
            ("## A *b* `c` [d](e#f)", "A b c d"),
            (r"2 \* 3, \[[x]] and snake_case", "2 * 3, [[x]] and snake_case"),
            ("![[cartoon]]\n> quoted [[a|b]].", "\nquoted b."),
        ],
    )
    def test_plain(self, dialect: str, words: str) -> None:
        """No mark of the dialect is left, what was escaped is itself."""
        assert plain(dialect) == words


class TestTheNote:
    """What readers are told."""

    @pytest.mark.parametrize(
        ("locale", "note"),
        [
            (EN, "an earlier version said: “He said ‘ten’.”"),
            (ES, "una versión anterior decía: «He said “ten”.»"),
            (ZH, "此前的版本写作“He said ‘ten’.”"),
            (HANT, "先前的版本寫作「He said “ten”.」"),
        ],
    )
    def test_in_the_marks_of_its_language(self, locale: Locale, note: str) -> None:
        """Outer marks outside, inner ones inside."""
        assert default_note("He said “ten”.", "He said “nine”.", locale) == note

    def test_what_was_only_missing(self) -> None:
        """Nothing went: the note says what came; nothing either: that it changed."""
        assert "did not say: “B.”" in default_note("A.", "A. B.", EN)
        assert default_note("A [@x].", "A [@y].", EN) == "this passage was changed."

    def test_dated_lines(self) -> None:
        """One a correction, in order; none for a typo; a derived edition by its source."""
        told = [
            one(en=Change("a", "b", "one *two* <b>"), zh_Hans=Change("甲", "乙", "原为甲")),
            one("typo", en=Change("b", "c")),
            one("clarification", en=Change("c", "d", "three")),
        ]
        lines = corrections.notes(told, EN)["news_briefs#label"]
        assert lines == (
            r"Correction, 8 September 2025: one \*two\* &#60;b\>",
            "Clarification, 8 September 2025: three",
        )
        assert corrections.notes(told, ZH)["news_briefs#label"] == ("更正（2025年9月8日）：原为甲",)

        def spread(words: Mapping[Locale, str]) -> Mapping[Locale, str]:
            return {**words, HANT: words[ZH]} if ZH in words else words

        assert corrections.notes(told, HANT, spread)["news_briefs#label"] == (
            "更正（2025年9月8日）：原为甲",
        )
        assert not corrections.notes(told[1:2], EN)

    def test_marks_that_check_would_stop_at(self) -> None:
        """A note with the marks of a template is shown, and keeps no page out of the archive."""
        line = corrections.notes([one(en=Change("a", "b", "[[x]] {{ y }} {% z %} [@k]"))], EN)
        bare = line["news_briefs#label"][0].replace("\\", "")
        assert not any(mark in bare for mark in ("[[", "{{", "{%", "[@"))

    def test_the_notice_names_the_last_day(self) -> None:
        """Nothing where no note stands."""
        told = [one(en=Change("a", "b", "x"))]
        notes = corrections.notes(told, EN)
        assert corrections.notice(told, EN, notes).startswith("Corrected on 8 September 2025")
        assert corrections.notice([one("typo", en=Change("a", "b"))], EN, {}) == ""
