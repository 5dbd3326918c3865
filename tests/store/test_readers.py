"""A reader asks, confirms, changes, leaves and is erased; nobody else can do it for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressroom.errors import UsageError
from pressroom.model import Locale, sha256
from pressroom.store import readers, suppression
from pressroom.store.mailing import Mailing
from pressroom.store.readers import Consent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.model import Subscriber

EN, ZH = Locale("en"), Locale("zh-Hans")
NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)
FORM = Consent("2025-09-05T01:00:00+00:00", "form", "f" * 32, "Yes, send me the newsletter")
CLICK = Consent("2025-09-05T01:05:00+00:00", "double opt-in", "e" * 32)
ADDRESS = "li.na@example.org"


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Mailing]:
    """An empty database in a file."""
    with Mailing.open(f"sqlite:///{tmp_path}/private/mailing.db", now=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def reader(mailing: Mailing) -> Subscriber:
    """A reader who asked and confirmed."""
    return _active(mailing, ADDRESS)


def _active(mailing: Mailing, address: str) -> Subscriber:
    asked = readers.ask(mailing, address, "Li Na", EN, FORM)
    confirmed = readers.confirm(mailing, asked.token, CLICK)
    assert confirmed is not None
    return confirmed


def _sent(mailing: Mailing, reader_id: int, issue: str, at: datetime = NOW) -> None:
    sql = """INSERT INTO deliveries (issue, subscriber_id, edition, state, reply, sha256,
        message_id, leaves, updated) VALUES (?, ?, 'en', 'sent', '250 ok', 'h', '<m>', 1, ?)"""
    with mailing.write() as connection:
        connection.exec_driver_sql(sql, (issue, reader_id, at.isoformat(timespec="seconds")))


def _ledger(mailing: Mailing) -> list[str]:
    with mailing.read() as connection:
        rows = connection.exec_driver_sql("SELECT state FROM deliveries ORDER BY id")
        return [row.state for row in rows]


class TestAsking:
    """Double opt-in: to ask makes nobody active."""

    def test_asking_then_confirming(self, mailing: Mailing) -> None:
        """Pending until the reader confirms; both consents are in the record."""
        asked = readers.ask(mailing, " Li.Na@EXAMPLE.org ", "Li\r\nNa", EN, FORM)
        assert (asked.address, asked.name, asked.state) == ("Li.Na@example.org", "Li Na", "pending")
        assert mailing.counts() == {}
        confirmed = readers.confirm(mailing, asked.token, CLICK)
        assert confirmed is not None
        assert confirmed.state == "active"
        found = readers.by_token(mailing, asked.token)
        assert found is not None
        assert found.consent == Consent(CLICK.at, CLICK.how, CLICK.ip, FORM.words)
        assert readers.confirm(mailing, asked.token, FORM) == confirmed
        assert readers.by_token(mailing, asked.token) == found

    def test_asking_changes_nothing_for_an_active_reader(
        self, mailing: Mailing, reader: Subscriber
    ) -> None:
        """Anyone can type anyone's address."""
        assert readers.ask(mailing, "LI.NA@example.org", "Mallory", ZH, Consent()) == reader
        readers.change(mailing, reader.token, paused=True)
        assert readers.ask(mailing, ADDRESS, "", ZH, FORM).state == "paused"

    @pytest.mark.parametrize("how", ["unsubscribe", "forget", "hard"])
    def test_who_left_may_ask_again(self, mailing: Mailing, reader: Subscriber, how: str) -> None:
        """Pending again, and active only when they confirm."""
        if how == "unsubscribe":
            assert readers.unsubscribe(mailing, reader.token)
        elif how == "forget":
            assert readers.forget(mailing, reader.address)
        else:
            _bounce(mailing, reader, "hard", "m1")
        asked = readers.ask(mailing, ADDRESS, "Na", ZH, FORM)
        assert (asked.state, asked.name, asked.edition) == ("pending", "Na", ZH)
        confirmed = readers.confirm(mailing, asked.token, CLICK)
        assert confirmed is not None
        assert confirmed.state == "active"

    def test_who_was_forgotten_twice_stays_forgotten(self, mailing: Mailing) -> None:
        """A second erasure works like the first, and the ledger's rows stay nobody's."""
        for _ in range(3):
            reader = _active(mailing, ADDRESS)
            _sent(mailing, reader.id, "2025-09-05")
            assert readers.erase(mailing, reader.token)
            assert readers.by_address(mailing, ADDRESS) is None
            assert not readers.erase(mailing, reader.token)
        assert readers.data_of(mailing, ADDRESS) == {"state": "forgotten", "suppressed": ""}

    def test_a_complaint_is_final_for_asking(self, mailing: Mailing, reader: Subscriber) -> None:
        """Refused in words without the address; an editor who lifts it lets them ask again."""
        _bounce(mailing, reader, "complaint", "m1")
        with pytest.raises(UsageError, match="after a complaint") as caught:
            readers.ask(mailing, ADDRESS, "", EN, FORM)
        assert ADDRESS not in str(caught.value)
        assert suppression.unsuppress(mailing, ADDRESS, "it was a slip, they wrote to us")
        assert readers.ask(mailing, ADDRESS, "", EN, FORM).state == "pending"

    def test_confirming_lifts_what_was_no_complaint(self, mailing: Mailing) -> None:
        """The reader's own word is newer than an old bounce or request."""
        suppression.suppress(mailing, ADDRESS, "request")
        reader = _active(mailing, ADDRESS)
        assert reader.state == "active"
        assert suppression.suppressed(mailing, ADDRESS) == ""

    @pytest.mark.parametrize("text", ["", "nobody", "a@b", "a@b.org\nBcc: c@d.org"])
    def test_what_is_no_address_is_refused(self, mailing: Mailing, text: str) -> None:
        """The same rules as in a list."""
        with pytest.raises(UsageError):
            readers.ask(mailing, text, "", EN, FORM)

    def test_who_never_confirms_is_let_go(self, mailing: Mailing) -> None:
        """A mere question leaves no row; a former reader is back where they were."""
        left = _active(mailing, "left@example.org")
        _sent(mailing, left.id, "2025-09-05")
        readers.unsubscribe(mailing, left.token)
        for address in (ADDRESS, "left@example.org"):
            readers.ask(mailing, address, "", EN, FORM)
        assert readers.drop_pending(mailing, NOW) == 0
        assert readers.drop_pending(mailing, NOW + timedelta(days=1)) == 2
        assert readers.by_address(mailing, ADDRESS) is None
        found = readers.by_address(mailing, "left@example.org")
        assert found is not None
        assert found.state == "unsubscribed"


