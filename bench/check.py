"""How long `pressroom check` takes on a large issue, at two sizes.

    python bench/check.py [WORDS ...]      (default: 5000 10000; the limit is 2 s for 10,000)

Makes a newsroom of four editions, fills one section with made-up blocks of about a hundred words
in each language, pins the twins, and runs `check` in a process of its own.

What counts is CPU time (user and system), which a busy machine changes least. Python's bytecode
is kept in a folder of the bench, as an installed program has it: the first commands fill it.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EDITIONS = ("en", "zh-Hans", "es", "fr")
SLUG = "2026-01-02"
WORDS = {
    "en": [
        "office",
        "rules",
        "model",
        "city",
        "data",
        "standard",
        "report",
        "makers",
        "public",
        "test",
        "school",
        "market",
        "plan",
        "chip",
        "law",
    ],
    "es": [
        "oficina",
        "reglas",
        "modelo",
        "ciudad",
        "datos",
        "norma",
        "informe",
        "público",
        "prueba",
        "escuela",
        "mercado",
        "plan",
        "ley",
    ],
    "fr": [
        "bureau",
        "règles",
        "modèle",
        "ville",
        "données",
        "norme",
        "rapport",
        "public",
        "essai",
        "école",
        "marché",
        "plan",
        "loi",
    ],
    "zh-Hans": [
        "办公室",
        "规定",
        "模型",
        "城市",
        "数据",
        "标准",
        "报告",
        "企业",
        "公众",
        "测试",
        "学校",
        "市场",
        "计划",
        "芯片",
        "法律",
    ],
}


def sentence(locale: str, chance: random.Random, figure: int) -> str:
    """About a dozen words and a figure."""
    words = [chance.choice(WORDS[locale]) for _ in range(11)]
    if locale == "zh-Hans":
        return f"{''.join(words)}共{figure}项。"
    return f"{' '.join(words).capitalize()} {figure}."


def block(locale: str, number: int) -> str:
    """A heading and about a hundred words."""
    chance = random.Random(number)
    text = [sentence(locale, chance, 100 + number * 9 + n) for n in range(8)]
    joint = "" if locale == "zh-Hans" else " "
    head = sentence(locale, chance, number + 20).rstrip(".。")
    return f"## {head} {{#b{number}}}\n\n{joint.join(text)}\n"


def measure(words: int) -> float:
    """CPU seconds of one check of an issue of so many words an edition."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "room"
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        run("new", str(root), "--editions", ",".join(EDITIONS))
        issue = root / "issues" / SLUG
        issue.mkdir(parents=True)
        (issue / "issue.toml").write_text(f"date = {SLUG}\n", encoding="utf-8")
        for locale in EDITIONS:
            blocks = "\n".join(block(locale, n) for n in range(words // 100))
            (issue / f"news_briefs.{locale}.md").write_text(
                f"---\ntitle: T\n---\n\n{blocks}", "utf-8"
            )
        run("--newsroom", str(root), "twins", SLUG, "--accept")
        run("--newsroom", str(root), "check", SLUG, "--json")
        before, begun = cpu(), time.perf_counter()
        out = run("--newsroom", str(root), "check", SLUG, "--json")
        took, wall = cpu() - before, time.perf_counter() - begun
        print(
            f"{words:>6} words x {len(EDITIONS)} editions  {took:.2f} s CPU  {wall:.2f} s  {len(json.loads(out))} findings"
        )
        return took


def cpu() -> float:
    """User and system seconds of the children so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*words: str) -> str:
    """One command; its output."""
    command = [sys.executable, "-m", "pressroom", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def main() -> None:
    """Both sizes, and how the cost grows."""
    sizes = [int(word) for word in sys.argv[1:]] or [5000, 10_000]
    took = [measure(size) for size in sizes]
    print(f"{sizes[-1] / sizes[0]:.1f}x the words cost {took[-1] / took[0]:.2f}x")


if __name__ == "__main__":
    main()
