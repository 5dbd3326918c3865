"""From a request to a page: in the reader's language, with the sentences of that edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from pressroom.send.web import tokens
from pressroom.send.web.tongue import tongue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.model import Locale
    from pressroom.send.web.desk import Desk
    from pressroom.send.web.forms import Ask
    from pressroom.store.readers import Record

FORM_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Pages:
    """What every page of one request shares: the newsroom, the request, its edition."""

    desk: Desk
    ask: Ask
    locale: Locale

    def say(self, key: str, **values: str) -> str:
        """A sentence of this edition, the newsletter's name filled in."""
        return say(self.desk, self.locale, key, **values)

    def page(self, template: str, title: str, status: int = 200, **values: object) -> HTMLResponse:
        """A template of `templates/pages/` with what every page needs."""
        house = self.desk.house
        shared = {
            "lang": self.desk.words[self.locale]["lang"],
            "tag": self.locale,
            "say": self.say,
            "name": house.title(self.locale),
            "home": house.home,
            "root": f"{self.desk.prefix}/",
            "address": house.address,
            "title": title,
            "tongues": self._tongues(),
            "faults": {},
        }
        text = self.desk.draw(f"pages/{template}.html.j2", shared | values)
        return HTMLResponse(text, status)

    def message(
        self, key: str, *more: str, status: int = 200, link: Mapping[str, str] | None = None,
        to: str = "",
    ) -> HTMLResponse:  # fmt: skip
        """A page that only says something: `<key>_title`, `<key>`, and further keys."""
        words = [self.say(one, to=to) for one in (key, *more)]
        return self.page("message", self.say(f"{key}_title"), status, paragraphs=words, link=link)

    def fault(self, status: int) -> HTMLResponse:
        """The page of an error."""
        known = f"fault_{status}"
        return self.message(known if known in self.desk.words[self.locale] else "fault_400",
                            status=status)  # fmt: skip

    def hold(self, of: str) -> dict[str, str]:
        """The hidden fields of a form: the reader's token, and one that shows it is our form."""
        form = tokens.sign(self.desk.secret, "form", of, self.desk.now())
        return ({"t": of} if of != SUBSCRIBE else {}) | {"form": form}

    def is_ours(self, of: str) -> bool:
        """Whether a form carries what `hold` gave, not too long ago."""
        found = tokens.read(
            self.desk.secret, "form", self.ask.form.get("form", ""), self.desk.now(), FORM_LIFE
        )
        return found == of

    def editions(self) -> list[dict[str, str]]:
        """What a reader may choose: tag, language of the label, label."""
        told = self.desk.words
        return [
            {"tag": tag, "label": label, "lang": told[tag]["lang"]}
            for tag, label in self.desk.labels.items()
        ]

    def here(self, token: str) -> str:
        """The query of a link to another page about this reader."""
        asked = self.ask.query.get("lang", "")
        return urlencode({"t": token} | ({"lang": self.locale} if asked else {}))

    def _tongues(self) -> list[dict[str, object]]:
        """The language switch: this page in each language that an edition is in."""
        told = self.desk.words
        token = {"t": self.ask.token} if self.ask.token else {}
        return [
            {
                "href": "?" + urlencode(token | {"lang": tag}),
                "label": self.desk.labels[tag],
                "lang": told[tag]["lang"],
                "here": tag == self.locale,
            }
            for tag in self.desk.labels
            if told[tag]["lang"] == tag
        ]


SUBSCRIBE = "subscribe"


def say(desk: Desk, locale: Locale, key: str, **values: str) -> str:
    """A sentence of an edition, the newsletter's name and the values filled in."""
    filled = {"name": desk.house.title(locale), "address": desk.house.address} | values
    words = desk.words[locale][key]
    for name, value in filled.items():
        words = words.replace(f"{{{name}}}", value)
    return words


def pages(desk: Desk, ask: Ask, reader: Record | None = None) -> Pages:
    """The pages of a request: `?lang=` wins, then the reader's edition, then Accept-Language."""
    known = tuple(desk.words)
    asked = ask.query.get("lang", "")
    if reader and reader.edition in desk.words and asked not in known:
        return Pages(desk, ask, reader.edition)
    return Pages(desk, ask, tongue(asked, ask.languages, known))
