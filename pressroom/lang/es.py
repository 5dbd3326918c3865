"""Spanish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.model import Language

if TYPE_CHECKING:
    from datetime import date

CAPITAL = "A-ZÀ-ÖØ-Þ0-9"
ENDS = re.compile(
    rf"(?<=[.!?…])([\"”’»)]*)\s+(?=[\"“‘«(—–]*[¿¡]*[\"“‘«(]*[{CAPITAL}])"
    r"|(?<=[!?])([\"”’»)]*)\s+(?=[\"“‘«(—–]*[¿¡])"
)
ABBREVIATIONS = re.compile(
    r"\b(?:Sr|Sra|Srta|Sres|Dr|Dra|Prof|Ud|Uds|Vd|Gral|Mons|Ing|Lic|Avda?|Cía|EE|UU|JJ|OO|RR|HH"
    r"|núms?|arts?|págs?|vol|cap|fig|tel|cf|vs|p|[A-Z]|\d a)\.$"
)
WORD = re.compile(r"\d+(?:[.,]\d+)+|\w[\w’'-]*")
DULL = frozenset(
    [
        "ante",
        "años",
        "aquel",
        "aunque",
        "cada",
        "como",
        "cómo",
        "contra",
        "cual",
        "cuál",
        "cuando",
        "cuándo",
        "desde",
        "donde",
        "dónde",
        "durante",
        "entre",
        "esta",
        "este",
        "estos",
        "hacia",
        "hasta",
        "menos",
        "mientras",
        "nueva",
        "nuevas",
        "nuevo",
        "nuevos",
        "para",
        "pero",
        "porque",
        "quién",
        "según",
        "sobre",
        "también",
        "tras",
        "unas",
        "unos",
    ]
)
WORDS = {
    "and": "y",
    "web": "Leer en la web",
    "archive": "Todos los números",
    "feed": "Canal",
    "languages": "Idioma",
    "unsubscribe": "Darse de baja",
    "preferences": "Preferencias",
    "sources": "Fuentes",
    "kept": "copia guardada el {date}",
    "not_kept": "sin copia guardada",
    "untried": "dirección sin comprobar",
    "machine_signed": (
        "Redactado por una máquina a partir de {n} fuentes; revisado y firmado por {by} el {date}."
    ),
    "machine_signed_one": (
        "Redactado por una máquina a partir de una fuente; revisado y firmado por {by} el {date}."
    ),
    "machine": (
        "Borrador de una máquina a partir de {n} fuentes; ninguna persona lo ha leído todavía."
    ),
    "machine_one": (
        "Borrador de una máquina a partir de una fuente; ninguna persona lo ha leído todavía."
    ),
    "extract_signed": "Frases tomadas de la fuente; revisadas y firmadas por {by} el {date}.",
    "extract": (
        "Frases tomadas de la fuente por una máquina; ninguna persona las ha leído todavía."
    ),
    "question": "Pregunta",
    "answer": "Respuesta",
    "note": "Antes de seguir leyendo",
    "skip": "Saltar esta sección",
    "help": "Ayuda",
    "credit": "Imagen",
    "withheld": "no se publica",
    "counts": (
        "A cada aplicación se le preguntó una vez en cada idioma: solo recuentos, sin porcentajes."
    ),
    "app": "Aplicación",
    "asked": "Pregunta hecha",
    "grade_answers": "responde",
    "grade_help": "remite a quien ayuda",
    "grade_refuses": "se niega",
    "grade_yields": "cede",
    "grade_taken-back": "retirado en pantalla",
    "grade_not-reached": "sin preguntar",
    "legend": "Leyenda",
    "parallel": "En los dos idiomas",
    "only": "Solo en {language}.",
    "rest": "El resto está en la web",
    "machine_none": "Redactado por una máquina; nadie lo ha leído aún.",
    "machine_signed_none": "Redactado por una máquina; revisado y firmado por {by}, {date}.",
    "label_news_briefs": "_NOTICIAS",
    "spoken_news_briefs": "Noticias",
    "label_explainer": "_A_FONDO",
    "spoken_explainer": "A fondo",
    "label_prompt_tests": "_LA_PREGUNTA",
    "spoken_prompt_tests": "La pregunta",
    "label_tldr": "_EN_BREVE",
    "spoken_tldr": "En breve",
    "todo": "PENDIENTE",
    "question_mark": "P",
    "colon": ": ",
    "todo_translate": "PENDIENTE: traducir de {locale}",
    "todo_write": "PENDIENTE: escribir este bloque",
    "todo_lead": "PENDIENTE: la pregunta a la que responde esta sección",
    "todo_verdict": "PENDIENTE: qué muestran las respuestas",
    "skeleton_title": "PENDIENTE: un título",
    "skeleton_method": "Qué se preguntó, a quién y cuándo",
    "skeleton_findings": "Qué respondieron",
    "skeleton_greeting": "PENDIENTE: un saludo de dos frases.",
    "ask_what": "En una frase, ¿qué ha pasado?",
    "ask_who": "¿Quién tiene que hacerlo y quién lo paga?",
    "ask_before": "¿Se había intentado antes?",
    "ask_so": "Entonces, ¿a qué hay que estar atentos?",
    "ask_doubt": "Eso suena a duda.",
    "ask_next": "¿Y ahora qué viene?",
    "latest": "El último número",
    "read": "Leer el número",
    "earlier": "Números anteriores",
    "nothing_yet": "Todavía no se ha publicado ningún número.",
    "sample": "Muestra",
    "why": "Recibes este correo porque te suscribiste a {name}.",
    "issue_of": "Número del {date}",
    "contents": "En este número",
    "top": "Volver arriba",
    "skip_to_text": "Saltar al texto",
    "original_title": "Título original",
    "tldr": "_EN_BREVE",
    "tldr_spoken": "En breve",
    "permalink": "Enlace a esta parte",
    "table": "Tabla, se desplaza en horizontal",
    "not_found": "Aquí no hay ninguna página",
    "not_found_more": (
        "Puede que haya cambiado de sitio. La portada lleva la lista de todos los números."
    ),
    "editions": "Ediciones",
    "correction": "Corrección, {date}: {note}",
    "clarification": "Aclaración, {date}: {note}",
    "said_before": "una versión anterior decía: {old}",
    "was_missing": "una versión anterior no decía: {new}",
    "was_changed": "este pasaje ha cambiado.",
    "corrected": "Corregido el {date}; cada nota está debajo de lo que corrige.",
    "correction_subject": "Corrección: {subject}",
    "clarification_subject": "Aclaración: {subject}",
    "it_said": "Decía",
    "it_says": "Ahora dice",
    "corrected_page": "La página corregida",
}


def sentences(text: str) -> list[str]:
    """Cut running text into sentences, each with its own `¿` or `¡`; an abbreviation ends none.

    After `?` or `!` a new opening mark starts a sentence even in lower case; after `...` it
    does not: `Pero... ¿qué hacemos?` is one.
    """
    found: list[str] = []
    cut = ENDS.sub(lambda end: f"{end[1] or end[2] or ''}\n", " ".join(text.split()))
    for piece in cut.split("\n"):
        if found and ABBREVIATIONS.search(found[-1]):
            found[-1] += " " + piece
        elif piece:
            found.append(piece)
    return found


def count(text: str) -> int:
    """Words; a number with its separators, `1.234,5`, is one."""
    return len(WORD.findall(text))


def long_date(day: date) -> str:
    """`5 de septiembre de 2025`."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale="es"))


def handle(title: str) -> str:
    """A typeable word for a story: the first telling word of its title, without accents."""
    words = [word.lower() for word in WORD.findall(title)]
    telling = [w for w in words if len(w) > 3 and w not in DULL and not w[0].isdigit()]  # noqa: PLR2004
    plain = [_plain(word) for word in [*telling, *words]]
    return next((word for word in plain if word), "nota")[:10]


def _plain(word: str) -> str:
    from unicodedata import normalize

    return re.sub(r"[^a-z0-9]", "", normalize("NFKD", word))


SPANISH = Language(
    codes=("es",),
    spaced=True,
    turn_marks=("P", "Q"),
    quotes=(("«", "»"), ("“", "”"), ('"', '"')),
    parentheses=(" (", ")"),
    todo_words=("PENDIENTE", "TK", "TKTK", "XXX", "FIXME"),
    words=WORDS,
    sentences=sentences,
    count=count,
    long_date=long_date,
    handle=handle,
)
