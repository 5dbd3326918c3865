"""Which items tell the same event, and which only speak of the same things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from effort import calls

from pressroom.gather.cluster.events import Groups, links, profiles
from pressroom.gather.cluster.facts import agreement, days, figures, states
from pressroom.gather.cluster.features import flat, raw, terms
from pressroom.gather.cluster.names import Names
from pressroom.model import Evidence, Item, ItemId, Locale

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCHOOL = (
    "Roof of school gym collapses in Lund, 14 hurt",
    (
        "Fourteen pupils were hurt on Monday when the roof of a school gym in Lund collapsed under "
        "wet snow. Rescuers led 60 children out. The town closed all gyms built by Nordbau."
    ),
)
SCHOOL_TOO = (
    "Snow brings down gym roof, injuring 14 pupils",
    (
        "Wet snow brought down the roof of a gym at a Lund school on Monday, injuring 14 pupils, "
        "police said. Gyms by the same builder, Nordbau, were closed. Sixty children got out."
    ),
)
COURT = (
    "Lund court clears Nordbau of fraud",
    (
        "A court in Lund on Friday cleared the builder Nordbau of fraud in a tender for two bridges. "
        "Prosecutors had asked for a fine of 3 million euros and said that they would appeal."
    ),
)
FLOOD = (
    "River breaks dyke near Porto, hundreds leave homes",
    (
        "Hundreds left their homes near Porto after the Douro broke a dyke overnight. Trains to the "
        "north stood still, and vineyards stood under a metre of water."
    ),
)
ROOF = (
    "隆德一学校体育馆屋顶坍塌 14名学生受伤",
    "3月2日，隆德市一所学校体育馆屋顶因积雪坍塌，14名学生受伤，60名儿童被疏散。市政府关闭了诺德建筑公司承建的全部体育馆。",
)
ROOF_TOO = (
    "积雪压塌学校体育馆 隆德14名学生受伤送医",
    "隆德市警方通报，2日一所学校的体育馆屋顶被积雪压塌，14名学生受伤送医。同一承建商诺德建筑公司的体育馆均已关闭。",
)
QUAKE = (
    "青川县发生5.1级地震 暂无人员伤亡",
    "据台网测定，3月2日8时青川县发生5.1级地震，震源深度10公里。县应急局称暂未收到人员伤亡报告。",
)
QUAKE_BEFORE = (
    "青川县发生4.3级地震 暂无人员伤亡",
    "据台网测定，1月17日21时青川县发生4.3级地震，震源深度12公里。县应急局称暂未收到人员伤亡报告。",
)


def item(
    told: tuple[str, str], name: str, *, after: float | None = 0, url: str = "", outlet: str = ""
) -> Item:
    """An item that tells something, so many hours after noon, or at no known time."""
    published = None if after is None else NOON + timedelta(hours=after)
    url = url or f"https://example.org/{name}"
    evidence = Evidence(url, NOON, "0" * 64)
    return Item(
        ItemId(name), url, told[0], Locale("und"), outlet or name, name, told[1], evidence,
        published=published,
    )  # fmt: skip


def grouped(*items: Item) -> set[frozenset[str]]:
    """The groups of more than one that the links make, by the names of their items."""
    groups = {i: {i} for i in range(len(items))}
    for i, j in links(items):
        merged = groups[i] | groups[j]
        groups |= dict.fromkeys(merged, merged)
    return {frozenset(items[i].id for i in group) for group in groups.values() if len(group) > 1}


class TestWithinALanguage:
    """Words, in the light of the batch and of the shipped table."""

    def test_same_event_in_other_words(self) -> None:
        """Two reports of one accident are one event; another story of the builder is not."""
        items = [item(SCHOOL, "a"), item(COURT, "b"), item(SCHOOL_TOO, "c"), item(FLOOD, "d")]
        assert grouped(*items) == {frozenset("ac")}

    def test_same_event_in_chinese(self) -> None:
        """The same in Chinese, where there are no words to cut."""
        assert grouped(item(ROOF, "a"), item(QUAKE, "b"), item(ROOF_TOO, "c")) == {frozenset("ac")}

    def test_without_times(self) -> None:
        """Items that state no time are compared all the same."""
        items = [item(told, name, after=None) for told, name in ((ROOF, "a"), (ROOF_TOO, "b"))]
        assert grouped(*items) == {frozenset("ab")}

    def test_two_documents_alone(self) -> None:
        """A batch of two, which has no frequencies of its own, is judged like a large one."""
        assert grouped(item(SCHOOL, "a"), item(SCHOOL_TOO, "b")) == {frozenset("ab")}
        assert not grouped(item(SCHOOL, "a"), item(COURT, "b"))

    def test_two_earthquakes(self) -> None:
        """The same words with other days and magnitudes tell another event."""
        quakes = item(QUAKE, "a", after=None), item(QUAKE_BEFORE, "b", after=None)
        assert not grouped(*quakes)
        assert grouped(quakes[0], item(QUAKE, "c", after=None)) == {frozenset("ac")}

    def test_another_day_alone(self) -> None:
        """Another day takes less than a week's difference: reports state the day they were sent."""
        told, next_day, a_week_on = (states("", f"3月{day}日") for day in (2, 4, 20))
        assert 0 > agreement(told, next_day) > agreement(told, a_week_on)

    def test_traditional_characters(self) -> None:
        """A report in traditional characters joins that in simplified ones."""
        roof = (
            "隆德一學校體育館屋頂坍塌 14名學生受傷",
            "隆德市一所學校體育館屋頂因積雪坍塌,14名學生受傷。",
        )
        assert grouped(item(ROOF, "a"), item(roof, "b")) == {frozenset("ab")}

    def test_blanks_between_characters(self) -> None:
        """A newsroom that sets a blank between any two characters says what the others say."""
        assert terms(flat("爆 竊 案 ， 女 戶 主 凌 晨")) == terms(flat("爆窃案，女户主凌晨"))

    def test_latin_within_han_is_a_name(self) -> None:
        """A word in Latin letters within Han says more than the characters about it."""
        raw_ = raw(item(("华为发布Mate 70手机", "华为发布Mate 70手机。"), "a"))
        assert raw_.names == {"mate"}

    def test_groups_that_formed_apart(self) -> None:
        """Groups that are alike on average become one, in whatever order their items came."""
        told = [(SCHOOL, "a"), (SCHOOL_TOO, "b"), (COURT, "c"), (SCHOOL, "d"), (SCHOOL_TOO, "e")]
        groups = Groups(profiles([item(*one) for one in told]))
        groups.members = {0: [0, 1], 2: [2], 3: [3, 4]}
        groups.doubts = {(0, 2), (0, 3)}
        groups.merge()
        assert groups.firsts() == [0, 0, 2, 0, 0]

    def test_within_one_outlet(self) -> None:
        """What is just alike enough between two outlets is not within one, which writes alike."""
        late = (
            "Late start for pupils",
            "Pupils in Lund start at ten on Monday; snow blocks roads and buses in all the county.",
        )
        assert grouped(item(SCHOOL, "a"), item(late, "b")) == {frozenset("ab")}
        assert not grouped(item(SCHOOL, "a", outlet="post"), item(late, "b", outlet="post"))

    def test_after_the_window(self) -> None:
        """The same words a week later are another event."""
        assert not grouped(item(SCHOOL, "a"), item(SCHOOL_TOO, "b", after=7 * 24))

    def test_no_chains(self) -> None:
        """Every item is linked to the first of its group, so that no chain forms."""
        items = [item(SCHOOL if i % 2 else SCHOOL_TOO, f"{i}", after=i) for i in range(9)]
        assert list(links(items)) == [(0, i) for i in range(1, 9)]

    def test_says_the_same_again(self) -> None:
        """The same items give the same links."""
        items = [item(SCHOOL, "a"), item(ROOF, "b"), item(SCHOOL_TOO, "c"), item(ROOF_TOO, "d")]
        assert list(links(items)) == list(links(items))

    def test_nothing_to_compare(self) -> None:
        """No item, one item and empty items give no link."""
        assert not list(links([]))
        assert not list(links([item(("", ""), "a")]))
        assert not grouped(item(("", ""), "a"), item(("", ""), "b"), item(("!!", "…"), "c"))


