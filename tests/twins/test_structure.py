"""Each rule on structure finds its drift, and is silent where there is none."""

from __future__ import annotations

from pressroom.model import Severity
from pressroom.twins.drift import Drift, lay_twins
from pressroom.twins.structure import RULES


def drifts(english: str, chinese: str) -> list[Drift]:
    """What the rules say of an English text and its Chinese twin."""
    twins = lay_twins(english, "en", chinese, "zh-Hans")
    return [drift for rule in RULES for drift in rule(twins)]


def said(english: str, chinese: str) -> list[tuple[str, int, int]]:
    """Rules and lines alone."""
    return [(d.rule, d.one_line, d.other_line) for d in drifts(english, chinese)]


# --- links ---


def test_a_lost_link_is_found_on_its_line() -> None:
    """The finding names the line of the link and of the twin."""
    english = "The office\n[wrote](https://example.org/en/a) to all.\n"
    (drift,) = drifts(english, "该办公室致信所有人。\n")
    assert drift[:4] == ("twin-link", Severity.BEFORE, 2, 1)
    assert "example.org/a" in drift.message
    assert "zh-Hans" in drift.message


def test_a_link_to_the_page_of_its_language_is_no_drift() -> None:
    """Paths, fragments and hosts may name another language."""
    english = "See [a](/en/a#part), [b](https://en.wikipedia.org/wiki/Beijing).\n"
    assert not drifts(english, "见[甲](/zh/a#篇)、[乙](https://zh.wikipedia.org/wiki/北京)。\n")


def test_another_address_is_one_finding() -> None:
    """One link that leads elsewhere is not told twice."""
    english = "See [this](https://example.org/a) now.\n"
    (drift,) = drifts(english, "现在见[此](https://example.org/b)。\n")
    assert "example.org/a (en)" in drift.message
    assert "example.org/b (zh-Hans)" in drift.message


def test_another_part_of_a_page_is_worth_a_look() -> None:
    """Fragments count where no language could have named them."""
    english = "See [this](https://example.org/a#x1) now.\n"
    (drift,) = drifts(english, "现在见[此](https://example.org/a#x2)。\n")
    assert drift.severity is Severity.LOOK


def test_a_lost_citation_is_found() -> None:
    """A citation is a link to its source."""
    assert said("So it is [@gov-1; @gov-2].\n", "如此 [@gov-1]。\n") == [("twin-link", 1, 1)]


def test_a_link_that_moved_with_its_sentence_is_no_drift() -> None:
    """Neighbouring units may share sentences in another way."""
    english = (
        "Alpha has 300 firms [said](https://example.org/a).\n\n"
        "Beta sold 41 buses to Hefei in the spring.\n"
    )
    chinese = (
        "Alpha 有 300 家企业。\n\n据[称](https://example.org/a)，Beta 春天向合肥卖出 41 辆巴士。\n"
    )
    assert not drifts(english, chinese)


def test_a_link_that_stands_elsewhere_is_worth_a_look() -> None:
    """The page is linked in the twin, far from here."""
    middle = "".join(f"Name{n} says {n}{n}.\n\n" for n in range(1, 6))
    zh_middle = "".join(f"Name{n} 说 {n}{n}。\n\n" for n in range(1, 6))
    link = "https://example.org/a"
    english = f"[Alpha]({link}) one.\n\n{middle}[Omega]({link}) two.\n"
    (drift,) = drifts(english, f"[Alpha]({link}) 一。\n\n{zh_middle}Omega 二。\n")
    assert drift.severity is Severity.LOOK
    assert "line 1 has it" in drift.message


def test_references_defined_in_another_file_are_compared_by_label() -> None:
    """A label is an address too, whatever its case and line ends."""
    assert not drifts(
        "See [the\nissue][Core #1] and [BIP2][].\n", "见[问题][core #1]和 [BIP2][]。\n"
    )
    assert said("See [the issue][core #1].\n", "见该问题。\n") == [("twin-link", 1, 1)]


# --- code ---


