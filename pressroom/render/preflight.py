"""What the mail compiler does not look at, and crashes on: form, names, doubles, depth, size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from pressroom.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1_000_000
DEEPEST = 100
KNOWN = frozenset(
    [
        "mjml",
        "mj-head",
        "mj-body",
        "mj-attributes",
        "mj-all",
        "mj-class",
        "mj-breakpoint",
        "mj-font",
        "mj-preview",
        "mj-style",
        "mj-title",
        "mj-html-attributes",
        "mj-selector",
        "mj-html-attribute",
        "mj-section",
        "mj-column",
        "mj-group",
        "mj-wrapper",
        "mj-text",
        "mj-image",
        "mj-button",
        "mj-divider",
        "mj-spacer",
        "mj-table",
        "mj-raw",
        "mj-hero",
        "mj-navbar",
        "mj-navbar-link",
        "mj-social",
        "mj-social-element",
        "mj-accordion",
        "mj-accordion-element",
        "mj-accordion-title",
        "mj-accordion-text",
    ]
)
ONCE = frozenset({"mj-head", "mj-body", "mj-attributes", "mj-title", "mj-preview"})


class Flaw(NamedTuple):
    """One thing wrong with MJML source, at a 1-based line."""

    line: int
    message: str


class _Flight:
    def __init__(self, source: str) -> None:
        self.flaws: list[Flaw] = []
        self.depth = 0
        self.seen: set[tuple[str, str]] = set()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.source = source

    def note(self, message: str) -> None:
        self.flaws.append(Flaw(self.parser.CurrentLineNumber, message))

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth == DEEPEST + 1:
            self.note(f"elements are nested deeper than {DEEPEST}. Make the template flatter.")
        if tag == "mj-include":
            self.note("mj-include reads any path. Use Jinja's include.")
        elif tag.startswith("mj") and tag not in KNOWN:
            self.note(f"there is no <{tag}>.{did_you_mean(tag, KNOWN)}")
        self.once(tag, attrs)

    def once(self, tag: str, attrs: Mapping[str, str]) -> None:
        if tag not in ONCE and tag not in {"mj-class", "mj-font"}:
            return
        name = attrs.get("name", "") if tag not in ONCE else ""
        if (tag, name) in self.seen:
            title = f'<{tag} name="{name}">' if name else f"<{tag}>"
            self.note(f"{title} stands twice. Keep one.")
        self.seen.add((tag, name))

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def doctype(self, *_names: object) -> None:
        self.note("a document type is not allowed. Delete it.")

    def fly(self) -> list[Flaw]:
        try:
            self.parser.Parse(self.source.encode(), True)  # noqa: FBT003 - expat takes it by place
        except expat.ExpatError as fault:
            words = expat.errors.messages[fault.code]
            self.flaws.append(Flaw(fault.lineno, f"is not well-formed ({words}). Close every tag."))
        return self.flaws


def preflight(source: str) -> list[Flaw]:
    """Every flaw of MJML source in order; an empty list means that it may be compiled."""
    if len(source.encode()) > LARGEST:
        return [Flaw(1, "the mail is over 1 MB before it is compiled. Shorten the issue.")]
    return _Flight(source).fly()
