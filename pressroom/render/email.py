"""The HTML mail: Jinja to MJML, looked over, then compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import RenderError
from pressroom.model import UNSUBSCRIBE_HOLE, Medium
from pressroom.render.jinja import Templates
from pressroom.render.preflight import preflight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import EditionBody, House

TEMPLATE = "email/issue.mjml.j2"


class Email:
    """An edition as one HTML mail of 600 px that folds to a phone's width, light and dark."""

    medium = Medium.HTML

    def __init__(self, house: House) -> None:
        self.house = house
        self.templates = Templates(house.templates)

    def mjml(self, edition: EditionBody) -> str:
        """The MJML source, as `build` keeps it beside the mail."""
        values = {
            "edition": edition,
            "house": self.house,
            "unsubscribe": UNSUBSCRIBE_HOLE,
            "figures": f"{self.house.home}{edition.slug}/figures/",
        }
        return self.templates.draw(TEMPLATE, values)

    def render(self, edition: EditionBody) -> bytes:
        """The compiled mail as UTF-8; RenderError lists what the pre-flight found."""
        return compiled(self.mjml(edition), f"{edition.slug}/{edition.locale}/email.mjml").encode()


def compiled(source: str, where: str) -> str:
    """MJML to HTML; RenderError `where:line` for what will not compile."""
    if flaws := preflight(source):
        raise RenderError("\n".join(f"{where}:{flaw.line}: {flaw.message}" for flaw in flaws))
    from mjml import mjml_to_html

    try:
        html: str = mjml_to_html(source).html
    except Exception as fault:
        raise RenderError(
            f"{where}: the mail compiler refused it ({type(fault).__name__}: {fault}). "
            f"Look at the latest change of templates/{TEMPLATE}."
        ) from fault
    return "\n".join(_flush_left(html)) + "\n"


def _flush_left(html: str) -> Iterator[str]:
    """Without the compiler's indentation, a tenth of the weight; code keeps its own."""
    code = False
    for line in html.splitlines():
        if code or line.strip():
            yield line.rstrip() if code else line.strip()
        code = "<pre" in line or (code and "</pre" not in line)
