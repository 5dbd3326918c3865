"""One block put into a section file, at the place its original has; all else keeps its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pressroom.draft.protect import Words, printed
from pressroom.draft.sheet import REMINDER
from pressroom.errors import ManuscriptError
from pressroom.lang import language
from pressroom.manuscript.cut import Cut, Slice
from pressroom.manuscript.file import PRINTED, Manuscript, block_hash, parse
from pressroom.manuscript.scan import is_private, open_rows
from pressroom.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pressroom.model import Block, Locale


def block_text(original: Block, locale: Locale, words: Words, *private: str) -> str:
    """A twin as it is typed: the original's mark and id, the words, then lines to oneself."""
    first = "" if original.kind is BlockKind.LEAD else _first(original, locale, words.head)
    gap = "\n" if first and words.body and original.kind is not BlockKind.LINE else ""
    body = f"{gap}{words.body}\n" if words.body else ""
    notes = "\n" + "\n".join(private) + "\n" if private else ""
    return first + body + notes


def _first(original: Block, locale: Locale, head: str) -> str:
    spoken = language(locale).words
    marks = {
        BlockKind.HEADING: "#" * original.level + " ",
        BlockKind.TURN: spoken["question_mark"] + spoken["colon"],
        BlockKind.LINE: "- ",
    }
    return f"{marks[original.kind]}{head} {{#{original.id}}}\n"


def put(
    script: Manuscript, text: str, block: Block, order: Sequence[str], *, lines: bool
) -> Manuscript:
    """The file with a block's twin, new or in the old one's place; `order` is the original's ids.

    ManuscriptError where the text would be read as anything but this one block.
    """
    ending = "\r\n" if "\r\n" in script.cut.join() else "\n"
    before = [s.first + s.body for s in script.cut.slices]
    ids = [s.id for s in script.cut.slices]
    if block.id in ids:
        place = ids.index(block.id)
        text += "".join(f"{row}\n" for row in _own_notes(script.cut.slices[place], text))
        before[place : place + 1] = []
    else:
        place = _place(ids, block.id, order)
    new = text.replace("\n", ending)
    tight = block.kind is BlockKind.LINE
    head = _spaced(script.cut.front + "".join(before[:place]), ending, tight=tight and place > 0)
    tail = "".join(before[place:])
    whole = head + (_spaced(new, ending, tight=tight) + tail if tail.strip() else new)
    return _checked(script, parse(whole, script.path, script.locale, lines=lines), block.id)


def _own_notes(old: Slice, text: str) -> Iterator[str]:
    """The editor's lines to themselves, which a new translation must not take away."""
    there = set(text.split("\n"))
    for _, row in open_rows(old.body.replace("\r\n", "\n")):
        if is_private(row) and row != REMINDER and row not in there and not row.startswith("%% |"):
            yield row


def _place(ids: Sequence[str], block: str, order: Sequence[str]) -> int:
    """Behind the nearest block before it in the original, else before the nearest after it."""
    at = order.index(block) if block in order else len(order)
    for earlier in reversed(order[:at]):
        if earlier in ids:
            return ids.index(earlier) + 1
    return next((ids.index(later) for later in order[at + 1 :] if later in ids), len(ids))


def _spaced(text: str, ending: str, *, tight: bool) -> str:
    if not text:
        return text
    text = text if text.endswith("\n") else text + ending
    return text if tight or text.endswith(ending * 2) else text + ending


def replaced(script: Manuscript, block: str, text: str, *, lines: bool) -> Manuscript:
    """The file with a block typed anew; ManuscriptError where it is no longer that one block."""
    place = next(n for n, s in enumerate(script.cut.slices) if s.id == block)
    before = [s.first + s.body for s in script.cut.slices]
    trail = before[place][len(before[place].rstrip()) :] or "\n"
    before[place] = text.rstrip() + trail
    whole = script.cut.front + "".join(before)
    return _checked(script, parse(whole, script.path, script.locale, lines=lines), block)


def taken_out(script: Manuscript, block: str) -> str:
    """The file without one block."""
    return Cut(script.cut.front, tuple(s for s in script.cut.slices if s.id != block)).join()


def _checked(before: Manuscript, after: Manuscript, block: str) -> Manuscript:
    """Hold that one block came or changed and no other did."""
    old = {b.id: block_hash(b) for b in before.blocks if b.id != block}
    new = {b.id: block_hash(b) for b in after.blocks if b.id != block}
    count = sum(b.id == block for b in after.blocks)
    if old != new or count != 1 or len(after.blocks) != len(new) + 1:
        raise ManuscriptError(
            f"{after.path.parent.name}/{after.path.name}: the words for {block} "
            "would start a block of their own."
        )
    return after


def reads_back(script: Manuscript, block: str, words: Words) -> bool:
    """Whether the file holds exactly these words in that block."""
    return any(b.id == block and printed(b) == words for b in script.blocks)


def new_file(front: Mapping[str, Any], locale: Locale, given: Mapping[str, str]) -> str:
    """The front matter of a twin's file: settings kept, words that are printed marked to write.

    `given` are words known already, such as the byline; the original's stand beside each mark.
    """
    import yaml

    todo = language(locale).words["todo"]
    rows = []
    for key, value in (front or {"title": ""}).items():
        mine = given.get(key) or (_marked(value, todo) if key in PRINTED else value)
        rows.append(yaml.safe_dump({key: mine}, allow_unicode=True, width=10_000))
        rows += [f"# {line}\n" for line in _told(value)] if mine != value else []
    return f"---\n{''.join(rows)}---\n"


def _marked(value: Any, todo: str) -> Any:
    if isinstance(value, list):
        return [todo for _ in value]
    return todo if value else value


def _told(value: Any) -> list[str]:
    return [" ".join(str(v).split()) for v in (value if isinstance(value, list) else [value])]
