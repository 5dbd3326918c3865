"""What issues say again and again and the term base lacks: glosses, titles, names, phrases.

Without a word list: a phrase is a run of 2 to 8 Han characters that stands often, whose parts
stand together more than chance has it, and which no single neighbour makes longer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from pressroom.check.termuse import prose
from pressroom.lang import language
from pressroom.lang.han import HAN_ONLY, has_han, script
from pressroom.manuscript import scan
from pressroom.manuscript.termbase import Entry, Term, lines, slug_of
from pressroom.manuscript.termwords import Finder
from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pressroom.check.termuse import Prose
    from pressroom.manuscript.file import Manuscript
    from pressroom.manuscript.terms import Names

Kind = Literal["gloss", "title", "name", "phrase"]
Place = tuple["Path", int]
Run = list[re.Match[str]]

BRACKETS = re.compile(r"\[\[[^\[\]\n]{1,300}\]\]")
TITLE = re.compile(r"《[^《》\n]{2,60}》")
QUOTED = re.compile(r"“([^“”\[\]\n]{2,40})”|「([^「」\[\]\n]{2,40})」")
STOPS = re.compile(r"[.!?,;:…—。！？，；：、]")
SENTENCE = re.compile(r"[.!?。！？]$")
WORD = re.compile(r"[^\W\d_][\w’'&+-]*")
OPENS = re.compile(r"(?:^|[\n.!?:;…“”\"‘(*_>#-])[ \t]*$")
"""What stands before the first word of a sentence, whose capital says nothing."""

SMALL = frozenset(["of", "for", "and", "the", "on", "in", "to", "de", "del", "la", "los", "y"])
PAIR = 2
LONGEST = 8
LONGEST_NAME = 8
LONGEST_FORM = 80
SPARE = 4
"""So many times the wanted phrases are looked for, since issues are counted only then."""

BOUND = 0.75
"""A run that one neighbour follows this often is part of something longer."""

COHESION = 12
"""How much oftener the two halves of a phrase meet than if their places were drawn by lot."""

EDGES = frozenset(
    "的了是在和与及也都就而但对从向为被把将以于或等个这那其之一不没有我你他她它们"
    "很更最还又再只才已曾要会能可应该让使给由因所则并且若如各每某另两几多少到过着地得说称"
    "上下内外前后时年月日至该此"
)
"""Characters that a term seldom begins or ends with."""

EVERYDAY = (
    "进行 通过 问题 工作 情况 方面 开始 成为 提出 要求 表示 认为 需要 目前 今天 昨天 中国 美国 国家 "
    "公司 企业 政府 社会 市场 经济 发展 技术 服务 提供 支持 包括 相关 主要 重要 同时 之间 什么 怎么 "
    "自己 大家 用户 信息 数据 内容 文章 报道 消息 记者 来源 世界 关于 根据 作为 由于 此外 然而 虽然 "
    "尽管 甚至 部分 全部 其他 任何 许多 所有 完全 非常 比较 更加 首先 以来 以前 现在 未来 过去 当时 "
    "人工 智能 方式 结果 办法 意见 产品 模型 回答 系统 研究 建设 管理 推动 加强 实现 标准 英文 中文"
)
COMMON = frozenset(EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """What might become a term: its forms, how often, in how many issues, where, and its lines."""

    kind: Kind
    forms: Mapping[Locale, str]
    count: int
    issues: int
    places: tuple[Place, ...]
    toml: str


class Read(NamedTuple):
    """A block's words in one locale, and its file."""

    locale: Locale
    path: Path
    prose: Prose


class Seen(NamedTuple):
    """One occurrence: what kind of thing, its forms, where it stands."""

    kind: Kind
    forms: tuple[tuple[Locale, str], ...]
    place: Place


def harvest(
    scripts: Iterable[Manuscript],
    names: Names,
    locales: Sequence[Locale],
    *,
    least: int = 3,
    most: int = 15,
) -> list[Candidate]:
    """Every gloss without an entry, then what stands `least` times or more, `most` of each kind.

    First what stands in most issues; a longer one before a shorter, which is more often a word
    that everybody knows.
    """
    reads = [Read(s.locale, s.path, prose(block)) for s in scripts for block in s.blocks]
    glosses = _grouped(_glosses(reads, names, locales))
    glossed = {form for seens in glosses for _, form in seens[0].forms}
    kinds = (_titles(reads), _names(reads), _phrases(reads, names, least, most))
    slugs = {name.slug for name in names.by_form.values()}
    ordered = sorted(glosses, key=_weight)
    for seen in kinds:
        often = (
            seens
            for seens in _grouped(seen)
            if len(seens) >= least and not _is_known(seens[0].forms[0][1], names, glossed)
        )
        ordered += sorted(often, key=_weight)[:most]
    return [_candidate(seens, slugs) for seens in ordered]


