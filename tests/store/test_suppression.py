"""What is suppressed stays so, whatever a list says; segments and tags part the readers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import UsageError
from pressroom.model import Locale
from pressroom.store import readers, suppression, tagging
from pressroom.store.list_export import COLUMNS
from pressroom.store.mailing import Mailing
from pressroom.store.mailing_list import LISTED, guarded
from pressroom.store.segments import count, find, segment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.store.mailing_list import LineReport

import csv

EN, ZH, BOTH = Locale("en"), Locale("zh-Hans"), Locale("parallel")
EDITIONS = (EN, ZH, BOTH)
NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Mailing]:
    """An empty database in a file."""
    with Mailing.open(f"sqlite:///{tmp_path}/private/mailing.db", now=lambda: NOW) as opened:
        yield opened


def _read(mailing: Mailing, text: str, *, update: bool = False) -> list[LineReport]:
    assert mailing.file is not None
    path = mailing.file.with_name("list.csv")
    path.write_text(text, encoding="utf-8", newline="")
    return mailing.import_csv(path, EDITIONS, update=update)


def _csv(mailing: Mailing, rows: list[dict[str, str]]) -> list[LineReport]:
    assert mailing.file is not None
    path = mailing.file.with_name("rows.csv")
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    return mailing.import_csv(path, EDITIONS)


class TestSuppressing:
    """A hash and a reason; an editor lifts it with a reason."""

    @pytest.mark.parametrize(
        ("why", "state"),
        [("complaint", "complained"), ("bounce", "bounced"), ("request", "unsubscribed")],
    )
    def test_it_stops_a_reader(self, mailing: Mailing, why: str, state: str) -> None:
        """A reader with the address gets no more mail, in the state that says why."""
        _read(mailing, "address,edition\na@example.org,en\n")
        assert suppression.suppress(mailing, "A@example.ORG", why)
        found = readers.by_address(mailing, "a@example.org")
        assert found is not None
        assert found.state == state
        assert suppression.counts(mailing) == {why: 1}

    @pytest.mark.parametrize("why", suppression.REASONS)
    @pytest.mark.parametrize("update", [False, True])
    def test_no_import_overrides_it(self, mailing: Mailing, why: str, *, update: bool) -> None:
        """The line is refused and says so; nothing is added, with `--update` or without."""
        assert not suppression.suppress(mailing, "a@example.org", why)
        (report,) = _read(
            mailing, "address,edition,state\nA@example.org,en,active\n", update=update
        )
        assert report.outcome == "refused"
        assert why in report.message
        assert mailing.export_rows() == []

    def test_it_outlives_forget(self, mailing: Mailing) -> None:
        """What is erased is the person, not that they must not be mailed."""
        _read(mailing, "address,edition\na@example.org,en\n")
        suppression.suppress(mailing, "a@example.org", "complaint")
        readers.forget(mailing, "a@example.org")
        assert suppression.suppressed(mailing, "a@example.org") == "complaint"
        (report,) = _read(mailing, "address,edition\na@example.org,en\n")
        assert report.outcome == "kept"

    def test_lifting_needs_a_reason_and_activates_nobody(self, mailing: Mailing) -> None:
        """The reason stays in the table; the reader is as before."""
        _read(mailing, "address,edition\na@example.org,en\n")
        suppression.suppress(mailing, "a@example.org", "bounce")
        with pytest.raises(UsageError, match="Say why"):
            suppression.unsuppress(mailing, "a@example.org", " \n")
        assert suppression.unsuppress(mailing, "a@example.org", "mailbox is back")
        assert not suppression.unsuppress(mailing, "a@example.org", "again")
        assert mailing.counts() == {}
        with mailing.read() as connection:
            (why,) = connection.exec_driver_sql("SELECT why FROM suppressed").scalars()
        assert why == "lifted: mailbox is back"
        assert suppression.suppress(mailing, "a@example.org", "request")

    def test_a_complaint_is_not_made_less(self, mailing: Mailing) -> None:
        """Another reason later leaves the complaint in its place."""
        for why in ("bounce", "complaint", "request"):
            suppression.suppress(mailing, "a@example.org", why)
        assert suppression.suppressed(mailing, "a@example.org") == "complaint"

    @pytest.mark.parametrize(("address", "why"), [("nobody", "request"), ("a@b.org", "spam")])
    def test_only_addresses_and_known_reasons(
        self, mailing: Mailing, address: str, why: str
    ) -> None:
        """A slip suppresses nothing."""
        with pytest.raises(UsageError):
            suppression.suppress(mailing, address, why)
        assert suppression.counts(mailing) == {}


LIST = """address,edition,tags,added
a@example.org,en,press staff,2024-12-31T23:59:59+00:00
b@example.org,en,press,2025-01-01T00:00:00+00:00
c@qq.com,zh-Hans,,2025-01-31T12:00:00+00:00
d@vip.qq.com,parallel,PRESS_1;媒体,2025-02-01T07:59:59+08:00
e@example.org,zh-Hans,pressroom,
"""


class TestSegments:
    """A line of words is conditions and bound values."""

    @pytest.mark.parametrize(
        ("words", "who"),
        [
            ("", "abcde"),
            ("tag:press", "ab"),
            ("tag:press -tag:staff", "b"),
            ("tag:PRESS_1,staff", "ad"),
            ("tag:press-1", ""),
            ("tag:媒体", "d"),
            ("edition:EN", "ab"),
            ("edition:en,parallel", "abd"),
            ("-edition:en,parallel", "ce"),
            ("domain:QQ.com", "c"),
            ("joined:2025-01-01", "b"),
            ("joined:>2025-01-01", "cde"),
            ("joined:>=2025-01-01 joined:<2025-02", "bcd"),
            ("joined:2025", "bcde"),
            ("joined:<=2025-01", "abcd"),
            ("joined:>2025-01", "e"),
            ("-joined:2025", "a"),
            ("state:active tag:press edition:en", "ab"),
            ("state:paused", ""),
        ],
    )
    def test_words(self, mailing: Mailing, words: str, who: str) -> None:
        """Each word narrows, minus turns round, commas widen."""
        _read(mailing, LIST)
        chosen = segment(words)
        assert "".join(one.address[0] for one in find(mailing, chosen)) == who
        assert count(mailing, chosen) == len(who)
        assert [row["address"][0] for row in mailing.export_rows(words)] == list(who)

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("press", "no word of a segment"),
            ("tags:press", 'Did you mean "tag"'),
            ("tag:", "names nothing"),
            ("tag:a'b", "is no tag"),
            ("state:actve", 'Did you mean "active"'),
            ("joined:>soon", "is no date"),
            ("joined:2025-13-01", "is no date"),
            ("joined:0000", "is no date"),
            ("joined:9999", "is no date"),
            ("domain:x", "is no domain"),
            ("domain:-", "is no domain"),
            ("tag:a " * 41, "at most 40 words"),
        ],
    )
    def test_a_word_that_means_nothing_is_refused(self, words: str, says: str) -> None:
        """The message says what to write."""
        with pytest.raises(UsageError, match=says):
            segment(words)

    @SLOW
    @given(st.text(max_size=60))
    def test_no_text_gets_into_the_statement(self, mailing: Mailing, text: str) -> None:
        """Either it is refused, or the database runs it and the readers stay as they are."""
        for words in (text, f"tag:{text}", f"edition:{text}", f"domain:{text}"):
            try:
                chosen = segment(words)
            except UsageError:
                continue
            assert all(f":{name}" in chosen.where for name in chosen.values)
            assert find(mailing, chosen) == []


class TestTags:
    """Given and taken by hand."""

    def test_plus_and_minus(self, mailing: Mailing) -> None:
        """Order and case do not matter; nobody is None."""
        _read(mailing, "address,edition,tags\na@example.org,en,b\n")
        add, drop = tagging.signs(["+Press", "-b", "+媒体"])
        assert tagging.tag(mailing, "A@example.org", add=add, drop=drop) == ["press", "媒体"]
        assert tagging.tag(mailing, "x@example.org", add=add) is None

    @pytest.mark.parametrize("word", ["press", "+", "-", "+a'b", "+" + "x" * 60])
    def test_signs_are_needed(self, word: str) -> None:
        """A word without one, or that is no tag, changes nothing."""
        with pytest.raises(UsageError):
            tagging.signs([word])


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "address": st.sampled_from(
                ["a@example.org", "A@Example.org", "b@example.org", "李娜@例子.中国", "c@b.org",
                 "+d@b.org", "'=e@b.org", "gone@b.org", "left@b.org", "spam@b.org", "nonsense"]
            ),
            "name": NAMES,
            "edition": st.sampled_from(["en", "ZH-hans", "parallel", "fr", ""]),
            "tags": st.sampled_from(["", "press", "b a", "媒体;x", "a'b"]),
            "state": st.sampled_from(["", *LISTED, "forgotten"]),
            "consent_at": st.sampled_from(["", "2024-05-01", "=1+1"]),
            "consent_how": NAMES,
            "consent_words": NAMES,
            "consent_ip": st.sampled_from(["", "f" * 32, "192.0.2.7"]),
            "early": st.sampled_from(["", "1"]),
        }
    ),
    max_size=12,
)  # fmt: skip


@SLOW
@given(PEOPLE)
def test_an_import_brings_back_moves_and_doubles_nobody(
    tmp_path_factory: pytest.TempPathFactory, people: list[dict[str, str]]
) -> None:
    """Whatever the list says of those who left, were forgotten, complained or read already."""
    folder = tmp_path_factory.mktemp("db")
    with Mailing.open(f"sqlite:///{folder}/mailing.db", now=lambda: NOW) as mailing:
        _read(mailing, "address,edition\na@example.org,en\ngone@b.org,en\nleft@b.org,en\n")
        readers.forget(mailing, "gone@b.org")
        left = readers.by_address(mailing, "left@b.org")
        assert left is not None
        readers.unsubscribe(mailing, left.token)
        suppression.suppress(mailing, "spam@b.org", "complaint")
        before = readers.by_address(mailing, "a@example.org")
        rows = [dict.fromkeys(COLUMNS, "") | one for one in people]
        reports = _csv(mailing, [{k: guarded(v) for k, v in row.items()} for row in rows])
        keys = [one.address.casefold() for one in find(mailing, segment(""))]
        assert len(keys) == len(set(keys))
        assert "spam@b.org" not in keys
        assert "gone@b.org" not in keys
        after = readers.by_address(mailing, "left@b.org")
        assert after is not None
        assert after.state == "unsubscribed"
        assert readers.by_address(mailing, "a@example.org") == before
        added = sum(report.outcome == "added" for report in reports)
        assert added == len(keys) - 2


@SLOW
@given(PEOPLE)
def test_export_and_import_are_each_others_inverse(
    tmp_path_factory: pytest.TempPathFactory, people: list[dict[str, str]]
) -> None:
    """Into an empty database: the same address, name, edition, tags, state, consent."""
    folder = tmp_path_factory.mktemp("db")
    with (
        Mailing.open(f"sqlite:///{folder}/one/mailing.db", now=lambda: NOW) as one,
        Mailing.open(f"sqlite:///{folder}/two/mailing.db") as two,
    ):
        _csv(one, [dict.fromkeys(COLUMNS, "") | row for row in people])
        rows = one.export_rows()
        assert all(report.outcome == "added" for report in _csv(two, rows))
        assert two.export_rows() == rows
