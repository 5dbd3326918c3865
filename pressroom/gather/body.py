"""Which words of a page are the article: our own reading, linear in the size of the page.

    tree -> blocks (a run of text between block tags, with its share of links)
         -> the worth of each block: its length, less its links, less a fixed cost
         -> the run of blocks of the greatest worth (maximum subsequence segmentation:
            Pasternack and Roth, WWW 2009), which must begin under the headline to count fully
         -> the container of most of that run: what stands outside is dropped, paragraphs of
            the same kind inside are taken up, lines that are no article are left out

Why not a library alone, and what was measured: docs/decisions/article-text.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SKIPPED = frozenset(
    re.findall(
        r"\w+",
        "script style noscript iframe template head select option textarea button input svg object "
        "embed applet nav footer map audio video canvas math dialog",
    )
)
BLOCK = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body br caption center col colgroup dd details div dl dt "
        "fieldset figcaption figure form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre "
        "section summary table tbody td tfoot th thead tr ul",
    )
)
PARAGRAPH = frozenset(("p", "pre", "blockquote", "li", "dd", "h1", "h2", "h3", "h4", "h5", "h6"))
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HAN = re.compile("[\u3400-\u9fff]")
STOPS = re.compile("[。，；！？、：]|[.,;!?](?=[\\s\"'”’]|$)")
SENTENCE = re.compile("[。，；！？]")
REPLIES = re.compile(
    r"comment|discuss|disqus|(?<![a-z])(?:respon[ds]|repl(?:y|ies)|poll|vote)|survey|guestbook|pinglun",
    re.IGNORECASE,
)
"""Names of elements that hold what readers say."""

ENDING = re.compile(
    r"^\W{0,3}(?:相[关關](?:新[闻聞]|[阅閱][读讀]|[报報][道導]|[链鏈][接結]|[专專][题題]|文章|[视視][频頻]"
    r"|[内內]容|搜索|[资資][讯訊])|延伸[阅閱][读讀]|更多(?:新[闻聞]|文章|精彩)|[网網]友[评評][论論]"
    r"|最新[评評][论論]|[发發]表[评評][论論]|[热熱][门門](?:新[闻聞]|文章|推[荐薦]|[评評][论論])"
    r"|推[荐薦][阅閱][读讀]|猜你喜[欢歡]|[编編][辑輯]推[荐薦]|精彩推[荐薦]|今日推[荐薦]|我要[评評][论論]"
    r"|[读讀]者[留回][言應应]|related (?:stor|article|link|content|news|topic|post|cover)|more on this"
    r"|more from|comments?\b|(?:\d+ )?comments$|(?:post|leave|add) (?:a |your )?comment|share this"
    r"|also (?:on|in)\b|you may also|read next|recommended|most (?:read|popular|viewed)"
    r"|around the web|sponsored)",
    re.IGNORECASE,
)
"""How the list under an article begins."""

ASIDE = re.compile(
    r"[责責]任?[编編][辑輯]?\s*[:：]|^\W*[编編][辑輯]\s*[:：]|[转轉][载載][请請]|分享(?:到|至|给)"
    r"|^\W*(?:分享|打印|[关關][闭閉]|收藏|推[荐薦]|[复複][制製]|回到?[顶頂][部端]|返回|上一[篇页頁]"
    r"|下一[篇页頁]|字[号號体體]|大\s*中\s*小)|[评評][论論](?:\(\d|$)|[举舉][报報]|我要[评評留发]"
    r"|(?:[爆报報]料|[举舉][报報]|[热熱][线線]|客服)(?:[电電][话話]|[热熱][线線])|手[机機]看新|[关關]注.{0,20}(?:微信|微博|公[众眾][号號])|扫一?[扫描]|二[维维][码碼]"
    r"|facebook.{0,20}(?:專頁|粉絲)|copyright|\(c\) ?\d{4}|^©|continue reading|click here|follow us"
    r"|sign up|subscribe"
    r"|^(?:share|print|e-?mail|tweet|like|advertisement|enlarge|end quote|[“\"]?start quote"
    r"|more\.\.\.|save|reprints?)\W*$|^(?:read more|see also|watch|related|view gallery|more:)\b"
    r"|last updated|^(?:updated|published|posted)\b.{0,60}\d{4}|javascript|^tags?:|标签[:：]"
    r"|[关關][键鍵][字词詞][:：]",
    re.IGNORECASE,
)
"""Short lines that stand in an article's container and are none of it."""

LEGAL = re.compile(
    r"免[責责][声聲]明|凡.{0,6}注明|不代表(?:本|[^。]{0,8}(?:[网網]|[立观觀][场場点點]))|仅代表作者"
    r"|[僅仅]供[參参]考|侵[权權].{0,20}(?:删除|刪除|[联聯][系繫])|未[经經].{0,14}(?:[转轉][载載]|授[权權])"
    r"|版[权權](?:所有|[归歸])"
    r"|all rights reserved|not responsible for the content|may not be (?:published|reproduced|copied)"
    r"|terms (?:of|and) (?:use|conditions)|privacy policy",
    re.IGNORECASE,
)
"""Disclaimers, which may be as long as a paragraph."""

