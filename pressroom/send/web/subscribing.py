"""/subscribe and /confirm: double opt-in, and no answer that tells who reads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pressroom.errors import UsageError
from pressroom.model import Locale
from pressroom.send.web import tokens
from pressroom.send.web.asking import CONFIRM, Wish
from pressroom.send.web.forms import Refused
from pressroom.send.web.pages import SUBSCRIBE, pages
from pressroom.store import readers
from pressroom.store.mailing_list import clean, normal_address

if TYPE_CHECKING:
    from starlette.responses import HTMLResponse

    from pressroom.send.web.asking import Clerk
    from pressroom.send.web.desk import Desk
    from pressroom.send.web.forms import Ask
    from pressroom.send.web.pages import Pages

CONFIRM_LIFE = timedelta(days=7)
MOST_NAME, MOST_ADDRESS = 100, 254  # RFC 5321 4.5.3.1.3, less the angle brackets


def show(desk: Desk, ask: Ask) -> HTMLResponse:
    """The form."""
    return _form(pages(desk, ask), {"address": "", "name": "", "edition": ""}, {})


def subscribe(desk: Desk, ask: Ask, clerk: Clerk) -> HTMLResponse:
    """Take a form in; the answer is the same whether the address was known or not."""
    site = pages(desk, ask)
    filled = {key: ask.form.get(key, "").strip() for key in ("address", "name", "edition")}
    faults = _faults(site, filled)
    if faults:
        return _form(site, filled, faults, 400)
    if not site.is_ours(SUBSCRIBE):
        return _form(site, filled, {"form": site.say("expired_form")}, 403)
    if desk.limits.mails.take("all") or not clerk.put(_wish(site, filled)):
        raise Refused(503)
    return site.message("asked", "asked_more", to=filled["address"])


def _wish(site: Pages, filled: dict[str, str]) -> Wish:
    consent = consent_of(site, "web form", site.say("consent"))
    edition = Locale(filled["edition"])
    return Wish(normal_address(filled["address"]), clean(filled["name"]), edition, consent)


def consent_of(site: Pages, how: str, words: str) -> readers.Consent:
    """The record of an agreement: when, how, a hash of where from, to which words."""
    desk = site.desk
    ip = readers.ip_hash(site.ask.client, desk.secret)
    return readers.Consent(desk.now().isoformat(timespec="seconds"), how, ip, words)


def _faults(site: Pages, filled: dict[str, str]) -> dict[str, str]:
    faults = {}
    if not _is_address(filled["address"]):
        faults["address"] = site.say("bad_address")
    if len(filled["name"]) > MOST_NAME:
        faults["name"] = site.say("bad_name")
    if filled["edition"] not in site.desk.labels:
        faults["edition"] = site.say("bad_edition")
    return faults


def _is_address(words: str) -> bool:
    try:
        return len(words) <= MOST_ADDRESS and bool(normal_address(words))
    except UsageError:
        return False


def _form(
    site: Pages, filled: dict[str, str], faults: dict[str, str], status: int = 200
) -> HTMLResponse:
    chosen = filled["edition"] or site.locale
    return site.page(
        "subscribe", site.say("subscribe_title"), status,
        hold=site.hold(SUBSCRIBE), filled=filled | {"edition": chosen},
        editions=site.editions(), consent=site.say("consent"), faults=faults,
    )  # fmt: skip


def show_confirm(desk: Desk, ask: Ask) -> HTMLResponse:
    """A page with a button; it changes nothing, for link scanners open it too."""
    token = _token(desk, ask)
    reader = readers.by_token(desk.base, token) if token else None
    site = pages(desk, ask, reader)
    if reader is None or reader.state not in {"pending", "active", "paused"}:
        return _dead(site)
    return site.page(
        "button", site.say("confirm_title"),
        lead=site.say("confirm_lead", to=reader.address), button=site.say("confirm_do"),
        action="confirm", hold={"t": ask.token}, sure="",
    )  # fmt: skip


def confirm(desk: Desk, ask: Ask) -> HTMLResponse:
    """Make the reader of a signed token active; the token itself shows that they mean it."""
    token = _token(desk, ask)
    known = readers.by_token(desk.base, token) if token else None
    site = pages(desk, ask, known)
    consent = consent_of(site, "web form, confirmed by mail", "")
    reader = readers.confirm(desk.base, token, consent) if token else None
    if reader is None:
        return _dead(site)
    link = {"href": f"preferences?{site.here(reader.token)}",
            "words": site.say("preferences_title")}  # fmt: skip
    return site.message("confirmed", to=reader.address, link=link)


def _token(desk: Desk, ask: Ask) -> str:
    return tokens.read(desk.secret, CONFIRM, ask.token, desk.now(), CONFIRM_LIFE) or ""


def _dead(site: Pages) -> HTMLResponse:
    link = {"href": f"subscribe?lang={site.locale}", "words": site.say("again")}
    return site.message("confirm_dead", status=404, link=link)