class TestChanging:
    """Preferences: what the reader's own token may do."""

    def test_preferences(self, mailing: Mailing, reader: Subscriber) -> None:
        """Edition, name, early and pause change one by one, and nothing else with them."""
        assert readers.change(mailing, reader.token, edition=ZH)
        assert readers.change(mailing, reader.token, name="Na\x00 Li", early=True)
        assert readers.change(mailing, reader.token, paused=True)
        found = readers.by_address(mailing, ADDRESS)
        assert found is not None
        assert (found.edition, found.name, found.early, found.state) == (
            ZH,
            "Na Li",
            True,
            "paused",
        )
        assert found.subscriber.id == reader.id
        assert mailing.counts() == {}
        assert readers.change(mailing, reader.token, paused=False, early=False)
        assert mailing.counts() == {ZH: 1}

    def test_pausing_makes_nobody_active(self, mailing: Mailing) -> None:
        """A pending reader stays pending; one who left cannot change anything."""
        asked = readers.ask(mailing, ADDRESS, "", EN, FORM)
        assert readers.change(mailing, asked.token, paused=False)
        assert mailing.counts() == {}
        assert readers.unsubscribe(mailing, asked.token)
        assert not readers.change(mailing, asked.token, paused=False)
        assert readers.confirm(mailing, asked.token, CLICK) is None
        assert mailing.counts() == {}

    @pytest.mark.parametrize(
        "token", ["", "0" * 32, "' OR 1=1 --", "%", "\x00", "\ud800", "a" * 10**6]
    )
    def test_a_token_of_nobody_does_nothing(
        self, mailing: Mailing, reader: Subscriber, token: str
    ) -> None:
        """Every door answers no, and the one reader stays as they are."""
        assert readers.by_token(mailing, token) is None
        assert readers.own_data(mailing, token) is None
        assert readers.confirm(mailing, token, CLICK) is None
        assert not readers.change(mailing, token, edition=ZH)
        assert not readers.unsubscribe(mailing, token)
        assert not readers.erase(mailing, token)
        assert mailing.readers((EN,)) == [reader]

    def test_own_data_is_all_but_the_secret(self, mailing: Mailing, reader: Subscriber) -> None:
        """Consent, deliveries and bounces are in it, plain enough for JSON; the token is not."""
        _sent(mailing, reader.id, "2025-09-05")
        _bounce(mailing, reader, "soft", "m1")
        data = readers.own_data(mailing, reader.token)
        assert data is not None
        assert data == readers.data_of(mailing, ADDRESS)
        assert data["address"] == ADDRESS
        assert data["consent"] == {
            "at": CLICK.at, "how": CLICK.how, "ip": CLICK.ip, "words": FORM.words,
        }  # fmt: skip
        assert data["deliveries"] == [
            {"issue": "2025-09-05", "edition": "en", "state": "bounced", "reply": "5.1.1",
             "message_id": "<m>", "leaves": 1, "updated": "2025-09-05T01:00:00+00:00"},
        ]  # fmt: skip
        assert data["bounces"] == [
            {"issue": "2025-09-05", "kind": "soft", "status": "5.1.1",
             "time": "2025-09-05T01:00:00+00:00"},
        ]  # fmt: skip
        assert reader.token not in repr(data)

    def test_erasing_leaves_no_trace(
        self, mailing: Mailing, reader: Subscriber, tmp_path: Path
    ) -> None:
        """No file of the database holds address, name, consent or IP hash any more."""
        _sent(mailing, reader.id, "2025-09-05")
        assert readers.erase(mailing, reader.token)
        files = b"".join(path.read_bytes() for path in (tmp_path / "private").iterdir())
        for word in (b"li.na", b"Li Na", FORM.words.encode(), CLICK.ip.encode(), b"250 ok"):
            assert word not in files
        assert _ledger(mailing) == ["sent"]