def _grouped(seen: Iterable[Seen]) -> list[list[Seen]]:
    groups: dict[tuple[tuple[Locale, str], ...], list[Seen]] = defaultdict(list)
    for one in seen:
        groups[one.forms].append(one)
    return list(groups.values())


def _weight(seens: Sequence[Seen]) -> tuple[int, int, str]:
    form = seens[0].forms[0][1]
    issues = len({s.place[0].parent for s in seens})
    return -issues * _size(form), -len(seens), form


def _size(form: str) -> int:
    """How much a form says: its words beyond the first, or its characters."""
    return len(form.split()) - 1 or len(form) - 1


def _is_known(form: str, names: Names, glossed: Iterable[str]) -> bool:
    bare = form.strip("《》")
    return any(names.find(f) or f in glossed for f in (form, bare, f"《{bare}》"))


def _candidate(seens: Sequence[Seen], slugs: set[str]) -> Candidate:
    kind, forms, _ = seens[0]
    entries = {tag: Entry(form) for tag, form in forms}
    slug = stem = slug_of(entries) or "term"
    number = 1
    while slug in slugs:
        number += 1
        slug = f"{stem}-{number}"
    slugs.add(slug)
    issues = len({s.place[0].parent for s in seens})
    places = tuple(s.place for s in seens)
    toml = lines(Term(slug, entries, origin=forms[0][0]))
    return Candidate(kind, dict(forms), len(seens), issues, places, toml)


# --- what an editor marked ---


def _glosses(reads: Iterable[Read], names: Names, locales: Sequence[Locale]) -> Iterator[Seen]:
    """`[[original|as it reads here]]` where neither form has an entry."""
    for read in reads:
        for token in scan.tokens(read.prose.text):
            if token.form != "term" or "|" not in token.match["name"]:
                continue
            original, _, here = (part.strip() for part in token.match["name"].partition("|"))
            if _is_worded(original, here) and not (names.find(original) or names.find(here)):
                tag = _spoken(original, read.locale, locales)
                forms = tuple({tag: original, read.locale: here}.items())
                yield Seen("gloss", forms, _place(read, token.match.start()))


def _is_worded(*forms: str) -> bool:
    """Whether a gloss is of a term: words, and no whole sentence."""
    return all(form and not SENTENCE.search(form) and len(form) <= LONGEST_FORM for form in forms)


def _spoken(words: str, here: Locale, locales: Sequence[Locale]) -> Locale:
    """The language of the original of a gloss: not the one it stands in, if that can be."""
    if has_han(words):
        return Locale(script(words, next((t for t in locales if t.startswith("zh")), "zh-Hans")))
    others = (t for t in locales if t != here and not t.startswith("zh"))
    return next(others, here)


def _place(read: Read, position: int) -> Place:
    return read.path, read.prose.line(position)


# --- titles and names ---


def _titles(reads: Iterable[Read]) -> Iterator[Seen]:
    """Titles in 《》, and short quotations that hold no stop."""
    for read in reads:
        spaced = language(read.locale).spaced
        text = BRACKETS.sub(_blank, read.prose.text)
        for found in TITLE.finditer(text):
            tag = Locale(script(found[0], "zh-Hans")) if spaced else read.locale
            yield Seen("title", ((tag, found[0]),), _place(read, found.start()))
        for found in QUOTED.finditer(text):
            words = found[1] or found[2]
            if not STOPS.search(words) and (not spaced or (" " in words and not has_han(words))):
                yield Seen("title", ((read.locale, words),), _place(read, found.start()))


def _blank(found: re.Match[str]) -> str:
    return "\n" * len(found[0])


def _names(reads: Sequence[Read]) -> Iterator[Seen]:
    """Runs of two capitalised words or more; a sentence's first word counts if always so written."""
    mine = [read for read in reads if language(read.locale).spaced]
    lower = {w for read in mine for w in WORD.findall(read.prose.text) if w[0].islower()}
    for read in mine:
        text = BRACKETS.sub(_blank, read.prose.text)
        for run in filter(None, (_telling(run, text, lower) for run in _runs(text))):
            words = " ".join(text[run[0].start() : _bare_end(run[-1])].split())
            yield Seen("name", ((read.locale, words),), _place(read, run[0].start()))


def _telling(run: Run, text: str, lower: Container[str]) -> Run:
    """A run without what only the sentence made it begin with; empty if no name is left."""
    if run and OPENS.search(text[max(run[0].start() - 4, 0) : run[0].start()]):
        run = run[1:] if run[0][0].lower() in lower else run
    while run and run[0][0].lower() in SMALL:
        run = run[1:]
    return run if PAIR <= len(run) <= LONGEST_NAME else []


