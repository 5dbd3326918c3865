"""The straight line, and the only file that wires stages.

    gather | stories | pick | draft | check | build | send

Each function takes a workspace and plain values, does one verb of the command line, and
returns what happened; printing is the command line's business.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pressroom.errors import SendError, UsageError, did_you_mean
from pressroom.model import House, Locale, Medium, Rendering, Signed, StoryState
from pressroom.newsroom import drafting, lineup, press, proofs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.gather.run import SourceReport
    from pressroom.manuscript.folder import Folder
    from pressroom.model import (
        Delivery,
        DeliveryState,
        EditionBody,
        Finding,
        Item,
        Story,
        Transport,
    )
    from pressroom.send.job import Plan, SendReport
    from pressroom.send.message import MailEdition
    from pressroom.store.clippings import Clippings
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

AGENT = "pressroom/0.1 (+{home})"


# --- gather ---


def clippings(ws: Workspace) -> Clippings:
    """The clippings database in the private folder."""
    from pressroom.store.clippings import Clippings

    return Clippings.open(ws.private / "clippings.db")


def gather(
    ws: Workspace,
    only: Sequence[str],
    now: datetime,
    progress: Callable[[SourceReport], None],
) -> list[SourceReport]:
    """Fetch the sources that are on (or those named) into the clippings."""
    from pressroom import plugins
    from pressroom.gather.http import Http
    from pressroom.gather.run import gather as run

    chosen = _chosen(ws, only)
    own = ws.settings.plugins.get("source", {})
    kinds = {
        kind: plugins.load("source", kind, ws.root, own)() for kind in {s.kind for s in chosen}
    }
    with clippings(ws) as kept:
        agent = AGENT.format(home=ws.settings.masthead.home)
        return run(chosen, kept, Http(ws.root, agent), now, kinds, progress)


def _chosen(ws: Workspace, only: Sequence[str]) -> list[Any]:
    known = {source.slug: source for source in ws.sources}
    for slug in only:
        if slug not in known:
            raise UsageError(f'There is no source "{slug}".{did_you_mean(slug, known)}')
    return [known[s] for s in only] if only else [s for s in ws.sources if s.on]


# --- stories and pick ---


def stories(ws: Workspace, query: str = "", since: datetime | None = None) -> list[Story]:
    """The stories of the clippings, newest first, each with what was decided of it.

    Stories are always made of everything kept, so that handles stay the same; `since` and
    `query` only choose which of them are returned.
    """
    from pressroom.gather.stories import stories as cluster

    with clippings(ws) as kept:
        found = cluster(kept.items(), _handle)
        hits = set(kept.search(query)) if query else None
    decided = lineup.decisions(ws)
    return [
        decided.told(story)
        for story in found
        if (hits is None or any(i.id in hits for i in story.items))
        and (since is None or _time(story) >= since)
    ]


def _handle(item: Item) -> str:
    from pressroom.lang import language

    return language(item.locale).handle(item.hed)


def _time(story: Story) -> datetime:
    return max(item.published or item.evidence.time for item in story.items)


def pick(ws: Workspace, slug: str, wanted: Sequence[str], section: str, state: StoryState) -> None:
    """Put stories into the lineup of an issue, hold, spike or (NEW) drop them."""
    known = {story.handle for story in stories(ws)}
    for handle in (part for entry in wanted for part in entry.split("+")):
        if handle not in known:
            raise UsageError(f'There is no story "{handle}".{did_you_mean(handle, known)}')
    lineup.decide(ws.issues / slug, section, wanted, state)


# --- draft ---


def draft(
    ws: Workspace, slug: str, sections: Sequence[str], editions: Sequence[str], now: datetime
) -> drafting.DraftReport:
    """Create or fill the issue folder from the lineup; never touch what stands there."""
    from pressroom.chat import Chat
    from pressroom.store.files import recover

    folder = ws.issues / slug
    recover(folder)
    took = _default_lineup(ws, folder)
    issue = lineup.read(ws, folder)
    table = ws.settings.model
    chat = table and Chat(
        table.base_url, table.name, table.key_env, table.timeout, table.max_tokens,
        ws.private / "calls.jsonl",
    )  # fmt: skip
    known = {str(story.handle): story for story in stories(ws)} if issue.lineup else {}
    chosen = {k: lineup.lineup_stories(v, known) for k, v in issue.lineup.items()}
    job = drafting.DraftJob(ws, issue, chosen, chat or None, now)
    kinds = sections or [*(s.kind for s in ws.settings.sections), "opening"]
    report = job.run(kinds, [Locale(e) for e in editions] or list(ws.locales))
    return replace(report, took=took)


def _default_lineup(ws: Workspace, folder: Path) -> tuple[str, ...]:
    """Without a lineup: the first `take` new stories, written to the lineup and said so."""
    briefs = next((s for s in ws.settings.sections if s.kind == lineup.BRIEFS), None)
    if briefs is None or lineup.read(ws, folder).lineup.get(briefs.kind):
        return ()
    fresh = [s.handle for s in stories(ws) if s.state in {StoryState.NEW, StoryState.HELD}]
    if fresh:
        lineup.decide(folder, briefs.kind, fresh[: briefs.take], StoryState.PICKED)
    return tuple(fresh[: briefs.take])


# --- check ---


def check(ws: Workspace, slug: str) -> list[Finding]:
    """Every finding of every rule that is on, worst first."""
    from pressroom import plugins
    from pressroom.check.run import run

    own = ws.settings.plugins.get("check", {})
    off = set(ws.settings.check.off)
    for name in off - set(plugins.names("check", own)):
        raise UsageError(
            f'check.off: "{name}" is no rule.{did_you_mean(name, plugins.names("check"))}'
        )
    rules = [
        plugins.load("check", n, ws.root, own) for n in plugins.names("check", own) if n not in off
    ]
    folder = proofs.folder(ws, slug)
    bodies = [body for body in _bodies(ws, folder) if body.locale in folder.issue.due]
    rendered = () if folder.faults else tuple(r for b in bodies for r in _render(ws, b))
    return run(proofs.proof(ws, folder, rendered), rules)


def fix(ws: Workspace, slug: str, *, dry: bool = False) -> dict[Path, tuple[str, str]]:
    """Mend what is mechanical and write missing ids; returns old and new text by file."""
    from pressroom.check.mend import mend

    changed = {}
    for path, before, after in proofs.mended(proofs.folder(ws, slug), mend):
        changed[path] = (before, after)
        if not dry:
            from pressroom.store.files import write_atomic

            write_atomic(path, after.encode())
    return changed


def sign(ws: Workspace, slug: str, block: str, name: str, now: datetime) -> list[str]:
    """Record that a person read a block, in every edition whose words were a machine's."""
    signed = Signed(proofs.person(ws, name), now.isoformat(timespec="seconds"), "")
    return proofs.sign(proofs.folder(ws, slug), block, signed)


