"""The mail about a correction: to those alone whose copy was wrong, once.

It has ledger rows of its own, under `<issue>+<number>`: a kill loses and doubles nothing, and
`send --due` goes on with what a server deferred.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang import language
from pressroom.manuscript import corrections
from pressroom.manuscript.edition import Parallel, joined
from pressroom.model import PREFERENCES_HOLE, UNSUBSCRIBE_HOLE, Locale, Medium, Rendering
from pressroom.newsroom import press
from pressroom.newsroom.copies import GONE_OUT, Before
from pressroom.newsroom.proofs import Spread
from pressroom.send import prints, schedule
from pressroom.send.prints import Print
from pressroom.send.schedule import Send, SendState
from pressroom.store.statements import run
from pressroom.workspace import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from pressroom.manuscript.corrections import Correction
    from pressroom.manuscript.issue import Issue
    from pressroom.model import EditionBody
    from pressroom.newsroom.correcting import Decided
    from pressroom.newsroom.dispatch import Dispatch
    from pressroom.send.job import SendReport
    from pressroom.send.message import MailEdition
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

PRINTS = "SELECT sha256, edition, manuscript FROM prints WHERE issue = :issue"
KEPT = "SELECT sha256 FROM prints WHERE issue = :key AND edition = :edition ORDER BY time LIMIT 1"

WRONG = f"""
    FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    LEFT JOIN deliveries c ON c.issue = :key AND c.subscriber_id = d.subscriber_id
    WHERE d.issue = :issue AND d.edition = :edition AND d.print IN :prints
      AND d.state IN {GONE_OUT} AND d.leaves >= :leaves AND s.state = 'active'"""

COUNT = f"""
    SELECT count(*) {WRONG}
      AND (c.id IS NULL OR (c.state IN ('planned', 'deferred', 'leased') AND c.not_before <= :now)
        OR (c.leaves = 0 AND (c.state = 'sending' OR (c.state = 'sent' AND :leaves = 1))))"""

PLAN = f"""
    INSERT INTO deliveries
      (issue, subscriber_id, edition, state, reply, sha256, message_id, leaves, updated, print)
    SELECT :key, d.subscriber_id, d.edition, 'planned', '', '', '', 0, :now, :print {WRONG}
      AND c.id IS NULL ORDER BY d.id
    ON CONFLICT (issue, subscriber_id) DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail about a correction by edition, the prints that it mends, how many it goes to."""

    slug: str
    key: str
    mails: Mapping[Locale, Print]
    wrong: Mapping[Locale, tuple[str, ...]]
    readers: Mapping[Locale, int]

    @property
    def total(self) -> int:
        """How many messages would be handed over: the number a person confirms."""
        return sum(self.readers.values())


class Told(NamedTuple):
    """What a mail says in one language; empty where there is nothing to say."""

    locale: Locale
    subject: str
    gone: str
    came: str
    note: str
    url: str


# --- whose copy was wrong ---


def wrong_prints(ws: Workspace, base: Mailing, decided: Decided) -> dict[Locale, tuple[str, ...]]:
    """By edition, the names of the prints that hold what the block said before."""
    before = Before(ws, base, decided.slug)
    with base.read() as connection:
        rows = run(connection, PRINTS, issue=decided.slug).all()
    found: dict[Locale, tuple[str, ...]] = {}
    for row in rows:
        texts = dict(_texts(ws, before, Locale(row.edition), json.loads(row.manuscript), decided))
        if any(_is_wrong(text, tag, decided) for tag, text in texts.items()):
            found[row.edition] = (*found.get(row.edition, ()), row.sha256)
    return found


def _texts(
    ws: Workspace, before: Before, edition: Locale, files: Mapping[str, str], decided: Decided
) -> Iterator[tuple[Locale, str]]:
    """The block as a print has it, by the locale that it was written in."""
    ref, folder = decided.one.block, ws.issues / decided.slug
    for side in ws.sides if edition == PARALLEL else (edition,):
        for tag in filter(None, (side, ws.derived.get(side))):
            name = f"{ref.partition('#')[0]}.{tag}.md"
            blocks = before.in_text(files[name], folder / name, tag) if name in files else {}
            if ref in blocks:
                yield tag, blocks[ref]
                break


def _is_wrong(text: str, locale: Locale, decided: Decided) -> bool:
    """Whether it is what this correction, or one before it, found there."""
    now = decided.one.editions.get(locale)
    if now is None or corrections.same(text, now.new):
        return False
    made = decided.made[: decided.number]
    chain = [c.editions[locale].old for c in made if _is_of(c, decided.one, locale)]
    return any(corrections.same(text, old) for old in chain)


def _is_of(earlier: Correction, one: Correction, locale: Locale) -> bool:
    return earlier.block == one.block and locale in earlier.editions


# --- what they are told ---


def letter(desk: Dispatch, issue: Issue, bodies: Iterable[EditionBody], decided: Decided) -> Letter:
    """The mail to each edition, and how many readers of each it still goes to.

    What was begun goes on with the bytes that it began with.
    """
    wrong, key = wrong_prints(desk.ws, desk.base, decided), decided.key
    mails = {}
    for body in bodies:
        if body.locale in wrong:
            kept = _kept(desk.base, key, body.locale)
            mails[body.locale] = kept or Print(_mail(desk.ws, issue, body, decided, desk.now()), {})
    readers = {tag: _count(desk, decided, tag, wrong[tag]) for tag in mails}
    return Letter(decided.slug, key, mails, wrong, readers)


def _kept(base: Mailing, key: str, edition: Locale) -> Print | None:
    with base.read() as connection:
        name = run(connection, KEPT, key=key, edition=edition).scalar_one_or_none()
    return prints.find(base, name) if name else None


def _count(desk: Dispatch, decided: Decided, edition: Locale, names: tuple[str, ...]) -> int:
    values = _values(desk, decided.slug, decided.key, edition, names)
    with desk.base.read() as connection:
        return int(run(connection, COUNT, **values).scalar_one())


def _values(
    desk: Dispatch, slug: str, key: str, edition: Locale, names: tuple[str, ...]
) -> dict[str, object]:
    return {
        "issue": slug, "key": key, "edition": edition, "prints": list(names),
        "leaves": int(desk.leaves),
        "now": desk.now().astimezone(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip


def _mail(
    ws: Workspace, issue: Issue, body: EditionBody, decided: Decided, now: datetime
) -> MailEdition:
    from pressroom.render.text import Text

    house, spread = press.house(ws), Spread(ws)
    sides = body.sides if isinstance(body, Parallel) else (body,)
    told = [one for side in sides if (one := _told(ws, side, body.locale, decided.one, spread))]
    subject = joined(*(one.subject for one in told))
    values = {
        "house": house, "told": told, "subject": subject, "date": body.date,
        "lang": told[0].locale, "unsubscribe": UNSUBSCRIBE_HOLE, "preferences": PREFERENCES_HOLE,
    }  # fmt: skip
    draw = Text(house).templates.draw
    files = [
        Rendering(body.locale, medium, draw(f"{place}.j2", values).strip().encode() + b"\n")
        for medium, place in (
            (Medium.HTML, "email/correction.html"),
            (Medium.TEXT, "text/correction.txt"),
        )
    ]
    made = press.mail(ws, issue, body, files, now)
    return replace(made, issue=decided.key, subject=subject)


def _told(
    ws: Workspace, side: EditionBody, edition: Locale, one: Correction, spread: Spread
) -> Told | None:
    """What a side says of the correction; a derived one in the words of its source."""
    tag = side.locale if side.locale in one.editions else ws.derived.get(side.locale)
    change = one.editions.get(tag) if tag else None
    if tag is None or change is None:
        return None
    gone, came = corrections.changed(change.old, change.new, tag)
    own = (
        "" if change.note == corrections.default_note(change.old, change.new, tag) else change.note
    )
    gone, came, own = (
        spread.words({tag: text}).get(side.locale, text) for text in (gone, came, own)
    )
    kind = "clarification" if one.kind == "clarification" else "correction"
    words = language(side.locale).words[f"{kind}_subject"]
    page = f"{ws.settings.masthead.home}{side.slug}/{edition}/#{one.block.partition('#')[2]}"
    return Told(side.locale, words.format(subject=press.plain(side.subject)), gone, came, own, page)


# --- the run ---


def send(desk: Dispatch, one: Letter) -> SendReport:
    """Plan a row for each reader whose copy was wrong, and hand over what waits."""
    now = desk.now()
    rows = [
        Send(one.key, tag, SendState.STARTED, now, mail.name, one.readers[tag])
        for tag, mail in one.mails.items()
    ]
    with desk.base.write() as connection:
        for tag, mail in one.mails.items():
            prints.keep(connection, mail, now.isoformat(timespec="seconds"))
            values = _values(desk, one.slug, one.key, tag, one.wrong[tag])
            run(connection, PLAN, **values, print=mail.name)
        schedule.put(connection, rows, now)
    return desk.run(one.key)