def _bounce(
    mailing: Mailing, reader: Subscriber, kind: str, mail: str, *, now: datetime = NOW,
    issue: str = "2025-09-05", mark: str = "",
) -> str:  # fmt: skip
    mark = mark or sha256(reader.token)[:8]
    return readers.note_bounce(mailing, reader.id, mark, issue, kind, "5.1.1", mail, now)


class TestBounces:
    """Hard at once, soft at the fifth, a complaint for good."""

    def test_hard(self, mailing: Mailing, reader: Subscriber) -> None:
        """The reader and the row of that issue alone are bounced."""
        for issue in ("2025-08-22", "2025-09-05"):
            _sent(mailing, reader.id, issue)
        assert _bounce(mailing, reader, "hard", "m1") == "bounced"
        assert _ledger(mailing) == ["sent", "bounced"]
        found = readers.by_address(mailing, ADDRESS)
        assert found is not None
        assert found.bounced_at == "2025-09-05T01:00:00+00:00"

    def test_a_made_up_mark_does_nothing(self, mailing: Mailing, reader: Subscriber) -> None:
        """A number guessed in an address bounces nobody."""
        assert _bounce(mailing, reader, "hard", "m1", mark="00000000") == ""
        assert readers.note_bounce(mailing, 99, "", "", "hard", "", "m2", NOW) == ""
        assert mailing.counts() == {EN: 1}

    @pytest.mark.parametrize("number", [0, -1, 10**30])
    def test_numbers_no_table_holds(self, mailing: Mailing, number: int) -> None:
        """They are nobody's, on any database."""
        assert readers.note_bounce(mailing, number, "", "", "hard", "", "", NOW) == ""
        assert readers.by_id(mailing, number) is None

    def test_words_of_a_server_are_made_fit(self, mailing: Mailing, reader: Subscriber) -> None:
        """Control characters and surrogates from a mail's header reach no database."""
        mark = sha256(reader.token)[:8]
        values = (mailing, reader.id, mark, "2025\x00", "soft", "\ud8004.2.2\n", "<\udc80@x>", NOW)
        assert readers.note_bounce(*values) == "active"
        data = readers.own_data(mailing, reader.token)
        assert data is not None
        assert [row["status"] for row in data["bounces"]] == ["4.2.2"]  # type: ignore[attr-defined]

    def test_soft_five_times(self, mailing: Mailing, reader: Subscriber) -> None:
        """The fifth stops mail; the same mail read twice counts once."""
        for number in range(4):
            assert _bounce(mailing, reader, "soft", f"m{number}") == "active"
            assert _bounce(mailing, reader, "soft", f"m{number}") == "active"
        assert _bounce(mailing, reader, "soft", "m4") == "bounced"

    def test_soft_over_a_long_time_is_nothing(self, mailing: Mailing, reader: Subscriber) -> None:
        """Only those of the last 30 days count."""
        for number in range(12):
            at = NOW + timedelta(days=8 * number)
            assert _bounce(mailing, reader, "soft", f"m{number}", now=at) == "active"

    def test_a_mail_that_came_through_starts_the_count_anew(
        self, mailing: Mailing, reader: Subscriber
    ) -> None:
        """Four, a delivery, four more: active. When that delivery bounces too: the ninth is over."""
        for number in range(4):
            _bounce(mailing, reader, "soft", f"a{number}", issue="2025-09-05")
        _sent(mailing, reader.id, "2025-09-12", NOW + timedelta(days=7))
        later = NOW + timedelta(days=8)
        for number in range(4):
            state = _bounce(mailing, reader, "soft", f"b{number}", now=later, issue="other")
            assert state == "active"
        assert _bounce(mailing, reader, "soft", "c", now=later, issue="2025-09-12") == "bounced"

    def test_a_complaint(self, mailing: Mailing, reader: Subscriber) -> None:
        """Complained and suppressed; the row stays sent, for it was delivered."""
        _sent(mailing, reader.id, "2025-09-05")
        assert _bounce(mailing, reader, "complaint", "m1") == "complained"
        assert suppression.suppressed(mailing, ADDRESS) == "complaint"
        assert _ledger(mailing) == ["sent"]
        assert readers.unsubscribe(mailing, reader.token)
        assert _bounce(mailing, reader, "hard", "m2") == "complained"

    def test_a_bounce_brings_nobody_back(self, mailing: Mailing, reader: Subscriber) -> None:
        """Who left stays so, whatever a mail server says."""
        readers.unsubscribe(mailing, reader.token)
        for number, kind in enumerate(("hard", "soft")):
            assert _bounce(mailing, reader, kind, f"m{number}") == "unsubscribed"


