"""How a run goes about it: who has it first, their grace, and what a young sender may mail a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pressroom.newsroom.signing import signer
from pressroom.send import schedule
from pressroom.send.job import Course
from pressroom.send.ledger import Ledger
from pressroom.send.schedule import SendState
from pressroom.settings_send import seconds
from pressroom.store.mailing_list import key_of

if TYPE_CHECKING:
    from pressroom.newsroom.dispatch import Dispatch


def course(desk: Dispatch, slug: str) -> Course:
    """The course of an issue's run: staff first, and what is left of their grace."""
    way = desk.ws.settings.delivery
    people = desk.ws.settings.people.values()
    staff = {key_of(a) for a in (*way.test_to, *(p.email for p in people)) if a}
    rows = schedule.of(desk.base, slug).values()
    began = [row.at for row in rows if row.state is SendState.STARTED]
    grace = timedelta(seconds=seconds(way.grace)) if desk.leaves else timedelta()
    left = min(max(began, default=desk.now()) + grace - desk.now(), grace)
    return Course(
        first=tuple(sorted(staff)) if desk.leaves else (),
        grace=max(left, timedelta()),
        patience=desk.patience,
        most=most(desk),
        signer=signer(desk.ws),
    )


def most(desk: Dispatch) -> int | None:
    """How many messages the warm-up plan still allows today (UTC); None: any number."""
    steps = desk.ws.settings.delivery.warm_up
    if not steps or not desk.leaves:
        return None
    ledger = Ledger(desk.base, "", desk.now, leaves=True)
    first = ledger.first_day() or desk.now()
    day = (desk.now().date() - first.date()).days
    if day >= len(steps):
        return None
    midnight = desk.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return max(0, steps[day] - ledger.since(midnight))