DATELINE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}:\d\d")
DATELINE_WORDS = re.compile(r"[\d\s:：./年月日时時分-]|[来來]源|作者|[记記]者")
BYLINE = re.compile(r"[来來]源|[作记記]者\s*[:：]|^\W*by\s+\w+", re.IGNORECASE)

LATIN = 2.5
"""Characters of an alphabet that say as much as one Han character: lengths are in the latter."""
CARD = 300
"""Characters in one link above which it is a link left open, or a wrapper, and no link."""
COST = 16.0
"""What a block must say to be worth more than nothing."""
NEAR = 20
"""Blocks under the headline in which an article is looked for first."""
MOST = 0.8
"""Share of the best run that its container must hold."""


class Home(NamedTuple):
    """An element that holds blocks: its place in the tree, its tag, whether it holds replies."""

    above: int
    depth: int
    tag: str
    replies: bool = False


@dataclass(slots=True)
class Block:
    """A run of text between block tags; `linked` counts those of its characters in links."""

    text: str
    home: int
    tag: str
    linked: int
    length: int
    size: float
    stops: int

    @property
    def links(self) -> float:
        """The share of the text that is link, 0 to 1."""
        return min(1.0, self.linked / self.length)


@dataclass(slots=True)
class Page:
    """A page in blocks, in their order, with the elements that hold them (0 is the root)."""

    blocks: list[Block] = field(default_factory=list)
    homes: list[Home] = field(default_factory=lambda: [Home(0, 0, "")])

    def kind(self, block: Block) -> tuple[int, str]:
        """What makes two blocks of a kind: the same tag under the same parent."""
        home = self.homes[block.home]
        return home.above, home.tag


class Found(NamedTuple):
    """The article of a page: which blocks, which one is the headline (-1: none was found)."""

    kept: list[int]
    headline: int


class _Cutter:
    """Walks a tree once and cuts it into blocks."""

    def __init__(self) -> None:
        self.page = Page()
        self.at = 0
        self.words: list[str] = []
        self.linked = 0
        self.anchors = 0
        self.anchor_from = 0
        self.anchor_size = 0

    def flush(self) -> None:
        if text := " ".join("".join(self.words).split()):
            length = len(text) - text.count(" ")
            self.page.blocks.append(
                Block(
                    text=text,
                    home=self.at,
                    tag=self.page.homes[self.at].tag,
                    linked=self.linked,
                    length=length,
                    size=size(text),
                    stops=len(STOPS.findall(text)),
                )
            )
        self.words, self.linked = [], 0

    def say(self, text: str | None) -> None:
        if not text:
            return
        self.words.append(text)
        if self.anchors:
            length = sum(map(len, text.split()))
            self.linked += length
            self.anchor_size += length

    def open(self, node: Any) -> None:
        if node.tag in BLOCK:
            self.flush()
            if node.tag != "br":
                self._enter(node)
        if _is_link(node):
            if not self.anchors:
                self.anchor_from, self.anchor_size = len(self.page.blocks), 0
            self.anchors += 1
        self.say(node.text)

    def _enter(self, node: Any) -> None:
        above = self.page.homes[self.at]
        name = f"{node.get('class', '')} {node.get('id', '')}"[:200]
        said = node.tag not in {"html", "body"} and bool(REPLIES.search(name))
        self.page.homes.append(Home(self.at, above.depth + 1, node.tag, above.replies or said))
        self.at = len(self.page.homes) - 1

    def close(self, node: Any) -> None:
        if node.tag in BLOCK and node.tag != "br":
            self.flush()
            self.at = self.page.homes[self.at].above
        if _is_link(node):
            self._leave_link()
        self.say(node.tail)

    def _leave_link(self) -> None:
        self.anchors -= 1
        if self.anchors or self.anchor_size <= CARD:
            return
        self.linked = 0
        for block in self.page.blocks[self.anchor_from :]:
            block.linked = 0

    def skip(self, node: Any) -> None:
        if node.tag in BLOCK:
            self.flush()
        self.say(node.tail)


def _is_link(node: Any) -> bool:
    return node.tag == "a" and bool(node.get("href"))


def size(text: str) -> float:
    """How much a text says, in Han characters."""
    length = len(text) - text.count(" ")
    han = len(HAN.findall(text))
    return han + (length - han) / LATIN


def cut(tree: Any) -> Page:
    """An lxml tree in blocks; scripts, menus, hidden elements and forms' fields are passed over."""
    from lxml import etree

    cutter = _Cutter()
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event in {"comment", "pi"}:
            cutter.say(node.tail)
        elif node.tag in SKIPPED or HIDDEN.search(node.get("style", "")):
            if event == "start":
                walk.skip_subtree()
            else:
                cutter.skip(node)
        elif event == "start":
            cutter.open(node)
        else:
            cutter.close(node)
    cutter.flush()
    return cutter.page


