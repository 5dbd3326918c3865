"""pressroom.gather.stories."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.cluster import by_words
from pressroom.gather.cluster.fold import fold
from pressroom.gather.stories import cluster_rows, stories
from pressroom.model import Evidence, Item, ItemId, Locale, Story, StoryState

from .conftest import NOW

WIRE = (
    "The State Council has published an opinion on the deep implementation of AI+, which asks "
    "every province to bring the technology into industry, health care and schools by 2027, and "
    "names six fields in which local governments are to set up pilot zones of their own."
)
OTHER = (
    "Researchers in Hangzhou have measured how often seven chatbots refuse to answer questions "
    "about exam papers; the rates differ by the hour of the day, and most of all by language."
)


def an_item(n: int, hed: str, text: str = "", outlet: str = "a", hours: float = 0) -> Item:
    """An item whose id and address are numbered."""
    return Item(
        id=ItemId(f"{outlet}-{n:06x}"),
        url=f"https://{outlet}.example.org/{n}",
        hed=hed,
        locale=Locale("en"),
        outlet=outlet,
        source=outlet,
        text=text,
        evidence=Evidence("https://example.org/feed", NOW, "0"),
        published=NOW + timedelta(hours=hours),
    )


def first_word(item: Item) -> str:
    """The handle of a test."""
    return fold(item.hed)[:4]


def ids(found: list[Story]) -> set[tuple[str, ...]]:
    """The groups, by ids."""
    return {tuple(i.id for i in story.items) for story in found}


class TestGroups:
    """What is one story, and what is not."""

    def test_the_same_words_at_two_outlets_are_one(self) -> None:
        """Republication word for word, under another title, days later."""
        one, two = an_item(1, "First", WIRE), an_item(2, "Second", WIRE, "b", hours=30 * 24)
        assert ids(stories([two, one], first_word)) == {(one.id, two.id)}

    def test_the_same_address_is_one(self) -> None:
        """Two sources that carry one page."""
        one = an_item(1, "First title")
        two = replace(an_item(2, "Another", hours=5), url=one.url)
        assert len(stories([one, two], first_word)) == 1

    @pytest.mark.parametrize(("hours", "count"), [(71, 1), (73, 2)])
    def test_the_same_title_is_one_for_three_days(self, hours: float, count: int) -> None:
        """Width, case, quotes and spaces of a title do not matter; time does."""
        one = an_item(1, "“人工智能＋”行动 意见", WIRE)
        two = an_item(2, "人工智能+行动意见", OTHER, "b", hours)
        assert len(by_words([one, two])[0].groups()) == count

    def test_a_column_of_one_outlet_stays_apart(self) -> None:
        """The same title on the next day in the same outlet is another issue of a column."""
        items = [an_item(n, "Evening briefing", f"{n}", hours=24 * n) for n in range(3)]
        assert len(stories(items, first_word)) == 3

    def test_an_edited_copy_is_found(self) -> None:
        """A few changed words and an added sentence do not hide a copy."""
        copy = "(Xinhua) " + WIRE.replace("health care", "medicine") + " It took effect at once."
        one, two = an_item(1, "First", WIRE), an_item(2, "Second", copy, "b", 8)
        assert len(stories([one, two], first_word)) == 1

    def test_different_texts_stay_apart(self) -> None:
        """Two events are two stories, and so are short texts that share a stock phrase."""
        items = [
            an_item(1, "First", WIRE),
            an_item(2, "Second", OTHER, "b"),
            an_item(3, "https://apt.example.org/2.0.16"),
            an_item(4, "https://apt.example.org/2.0.17"),
            an_item(5, "快讯"),
            an_item(6, "快讯", outlet="b"),
        ]
        assert len(stories(items, first_word)) == 6

    def test_items_stand_oldest_first_and_are_new(self) -> None:
        """The lead is the first to be published; the newest story comes first."""
        late, early = an_item(1, "T", WIRE, hours=9), an_item(2, "T", WIRE, "b")
        other = an_item(3, "Other", OTHER, hours=5)
        newest, oldest = stories([late, other, early], first_word)
        assert (oldest.lead, oldest.items) == (early, (early, late))
        assert (newest.lead, newest.state) == (other, StoryState.NEW)


class TestHandles:
    """Words one can type."""

    def test_a_shared_word_is_numbered_from_the_oldest(self) -> None:
        """The first story keeps the bare word; a number that is taken is passed over."""
        heds = ["aiai one", "aiai two", "aiai three"]
        items = [an_item(n, hed, hours=n) for n, hed in enumerate(heds)]
        items.append(an_item(9, "ai2", hours=9))
        words = {"aiai": "ai", "ai2": "ai2"}
        found = stories(items, lambda i: words[first_word(i)])
        assert [s.handle for s in found[::-1]] == ["ai", "ai3", "ai4", "ai2"]

    def test_a_word_that_ends_in_a_digit_gets_a_hyphen(self) -> None:
        """`gpt4` and `gpt4-2`, never `gpt42`; no word at all is `story`."""
        items = [an_item(n, f"{n}", hours=n) for n in range(2)]
        assert {s.handle for s in stories(items, lambda _: "gpt4")} == {"gpt4", "gpt4-2"}
        assert {s.handle for s in stories(items, lambda _: "")} == {"story", "story2"}


SOME = st.lists(
    st.builds(
        an_item,
        n=st.integers(0, 10_000),
        hed=st.sampled_from(["Labels come home", "人工智能行动意见", "Labels come homes", "快讯"]),
        text=st.sampled_from(["", WIRE, WIRE[:200], WIRE + OTHER, OTHER, OTHER[20:]]),
        outlet=st.sampled_from(["a", "b", "c"]),
        hours=st.integers(0, 200),
    ),
    max_size=12,
    unique_by=lambda item: item.id,
)


@given(SOME, st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(items: list[Item], chance: random.Random) -> None:
    """Any order gives the same stories under the same handles, and no item is lost."""
    shuffled = list(items)
    chance.shuffle(shuffled)
    found = stories(items, first_word)
    assert stories(shuffled, first_word) == found
    assert sorted(i.id for s in found for i in s.items) == sorted(i.id for i in items)
    assert len({s.handle for s in found}) == len(found)


def test_nothing_gives_nothing() -> None:
    """No items, no stories."""
    assert stories([], first_word) == []


def test_time_grows_with_the_count_alone() -> None:
    """Two thousand copies of one text, and two thousand different texts, take seconds at most."""
    chance = random.Random(1)
    words = [f"word{n}" for n in range(3000)]
    texts = [" ".join(chance.choices(words, k=60)) for _ in range(1500)]
    items = [an_item(n, f"Title number {n}", t, f"o{n % 40}") for n, t in enumerate(texts)]
    copies = [an_item(9000 + n, f"Copy {n}", f"{WIRE} {n}", f"o{n % 40}") for n in range(1500)]
    begun = time.process_time()
    assert len(stories([*items, *copies], first_word)) == 1501
    assert time.process_time() - begun < 10


class TestVerbatim:
    """Whose words are whose."""

    def test_copies_and_what_they_copy_are_named(self) -> None:
        """The original too, once another outlet carries it; a rewrite under one title is not."""
        one = an_item(1, "The opinion on AI+ is out", WIRE)
        copy = an_item(2, "Under another title", f"(Xinhua) {WIRE}", "b", 2)
        rewritten = an_item(3, "The opinion on AI+ is out", OTHER, "c", 3)
        (story,) = stories([one, copy, rewritten], first_word)
        assert story.verbatim == {one.id, copy.id}

    def test_an_outlet_does_not_copy_itself(self) -> None:
        """The same text twice at one outlet is no republication."""
        items = [an_item(1, "First", WIRE), an_item(2, "Second", WIRE)]
        (story,) = stories(items, first_word)
        assert story.verbatim == set()

    def test_a_traditional_excerpt_is_verbatim(self) -> None:
        """Neither the script nor the cut hides whose words they are."""
        text = (
            "国务院日前印发关于深入实施行动的意见，要求各地区各部门结合实际认真贯彻落实，推动发展"
        )
        traditional = "國務院日前印發關於深入實施行動的意見，要求各地區各部門結合實際認真貫徹落實"
        one, two = an_item(1, "甲", text), an_item(2, "乙", traditional, "b")
        assert {story.verbatim for story in stories([one, two], first_word)} == {
            frozenset((one.id, two.id))
        }


def test_a_home_page_is_nobodys_address() -> None:
    """Items without a page of their own, all linked to the site, are not one."""
    items = [
        replace(an_item(n, f"Title {n}", t), url="https://a.example.org/")
        for n, t in enumerate((WIRE, OTHER))
    ]
    assert len(stories(items, first_word)) == 2


def test_the_title_of_a_column_joins_nobody() -> None:
    """Thirteen unlike texts under one title are a column that many outlets have."""
    chance = random.Random(1)
    texts = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=200)) for _ in range(13)]
    items = [an_item(n, "Morning briefing", t, f"o{n}") for n, t in enumerate(texts)]
    assert len(by_words(items)[0].groups()) == 13
    assert len(by_words(items[:3])[0].groups()) == 1


class TestRows:
    """`stories cluster FILE`."""

    def test_rows_come_back_in_their_order(self) -> None:
        """Title, text and id are enough; the story is named after its oldest item."""
        rows = [
            {"id": "late", "title": "A", "text": WIRE, "published": "2025-09-03"},
            {"id": "other", "title": "B", "text": OTHER},
            {"id": 7, "title": "C", "text": WIRE, "published": "Tue, 02 Sep 2025 10:00:00 GMT"},
        ]
        told = [("late", "7", "7"), ("other", "other", "other"), ("7", "7", "7")]
        assert [tuple(row.values()) for row in cluster_rows(rows)] == told

    def test_lines_of_json_are_read(self) -> None:
        """A byte order mark and empty lines do no harm."""
        lines = ['\ufeff{"id": "a", "title": "T"}\n', "\n", '{"id": "b", "text": "U"}\n']
        assert [row["story"] for row in cluster_rows(lines)] == ["a", "b"]

    @pytest.mark.parametrize(
        ("row", "fault"),
        [
            ("{", "this is no JSON"),
            ("[1]", "this is no object"),
            ({"title": "T"}, "`id` is missing"),
            ({"id": True, "title": "T"}, "`id` is missing"),
            ({"id": "b"}, "neither `title` nor `text`"),
            ({"id": "b", "title": 3}, "`title` is no string"),
            ({"id": "b", "title": "T", "published": "soon"}, '`published` is "soon"'),
            ({"id": "b", "title": "T", "published": ["x"]}, "`published` is"),
            (
                {"id": "b", "title": "T", "published": "Mon, 01 Jan 2020 00:00:00 +" + "9" * 17},
                "`published` is",
            ),
            ({"id": "\ud83d", "title": "T"}, "`id` holds half a character"),
            ('{"id": "b", "title": "caf\udce9"}', "this line is not UTF-8"),
            ({"id": "a", "title": "T"}, 'the id "a" is there twice'),
        ],
    )
    def test_a_faulty_row_is_named_and_the_others_go_on(self, row: object, fault: str) -> None:
        """File, line, what is wrong, what to do."""
        first, second, third = cluster_rows(
            [{"id": "a", "title": "T"}, row, '{"id":"c","text":""}'], "f"
        )
        assert (first["id"], third["id"]) == ("a", "c")
        assert second["line"] == 2
        assert str(second["error"]).startswith(f"f:2: {fault}")