# --- build ---


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote: files changed of all, and issues kept out of the archive and why."""

    changed: int
    files: int
    kept_out: Mapping[str, int]


def house(ws: Workspace) -> House:
    """What every page and mail says of the newsroom."""
    head = ws.settings.masthead
    names = {Locale(tag): head.title(tag) for tag in ws.locales}
    tagline = {Locale(tag): words for tag, words in head.tagline.items()}
    return House(names, tagline, head.home, head.address, ws.locales, ws.layers("templates"))


def build(ws: Workspace, slugs: Sequence[str], out: Path) -> BuildReport:
    """Render every due edition and the archive; all in memory first, then file by file.

    An issue that a finding would stop from being sent gets its mails, so that the editor
    can look at them, and no page in the archive.
    """
    from pressroom.archive.site import build_site
    from pressroom.render.jinja import Templates

    mails: dict[str, bytes] = {}
    public: list[EditionBody] = []
    pages: list[Rendering] = []
    kept_out = {}
    figures = {}
    for slug in slugs or ws.slugs():
        bodies = _due_bodies(ws, slug)
        rendered = [(body, _render(ws, body)) for body in bodies]
        mails |= {k: v for body, files in rendered for k, v in _mail_files(ws, body, files).items()}
    for slug in ws.slugs():
        if stops := sum(f.severity.value == "stop" for f in check(ws, slug)):
            kept_out[slug] = stops
            continue
        public += _due_bodies(ws, slug)
        figures[slug] = press.pictures(ws.issues / slug)
    pages = [_one(ws, body, Medium.MARKDOWN) for body in public]
    draw = Templates(house(ws).templates).draw
    site = build_site(house(ws), public, pages, figures, draw)
    files = mails | {f"public/{name}": data for name, data in site.items()}
    return BuildReport(press.publish(out, files), len(files), kept_out)


def _bodies(ws: Workspace, folder: Folder) -> list[EditionBody]:
    from pressroom.probe.show import parts, read_probe

    probe = read_probe(folder.issue.folder)
    return [
        press.edition(ws, folder, locale, parts(probe, locale))
        for locale, plan in folder.issue.editions.items()
        if plan.status != "skip" and folder.of(locale)
    ]


def _due_bodies(ws: Workspace, slug: str) -> list[EditionBody]:
    folder = proofs.folder(ws, slug)
    proofs.refuse_faults(folder)
    return [body for body in _bodies(ws, folder) if body.locale in folder.issue.due]


def _render(ws: Workspace, body: EditionBody) -> list[Rendering]:
    return [_one(ws, body, medium) for medium in Medium]


def _one(ws: Workspace, body: EditionBody, medium: Medium) -> Rendering:
    from pressroom import plugins

    output = plugins.load("output", medium.value, ws.root, ws.settings.plugins.get("output", {}))
    return Rendering(body.locale, medium, output(house(ws)).render(body))


def _mail_files(ws: Workspace, body: EditionBody, files: Iterable[Rendering]) -> dict[str, bytes]:
    from pressroom.render.email import Email

    place = f"outbox/{body.slug}/{body.locale}/email"
    kept = {f"{place}.{r.medium.value}": r.data for r in files if r.medium is not Medium.MARKDOWN}
    return kept | {f"{place}.mjml": Email(house(ws)).mjml(body).encode()}


# --- send ---


def mailing(ws: Workspace) -> Mailing:
    """The mailing database: a SQLite file in the private folder, or the URL that is set."""
    from pressroom.store.mailing import Mailing

    ws.private.mkdir(parents=True, exist_ok=True)
    return Mailing.open(ws.settings.delivery.database or f"sqlite:///{ws.private / 'mailing.db'}")


def mails(ws: Workspace, slug: str, now: datetime) -> dict[Locale, MailEdition]:
    """The due editions ready to be addressed; SendError when a finding stops the send."""
    stops = [f for f in check(ws, slug) if f.severity.value == "stop"]
    if stops:
        raise SendError(
            f"{slug}: {len(stops)} findings stop the send, the first at {stops[0].path}:"
            f"{stops[0].line}: {stops[0].message} See all: pressroom check {slug}"
        )
    folder = proofs.folder(ws, slug)
    bodies = _due_bodies(ws, slug)
    return {b.locale: press.mail(ws, folder.issue, b, _render(ws, b), now) for b in bodies}


def transport(ws: Workspace, slug: str) -> Transport:
    """The way out that newsletter.toml names."""
    from pressroom import plugins

    table = ws.settings.delivery
    kind = plugins.load(
        "transport", table.transport, ws.root, ws.settings.plugins.get("transport", {})
    )
    if table.transport == "outbox":
        return kind(ws.root / "outbox" / slug / "messages")  # type: ignore[no-any-return]
    if table.transport == "smtp":
        return kind(  # type: ignore[no-any-return]
            table.host,
            table.port,
            starttls=table.starttls,
            user=table.user,
            password=press.secret(table.password_env) if table.user else "",
            timeout=table.timeout,
        )
    return kind(table)  # type: ignore[no-any-return]


def send_plan(ws: Workspace, slug: str, ready: Mapping[Locale, MailEdition]) -> Plan:
    """What a send would do; nothing is changed."""
    from pressroom.send.job import plan

    with mailing(ws) as base:
        return plan(base, slug, ready, leaves=ws.settings.delivery.transport != "outbox")


def send(
    ws: Workspace,
    slug: str,
    ready: Mapping[Locale, MailEdition],
    now: Callable[[], datetime],
    progress: Callable[[Delivery], None],
) -> SendReport:
    """Deliver to every reader who has not had the issue; when all have, list it as sent."""
    from pressroom.send.job import deliver

    with closing(transport(ws, slug)) as door, mailing(ws) as base:
        report = deliver(base, slug, ready, door, now, progress)
    if press.is_over(report.counts):
        press.mark_listed(ws.issues / slug, now())
    return report


def send_test(
    ws: Workspace,
    slug: str,
    ready: Mapping[Locale, MailEdition],
    now: Callable[[], datetime],
) -> list[Delivery]:
    """Mail every edition to `delivery.test_to`, marked as a test."""
    from pressroom.send.job import deliver_test

    if not (to := ws.settings.delivery.test_to):
        raise UsageError('newsletter.toml: delivery.test_to: is empty. Write ["you@example.org"].')
    with closing(transport(ws, slug)) as door, mailing(ws) as base:
        return deliver_test(ready, to, door, base, now)


def send_to(
    ws: Workspace,
    slug: str,
    ready: Mapping[Locale, MailEdition],
    now: Callable[[], datetime],
    address: str,
) -> Delivery:
    """Send the issue to one address."""
    from pressroom.send.job import deliver_one

    with closing(transport(ws, slug)) as door, mailing(ws) as base:
        return deliver_one(base, slug, ready, door, now, address)


def send_status(ws: Workspace, slug: str) -> tuple[dict[DeliveryState, int], list[Delivery]]:
    """Where the messages of an issue stand."""
    from pressroom.send.job import deliveries, status

    with mailing(ws) as base:
        return status(base, slug), deliveries(base, slug)
