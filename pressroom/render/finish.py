"""The last touches on sanitised HTML, made on a flat list of tokens.

Citations become superscripts, a newline between Han characters goes, runs in another script
than the page's get their `lang`, tables get scopes and a frame to scroll in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.han import HAN, HAN_ONLY, RUN, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FULL = HAN + "\u3001-\u303f\uff01-\uff60"
EITHER = FULL + "“”‘’…—"
GAP = re.compile(rf"(?<=[{FULL}])\n(?=[{EITHER}])|(?<=[{EITHER}])\n(?=[{FULL}])")
CITATION = re.compile(r"\[\d+[^\[\]]{0,80}\]")
MARKS = re.compile(r"(?=[^\s]*[·•–■□○●×△▲▢✕])[^\s\w]*(?:[A-Za-z]?[^\s\w]*){3,60}")
VOID = frozenset({"br", "hr", "img"})
INLINE = frozenset({"a", "code", "del", "em", "strong", "sub", "sup", "img", "br"})


@dataclass(frozen=True, slots=True)
class Finish:
    """How to finish a piece of HTML.

    `figures` is put before images of the issue; `look` maps a tag (also `cite`, `han`, `marks`)
    to an inline style; `shift` lowers headings; `ids` prefixes the ids of list items;
    `table` names the scroll frame; `rows` makes first cells row headers; `width` is an image's;
    `home` is the newsroom's address and what a page writes for it, so that links stay relative.
    """

    locale: str
    figures: str = "figures/"
    look: Mapping[str, str] = field(default_factory=dict)
    shift: int = 0
    ids: str = ""
    table: str = ""
    rows: bool = False
    width: int = 0
    home: tuple[str, str] = ("", "")


class Token(NamedTuple):
    """A piece of HTML: `open`, `close` or `text`; void elements are `open` only."""

    kind: str
    name: str
    attrs: tuple[tuple[str, str], ...] = ()


def finish(html: str, how: Finish) -> str:
    """Sanitised HTML in, finished XHTML-like HTML out (void elements close themselves)."""
    tokens = _join_lines(_tokens(html))
    for step in (_links, _images, _citations, _tables, _headings, _items, _styles):
        tokens = list(step(tokens, how))
    return "".join(_write(tokens, how))


def said(text: str, locale: str, style: str = "") -> str:
    """Plain text as HTML: escaped, with `lang` on each run in another script than the page's."""
    out, at = [], 0
    attr = f' style="{escape(style)}"' if style else ""
    for start, end, tag in _foreign(text, locale):
        out.append(escape(text[at:start]))
        out.append(f'<span lang="{tag}"{attr}>{escape(text[start:end])}</span>')
        at = end
    return "".join([*out, escape(text[at:])])