def test_mistyped_code_is_one_finding() -> None:
    """Both spellings are told."""
    (drift,) = drifts("It sets `max_price` now.\n", "现在设置 `max_pirce`。\n")
    assert drift.rule == "twin-code"
    assert "`max_price` in en, `max_pirce` in zh-Hans" in drift.message


def test_code_that_stands_as_words_is_no_drift() -> None:
    """A translator may drop the marks, or translate a placeholder."""
    assert not drifts(
        "Call `run` on `--port <your number>`.\n", "在 `--port <你的端口>` 上调用 run。\n"
    )


def test_lost_code_is_found() -> None:
    """Code that the twin has nowhere."""
    assert said("Call `sync_all` first.\n", "先调用同步。\n") == [("twin-code", 1, 1)]


def test_comments_in_code_may_differ() -> None:
    """Only what runs is compared."""
    english = "```sh\nmake all  # build it\n```\n"
    assert not drifts(english, "```sh\nmake all  # 构建\n```\n")
    assert said(english, "```sh\nmake test  # 构建\n```\n") == [("twin-code", 1, 1)]


def test_translated_words_in_code_are_no_drift() -> None:
    """Of a translated block the technical words alone are compared."""
    english = "```\nInput 1:\n  500 OP_X\n```\n"
    assert not drifts(english, "```\n输入 1：\n  500 OP_X\n```\n")
    assert said(english, "```\n输入 1：\n  501 OP_X\n```\n") == [("twin-code", 1, 1)]


# --- headings, lists, figures, quotations ---


def test_a_heading_of_another_level_is_found() -> None:
    """The same heading, one mark more."""
    assert said("## News\n\nWords.\n", "### 新闻\n\n词。\n") == [("twin-heading", 1, 1)]


def test_a_missing_heading_is_found() -> None:
    """The line on the other side is where it would stand after."""
    english = "## News\n\nAlpha says 300.\n\n## More\n\nBeta says 41.\n"
    chinese = "## 新闻\n\nAlpha 说 300。\n\nBeta 说 41。\n"
    assert said(english, chinese) == [("twin-heading", 5, 3)]


def test_list_items_that_became_paragraphs_are_one_finding() -> None:
    """One mistake is told once, with its extent."""
    english = "- Alpha says 300.\n- Beta says 41.\n- Gamma says 17.\n"
    (drift,) = drifts(english, "Alpha 说 300。\n\nBeta 说 41。\n\nGamma 说 17。\n")
    assert drift[:4] == ("twin-list", Severity.LOOK, 1, 1)
    assert "2 more" in drift.message


def test_a_missing_list_item_is_found() -> None:
    """Lists of another length."""
    english = "- Alpha says 300 in Hefei today.\n- Beta says 41 of them are gone by now.\n"
    assert said(english, "- Alpha 今天在合肥说 300。\n") == [("twin-missing", 2, 1)]


def test_a_missing_figure_is_found() -> None:
    """A picture on one side alone; its file may differ by language."""
    english = "Alpha says 300.\n\n![[cartoon]]\n\nBeta says 41.\n"
    chinese = "Alpha 说 300。\n\nBeta 说 41。\n"
    assert said(english, chinese) == [("twin-missing", 3, 1)]
    assert not drifts("![A](a.en.png)\n", "![甲](a.zh.png)\n")


def test_a_long_quotation_that_is_none_in_the_twin_is_worth_a_look() -> None:
    """Indirect speech where the other has the words themselves."""
    quote = (
        "We will not wait for the towns, we will not ask the firms, and we will begin in spring "
        * 2
    )
    chinese = (
        "部长表示，他们不会等待各城镇，也不会询问企业，将于春季开始，并且不会改变这一计划，" * 3
    )
    (drift,) = drifts(f"The minister said: “{quote}”\n", chinese + "\n")
    assert (drift.rule, drift.severity) == ("twin-quote", Severity.LOOK)
    assert not drifts(f"The minister said: “{quote}”\n", f"部长说：“{chinese}”\n")


# --- missing, doubled, short, untranslated ---


