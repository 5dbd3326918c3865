"""Plain words made safe within Markdown, and Markdown made to read alike in every engine.

Measured on 14 cases of emphasis beside Han characters, CommonMark engines get 5 right:
`**AI+**行动` closes nothing there. With the neighbour as a numeric reference all agree.
"""

from __future__ import annotations

import re

from pressroom.lang.han import HAN

SPECIAL = re.compile(r"([\\`*_\[\]<>|#~{}])")
BLOCK_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))(?=[\s.)=-]|$)", re.MULTILINE)
CODE = re.compile(
    r"(^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\2[`~]*[ ]*$|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\3(?!`))",
    re.MULTILINE | re.DOTALL,
)
LINK_TAIL = re.compile(r'\]\([^()\s]{1,2000}(?:\s+"(?:[^"\\]|\\.){0,2000}")?\)')
SPAN = re.compile(r"(?<![\\*_])(\*{1,3}|_{1,3})(?![\s*_])([^\n]{0,2000}?[^\s\\*_])\1(?![*_])")
AFTER = re.compile(rf"([{HAN}])$")
BEFORE = re.compile(rf"^([{HAN}])")
SHORTCODE = re.compile(r"\{\{(?=[<%])")
FIGURE = re.compile(r"(!\[(?:[^\[\]\\]|\\.){0,2000}\]\()figures/")


def escape_markdown(text: str) -> str:
    r"""Words that mean themselves: nothing in them is read as Markdown.

    >>> escape_markdown("_TL;DR")
    '\\\\_TL;DR'
    """
    flat = " ".join(text.split())
    return BLOCK_START.sub(_stop_block, SPECIAL.sub(r"\\\1", flat))


def _stop_block(match: re.Match[str]) -> str:
    lead, mark = match.groups()
    return f"{lead}{mark}\\" if mark[0].isdigit() else f"{lead}\\{mark}"


def portable(markdown: str) -> str:
    """Markdown that Hugo, Jekyll, Eleventy and any CommonMark engine read as we do."""
    kept = []
    at = 0
    for code in CODE.finditer(markdown):
        kept += [emphasis(markdown[at : code.start()]), code.group()]
        at = code.end()
    kept.append(emphasis(markdown[at:]))
    return SHORTCODE.sub(r"{\\{", "".join(kept))


def emphasis(markdown: str) -> str:
    """Write a Han neighbour of an emphasised span as a numeric reference, outside code."""
    spans = [m for m in SPAN.finditer(markdown) if not _in_link(markdown, m)]
    out = markdown
    for span in reversed(spans):
        before, after = out[: span.start()], out[span.end() :]
        if _needs(span, 0):
            before = AFTER.sub(_reference, before)
        if _needs(span, -1):
            after = BEFORE.sub(_reference, after)
        out = before + span.group() + after
    return out


def _needs(span: re.Match[str], side: int) -> bool:
    edge = span.group(2)[side]
    return span.group(1).startswith("_") or not (edge.isalnum() or edge.isspace())


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match.group(1))};"


def _in_link(markdown: str, span: re.Match[str]) -> bool:
    tails = LINK_TAIL.finditer(markdown)
    return any(
        t.start() < span.start() < t.end() or t.start() < span.end() < t.end() for t in tails
    )


def figures_at(markdown: str, folder: str) -> str:
    """Point `figures/x.png` at the folder where the page will find it."""
    return FIGURE.sub(lambda m: m.group(1) + folder, markdown)
