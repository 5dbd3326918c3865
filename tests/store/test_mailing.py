"""The mailing database keeps readers as they are and says what it did with each line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import SettingsError, StoreError, UsageError
from pressroom.model import Locale
from pressroom.store import mailing as module
from pressroom.store import suppression
from pressroom.store.mailing import Mailing
from pressroom.store.mailing_list import clean, normal_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pressroom.store.mailing_list import LineReport

    Read = Callable[[str | bytes], list[LineReport]]

EN, ZH = Locale("en"), Locale("zh-Hans")
NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Mailing]:
    """An empty database in a file."""
    with Mailing.open(f"sqlite:///{tmp_path}/private/mailing.db", now=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def read(mailing: Mailing, tmp_path: Path) -> Callable[[str | bytes], list[LineReport]]:
    """Import a list given as text."""

    def reader(text: str | bytes) -> list[LineReport]:
        path = tmp_path / "list.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return mailing.import_csv(path, (EN, ZH))

    return reader


class TestImport:
    """One report a line; a bad line costs only itself."""

    def test_bad_lines_are_reported_and_the_rest_added(self, mailing: Mailing, read: Read) -> None:
        """Every fault names file and line, what is wrong, and what to do."""
        reports = read(
            "email,name,edition\n"
            "a@example.org,Anna,en\n"
            "\n"
            "no-address,B,en\n"
            "c@example.org,C,fr\n"
            'd@example.org,"open,en\n'
            "e@localhost,E,en\n"
            "f@example.org,F,\n"
            "g@example.org,G,en,more\n"
            "李娜@例子.中国,李娜,ZH-hans\n"
        )
        assert [(r.line, r.outcome) for r in reports] == [
            (2, "added"), (4, "refused"), (5, "refused"), (6, "refused"), (7, "refused"),
            (8, "refused"), (9, "refused"), (10, "added"),
        ]  # fmt: skip
        said = [str(r) for r in reports if r.outcome == "refused"]
        assert said == [
            'list.csv:4: "no-address" is not an address. Write one like name@example.org.',
            'list.csv:5: there is no edition "fr". Known: en, zh-Hans.',
            "list.csv:6: is not CSV (unexpected end of data). Mend the quote marks.",
            'list.csv:7: "e@localhost" is not an address. The part after the @-sign is not valid. It should have a period. Write one like name@example.org.',
            "list.csv:8: names no edition. Known: en, zh-Hans.",
            'list.csv:9: has 4 cells, the first line 3. Put "quotes" around a cell that holds ",".',
        ]
        anna, li_na = mailing.readers((EN, ZH))
        assert (anna.address, anna.name, anna.edition) == ("a@example.org", "Anna", EN)
        assert (li_na.address, li_na.edition) == ("李娜@xn--fsqu00a.xn--fiqs8s", ZH)
        assert len(anna.token) == 32
        assert anna.token != li_na.token

    def test_existing_readers_are_kept(self, mailing: Mailing, read: Read) -> None:
        """A second import moves nobody, adds nobody twice, and says how to move."""
        read("address,name,edition\na@example.org,Anna,en\n")
        before = mailing.readers((EN,))
        (same,) = read("address,edition\nA@EXAMPLE.org,en\n")
        other, again = read("address,edition\na@example.org,zh-Hans\nA@example.org,en\n")
        assert (same.outcome, same.message) == ("kept", "")
        assert other.message == (
            "already reads en, and was kept. "
            "To change it: pressroom subscribers move a@example.org zh-Hans"
        )
        assert (again.outcome, again.message) == ("kept", "stands on line 2 already.")
        assert mailing.readers((EN, ZH)) == before

    def test_an_import_never_brings_anyone_back(self, mailing: Mailing, read: Read) -> None:
        """Whoever unsubscribed, or asked to be forgotten, stays so."""
        text = "address,edition\na@example.org,en\nb@example.org,en\n"
        read(text)
        assert mailing.unsubscribe(mailing.readers((EN,))[0].token)
        assert mailing.forget("B@example.org")
        assert [r.message for r in read(text)] == [
            "is unsubscribed, and stays so. Only the reader can come back.",
            "is forgotten, and stays so. Only the reader can come back.",
        ]
        assert mailing.counts() == {}

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "is empty"),
            ("adress,name\na@b.org,x\n", 'no column address .*Did you mean "adress"'),
            ("address\n李娜@example.org\n".encode("gb18030"), "list.csv:2: is not UTF-8"),
        ],
    )
    def test_a_list_that_is_none_adds_nobody(
        self, mailing: Mailing, read: Read, text: str | bytes, says: str
    ) -> None:
        """What cannot be read as a list at all is one error, and nothing is kept."""
        with pytest.raises(StoreError, match=says):
            read(text)
        assert mailing.counts() == {}

    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffE-Mail;Name;Edition\r\na@example.org;Anna, B.;en\r\n",
            "address\tname\tedition\ra@example.org\tAnna, B.\ten\r",
            '"address","name","edition"\n"a@example.org","Anna, B.","en"',
        ],
    )
    def test_lists_of_spreadsheets_are_read(self, mailing: Mailing, read: Read, text: str) -> None:
        """A byte order mark, other separators and line ends, and quotes are understood."""
        assert [r.outcome for r in read(text)] == ["added"]
        assert mailing.readers((EN,))[0].name == "Anna, B."

    def test_one_edition_need_not_be_named(self, mailing: Mailing, tmp_path: Path) -> None:
        """With a single edition the column may be missing."""
        path = tmp_path / "list.csv"
        path.write_text("address\na@example.org\n", encoding="utf-8")
        mailing.import_csv(path, (ZH,))
        assert mailing.counts() == {ZH: 1}

    def test_export_reads_back(self, mailing: Mailing, read: Read) -> None:
        """What is exported has the columns an import wants; the forgotten are not in it."""
        read("address,name,edition\na@example.org,Anna,en\nb@example.org,B,en\n")
        mailing.forget("b@example.org")
        assert mailing.export_rows() == [
            {"address": "a@example.org", "name": "Anna", "edition": "en", "tags": "",
             "state": "active", "added": "2025-09-05T01:00:00+00:00", "early": "",
             "consent_at": "", "consent_how": "import list.csv 2025-09-05", "consent_ip": "",
             "consent_words": ""}
        ]  # fmt: skip

    def test_update_changes_only_active_readers(self, mailing: Mailing, read: Read) -> None:
        """With `--update` name, edition and tags follow the list where it gives them."""
        read("address,name,edition,tags\na@example.org,Anna,en,press\nb@example.org,B,en,\n")
        mailing.unsubscribe(mailing.readers((EN,))[1].token)
        path = mailing.file.parent / "new.csv" if mailing.file else None
        assert path is not None
        path.write_text(
            "address,name,edition,tags\na@example.org,,zh-Hans,Staff;press\n"
            "b@example.org,Bea,zh-Hans,press\n"
        )
        reports = mailing.import_csv(path, (EN, ZH), update=True)
        assert [r.outcome for r in reports] == ["changed", "kept"]
        anna, b = mailing.export_rows()
        assert (anna["name"], anna["edition"], anna["tags"]) == ("Anna", "zh-Hans", "press staff")
        assert (b["name"], b["edition"], b["state"]) == ("B", "en", "unsubscribed")
        assert [r.outcome for r in mailing.import_csv(path, (EN, ZH), update=True)] == ["kept"] * 2

    def test_consent_is_kept_as_the_list_gives_it(self, mailing: Mailing, read: Read) -> None:
        """Without a consent column the import itself is what is recorded; an IP never is."""
        read(
            "address,edition,consent_at,consent_how,consent_words,consent_ip\n"
            "a@example.org,en,2024-05-01,paper form,Yes: the newsletter,192.0.2.7\n"
            "b@example.org,en,,,,\n"
        )
        a, b = mailing.export_rows()
        assert (a["consent_at"], a["consent_how"]) == ("2024-05-01", "paper form")
        assert (a["consent_words"], a["consent_ip"]) == ("Yes: the newsletter", "")
        assert b["consent_how"] == "import list.csv 2025-09-05"

    def test_a_slip_in_a_domain_is_asked_about(self, read: Read) -> None:
        """A likely typo is added and named; a provider of its own is not."""
        reports = read(
            "address,edition\na@gmial.com,en\nb@163.co,en\nc@mail.com,en\nd@gmail.com,en\n"
            "e@hotmail.con,en\nf@qq.cn,en\ng@yahooo.com,en\n"
        )
        assert {r.outcome for r in reports} == {"added"}
        assert [r.message.partition(" meant to be ")[2] for r in reports] == [
            "gmail.com?", "163.com?", "", "", "hotmail.com?", "", "yahoo.com?",
        ]  # fmt: skip

    def test_an_exported_state_is_kept(self, mailing: Mailing, read: Read) -> None:
        """Who had left in the database a list came from has left here too."""
        reports = read(
            "address,edition,state\na@example.org,en,unsubscribed\nb@example.org,en,complained\n"
            "c@example.org,en,forgotten\n"
        )
        assert [r.outcome for r in reports] == ["added", "added", "refused"]
        assert mailing.counts() == {}
        assert suppression.counts(mailing) == {"complaint": 1}

    def test_a_spreadsheet_runs_nothing(self, mailing: Mailing, read: Read) -> None:
        """A name that would be a formula leaves with an apostrophe, and comes back without."""
        read("address,name,edition\na@example.org,=HYPERLINK(1),en\n")
        (row,) = mailing.export_rows()
        assert row["name"] == "'=HYPERLINK(1)"
        assert mailing.readers((EN,))[0].name == "=HYPERLINK(1)"

    def test_a_list_of_many_batches_reads_like_a_short_one(
        self, mailing: Mailing, read: Read
    ) -> None:
        """Doubles are found across batches, and every line is reported in its place."""
        names = [f"r{n % 1200}@example.org,en" for n in range(1300)]
        reports = read("address,edition\n" + "\n".join(names))
        assert [r.outcome for r in reports] == ["added"] * 1200 + ["kept"] * 100
        assert [r.line for r in reports] == list(range(2, 1302))
        assert mailing.counts() == {EN: 1200}


class TestReaders:
    """Readers are found, moved, and erased."""

    def test_forget_leaves_no_trace_of_the_person(
        self, mailing: Mailing, read: Read, tmp_path: Path
    ) -> None:
        """After `forget` neither address nor name is in any file of the database."""
        read("address,name,edition\nvictim@example.org,Persona,en\n")
        assert mailing.forget("victim@example.org")
        assert not mailing.forget("victim@example.org")
        files = b"".join(path.read_bytes() for path in (tmp_path / "private").iterdir())
        assert b"victim" not in files
        assert b"Persona" not in files

    def test_move_and_find(self, mailing: Mailing, read: Read) -> None:
        """A reader is found in any case and can change edition."""
        read("address,edition\nA.b@example.org,en\n")
        assert mailing.move("a.B@EXAMPLE.ORG", ZH)
        found = mailing.reader("a.b@example.org")
        assert found is not None
        assert (found.address, found.edition) == ("A.b@example.org", ZH)
        assert not mailing.move("nobody@example.org", ZH)
        assert mailing.reader("nobody") is None

    def test_a_token_of_nobody_unsubscribes_nobody(self, mailing: Mailing, read: Read) -> None:
        """Only the reader's own token works."""
        read("address,edition\na@example.org,en\n")
        assert not mailing.unsubscribe("0" * 32)
        assert not mailing.unsubscribe("")
        assert mailing.counts() == {EN: 1}


