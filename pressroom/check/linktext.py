"""Link words: they say where the link leads, also to who hears them alone (WCAG 2.2: 2.4.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pressroom.check.mend import untracked
from pressroom.check.rows import LINK, TITLE, at, rows, without_code
from pressroom.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Block, Proof

VAGUE = frozenset(
    """here|click here|click|click this|this|this link|the link|link|links|this page|this site
    read more|read on|more|learn more|see more|see here|read here|more here|continue|details
    more details|more info|more information|full story|via|url
    这里|点击这里|点击此处|点此|点这里|点击|请点击|链接|这个链接|此链接|本链接|此处|更多|阅读更多|了解更多|查看更多
    详情|查看详情|见此|见这里|全文链接|原文链接
    這裡|這裏|點擊這裡|點擊此處|點此|點這裡|點擊|連結|鏈接|此處|閱讀更多|了解更多|查看更多|詳情
    aquí|haz clic aquí|enlace|este enlace|más|leer más|ici|cliquez ici|lien|en savoir plus|hier
    """.replace("\n", "|")
    .replace("    ", "")
    .split("|")
) - {""}
DECORATION = " \t*_~`“”‘’\"'「」《》()（）[]【】.,:;!?…。，：；！？、→»›>-—"
ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
FIX = "let the words say what is there."


class Words(NamedTuple):
    """A link's words, its address, its line."""

    words: str
    to: str
    line: int


class LinkText:
    """Words that say nothing of the target, or say the same of two."""

    rule = "linktext"

    def find(self, proof: Proof) -> Iterator[Finding]:
        """Block by block."""
        for block in proof.blocks:
            seen: dict[str, Words] = {}
            for link in worded(block):
                key = " ".join(link.words.strip(DECORATION).casefold().split())
                if fault := _fault(link, key) or _doubled(link, seen.setdefault(key, link)):
                    place = at(proof, block, link.line)
                    yield Finding("linktext", Severity.LOOK, *place, fault, FIX)


def _fault(link: Words, key: str) -> str:
    if not link.words.strip():
        return f"the link to {link.to} has no words."
    if ADDRESS.match(link.words.strip()):
        return f"the address {link.words.strip()} stands as the words of its link."
    return f"“{link.words.strip()}” does not say where the link leads." if key in VAGUE else ""


def _doubled(link: Words, first: Words) -> str:
    if untracked(link.to) == untracked(first.to):
        return ""
    return f"“{link.words.strip()}” leads to {link.to} here and to {first.to} in line {first.line}."


def worded(block: Block) -> Iterator[Words]:
    """The links of a block with their words; pictures and mail addresses are none."""
    for line, row in rows(block):
        for found in LINK.finditer(without_code(row)):
            if found["auto"]:
                yield Words(found["auto"], found["auto"], line)
            elif not found["bang"]:
                to = TITLE.sub("", found["to"].strip()).strip("<>")
                yield Words(row[slice(*found.span("words"))], to, line)


RULE = LinkText()
