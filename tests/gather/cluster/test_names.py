"""pressroom.gather.cluster.names: what is known in two scripts, shipped and of the newsroom."""

from __future__ import annotations

from pressroom.gather.cluster.names import Names, shipped


def of_latin(names: Names, text: str) -> set[str]:
    """The names found anywhere in a text."""
    low = text.lower()
    starts = (n for n in range(len(low)) if n == 0 or not low[n - 1].isalnum())
    return {name for n in starts for name in names.at(low, n, low[n:].split(" ")[0])}


def of_han(names: Names, text: str) -> set[str]:
    """The names of which a form stands in a text."""
    return set(names.within(text))


def test_shipped_names() -> None:
    """A name of several words is found as a whole, and not within another word."""
    names = Names()
    assert of_latin(names, "Hong Kong and the White House") == {"香港", "白宫"}
    assert of_latin(names, "A housekeeper in Hongkew") == set()
    assert of_han(names, "香港特区政府") == {"香港"}


def test_terms_of_the_newsroom() -> None:
    """All forms of a term are one name, in whatever script they are written."""
    names = Names([("Data Gazette", "DG", "數據公報社", "数报社")])
    found = of_latin(names, "the DG, or Data Gazette, said")
    assert len(found) == 1
    assert found == of_han(names, "数据公报社") == of_han(names, "数报社称")


def test_a_term_that_is_shipped() -> None:
    """A term with a form that is shipped is that name, so that nothing known is lost."""
    names = Names([("Beijing Municipality", "北京", "北京市")])
    assert of_latin(names, "Beijing Municipality") == {"北京"}
    assert of_han(names, "北京市") == {"北京"}


def test_empty_forms() -> None:
    """A term without forms, or with an empty one, names nothing."""
    names = Names([(), ("",), ("  ",)])
    assert of_han(names, "台風") == of_latin(names, "no name") == set()


def test_every_line_is_a_pair() -> None:
    """The shipped file has a form in lower case and one in Han on each line, and none twice."""
    assert all(latin == latin.lower() and han for latin, han in shipped().items())
    assert len(shipped()) > 500
