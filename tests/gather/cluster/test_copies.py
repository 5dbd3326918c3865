"""pressroom.gather.cluster.copies."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.cluster.copies import (
    TOP,
    Text,
    agree,
    copies,
    fingerprint,
    overlap,
    shingles,
)

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
HAN = [chr(0x4E00 + n) for n in range(1, 3000)]


def a_text(seed: int, length: int = 600) -> str:
    """A text like no other: Han characters by chance, in paragraphs."""
    chance = random.Random(seed)
    lines = ("".join(chance.choices(HAN, k=100)) for _ in range(length // 100))
    return "。\n\n".join(lines)


def paired(*texts: Text | str) -> set[frozenset[int]]:
    """The pairs found among texts."""
    given_ = [Text(t) if isinstance(t, str) else t for t in texts]
    found = copies(given_, [fingerprint(t.words) for t in given_])
    return {frozenset((c.one, c.other)) for c in found}


STEMS = ("min", "reg", "per", "con", "tra", "sub", "pol", "mar", "cap", "lin")
ENDINGS = ("ister", "ion", "form", "ing")
ONE, TWO = a_text(1), a_text(2)


@pytest.mark.parametrize(
    "edited",
    [
        ONE[:200],
        ONE[300:],
        "原标题：" + ONE + "责任编辑：" + a_text(9, 100),
        "\n\n".join(reversed(ONE.split("\n\n"))),
        "".join("" if n % 40 == 0 else c for n, c in enumerate(ONE)),
        ONE + a_text(3, 5_000),
    ],
    ids=["cut", "tail", "boilerplate", "reordered", "edited", "in a long one"],
)
def test_an_edited_copy_is_found(edited: str) -> None:
    """Whatever part of a text is carried, and whatever stands around it."""
    assert paired(ONE, edited, TWO) == {frozenset((0, 1))}


def test_english_is_compared_by_longer_runs() -> None:
    """Five Latin letters are no evidence: two texts of the same few words stay apart."""
    words = [a + b + c for a in STEMS for b in STEMS for c in ENDINGS]
    first, second = (" ".join(random.Random(n).choices(words, k=150)) for n in (1, 2))
    assert paired(first, second) == set()
    assert paired(first, first[: len(first) // 3]) == {frozenset((0, 1))}


def test_a_merged_text_joins_only_the_one_that_stands_first_in_it() -> None:
    """Two articles in one are a copy of the first, so that the two are not joined."""
    assert paired(ONE, TWO, ONE + "\n\n" + TWO) == {frozenset((0, 2))}
    assert paired(ONE, TWO, TWO + "\n\n" + ONE) == {frozenset((1, 2))}


def test_a_copy_of_a_digest_is_a_copy_of_the_digest() -> None:
    """It is most like the digest, not like what that carries."""
    digest = ONE + "\n\n" + TWO
    assert paired(ONE, TWO, digest, digest + "。更多新闻请看本网") == {
        frozenset((0, 2)),
        frozenset((2, 3)),
    }


def test_boilerplate_joins_nobody() -> None:
    """Thirty short texts of which more than half is the same signature stay apart."""
    signature = a_text(7, 100)
    texts = [a_text(100 + n, 100)[:80] + signature for n in range(30)]
    assert paired(*texts) == set()


def test_bulletins_that_differ_in_their_numbers_stay_apart() -> None:
    """Quakes, markets: nearly the same words, other numbers; an excerpt may cut a number."""
    bulletin = "据中国地震台网正式测定，9月{}日{}时{}分在新疆克孜勒苏州阿图什市发生{}级地震，震源深度{}千米"
    one, other = bulletin.format(2, 10, 32, 3.1, 10), bulletin.format(5, 21, 14, 4.2, 18)
    assert paired(one, other) == set()
    assert agree(one[:-3], one)
    assert paired(one, "快讯 " + one) == {frozenset((0, 1))}


def test_long_bulletins_of_one_form_stay_apart() -> None:
    """Four in five words are the form's: what they tell, half of the numbers say."""
    form = (
        "A magnitude {} earthquake struck off the coast of {} at {} local time, the geological "
        "survey said. Its centre was {} kilometres below the sea floor. There were no reports of "
        "damage or of casualties, and the centre for the ocean saw no danger of a tsunami. People "
        "along the coast were asked to keep away from old houses, as more tremors may follow in "
        "the coming days. It was the {}th of its strength within a year."
    )
    one = form.format(6.1, "Peru", "07:48", 35, 12)
    other = form.format(5.4, "Chile", "19:20", 80, 9)
    assert paired(one, other) == set()
    assert paired(one, one.replace("tremors", "shocks")) == {frozenset((0, 1))}


def test_a_short_phrase_in_a_long_text_is_no_copy() -> None:
    """A line of fifty letters must stand in the other nearly whole."""
    line = ONE[:50]
    assert paired(line, ONE) == {frozenset((0, 1))}
    assert paired(line[:32] + a_text(5, 100)[:18], ONE) == set()


def test_within_one_outlet_more_must_agree() -> None:
    """An outlet's texts share formulas; half is not enough there."""
    half = ONE[:300] + TWO[:250]
    assert paired(Text(ONE, "a"), Text(half, "a")) == set()
    assert paired(Text(ONE, "a"), Text(half, "b")) == {frozenset((0, 1))}


@pytest.mark.parametrize(("days", "count"), [(29, 1), (31, 0)])
def test_copies_are_a_month_apart_at_most(days: int, count: int) -> None:
    """Where both times are known; where one is not, time does not count."""
    late = NOW + timedelta(days=days)
    assert len(paired(Text(ONE, "", NOW), Text(ONE[:400], "", late))) == count
    assert len(paired(Text(ONE, "", None), Text(ONE[:400], "", late))) == 1


def test_hundreds_of_copies_find_each_other() -> None:
    """What all copies share is not taken for boilerplate."""
    texts = [f"{a_text(n, 100)[:30]}{ONE}" for n in range(200)]
    found = paired(ONE, *texts)
    assert {i for pair in found for i in pair} == set(range(201))


@given(st.text(max_size=3000))
def test_any_text_has_a_fingerprint(text: str) -> None:
    """Its marks are sorted, none stands twice, and each lies below the bound."""
    of = fingerprint(text)
    assert all(mark < TOP >> of.level for mark in of.marks)
    assert list(of.marks) == sorted(set(of.marks))


def test_hashes_are_the_same_everywhere() -> None:
    """Stories are the same on every machine: none may hash otherwise."""
    assert shingles("国务院印发意见")[0] == FIRST
    assert shingles("").tolist() == []


def test_overlap_measures_the_share_of_the_shorter() -> None:
    """A third of a text stands whole in it, and makes a third of both."""
    found = overlap(fingerprint(ONE), fingerprint(ONE[:200]))
    assert found.share == 1
    assert 0.2 < found.alike < 0.45


FIRST = 2_104_781_327
