"""/preferences, /own-data, /unsubscribe and /erase: what a reader decides by their own link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from pressroom.model import Locale
from pressroom.send.message import NO_TOKEN, TEST_TOKEN
from pressroom.send.web.forms import Refused
from pressroom.send.web.pages import pages
from pressroom.send.web.subscribing import MOST_NAME
from pressroom.store import readers
from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from starlette.responses import HTMLResponse, Response

    from pressroom.send.web.desk import Desk
    from pressroom.send.web.forms import Ask
    from pressroom.send.web.pages import Pages
    from pressroom.store.readers import Record

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""The whole body of a one-click request (RFC 8058 3.1)."""

_STATES = {
    "pending": "state_pending", "paused": "paused", "unsubscribed": "state_unsubscribed",
    "bounced": "state_bounced", "complained": "state_unsubscribed",
}  # fmt: skip


def _reader(desk: Desk, ask: Ask) -> Record | None:
    return readers.by_token(desk.base, ask.token) if ask.token else None


def _nobody(site: Pages, status: int) -> HTMLResponse:
    """For a link that is no reader's: that of a test answers 200, as a send asks for it."""
    if site.ask.token in {TEST_TOKEN, NO_TOKEN}:
        return site.message("test")
    return site.message("dead", status=status)


def show(desk: Desk, ask: Ask) -> HTMLResponse:
    """The preferences page."""
    reader = _reader(desk, ask)
    site = pages(desk, ask, reader)
    return _form(site, reader, {}) if reader else _nobody(site, 404)


def change(desk: Desk, ask: Ask) -> HTMLResponse:
    """Save what was chosen, pause or go on; shows the page again."""
    reader = _reader(desk, ask)
    site = pages(desk, ask, reader)
    if reader is None:
        return _nobody(site, 404)
    if not site.is_ours(reader.token):
        return _form(site, reader, {"form": site.say("expired_form")}, 403)
    if faults := _change(site, reader):
        return _form(site, reader, faults, 400)
    after = _reader(desk, ask) or reader
    return _form(pages(desk, ask, after), after, {}, saved=True)


def _change(site: Pages, reader: Record) -> dict[str, str]:
    base, form = site.desk.base, site.ask.form
    do = form.get("do", "save")
    if do in {"pause", "resume"}:
        readers.change(base, reader.token, paused=do == "pause")
        return {}
    name, edition = clean(form.get("name", "")), form.get("edition", "")
    if edition not in site.desk.labels:
        return {"edition": site.say("bad_edition")}
    if len(name) > MOST_NAME:
        return {"name": site.say("bad_name")}
    early = form.get("early") == "yes"
    readers.change(base, reader.token, edition=Locale(edition), name=name, early=early)
    return {}


def _form(
    site: Pages, reader: Record, faults: dict[str, str], status: int = 200, *, saved: bool = False
) -> HTMLResponse:
    desk = site.desk
    several = len(desk.labels) > 1
    return site.page(
        "preferences", site.say("preferences_title"), status,
        reader=reader, here=site.here(reader.token), hold=site.hold(reader.token),
        editions=site.editions(), faults=faults, saved=saved,
        state=site.say(_STATES[reader.state]) if reader.state in _STATES else "",
        original=desk.labels[desk.original] if several else "",
        filled={"edition": reader.edition, "name": reader.name, "early": reader.early},
    )  # fmt: skip


def own_data(desk: Desk, ask: Ask) -> Response:
    """All that is held of one reader, as a JSON file."""
    data = readers.own_data(desk.base, ask.token) if ask.token else None
    if data is None:
        return _nobody(pages(desk, ask), 404)
    return JSONResponse(data, headers={"Content-Disposition": 'attachment; filename="subscription.json"'})  # fmt: skip


def show_unsubscribe(desk: Desk, ask: Ask) -> HTMLResponse:
    """A page with a button; it changes nothing, for link scanners open it too."""
    reader = _reader(desk, ask)
    site = pages(desk, ask, reader)
    if reader is None:
        return _nobody(site, 200)
    if reader.state in {"unsubscribed", "complained"}:
        return _left(site, reader)
    return site.page(
        "button", site.say("unsubscribe_title"),
        lead=site.say("unsubscribe_lead", to=reader.address), button=site.say("unsubscribe_do"),
        action=f"unsubscribe?{site.here(reader.token)}", hold=dict([ONE_CLICK]), sure="",
    )  # fmt: skip


def unsubscribe(desk: Desk, ask: Ask) -> HTMLResponse:
    """Stop mail to the reader of a link, from its page or by one click (RFC 8058).

    No cookie, no form token: the link's own is what shows who asks. The same answer each time.
    """
    reader = _reader(desk, ask)
    site = pages(desk, ask, reader)
    if ask.form.get(ONE_CLICK[0], "").strip() != ONE_CLICK[1]:
        raise Refused(400)
    if reader is None:
        return _nobody(site, 200)
    readers.unsubscribe(desk.base, reader.token)
    return _left(site, reader)


def _left(site: Pages, reader: Record) -> HTMLResponse:
    link = {"href": f"preferences?{site.here(reader.token)}",
            "words": site.say("preferences_title")}  # fmt: skip
    return site.message("gone", link=link)


def show_erase(desk: Desk, ask: Ask) -> HTMLResponse:
    """What erasing means, with a box to tick."""
    reader = _reader(desk, ask)
    site = pages(desk, ask, reader)
    return _erase_form(site, reader, {}) if reader else _nobody(site, 404)


def erase(desk: Desk, ask: Ask) -> HTMLResponse:
    """Erase a reader who ticked the box."""
    reader = _reader(desk, ask)
    site = pages(desk, ask, reader)
    if reader is None:
        return _nobody(site, 404)
    if not site.is_ours(reader.token):
        return _erase_form(site, reader, {"form": site.say("expired_form")}, 403)
    if ask.form.get("sure") != "yes":
        return _erase_form(site, reader, {"sure": site.say("erase_unsure")}, 400)
    readers.erase(desk.base, reader.token)
    return site.message("erased")


def _erase_form(
    site: Pages, reader: Record, faults: dict[str, str], status: int = 200
) -> HTMLResponse:
    return site.page(
        "button", site.say("erase_title"), status,
        lead=site.say("erase_lead", to=reader.address), button=site.say("erase_do"),
        action=f"erase?{site.here(reader.token)}", hold=site.hold(reader.token),
        sure=site.say("erase_sure"), faults=faults,
    )  # fmt: skip