class TestOpening:
    """Opening creates, updates, or says why not."""

    def test_head_is_the_last_migration(self) -> None:
        """The constant that lets an up-to-date database open without Alembic is true."""
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", str(module.MIGRATIONS))
        assert ScriptDirectory.from_config(config).get_current_head() == module.HEAD

    def test_the_file_is_the_owners_alone(self, mailing: Mailing) -> None:
        """Nobody else on the machine can read the addresses."""
        assert mailing.file is not None
        assert mailing.file.stat().st_mode & 0o077 == 0

    def test_opening_again_keeps_everything(self, mailing: Mailing, read: Read) -> None:
        """A second opening finds the readers and changes nothing."""
        read("address,edition\na@example.org,en\n")
        with Mailing.open(f"sqlite:///{mailing.file}") as again:
            assert again.readers((EN,)) == mailing.readers((EN,))

    def test_a_newer_database_is_left_alone(self, mailing: Mailing) -> None:
        """A database of a newer Pressroom is refused in words."""
        with mailing.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match="newer Pressroom"):
            Mailing.open(f"sqlite:///{mailing.file}")

    def test_a_file_that_is_no_database_is_an_error_in_words(self, tmp_path: Path) -> None:
        """Neither a traceback nor a damaged file."""
        path = tmp_path / "mailing.db"
        path.write_text("not a database, and long enough to be told from one " * 9)
        with pytest.raises(StoreError, match=r"mailing\.db: the mailing database did not answer"):
            Mailing.open(f"sqlite:///{path}")

    @pytest.mark.parametrize("url", ["nonsense", "nonesuch://x/y"])
    def test_a_url_that_is_none_names_the_setting(self, url: str) -> None:
        """The message says which key to correct."""
        with pytest.raises(SettingsError, match=r"delivery\.database"):
            Mailing.open(url)

    def test_a_fault_undoes_the_whole_transaction(self, mailing: Mailing, read: Read) -> None:
        """What was written before a fault in the same transaction is gone."""
        read("address,edition\na@example.org,en\n")
        statements = ("DELETE FROM subscribers", "INSERT INTO nonesuch VALUES (1)")

        def work() -> None:
            with mailing.write() as connection:
                for sql in statements:
                    connection.exec_driver_sql(sql)

        with pytest.raises(StoreError, match="nonesuch"):
            work()
        assert mailing.counts() == {EN: 1}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (" A.B@Example.ORG ", "A.B@example.org"),
        ("x@faß.de", "x@xn--fa-hia.de"),
        ("e\u0301@example.org", "é@example.org"),
        ("x@例子.中国", "x@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_addresses_have_one_spelling(text: str, want: str) -> None:
    """Domains are lower-case A-labels (IDNA 2008), local parts NFC."""
    assert normal_address(text) == want


@pytest.mark.parametrize(
    "text",
    ["", "@", "a@", "@b.org", "a@b@c.org", "a b@c.org", "a.@b.org", "a..b@c.org", '"a"@b.org',
     "a@b.org\nx", "a@-b.org", "a@b..org", "a@b_c.org", "a" * 65 + "@b.org", "a@" + "b" * 64 + ".org",
     "a@[127.0.0.1]", "a@b.org,c@d.org", "Anna <a@b.org>", "a\u200bb@c.org", "李" * 30 + "@b.org",
     "a@" + "b." * 130 + "org", "x" * 10_000_000, "a@b.local"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    """Nothing that could be two addresses, a name, or a header field gets through."""
    with pytest.raises(UsageError):
        normal_address(text)


def test_clean_keeps_words_on_one_line() -> None:
    """Control characters and line separators become blanks."""
    assert clean(" a\r\nBcc: b\x00\x85\u2028c\ud800 ") == "a Bcc: b c"