class TestAcrossLanguages:
    """What stays the same in another language."""

    def test_shared_link_and_name(self) -> None:
        """Two reports that give one address and name one model are one event."""
        link = "https://example.org/papers/2603.0107"
        en = ("Qilin-7 tops maths benchmark", f"The model Qilin-7 is out, its makers say: {link} .")
        zh = ("Qilin-7登顶数学榜单", f"模型Qilin-7今日发布,论文见 {link} 。")
        assert grouped(item(en, "a"), item(zh, "b", after=3)) == {frozenset("ab")}

    def test_terms_of_the_newsroom(self) -> None:
        """A term base names what no list of the world's names has."""
        en = (
            "Data Gazette adds 4,310 licences",
            "On March 2 the Data Gazette listed 4,310 licences.",
        )
        zh = ("数报社新增许可4310件", "3月2日，数报社公布，新增许可4310件。")
        told = [item(en, "a"), item(zh, "b", after=3)]
        assert not list(links(told))
        assert list(links(told, Names([("Data Gazette", "数报社")]))) == [(0, 1)]

    def test_names_days_and_figures(self) -> None:
        """A name in pinyin, a sum by its value and the day agree; of another case they do not."""
        en = (
            "Wuhu court jails Liang Zhiyuan over 23.6 million yuan in bribes",
            "A court in Wuhu on March 2 sentenced Liang Zhiyuan to 12 years.",
        )
        zh = ("梁志远受贿2360万元一审获刑12年", "3月2日，芜湖市中级人民法院公开宣判梁志远受贿案。")
        other = ("芜湖3月2日起调整公交线路", "3月2日起，芜湖市调整12条公交线路。")
        assert grouped(item(en, "a"), item(zh, "b"), item(other, "c")) == {frozenset("ab")}

    def test_one_kind_is_not_enough(self) -> None:
        """Two reports on one company on one day are two events."""
        en = ("OpenAI opens office in Zurich", "OpenAI will open an office in Zurich, it said.")
        zh = ("OpenAI下调接口价格", "OpenAI宣布下调接口价格，开发者表示欢迎。")
        assert not grouped(item(en, "a"), item(zh, "b"))

    def test_far_apart_in_time(self) -> None:
        """After two days a shared link joins no more."""
        link = "https://example.org/papers/2603.0107"
        en = ("Qilin-7 tops maths benchmark", f"The model Qilin-7 is out: {link} .")
        zh = ("Qilin-7登顶数学榜单", f"模型Qilin-7今日发布,论文见 {link} 。")
        assert not grouped(item(en, "a"), item(zh, "b", after=72))


