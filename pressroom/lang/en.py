"""English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.model import Language

if TYPE_CHECKING:
    from datetime import date

ENDS = re.compile(r"(?<=[.!?])([\"”’)]*)\s+(?=[\"“‘(]?[A-Z0-9])")
ABBREVIATIONS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|Gen|Sen|U\.S|e\.g|i\.e)\.$")
WORD = re.compile(r"[A-Za-z0-9][\w’'-]*")
DULL = frozenset(
    [
        "about",
        "after",
        "against",
        "amid",
        "and",
        "are",
        "for",
        "from",
        "have",
        "how",
        "into",
        "more",
        "new",
        "over",
        "says",
        "that",
        "the",
        "their",
        "this",
        "under",
        "what",
        "when",
        "where",
        "which",
        "will",
        "with",
        "year",
        "years",
    ]
)
WORDS = {
    "and": "and",
    "web": "Read on the web",
    "archive": "All issues",
    "feed": "Feed",
    "languages": "Language",
    "unsubscribe": "Unsubscribe",
    "preferences": "Preferences",
    "sources": "Sources",
    "kept": "kept {date}",
    "not_kept": "no copy kept",
    "untried": "address not tried",
    "machine_signed": "Drafted by a machine from {n} sources, checked and signed by {by}, {date}.",
    "machine_signed_one": (
        "Drafted by a machine from one source, checked and signed by {by}, {date}."
    ),
    "machine": "Machine draft from {n} sources, not yet read by a person.",
    "machine_one": "Machine draft from one source, not yet read by a person.",
    "extract_signed": "Sentences lifted from the source, checked and signed by {by}, {date}.",
    "extract": "Sentences lifted from the source by a machine, not yet read by a person.",
    "question": "Question",
    "answer": "Answer",
    "note": "Before you read on",
    "skip": "Skip this section",
    "help": "Help",
    "credit": "Figure",
    "withheld": "withheld",
    "counts": "Each app was asked once in each language: counts only, no percentages.",
    "app": "App",
    "asked": "Asked",
    "grade_answers": "answers",
    "grade_help": "points to help",
    "grade_refuses": "refuses",
    "grade_yields": "yields",
    "grade_taken-back": "taken back on screen",
    "grade_not-reached": "not reached",
    "legend": "Key",
    "parallel": "Both languages",
    "only": "In {language} only.",
    "rest": "The rest is on the web",
    "machine_none": "Machine draft, not yet read by a person.",
    "machine_signed_none": "Drafted by a machine, checked and signed by {by}, {date}.",
    "label_news_briefs": "_IN_OUR_FEEDS",
    "spoken_news_briefs": "In our feeds",
    "label_explainer": "_EXPLAINER",
    "spoken_explainer": "Explainer",
    "label_prompt_tests": "_ONE_PROMPT_PROMPT",
    "spoken_prompt_tests": "One prompt prompt",
    "label_tldr": "_TL;DR",
    "spoken_tldr": "Too long, didn’t read",
    "todo": "TK",
    "question_mark": "Q",
    "colon": ": ",
    "todo_translate": "TK: translate from {locale}",
    "todo_write": "TK: write this block",
    "todo_lead": "TK: the question this section answers",
    "todo_verdict": "TK: what the answers show",
    "skeleton_title": "TK: a title",
    "skeleton_method": "What was asked, of whom, and when",
    "skeleton_findings": "What came back",
    "skeleton_greeting": "TK: a greeting in two sentences.",
    "ask_what": "What happened, in one breath?",
    "ask_who": "Who has to do it, and who pays?",
    "ask_before": "Has this been tried before?",
    "ask_so": "So what should I watch for?",
    "ask_doubt": "You don’t sound convinced.",
    "ask_next": "What comes next?",
    "latest": "The latest issue",
    "read": "Read the issue",
    "earlier": "Earlier issues",
    "nothing_yet": "No issue has been published yet.",
    "sample": "Sample",
    "why": "You get this because you subscribed to {name}.",
    "issue_of": "Issue of {date}",
    "contents": "In this issue",
    "top": "To the top",
    "skip_to_text": "Skip to the text",
    "original_title": "Original title",
    "tldr": "_TL;DR",
    "tldr_spoken": "In short",
    "permalink": "Link to this part",
    "table": "Table, scrolls sideways",
    "not_found": "There is no page here",
    "not_found_more": "It may have moved. Every issue is in the list on the first page.",
    "editions": "Editions",
    "correction": "Correction, {date}: {note}",
    "clarification": "Clarification, {date}: {note}",
    "said_before": "an earlier version said: {old}",
    "was_missing": "an earlier version did not say: {new}",
    "was_changed": "this passage was changed.",
    "corrected": "Corrected on {date}; the notes stand below what they correct.",
    "correction_subject": "Correction: {subject}",
    "clarification_subject": "Clarification: {subject}",
    "it_said": "It said",
    "it_says": "It now says",
    "corrected_page": "The corrected page",
}


def sentences(text: str) -> list[str]:
    """Cut running text into sentences; an abbreviation ends none."""
    found: list[str] = []
    for piece in ENDS.sub(r"\1\n", " ".join(text.split())).split("\n"):
        if found and ABBREVIATIONS.search(found[-1]):
            found[-1] += " " + piece
        elif piece:
            found.append(piece)
    return found


def count(text: str) -> int:
    """Words."""
    return len(WORD.findall(text))


def long_date(day: date) -> str:
    """`5 September 2025`."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM yyyy", locale="en_GB"))


def handle(title: str) -> str:
    """A typeable word for a story: the first telling word of its title."""
    words = [w.lower().replace("’", "").replace("'", "") for w in WORD.findall(title)]
    plain = [re.sub(r"[^a-z0-9]", "", w) for w in words]
    telling = [w for w in plain if len(w) > 3 and w not in DULL and not w.isdigit()]  # noqa: PLR2004
    return (telling or [w for w in plain if w] or ["story"])[0][:10]


ENGLISH = Language(
    codes=("en",),
    spaced=True,
    turn_marks=("Q",),
    quotes=(("“", "”"), ('"', '"')),
    parentheses=(" (", ")"),
    todo_words=("TK", "TKTK", "XXX", "FIXME"),
    words=WORDS,
    sentences=sentences,
    count=count,
    long_date=long_date,
    handle=handle,
)
