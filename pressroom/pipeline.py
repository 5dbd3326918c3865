"""The straight line, and the only file that wires stages.

    gather | stories | pick | draft | check | build | send

Each function takes a workspace and plain values, does one verb of the command line, and
returns what happened; printing is the command line's business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pressroom.errors import UsageError, did_you_mean
from pressroom.model import Locale, Medium, Rendering, Severity, Signed
from pressroom.newsroom import drafting, gathering, lineup, press, proofs, storyboard
from pressroom.newsroom.memory import remembering
from pressroom.newsroom.parallel import judged, with_parallel
from pressroom.newsroom.promises import promises
from pressroom.workspace import TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pressroom.chat import Chat
    from pressroom.gather.run import SourceReport
    from pressroom.manuscript.folder import Folder
    from pressroom.model import (
        Check,
        EditionBody,
        Finding,
        House,
    )
    from pressroom.newsroom import reviewing, translating
    from pressroom.newsroom.ranking import Ranked
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

# --- gather ---


def gather(
    ws: Workspace,
    only: Sequence[str],
    now: datetime,
    progress: Callable[[SourceReport], None],
    *,
    force: bool = False,
) -> list[SourceReport]:
    """Fetch the sources that are on (or those named) into the clippings and the evidence."""
    return gathering.gather(ws, only, now, progress, force=force)


def merge(ws: Workspace, place: Path, now: datetime) -> gathering.Merged:
    """Join another machine's clippings and evidence into ours."""
    return gathering.merge(ws, place, now)


# --- stories and pick ---


def stories(
    ws: Workspace, now: datetime, query: str = "", since: datetime | None = None
) -> list[Ranked]:
    """The stories of the clippings, best first, each with its reasons and its state."""
    return storyboard.stories(ws, now, query, since)


def pick(
    ws: Workspace, slug: str, wanted: Sequence[str], choice: storyboard.Choice, now: datetime
) -> tuple[str, ...]:
    """Put stories into the lineup of an issue, hold, spike or drop them; the entries written."""
    return storyboard.pick(ws, slug, wanted, choice, now)


# --- draft ---


def draft(
    ws: Workspace, slug: str, sections: Sequence[str], editions: Sequence[str], now: datetime
) -> drafting.DraftReport:
    """Create or fill the issue folder from the lineup; never touch what stands there."""
    from pressroom.store.files import recover

    folder = ws.issues / slug
    recover(folder)
    took = storyboard.default_lineup(ws, folder, now)
    issue = lineup.read(ws, folder)
    told = [row.story for row in stories(ws, now)] if issue.lineup else []
    known = {str(story.handle): story for story in told}
    chosen = {k: lineup.lineup_stories(v, known) for k, v in issue.lineup.items()}
    job = drafting.DraftJob(ws, issue, chosen, _chat(ws), now, promises(ws, slug))
    kinds = sections or [*(s.kind for s in ws.settings.sections), "opening"]
    report = job.run(kinds, _written(ws, editions))
    return replace(report, took=took)


def _chat(ws: Workspace) -> Chat | None:
    """The model that newsletter.toml names, if any."""
    from pressroom.chat import Chat

    if not (table := ws.settings.model):
        return None
    return Chat(
        table.base_url, table.name, table.key_env, table.timeout, table.max_tokens,
        ws.private / "calls.jsonl",
    )  # fmt: skip


def _written(ws: Workspace, editions: Sequence[str]) -> list[Locale]:
    """The editions to draft: those named, or all that are written and not derived."""
    for tag in editions:
        if tag not in ws.written:
            reason = "is derived, and needs no draft" if tag in ws.locales else "is no edition"
            raise UsageError(f'"{tag}" {reason}.{did_you_mean(tag, ws.written)}')
    return [Locale(e) for e in editions] or list(ws.written)


# --- check ---


def check(ws: Workspace, slug: str, *, alone: bool = False) -> list[Finding]:
    """Every finding of every rule that is on, worst first.

    `alone` leaves out what only earlier issues tell: nothing of it stops a send.
    """
    return inspect(ws, slug, alone=alone).findings


@dataclass(frozen=True, slots=True)
class Inspected:
    """An issue's findings, and its due editions as they print; none where a file is faulty."""

    folder: Folder
    findings: list[Finding]
    printed: list[tuple[EditionBody, list[Rendering]]]

    @property
    def stops(self) -> list[Finding]:
        """The findings that stop a send."""
        return [f for f in self.findings if f.severity is Severity.STOP]


def inspect(ws: Workspace, slug: str, *, alone: bool = True) -> Inspected:
    """Print the due editions and judge the issue, each once."""
    from pressroom.check.run import run

    folder = proofs.folder(ws, slug)
    due = [body for body in bodies(ws, folder) if body.locale in folder.issue.due]
    printed = [] if folder.faults else [(body, render(ws, body)) for body in due]
    rendered = tuple(one for _, files in printed for one in files)
    proof = judged(proofs.proof(ws, folder, rendered), ws.sides)
    judged_by = proof if alone else remembering(ws, proof)
    found = run(judged_by, _rules(ws), ws.settings.check.off)
    return Inspected(folder, found, printed)


