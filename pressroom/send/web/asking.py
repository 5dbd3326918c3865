"""What happens after somebody asked: the database and the mail, behind the answer.

The page has been answered by then, so that neither its words nor its time tell whether an
address was known. One thread, a bounded queue, emptied before the process ends.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.model import DeliveryState
from pressroom.send.message import simple_mail
from pressroom.send.web import tokens
from pressroom.send.web.pages import say
from pressroom.store import readers
from pressroom.store.mailing_list import key_of

if TYPE_CHECKING:
    from pressroom.model import Envelope, Locale, Subscriber
    from pressroom.send.web.desk import Desk

LOG = logging.getLogger("pressroom.serve")
MOST_WAITING = 1000
_PATIENCE = 20
CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants the newsletter: what they typed, and what they agreed to."""

    address: str
    name: str
    edition: Locale
    consent: readers.Consent


class Clerk:
    """The thread that does it; `close` waits until all wishes are done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: queue.Queue[Wish | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, wish: Wish) -> bool:
        """Take a wish; False when too many wait."""
        try:
            self._waiting.put_nowait(wish)
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        """Finish what waits, within 20 s."""
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=_PATIENCE)
        self._thread.join(_PATIENCE)

    def _work(self) -> None:
        while wish := self._waiting.get():
            try:
                serve(self._desk, wish)
            except Exception as fault:  # noqa: BLE001 - the next wish must be served; the fault may quote an address
                LOG.error("a subscription was not taken in (%s)", type(fault).__name__)  # noqa: TRY400 - a traceback may quote one


def serve(desk: Desk, wish: Wish) -> None:
    """Enter a wish, and mail the link that confirms it; an old reader gets another mail."""
    try:
        reader = readers.ask(desk.base, wish.address, wish.name, wish.edition, wish.consent)
    except PressroomError as fault:
        LOG.warning("a subscription was refused (%s)", type(fault).__name__)
        return
    key = tokens.shadow(desk.secret, "mail", key_of(wish.address))
    if _may_mail(desk, key) and not _posted(desk, mail(desk, reader)):
        desk.limits.mail.give_back(key)


def mail(desk: Desk, reader: Subscriber) -> Envelope:
    """The mail to somebody who asked, in the language of their edition.

    It has a link to confirm, or to preferences where the reader is known.

    It greets nobody by name: the name is what a stranger may have typed.
    """
    tongue = reader.edition if reader.edition in desk.words else desk.original
    kind, link = ("mail", confirm_link(desk, reader.token))
    if reader.state != "pending":
        kind, link = ("known", f"{desk.url}preferences?t={reader.token}")
    return simple_mail(
        desk.sender, "", reader.address,
        say(desk, tongue, f"{kind}_subject"),
        say(desk, tongue, f"{kind}_text", link=link).lstrip("\n"),
        locale=desk.words[tongue]["lang"], date=desk.now(), signer=desk.signer,
    )  # fmt: skip


def confirm_link(desk: Desk, token: str) -> str:
    """The link that confirms a subscription, good for 7 days."""
    return f"{desk.url}confirm?t={tokens.sign(desk.secret, CONFIRM, token, desk.now())}"


def _may_mail(desk: Desk, key: str) -> bool:
    """One mail in a few minutes to one address, a few in a day."""
    limits = desk.limits
    if limits.mail.take(key):
        return False
    if limits.mails_a_day.take(key):
        limits.mail.give_back(key)
        return False
    return True


def _posted(desk: Desk, envelope: Envelope) -> bool:
    try:
        reply = desk.post(envelope)
    except PressroomError as fault:
        LOG.error("a confirmation was not mailed (%s)", type(fault).__name__)  # noqa: TRY400 - its words may quote an address
        return False
    if reply.state is not DeliveryState.SENT:
        LOG.error("a confirmation was not taken (%s)", reply.state.value)
    return reply.state is DeliveryState.SENT