def find(page: Page, title: str) -> Found:
    """The blocks that are the article; `title` is what the page calls itself."""
    headline = _headline(page, title)
    begin, end = _best_run(
        [_worth(page, b, 0 <= headline < i <= headline + NEAR) for i, b in enumerate(page.blocks)]
    )
    run = [i for i in range(begin, end) if _may_stay(page.blocks[i])]
    if not run:
        return Found([], headline)
    return Found(_within_container(page, run, range(begin, end), headline), headline)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _headline(page: Page, title: str) -> int:
    """The block that repeats the page's title: the longest such, headings first; -1 for none."""
    whole, best, most = _key(title[:500]), -1, 0
    for place, block in enumerate(page.blocks):
        if block.length <= 200 and block.links < 0.5:  # noqa: PLR2004 - a line, and no link to another page
            weight = _likeness(_key(block.text), whole)
            weight += {"h1": 40, "h2": 20, "h3": 20}.get(block.tag, 0) if weight else 0
            if weight > most:
                best, most = place, weight
    return best


def _likeness(line: str, title: str) -> int:
    """Characters shared by a line and the title where one holds, or begins, the other; else 0."""
    least, most, begin = 5, 120, 12
    if not least <= len(line) <= most or len(title) < least:
        return 0
    same = line in title or title in line or line[:begin] == title[:begin]
    return len(line) if same else 0


def _worth(page: Page, block: Block, under_headline: bool) -> float:  # noqa: FBT001
    links = block.links
    said = block.size * (1 - links) * (1.0 if block.stops > 1 else 0.8)
    if page.homes[block.home].replies:
        said = said * 0.3 - 5
    worth = said - 2 * block.size * links - COST
    if ends_article(block):
        return worth - 120
    if is_aside(block):
        return min(worth, -30)
    return worth + 8 if under_headline and worth > -COST else worth


def ends_article(block: Block) -> bool:
    """Whether a block is the heading of what follows an article: related, comments, more."""
    return block.size < 40 and bool(ENDING.search(block.text))  # noqa: PLR2004 - a heading


def is_aside(block: Block) -> bool:
    """Whether a block stands beside an article and is none of it: byline, buttons, disclaimer."""
    text, long = block.text, block.size
    if long < 500 and LEGAL.search(text):  # noqa: PLR2004 - Han characters: a long paragraph
        return True
    if long < 75 and ASIDE.search(text):  # noqa: PLR2004 - a line
        return True
    if long >= 45 or SENTENCE.search(text):  # noqa: PLR2004 - a short line
        return False
    return _is_dateline(text) or (long < 30 and bool(BYLINE.search(text)))  # noqa: PLR2004


def _is_dateline(text: str) -> bool:
    if not DATELINE.search(text):
        return False
    return len(DATELINE_WORDS.sub("", text)) < 16 or bool(BYLINE.search(text))  # noqa: PLR2004


def _may_stay(block: Block) -> bool:
    return block.links < 0.5 and not is_aside(block)  # noqa: PLR2004 - half


def _best_run(worths: Sequence[float]) -> tuple[int, int]:
    """The run of the greatest sum, as (begin, end); an empty one where nothing is worth it."""
    best = now = 0.0
    begin, found = 0, (0, 0)
    for place, worth in enumerate(worths):
        if now <= 0:
            now, begin = 0.0, place
        now += worth
        if now > best:
            best, found = now, (begin, place + 1)
    return found


def _container(page: Page, run: Sequence[int]) -> int:
    """The deepest element, no paragraph, that holds most of the run; each adds to its parent.

    An element stands after its parent in `homes`, so one pass backwards is enough.
    """
    weights: defaultdict[int, float] = defaultdict(float)
    for place in run:
        weights[page.blocks[place].home] += page.blocks[place].size
    enough = MOST * sum(weights.values())
    for home in range(max(weights), 0, -1):
        weight = weights.pop(home, 0.0)
        if weight >= enough and page.homes[home].tag not in PARAGRAPH:
            return home
        weights[page.homes[home].above] += weight
    return 0


def _inside(page: Page, box: int) -> list[bool]:
    """For each element, whether it is the box or stands in it."""
    inside = [False] * len(page.homes)
    for home, place in enumerate(page.homes):
        inside[home] = home == box or (home > 0 and inside[place.above])
    return inside


def _within_container(page: Page, run: list[int], span: range, headline: int) -> list[int]:
    """The run without what stands outside its container, and with its like on either side."""
    box = _container(page, run)
    inside = _inside(page, box)
    homes = {page.blocks[i].home for i in run} | {box}
    kinds = {page.kind(page.blocks[i]) for i in run}

    def belongs(block: Block) -> bool:
        alike = block.home in homes or page.kind(block) in kinds
        return alike and _may_stay(block) and not page.homes[block.home].replies

    def beside(places: range) -> Iterator[int]:
        for place in places:
            block = page.blocks[place]
            if not inside[block.home] or ends_article(block):
                return
            if belongs(block):
                yield place

    after = beside(range(span.stop, len(page.blocks)))
    before = beside(range(span.start - 1, headline, -1))
    middle = (i for i in run if inside[page.blocks[i].home] and not ends_article(page.blocks[i]))
    return sorted({*before, *middle, *after})