def test_a_missing_paragraph_is_found() -> None:
    """The finding names both places."""
    english = (
        "Alpha has 300 firms in Hefei, the ministry said on Monday.\n\n"
        "Beta wrote that nobody had asked the towns about the plan at all, and left.\n\n"
        "Gamma sold 41 buses to Xi'an, more than a year ago.\n"
    )
    chinese = (
        "工信部周一表示，Alpha 在合肥有 300 家企业。\n\nGamma 向西安卖出 41 辆巴士，比一年前多。\n"
    )
    assert said(english, chinese) == [("twin-missing", 3, 1)]


def test_a_paragraph_that_lost_most_of_its_words_is_worth_a_look() -> None:
    """A twin far shorter than its original."""
    english = "Alpha says 300. " + "And then it goes on at length about the towns and firms. " * 6
    assert said(english + "\n", "Alpha 说 300。\n") == [("twin-short", 1, 1)]


def test_a_paragraph_that_stands_twice_is_found() -> None:
    """Twice on one side alone; what stands twice on both is no drift."""
    first = "该部门周一表示，将在合肥挑选三百家企业参加这一试点，并在春季公布名单。"
    english = (
        "The office said on Monday that it would pick firms in Hefei and publish a list in spring."
        "\n\nNobody had asked the towns about the plan, a mayor wrote in a letter that was kept.\n"
    )
    assert ("twin-doubled", 3, 3) in said(english, f"{first}\n\n{first}\n")
    same = english.split("\n", maxsplit=1)[0]
    assert not drifts(f"{same}\n\n{same}\n", f"{first}\n\n{first}\n")


def test_a_row_that_was_pasted_twice_is_found() -> None:
    """Two rows of one paragraph, word for word."""
    row = "该部门周一表示，将在合肥挑选三百家企业参加这一试点，并在春季公布名单。"
    english = (
        "The office said on Monday that it would pick firms in Hefei and list them in spring.\n"
    )
    assert ("twin-doubled", 1, 1) in said(english, f"{row}\n{row}\n")


def test_a_paragraph_left_in_english_is_found() -> None:
    """A whole paragraph, and a stretch within one."""
    english = "The office said that it would pick the firms and publish a list in the spring.\n"
    assert ("twin-untranslated", 1, 1) in said(english, english)
    mixed = "该部门表示 said that it would pick the firms and publish a list in the spring of next year 。\n"
    assert ("twin-untranslated", 1, 1) in said(english, mixed)


def test_names_titles_and_quotations_in_english_are_no_drift() -> None:
    """What a translator leaves on purpose."""
    english = (
        "He read “the long road that leads us to the end of all of our plans for now” by "
        "[A paper about the many ways of the world and the rest of it](https://example.org/p).\n"
    )
    chinese = (
        "他读了“the long road that leads us to the end of all of our plans for now”，出自"
        "[A paper about the many ways of the world and the rest of it](https://example.org/p)。\n"
    )
    assert not drifts(english, chinese)


def test_chinese_left_in_english_is_found_but_no_gloss() -> None:
    """Han within English stands in parentheses or quotation marks."""
    chinese = "工信部表示将在合肥挑选三百家企业参加这一试点。\n"
    left = "The ministry said that 将在合肥挑选三百家企业参加这一试点 very soon.\n"
    glossed = "The ministry said (将在合肥挑选三百家企业参加这一试点) very soon, in Hefei.\n"
    assert said(left, chinese) == [("twin-untranslated", 1, 1)]
    assert not drifts(glossed, chinese)


def test_two_languages_of_one_script_are_compared_word_for_word() -> None:
    """A Spanish paragraph that is its English twin was not translated."""
    english = "The office said that it would pick the firms and publish a list in spring.\n"
    spanish = "La oficina dijo que elegiría las empresas y publicaría una lista en primavera.\n"
    for text, found in ((english, ["twin-untranslated"]), (spanish, [])):
        twins = lay_twins(english, "en", text, "es")
        one_side = {d.rule for rule in RULES for d in rule(twins)}
        assert sorted(one_side) == found


# --- words ---
