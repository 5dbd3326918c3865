"""pressroom.lang.es: Spanish sentences, counts, dates, handles, marks and interface words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.lang import endonym, language
from pressroom.lang.figures import compare

ES, EN = language("es"), language("en")


@pytest.mark.parametrize("tag", ["es", "es-ES", "es-MX"])
def test_its_own_table(tag: str) -> None:
    """Spanish of any region finds the one table, which calls itself español."""
    assert language(tag) is ES
    assert tag.split("-", maxsplit=1)[0] in ES.codes
    assert endonym("es") == "español"


def test_the_interface_speaks_spanish() -> None:
    """No interface word is the English one, the colon apart."""
    same = {key for key, words in ES.words.items() if words == EN.words[key]}
    assert same == {"colon"}


@pytest.mark.parametrize("mark", ["?", "!"])
def test_every_question_opens_and_closes(mark: str) -> None:
    """A word of the interface that asks or exclaims has its opening mark."""
    opening = {"?": "¿", "!": "¡"}[mark]
    for key, words in ES.words.items():
        assert words.count(mark) == words.count(opening), key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("¿Qué pasa? ¡Nada! Sigue.", ["¿Qué pasa?", "¡Nada!", "Sigue."]),
        ("Llegó tarde. ¿Por qué? No lo dijo.", ["Llegó tarde.", "¿Por qué?", "No lo dijo."]),
        ("¿Quién? ¿cómo? ¡ya!", ["¿Quién?", "¿cómo?", "¡ya!"]),
        ("Pero ¿quién paga? Nadie.", ["Pero ¿quién paga?", "Nadie."]),
        ("Si llueve, ¿qué hacemos?", ["Si llueve, ¿qué hacemos?"]),
        ("Pero... ¿qué hacemos?", ["Pero... ¿qué hacemos?"]),
        ("¡¿Otra vez?! Sí.", ["¡¿Otra vez?!", "Sí."]),
        ("¿Vienes? dijo ella. Él calló.", ["¿Vienes? dijo ella.", "Él calló."]),
        ("Dijo: «Sí.» Luego “¡No!” Y (¿tal vez?) «¿Cuándo?»", ["Dijo: «Sí.»", "Luego “¡No!”", "Y (¿tal vez?)", "«¿Cuándo?»"]),
        ("Calló. «¿Y tú?» ¡Yo no!", ["Calló.", "«¿Y tú?»", "¡Yo no!"]),
        ("—¿Vienes? —preguntó. —Ya voy.", ["—¿Vienes? —preguntó.", "—Ya voy."]),
        ("El Sr. Álvarez y la Dra. Íñiguez hablaron. Ella ganó.", ["El Sr. Álvarez y la Dra. Íñiguez hablaron.", "Ella ganó."]),
        ("Según EE. UU. Álava creció. Ya.", ["Según EE. UU. Álava creció.", "Ya."]),
        ("Véase el art. 5 y la pág. 12. Fin.", ["Véase el art. 5 y la pág. 12.", "Fin."]),
        ("Costó 1.234,5 euros. 20 más vinieron.", ["Costó 1.234,5 euros.", "20 más vinieron."]),
        ("Era así… Órdenes son órdenes.", ["Era así…", "Órdenes son órdenes."]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences(text: str, found: list[str]) -> None:
    """A mark ends a sentence with the quote that closes on it; ¿ and ¡ open the next."""
    assert ES.sentences(text) == found


@given(st.text('ñÁ aB.!?…¿¡"”»«—) \n1'))
def test_no_word_is_lost(text: str) -> None:
    """The sentences together are the text, gaps apart."""
    assert " ".join(ES.sentences(text)).split() == text.split()


def test_count() -> None:
    """Accented words, hyphens and a number with separators are one each."""
    assert ES.count("¿Cuánto? 1.234,5 millones: un 12 % más, ex-alcaldesa Núñez.") == 8


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 9, 5), "5 de septiembre de 2025"),
        (date(2026, 1, 31), "31 de enero de 2026"),
    ],
)
def test_long_date(day: date, words: str) -> None:
    """Day, month, year, joined by `de`."""
    assert ES.long_date(day) == words


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("¿Cómo será la nueva ordenanza?", "sera"),
        ("La señal que nadie vio", "senal"),
        ("Sobre el «Plan Júcar»", "plan"),
        ("1.234,5 millones para el río", "millones"),
        ("Él", "el"),
        ("5G", "5g"),
        ("¿¡!?", "nota"),
        ("Internacionalización", "internacio"),
    ],
)
def test_handle(title: str, word: str) -> None:
    """The first telling word, without accents or ñ, at most ten letters."""
    assert ES.handle(title) == word


def test_marks() -> None:
    """«» come before “” and the typewriter's; P opens a turn; PENDIENTE stops a send, TODO does not."""
    assert ES.quotes == (("«", "»"), ("“", "”"), ('"', '"'))
    assert ES.turn_marks[0] == ES.words["question_mark"] == "P"
    assert set(EN.todo_words) < set(ES.todo_words)
    assert ES.words["todo"] in ES.todo_words
    assert "TODO" not in ES.todo_words


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("Costó 1.234,5 millones de euros.", "It cost 1,234.5 million euros."),
        ("Unas 48.300 bicis, un 12,5 % más.", "Some 48,300 bikes, up 12.5%."),
        ("2.500.000 euros", "2.5 million euros"),
        ("12 500 casas a las 18:30", "12,500 houses at 6:30 pm"),
        ("Firmado el 7 de marzo de 2025", "Signed on 7 March 2025"),
    ],
)
def test_numbers_match_across_separators(spanish: str, english: str) -> None:
    """A comma of Spanish decimals is the point of English ones, and nothing is left over."""
    match = compare(spanish, "es", english, "en")
    assert (match.unmatched_one, match.unmatched_other, match.altered) == ((), (), ())


def test_an_altered_number_is_found() -> None:
    """1.234,5 is not 1,234.6."""
    altered = compare("Son 1.234,5 km.", "es", "It is 1,234.6 km.", "en").altered
    assert [(a.words, b.words) for a, b in altered] == [("1.234,5", "1,234.6")]