def _bare_end(word: re.Match[str]) -> int:
    """Where a word ends without its possessive."""
    return word.end() - 2 * word[0].endswith(("’s", "'s"))


def _runs(text: str) -> Iterator[Run]:
    """Words with capitals, one space apart; small words only between two of them."""
    run: Run = []
    end = -1
    for word in WORD.finditer(text):
        if text[end : word.start()] not in {" ", "\n"} or not (_is_capital(word) or run):
            yield _trimmed(run)
            run = []
        if _is_capital(word) or (run and word[0] in SMALL):
            run.append(word)
        else:
            yield _trimmed(run)
            run = []
        end = word.end()
        if word[0].endswith(("’s", "'s")):
            yield _trimmed(run)
            run = []
    yield _trimmed(run)


def _trimmed(run: Run) -> Run:
    while run and run[-1][0] in SMALL:
        run = run[:-1]
    return run


def _is_capital(word: re.Match[str]) -> bool:
    return word[0][0].isupper()


# --- phrases in Han ---


def _phrases(reads: Sequence[Read], names: Names, least: int, most: int) -> Iterator[Seen]:
    known = Finder(form for form in names.by_form if has_han(form))
    for locale in dict.fromkeys(r.locale for r in reads if not language(r.locale).spaced):
        mine = [read for read in reads if read.locale == locale]
        texts = [_unknown(read.prose.text, known) for read in mine]
        rows = {row for text in texts for row in text.split("\n")}
        finder = Finder(phrases(sorted(rows), least)[: most * SPARE])
        for read, text in zip(mine, texts, strict=True):
            for hit in finder.find(text):
                yield Seen("phrase", ((locale, hit.form),), _place(read, hit.start))


def _unknown(text: str, known: Finder) -> str:
    """A text with its brackets, titles and known forms taken out, at the same length."""
    text = TITLE.sub(_blank, BRACKETS.sub(_blank, text))
    pieces: list[str] = []
    position = 0
    for hit in known.find(text):
        pieces += text[position : hit.start], "\n" * (hit.end - hit.start)
        position = hit.end
    return "".join(pieces) + text[position:]


def phrases(rows: Iterable[str], least: int) -> list[str]:
    """The phrases of different rows, the weightiest first.

    Grams of n characters are counted only where both grams of n - 1 within are frequent.
    """
    runs = [run for row in rows for run in HAN_ONLY.findall(row)]
    counts = Counter("".join(runs))
    size = sum(counts.values())
    for length in range(PAIR, LONGEST + 2):
        counts.update(_frequent(runs, counts, length, least))
    sizes = range(PAIR, LONGEST + 1)
    grams = [g for g in _free(counts) if len(g) in sizes and _is_phrase(g, counts, size)]
    return _maximal(grams, counts, least)


def _frequent(runs: Iterable[str], counts: Counter[str], length: int, least: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for run in runs:
        for start in range(len(run) - length + 1):
            gram = run[start : start + length]
            if counts[gram[1:]] >= least and counts[gram[:-1]] >= least:
                found[gram] += 1
    return {gram: count for gram, count in found.items() if count >= least}


def _free(counts: Counter[str]) -> set[str]:
    """The grams that no one neighbour makes longer nearly each time."""
    bound = set()
    for gram, count in counts.items():
        for part, more in ((gram[:-1], gram[-1]), (gram[1:], gram[0])):
            if part and more not in EDGES and count >= BOUND * counts[part]:
                bound.add(part)
    return set(counts) - bound


def _is_phrase(gram: str, counts: Counter[str], size: int) -> bool:
    if gram[0] in EDGES or gram[-1] in EDGES or "的" in gram or gram in COMMON:
        return False
    halves = ((gram[:cut], gram[cut:]) for cut in range(1, len(gram)))
    return all(_hold_together(counts[gram], counts[a], counts[b], size) for a, b in halves)


def _hold_together(both: int, one: int, other: int, size: int) -> bool:
    """Whether two halves meet most times that the rarer stands, or far oftener than by lot."""
    return both * 2 >= min(one, other) or both * size >= COHESION * one * other


def _maximal(grams: Iterable[str], counts: Counter[str], least: int) -> list[str]:
    """The longest first, each with the occurrences that no longer one has taken."""
    left = dict(counts)
    kept: dict[str, int] = {}
    for gram in sorted(grams, key=lambda gram: (-len(gram), gram)):
        if left[gram] >= (least * 2 if len(gram) == PAIR else least):
            kept[gram] = taken = left[gram]
            for start in range(len(gram)):
                for end in range(start + PAIR, len(gram) + 1):
                    left[gram[start:end]] -= taken
    return sorted(kept, key=lambda gram: (-kept[gram] * _size(gram), gram))
