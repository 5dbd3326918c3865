"""Links and citations lead to the same places on both sides."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pressroom.model import Severity
from pressroom.twins.drift import Drift, Place, Side, Twins, places, show
from pressroom.twins.links import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pressroom.twins.pair import Pair
    from pressroom.twins.reading import Link, Reading

RULE = "twin-link"
NEAR = 2
"""Over so many units a link may have moved with its sentence."""


class _Odd(NamedTuple):
    """Links of a pair that one side alone has."""

    ours: list[Link]
    theirs: list[Link]


def links(twins: Twins) -> Iterator[Drift]:
    """A link that is gone or leads elsewhere is for before the send; a moved one is none."""
    odd = [_odd(pair) for pair in twins.pairs]
    index = {side: _index(twins.units(side)) for side in ("one", "other")}
    for place in places(twins):
        yield from _parts(twins, place)
        if place.pair.is_whole:
            yield from _judged(twins, place, _settled(odd, place.number), index)


def _index(units: Sequence[Reading]) -> Mapping[str, int]:
    """The line on which each page is linked first."""
    lines: dict[str, int] = {}
    for unit in units:
        for link in unit.links:
            lines.setdefault(link.address.page, link.line)
    return lines


def _odd(pair: Pair) -> _Odd:
    ours, theirs = ({x.address.page: x for u in side for x in u.links} for side in pair_sides(pair))
    return _Odd(
        [
            link
            for page, link in ours.items()
            if page not in theirs and not _stands(page, pair.other)
        ],
        [link for page, link in theirs.items() if page not in ours and not _stands(page, pair.one)],
    )


def pair_sides(pair: Pair) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """Both sides of a pair."""
    return pair.one, pair.other


def _stands(page: str, units: Sequence[Reading]) -> bool:
    """Whether a label whose definition is elsewhere stands as a reference that we took for text."""
    if not page.startswith(UNDEFINED):
        return False
    mark = f"[{page.removeprefix(UNDEFINED)}]"
    return any(mark in " ".join(u.plain.split()).casefold() for u in units)


def _settled(odd: list[_Odd], index: int) -> _Odd:
    """The odd links of a pair without those that stand in a pair close by."""
    near = [
        odd[n] for n in range(max(0, index - NEAR), min(len(odd), index + NEAR + 1)) if n != index
    ]
    ours = {link.address.page for other in near for link in other.ours}
    theirs = {link.address.page for other in near for link in other.theirs}
    here = odd[index]
    return _Odd(
        [link for link in here.ours if link.address.page not in theirs],
        [link for link in here.theirs if link.address.page not in ours],
    )


def _judged(
    twins: Twins, place: Place, odd: _Odd, index: Mapping[str, Mapping[str, int]]
) -> Iterator[Drift]:
    ours, theirs = list(odd.ours), list(odd.theirs)
    for one, other in _matches(ours, theirs):
        ours.remove(one)
        theirs.remove(other)
        if not _are_twins(one, other):
            yield _changed(twins, one, other)
    for link in ours:
        yield _gone(twins, "other", link, place, index["other"].get(link.address.page, 0))
    for link in theirs:
        yield _gone(twins, "one", link, place, index["one"].get(link.address.page, 0))


def _matches(ours: Sequence[Link], theirs: Sequence[Link]) -> list[tuple[Link, Link]]:
    """Links of one place that lead to two addresses: of one host first, then in order."""
    by_host: dict[str, list[Link]] = defaultdict(list)
    for link in theirs:
        by_host[_site(link)].append(link)
    found = [(link, by_host[_site(link)].pop(0)) for link in ours if by_host[_site(link)]]
    left = [link for link in ours if not any(link is a for a, _ in found)]
    rest = [link for link in theirs if not any(link is b for _, b in found)]
    return found + list(zip(left, rest, strict=False))


def _are_twins(one: Link, other: Link) -> bool:
    """Pages of two language hosts are; a label that is defined elsewhere gets the benefit."""
    if UNDEFINED in one.address.page + other.address.page:
        return True
    return (
        bool(one.address.family)
        and one.address.family == other.address.family
        and (_host(one) != _host(other))
    )


def _parts(twins: Twins, place: Place) -> Iterator[Drift]:
    """Links to two parts of one page, where no language gives the parts other names."""
    ours, theirs = ({x.address.page: x for u in s for x in u.links} for s in pair_sides(place.pair))
    for page in ours.keys() & theirs.keys():
        parts = {link.address.fragment for link in (ours[page], theirs[page])}
        told = ours[page].address.is_translated or theirs[page].address.is_translated
        if len(parts) > 1 and not told and all(part.isascii() for part in parts):
            yield Drift(
                RULE, Severity.LOOK, ours[page].line, theirs[page].line,
                f"{page} is linked at #{ours[page].address.fragment} ({twins.one_locale}) "
                f"and #{theirs[page].address.fragment} ({twins.other_locale}).",
                "give both the part that is meant.",
            )  # fmt: skip


def _host(link: Link) -> str:
    return link.address.page.partition("/")[0]


def _site(link: Link) -> str:
    return link.address.family or _host(link)


def _changed(twins: Twins, one: Link, other: Link) -> Drift:
    return Drift(
        RULE, Severity.BEFORE, one.line, other.line,
        f"{show(one.words)} leads to {one.address.page} ({twins.one_locale}), "
        f"{show(other.words)} to {other.address.page} ({twins.other_locale}).",
        "give both the address that is meant.",
    )  # fmt: skip


def _gone(twins: Twins, side: Side, link: Link, place: Place, elsewhere: int) -> Drift:
    """A link that the text of `side` lacks here; worth a mere look where it has it elsewhere."""
    lines = (link.line, place.other_line) if side == "other" else (place.one_line, link.line)
    message = f"{show(link.words)} is no link in {twins.locale(side)} ({link.address.page})"
    if elsewhere:
        return Drift(
            RULE, Severity.LOOK, *lines, f"{message}; line {elsewhere} has it.",
            "link it here too, or leave it at that.",
        )  # fmt: skip
    return Drift(
        RULE, Severity.BEFORE, *lines, f"{message}.",
        f"link it in {twins.locale(side)}, or take the link out of both.",
    )  # fmt: skip
