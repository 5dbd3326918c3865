"""CSS selectors over a page of a stranger: each element is looked at once.

cssselect turns `div p` into a walk down from every `div`, and libxml2 then compares the lists it
got: 240 nested elements over 40,000 took minutes. Here a selector is read from its right end,
as browsers do: every `p`, and does a `div` stand above it? Depth is bounded by the parser.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cssselect import HTMLTranslator, SelectorError

from pressroom.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cssselect.xpath import XPathExpr


class FromTheRight(HTMLTranslator):
    """Combinators as conditions on the right-hand element, not as steps from the left.

    With `[1]`, libxml2 stops at the first such element: 0.17 s where all of them took 5 s.
    """

    def xpath_descendant_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`left right`."""
        return right.add_condition(f"ancestor::{left}[1]")

    def xpath_child_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`left > right`."""
        return right.add_condition(f"parent::{left}")

    def xpath_direct_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`left + right`."""
        return right.add_condition(f"preceding-sibling::*[1]/self::{left}")

    def xpath_indirect_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`left ~ right`."""
        return right.add_condition(f"preceding-sibling::{left}[1]")


@lru_cache(maxsize=2_000)
def selector(css: str, key: str) -> Any:
    """A compiled selector; SettingsError names the key of `select` that is wrong.

    Not by `lxml.cssselect`, whose `:contains()` calls back into Python and read freed memory.
    """
    from lxml import etree

    try:
        return etree.XPath(FromTheRight().css_to_xpath(css))
    except (SelectorError, etree.XPathError, ValueError, RecursionError) as fault:
        raise SettingsError(
            f'select.{key}: "{css[:200]}" is no CSS selector ({str(fault)[:120]}). Correct it.'
        ) from None


def find(element: Any, css: str, key: str) -> Sequence[Any]:
    """The elements a selector finds below an element and itself, in page order.

    What stands left of a combinator may lie outside the element, as in a browser.
    """
    return [e for e in selector(css, key)(element) if isinstance(e.tag, str)] if css else []