class TestFacts:
    """What reports of one event must agree on."""

    def test_days(self) -> None:
        """Days are read in both languages; spans of days and money are none."""
        assert set(days("on dec. 9, 2025 and 17th april")) == {(12, 9), (4, 17)}
        assert set(days("12月9日电 9日上午 3日元 5日内")) == {(12, 9), (0, 9)}

    def test_figures(self) -> None:
        """Figures are kept by value and by what they count."""
        assert set(figures("1.5万人")) == set(figures("15,000人"))
        assert dict(figures("iphone 15 in $68.7 billion deal")) == {"<iphone": 15, "deal": 68.7e9}

    def test_tolls_change(self) -> None:
        """Another number of dead is no conflict; another magnitude is."""
        first = states("5.7级地震致64人遇难", "")
        assert agreement(first, states("5.7级地震致67人遇难", "")) > 0
        assert agreement(first, states("6.2级地震致64人遇难", "")) < 0

    def test_terms(self) -> None:
        """Endings go, Han gives pairs, words that say nothing cut it."""
        assert terms("Killings, killed") == ["killing", "kil"]
        assert terms("记者在北京的家") == ["北京"]


def test_cost_grows_with_the_items() -> None:
    """Twice the items cost about twice the calls, not four times."""

    def cost(count: int) -> int:
        words = [f"w{i * 7919 % 9973}" for i in range(count * 40)]
        told = [(" ".join(words[i : i + 8]), " ".join(words[i : i + 40])) for i in range(count)]
        items = [item(one, f"{i}", after=i) for i, one in enumerate(told)]
        return calls(lambda: list(links(items)))

    assert cost(1000) < 2.5 * cost(500)