def _foreign(text: str, locale: str) -> Iterator[tuple[int, int, str]]:
    if locale.startswith("ja"):
        return
    if not locale.startswith("zh"):
        for run in RUN.finditer(text):
            yield run.start(), run.end(), script(run.group(), "zh-Hans")
        return
    own = "zh-Hant" if "Hant" in locale or locale.endswith(("TW", "HK", "MO")) else "zh-Hans"
    for run in HAN_ONLY.finditer(text):
        if (tag := script(run.group(), own)) != own:
            yield run.start(), run.end(), tag


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tokens.append(Token("open", tag, tuple((k, v or "") for k, v in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tokens.append(Token("close", tag))

    def handle_data(self, data: str) -> None:
        self.tokens.append(Token("text", data))


def _tokens(html: str) -> list[Token]:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.tokens


def _join_lines(tokens: list[Token]) -> list[Token]:
    out, group = [], []
    code = False
    for token in tokens:
        if token.kind == "text" or token.name in INLINE:
            group.append(token)
            continue
        out += [*(group if code else _joined(group)), token]
        code = token.name == "pre" and token.kind == "open"
        group = []
    return out + _joined(group)


def _joined(group: list[Token]) -> list[Token]:
    whole = "".join(t.name for t in group if t.kind == "text")
    gaps = {m.start() for m in GAP.finditer(whole)}
    if not gaps:
        return group
    out, at = [], 0
    for token in group:
        if token.kind != "text":
            out.append(token)
            continue
        kept = "".join(c for i, c in enumerate(token.name, at) if i not in gaps)
        at += len(token.name)
        out.append(Token("text", kept))
    return out


def _links(tokens: list[Token], how: Finish) -> Iterator[Token]:
    base, up = how.home
    for token in tokens:
        href = dict(token.attrs).get("href", "")
        if base and token.name == "a" and href.startswith(base):
            attrs = dict(token.attrs) | {"href": up + _named(href.removeprefix(base))}
            yield token._replace(attrs=tuple(attrs.items()))
        else:
            yield token


def _named(path: str) -> str:
    """A folder's page by its file name, so that it opens from a disk as well."""
    page, mark, anchor = path.partition("#")
    return f"{page}index.html{mark}{anchor}" if page.endswith("/") or not page else path


def _images(tokens: list[Token], how: Finish) -> Iterator[Token]:
    for token in tokens:
        if token.name != "img" or token.kind != "open":
            yield token
            continue
        attrs = dict(token.attrs)
        source = attrs.get("src", "")
        if not source.startswith("figures/"):
            yield from _as_link(source, attrs.get("alt", ""))
            continue
        attrs["src"] = how.figures + source.removeprefix("figures/")
        if how.width:
            attrs["width"] = str(how.width)
        yield token._replace(attrs=(*attrs.items(), *_alt_lang(attrs.get("alt", ""), how.locale)))


def _as_link(source: str, alt: str) -> Iterator[Token]:
    """A picture from elsewhere would tell its owner who reads: it becomes a link."""
    if source:
        yield Token("open", "a", (("href", source),))
    yield Token("text", alt or source)
    if source:
        yield Token("close", "a")


def _alt_lang(alt: str, locale: str) -> Iterator[tuple[str, str]]:
    runs = list(_foreign(alt, locale))
    if runs and sum(end - start for start, end, _ in runs) * 2 > len(alt):
        yield "lang", runs[0][2]


def _citations(tokens: list[Token], _how: Finish) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        trio = tokens[at : at + 3]
        if _is_citation(trio):
            yield Token("open", "sup", (("class", "cite"),))
            yield from trio
            yield Token("close", "sup")
            at += 3
            continue
        token = tokens[at]
        before_one = token.kind == "text" and _is_citation(tokens[at + 1 : at + 4])
        yield Token("text", _clinging(token.name)) if before_one else token
        at += 1


def _clinging(text: str) -> str:
    """Words before a citation: no blank between, and no line break after a Han character."""
    flush = text.rstrip()
    return f"{flush}\u2060" if re.search(rf"[{FULL}”’]$", flush) else flush


def _is_citation(trio: list[Token]) -> bool:
    if [t.kind for t in trio] != ["open", "text", "close"] or trio[0].name != "a":
        return False
    return CITATION.fullmatch(trio[1].name) is not None


def _tables(tokens: list[Token], how: Finish) -> Iterator[Token]:
    head = first = False
    renamed = ""
    for at, token in enumerate(tokens):
        opens = token.kind == "open"
        if token.name == "table" and opens and how.table:
            frame = (("class", "scroll"), ("role", "region"), ("tabindex", "0"))
            yield Token("open", "div", (*frame, ("aria-label", how.table)))
        if token.name == "thead":
            head = opens
        first = first or (opens and token.name == "tr")
        if opens and token.name in {"td", "th"}:
            renamed = "th" if head or (first and how.rows) else token.name
            yield _cell(token, tokens[at + 1], renamed, head=head)
            first = False
        elif token.kind == "close" and token.name in {"td", "th"}:
            yield Token("close", renamed)
        else:
            yield token
        if token.name == "table" and token.kind == "close" and how.table:
            yield Token("close", "div")


def _cell(token: Token, inner: Token, name: str, *, head: bool) -> Token:
    scope = (("scope", "col" if head else "row"),) if name == "th" else ()
    marks = inner.kind == "text" and MARKS.fullmatch(inner.name.strip())
    return Token("open", name, (*scope, *token.attrs, *((("class", "marks"),) if marks else ())))


def _headings(tokens: list[Token], how: Finish) -> Iterator[Token]:
    for token in tokens:
        if token.kind != "text" and re.fullmatch(r"h[1-6]", token.name):
            yield token._replace(name=f"h{min(6, int(token.name[1]) + how.shift)}")
        else:
            yield token


def _items(tokens: list[Token], how: Finish) -> Iterator[Token]:
    number, depth = 0, 0
    for token in tokens:
        if token.name in {"ol", "ul"} and token.kind != "text":
            depth += 1 if token.kind == "open" else -1
            if depth == 1 and token.kind == "open":
                number = int(dict(token.attrs).get("start", "1")) - 1
        if how.ids and depth == 1 and token[:2] == ("open", "li"):
            number += 1
            yield token._replace(attrs=(("id", f"{how.ids}{number}"), *token.attrs))
        else:
            yield token


def _styles(tokens: list[Token], how: Finish) -> Iterator[Token]:
    within: list[str] = []
    for token in tokens:
        if token.kind == "text" or not how.look:
            yield token
            continue
        if token.kind == "close":
            if within:
                within.pop()
            yield token
            continue
        style = how.look.get(_key(token, within), "")
        yield token._replace(attrs=(*token.attrs, ("style", style))) if style else token
        if token.name not in VOID:
            within.append(token.name)


def _key(token: Token, within: list[str]) -> str:
    if token.name == "a" and "sup" in within:
        return "cite"
    if token.name == "th" and "thead" in within:
        return "head"
    known = dict(token.attrs).get("class", "")
    return known if known in {"marks", "scroll"} else token.name


def _write(tokens: list[Token], how: Finish) -> Iterator[str]:
    style = how.look.get("han", "")
    for token in tokens:
        if token.kind == "text":
            yield said(token.name, how.locale, style)
        elif token.kind == "close":
            yield "" if token.name in VOID else f"</{token.name}>"
        else:
            attrs = "".join(f' {k}="{escape(v)}"' for k, v in token.attrs)
            yield f"<{token.name}{attrs}{' /' if token.name in VOID else ''}>"