def _rules(ws: Workspace) -> list[Check]:
    """The rules that are on."""
    from pressroom import plugins
    from pressroom.check.run import kinds

    own = ws.settings.plugins.get("check", {})
    names = plugins.names("check", own)
    rules = {name: plugins.load("check", name, ws.root, own) for name in names}
    off, known = set(ws.settings.check.off), {*names, *kinds(rules.values())}
    for name in off - known:
        raise UsageError(f'check.off: "{name}" is no rule.{did_you_mean(name, known)}')
    return [rule for name, rule in rules.items() if name not in off]


def fix(ws: Workspace, slug: str, *, dry: bool = False) -> dict[Path, tuple[str, str]]:
    """Mend what is mechanical and write missing ids; returns old and new text by file."""
    from pressroom.check.mend import mend
    from pressroom.check.polish import leaning, polish

    found, style = proofs.folder(ws, slug), ws.settings.style
    texts = [(tag, script.cut.join()) for (_, tag), script in found.scripts.items()]
    lean = {
        locale: leaning((t for tag, t in texts if tag == locale), locale, style)
        for locale in ws.locales
    }

    def mended(text: str, locale: Locale) -> str:
        return polish(mend(text, locale), locale, lean[locale])

    changed = {}
    for path, before, after in proofs.mended(found, mended):
        changed[path] = (before, after)
        if not dry:
            from pressroom.store.files import write_atomic

            write_atomic(path, after.encode())
    return changed


def sign(ws: Workspace, slug: str, block: str, name: str, now: datetime) -> list[str]:
    """Record that a person read a block, in every edition whose words were a machine's."""
    signed = Signed(proofs.person(ws, name), now.isoformat(timespec="seconds"), "")
    return proofs.sign(proofs.folder(ws, slug), block, signed)


# --- translate and review ---


def translate(
    ws: Workspace,
    slug: str,
    to: str,
    blocks: Sequence[str],
    now: datetime,
) -> tuple[translating.Translator, list[translating.Pair]]:
    """An edition ready to be translated, and the blocks named (or all) with their twins."""
    from pressroom.newsroom import translating

    translator = translating.Translator(ws, slug, Locale(to), _chat(ws), now)
    return translator, translator.pairs(blocks)


def review(ws: Workspace, slug: str, reads: Sequence[str] = ()) -> list[reviewing.Waiting]:
    """The machine's blocks that nobody signed, in print order, with all that a reader needs."""
    from pressroom.newsroom import reviewing

    return reviewing.waiting(ws, slug, reads)


# --- build ---


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote: files changed of all, and issues kept out of the archive and why."""

    changed: int
    files: int
    kept_out: Mapping[str, int]


def house(ws: Workspace) -> House:
    """What every page and mail says of the newsroom."""
    return press.house(ws)


def build(ws: Workspace, slugs: Sequence[str], out: Path) -> BuildReport:
    """Render every due edition and the archive; all in memory first, then file by file.

    An issue that a finding would stop from being sent gets its mails, so that the editor
    can look at them, and no page in the archive.
    """
    mails: dict[str, bytes] = {}
    public: dict[str, list[EditionBody]] = {}
    kept_out = {}
    for slug in ws.slugs():
        seen = inspect(ws, slug)
        if not slugs or slug in slugs:
            proofs.refuse_faults(seen.folder)
            for body, printed in seen.printed:
                mails |= _mail_files(ws, body, printed)
        if seen.stops:
            kept_out[slug] = len(seen.stops)
        else:
            public[slug] = [body for body, _ in seen.printed]
    pages = site(ws, public)
    files = mails | {f"public/{name}": data for name, data in pages.items()}
    return BuildReport(press.publish(out, files), len(files), kept_out)


def site(ws: Workspace, public: Mapping[str, Sequence[EditionBody]]) -> dict[str, bytes]:
    """The archive of these issues. What is on an issue's own page depends on no other issue."""
    from pressroom.archive.site import build_site
    from pressroom.manuscript import termbase
    from pressroom.render.jinja import Templates

    editions = [body for bodies in public.values() for body in bodies]
    pages = [_one(ws, body, Medium.MARKDOWN) for body in editions]
    figures = {slug: press.pictures(ws.issues / slug) for slug in public}
    draw = Templates(house(ws).templates).draw
    spoken = termbase.readings(termbase.read(ws.root / TERMS))
    return build_site(house(ws), editions, pages, figures, draw, spoken)


def bodies(ws: Workspace, folder: Folder) -> list[EditionBody]:
    """Every edition of an issue that has words and is not skipped."""
    from pressroom.probe.show import parts, read_probe

    probe = read_probe(folder.issue.folder)
    made = {
        locale: press.edition(ws, folder, locale, parts(probe, locale))
        for locale, plan in folder.issue.editions.items()
        if plan.status != "skip" and locale in ws.languages and folder.of(locale)
    }
    return with_parallel(ws, folder.issue, made)


def render(ws: Workspace, body: EditionBody) -> list[Rendering]:
    """An edition in every medium."""
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


# --- readers; what is sent to them stands in pipeline_send.py ---


def mailing(ws: Workspace) -> Mailing:
    """The mailing database: a SQLite file in the private folder, or the URL that is set."""
    from pressroom.store.mailing import Mailing

    ws.private.mkdir(parents=True, exist_ok=True)
    return Mailing.open(ws.settings.delivery.database or f"sqlite:///{ws.private / 'mailing.db'}")