def test_an_ip_is_kept_as_a_hash_under_a_secret() -> None:
    """Two secrets give two hashes; no IP gives none."""
    first = readers.ip_hash("192.0.2.7", b"one")
    assert len(first) == 32
    assert first != readers.ip_hash("192.0.2.7", b"two")
    assert readers.ip_hash("", b"one") == ""


NUMBERS = count()
STEPS = st.lists(
    st.sampled_from(
        ["ask", "confirm", "pause", "resume", "leave", "forget", "hard", "complaint", "move"]
    ),
    max_size=12,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_only_a_confirmation_makes_active(mailing: Mailing, steps: list[str]) -> None:
    """Whatever happens in whatever order, a reader is active only since they confirmed."""
    address = f"{next(NUMBERS)}@example.org"
    asked = readers.ask(mailing, address, "", EN, FORM)
    token, confirmed = asked.token, False
    for number, step in enumerate(steps):
        confirmed = _step(mailing, address, token, step, number) or (
            confirmed and step not in {"leave", "forget", "hard", "complaint"}
        )
        if found := readers.by_address(mailing, address):
            token = found.token
            assert (found.state in {"active", "paused"}) == confirmed
    readers.forget(mailing, address)


def _step(mailing: Mailing, address: str, token: str, step: str, number: int) -> bool:
    """Take one step; True when it confirmed a reader."""
    found = readers.by_token(mailing, token)
    if step == "ask" and not suppression.suppressed(mailing, address):
        readers.ask(mailing, address, "", EN, FORM)
    elif step == "confirm":
        return readers.confirm(mailing, token, CLICK) is not None
    elif step in {"pause", "resume"}:
        readers.change(mailing, token, paused=step == "pause")
    elif step == "leave":
        readers.unsubscribe(mailing, token)
    elif step == "forget":
        readers.forget(mailing, address)
    elif step == "move":
        readers.change(mailing, token, edition=ZH)
    elif found and step in {"hard", "complaint"}:
        _bounce(mailing, found.subscriber, step, f"{address}-{number}")
    return False
