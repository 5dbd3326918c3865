"""The HTML mail: Jinja to MJML, looked over, then compiled."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pressroom.errors import RenderError
from pressroom.manuscript.edition import Parallel
from pressroom.model import PREFERENCES_HOLE, UNSUBSCRIBE_HOLE, Medium, sha256
from pressroom.render.jinja import Templates
from pressroom.render.langs import marked
from pressroom.render.preflight import preflight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.model import EditionBody, House

TEXT = re.compile(
    r"(?P<start><mj-text(?:\s[^>]*)?(?<!/)>)(?P<html>.*?)(?P<end></mj-text>)", re.DOTALL
)
TEMPLATE = "email/issue.mjml.j2"
PARALLEL_TEMPLATE = "email/parallel.mjml.j2"
MOST = 100 * 1024
"""Bytes of HTML: Gmail cuts a message at 102 KB, and the footer with it."""


class Email:
    """An edition as one HTML mail of 600 px that folds to a phone's width, light and dark."""

    medium = Medium.HTML

    def __init__(self, house: House) -> None:
        self.house = house
        self.templates = Templates(house.templates)

    def mjml(self, edition: EditionBody) -> str:
        """The MJML source, as `build` keeps it beside the mail."""
        return self._fitting(edition)[0]

    def render(self, edition: EditionBody) -> bytes:
        """The compiled mail as UTF-8; RenderError lists what the pre-flight found."""
        source, mail = self._fitting(edition)
        return mail or _bytes(source, edition)

    def _fitting(self, edition: EditionBody) -> tuple[str, bytes]:
        """The source; and the mail, where it had to be compiled to see whether it fits.

        Two languages in one mail may be more than arrives whole: such a mail ends after a block.
        """
        source = self._source(edition)
        if not isinstance(edition, Parallel):
            return source, b""
        mail, steps, room = _bytes(source, edition), edition.steps, len(source.encode())
        while len(mail) > MOST and steps:
            room -= len(mail) - MOST
            steps = self._fewer(edition, steps, room)
            source = self._source(edition.up_to(steps))
            mail = _bytes(source, edition)
        return source, mail

    def _fewer(self, edition: Parallel, steps: int, size: int) -> int:
        """The most blocks, fewer than `steps`, whose source is of `size` bytes at most."""

        def weight(count: int) -> int:
            return len(self._source(edition.up_to(count)).encode())

        return max(0, bisect_right(range(steps), size, key=weight) - 1)

    def _source(self, edition: EditionBody) -> str:
        values = {
            "edition": edition,
            "house": self.house,
            "unsubscribe": UNSUBSCRIBE_HOLE,
            "preferences": PREFERENCES_HOLE,
            "figures": f"{self.house.home}{edition.slug}/figures/",
        }
        if not isinstance(edition, Parallel):
            return self._drawn(TEMPLATE, values)
        of = {side.locale: side for side in edition.sides}
        values |= {"whole": edition, "edition": of[edition.main], "of": of}
        return self._drawn(PARALLEL_TEMPLATE, values)

    def _drawn(self, name: str, values: Mapping[str, object]) -> str:
        return marked(self.templates.draw(name, values), self.house.locales)


def _bytes(source: str, edition: EditionBody) -> bytes:
    return compiled(source, f"{edition.slug}/{edition.locale}/email.mjml").encode()


def compiled(source: str, where: str) -> str:
    """MJML to HTML; RenderError `where:line` for what will not compile."""
    if flaws := preflight(source):
        raise RenderError("\n".join(f"{where}:{flaw.line}: {flaw.message}" for flaw in flaws))
    try:
        html = _compiled(source)
    except Exception as fault:
        raise RenderError(
            f"{where}: the mail compiler refused it ({type(fault).__name__}: {fault}). "
            f"Look at the latest change of templates/{TEMPLATE}."
        ) from fault
    return "\n".join(_flush_left(html)) + "\n"


def _compiled(source: str) -> str:
    """As the compiler makes it, in half the time: it gets the frame, without what it only copies.

    It would parse the HTML of each mj-text and write it out anew at every depth; once is enough.
    """
    from bs4 import BeautifulSoup
    from mjml import mjml_to_html

    hole, held = f"hole-{sha256(source)}-", []

    def hold(text: re.Match[str]) -> str:
        held.append(text["html"])
        return f"{text['start']}{hole}{len(held) - 1}-{text['end']}"

    def filled(found: re.Match[str]) -> str:
        written: str = BeautifulSoup(held[int(found[1])], "html.parser").decode_contents()
        return written.strip()

    frame: str = mjml_to_html(TEXT.sub(hold, source)).html
    return re.sub(rf"{hole}(\d+)-", filled, frame)


def _flush_left(html: str) -> Iterator[str]:
    """Without the compiler's indentation, a tenth of the weight; code keeps its own."""
    code = False
    for line in html.splitlines():
        if code or line.strip():
            yield line.rstrip() if code else line.strip()
        code = "<pre" in line or (code and "</pre" not in line)
