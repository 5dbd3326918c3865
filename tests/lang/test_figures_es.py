"""pressroom.lang.figures_es: Spanish number words, and what they share with English and Chinese."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.lang.figures import compare, figures
from pressroom.twins.compare import compare as drifts

READ = [
    ("12 mil", "12000"),
    ("doce mil", "12000"),
    ("mil", "1000"),
    ("tres millones", "3000000"),
    ("mil millones", "1000000000"),
    ("dos mil quinientos millones", "2500000000"),
    ("3.000 millones de euros", "3000000000"),
    ("3 mil millones", "3000000000"),
    ("un millardo", "1000000000"),
    ("dos billones", "2000000000000"),
    ("treinta y cinco", "35"),
    ("veintidós", "22"),
    ("ciento veintitrés mil cuatrocientas cincuenta y seis", "123456"),
    ("mil novecientos noventa y dos", "1992"),
    ("dos mil veinticinco", "2025"),
    ("un millón y medio", "1500000"),
    ("2,5 millones", "2500000"),
    ("medio millón", "500000"),
    ("media docena", "6"),
    ("dos docenas", "24"),
    ("1.234,5", "1234.5"),
    ("1.234", "1234"),
    ("12 345", "12345"),
    ("3,14", "3.14"),
    ("1.234.567", "1234567"),
    ("el 45 por ciento", "45%"),
    ("45 %", "45%"),
    ("cuarenta y cinco por ciento", "45%"),
    ("dos puntos porcentuales", "2%"),
    ("dos tercios", "2/3"),
    ("tres cuartas partes", "3/4"),
    ("la tercera parte", "1/3"),
    ("la mitad", "1/2"),
    ("años noventa", "d1990"),
    ("la década de los ochenta", "d1980"),
    ("la década de 1970", "d1970"),
    ("siglo XX", "20"),
    ("siglo XXI", "21"),
    ("septiembre", "m9"),
    ("miércoles", "w3"),
    ("el 3.º", "3"),
    ("las 3 de la tarde", "t15:00"),
    ("mediodía", "t12:00"),
]
SAME = [
    ("12 mil personas", "12,000 people"),
    ("tres millones", "3 million"),
    ("3.000 millones de euros", "3 billion euros"),
    ("3.000 millones de euros", "€3bn"),
    ("mil millones de dólares", "$1 billion"),
    ("dos tercios", "two-thirds"),
    ("el 45 por ciento", "45 percent"),
    ("entre 3 y 5 millones", "3 to 5 million"),
    ("de tres a cuatro millones", "three to four million"),
    ("del 10 al 15 %", "10-15%"),
    ("1.234,5 toneladas", "1,234.5 tonnes"),
    ("los años noventa", "the 1990s"),
    ("los años 80 y 90", "the '80s and '90s"),
    ("el siglo XX", "the 20th century"),
    ("el 5 de septiembre de 2025", "5 September 2025"),
    ("dos años y medio", "two and a half years"),
    ("un millón y medio", "one and a half million"),
    ("uno de cada cinco", "one in five"),
    ("veintiún días", "21 days"),
    ("las 3:30 de la tarde", "3:30 pm"),
    ("tres millones de yuanes", "300万元"),
    ("el cuarenta por ciento", "百分之四十"),
    ("el doble", "twice as many"),
    ("dos billones de yuanes", "2 trillion yuan"),
    ("el primer trimestre de 2021", "the first quarter of 2021"),
]
ALTERED = [
    ("12 mil personas", "15,000 people"),
    ("tres millones", "4 million"),
    ("3.000 millones de euros", "3 million euros"),
    ("el 45 por ciento", "54 percent"),
    ("los años noventa", "the 1980s"),
    ("treinta y cinco", "53"),
    ("1.234,5", "1,243.5"),
    ("el 5 de septiembre", "5 August"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_reads_spanish_figures(text: str, value: str) -> None:
    """A Spanish figure is read as one, with its value first and its words as they stand."""
    found = [f for f in figures(text, "es") if value in f.values[0]]
    assert [f.values[0][0] for f in found] == [value]
    assert found[0].words == text[found[0].start : found[0].end]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_value_in_words_and_digits(one: str, other: str) -> None:
    """What says the same in Spanish and in English or Chinese is no drift, either way round."""
    locale = "zh-Hans" if any(sign > "\u3400" for sign in other) else "en"
    for found in (compare(one, "es", other, locale), compare(other, locale, one, "es")):
        assert not (*found.unmatched_one, *found.unmatched_other, *found.altered)


@pytest.mark.parametrize(("one", "other"), ALTERED)
def test_altered_value_is_found(one: str, other: str) -> None:
    """A number that was altered on one side is paired with what it was."""
    assert compare(one, "es", other, "en").altered


def test_plain_words_are_no_figures() -> None:
    """Articles and everyday words alone ask nothing of a translation."""
    text = "Una tarde, el primer ministro habló con ambos, y miles de personas, un poco antes."
    assert not compare(text, "es", "He spoke to them and to the crowd.", "en").unmatched_one


def test_words_do_not_run_together() -> None:
    """Numbers beside each other stay apart: `dos o tres`, `uno, dos`, `veinte treinta`."""
    for text in ("dos o tres", "dos, tres", "tres dos"):
        assert {v[0] for f in figures(text, "es") for v in f.values} == {"2", "3"}


def test_twins_of_a_spanish_newsroom_compare_values() -> None:
    """The rule on twins sees an altered number word, and nothing in a faithful pair."""
    spanish = "La oficina recibió doce mil solicitudes en los años noventa.\n"
    faithful = "The office received 12,000 applications in the 1990s.\n"
    assert not drifts(spanish, "es", faithful, "en")
    altered = drifts(spanish, "es", faithful.replace("12,000", "13,000"), "en")
    assert [drift.rule for drift in altered] == ["twin-number"]


@given(st.text(alphabet="0123456789 .,millonesyunodtraisceh%º", max_size=300))
def test_any_text_is_read_in_order(text: str) -> None:
    """No text breaks the reader; figures never overlap and keep their offsets."""
    found = figures(text, "es")
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(f.words == text[f.start : f.end] for f in found)
