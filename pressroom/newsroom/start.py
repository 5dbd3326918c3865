"""Starts a newsroom, and copies single shipped files into one on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import UsageError, did_you_mean
from pressroom.lang import language
from pressroom.lang.script import can_convert
from pressroom.store.files import write_atomic
from pressroom.workspace import PARALLEL, SETTINGS, read_settings, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

IGNORED = "# made by the tool: never in git\n/public/\n/outbox/\n/.pressroom/\n"
FOLDERS = ("sections", "templates", "issues")


def start(folder: Path, editions: Sequence[str], name: str, today: date) -> None:
    """Write a newsroom that builds at once; refuses a folder that already holds one."""
    if (folder / SETTINGS).exists():
        raise UsageError(f"{folder / SETTINGS}: is there already. Choose another folder.")
    if len(set(editions)) < len(editions) or not editions:
        raise UsageError(
            f"--editions {','.join(editions)}: name each edition once, such as en,zh-Hans."
        )
    title = name or folder.name.replace("-", " ").title()
    write_atomic(folder / SETTINGS, _settings(title, editions).encode())
    try:
        read_settings(folder / SETTINGS)
    except Exception:
        (folder / SETTINGS).unlink()
        raise
    write_atomic(folder / ".gitignore", IGNORED.encode())
    write_atomic(folder / "terms.toml", b'# [slug]\n# en = { form = "..." }\n')
    write_atomic(folder / "build.py", (shipped() / "build.py").read_bytes())
    for place in FOLDERS:
        (folder / place).mkdir(exist_ok=True)
    _first_issue(folder, editions, title, today)


def strangers(editions: Iterable[str]) -> list[str]:
    """The editions whose language we have no table of."""
    known = [tag for tag in editions if tag and tag != PARALLEL]
    return [tag for tag in known if "und" in language(tag).codes]


def _settings(title: str, editions: Sequence[str]) -> str:
    tables = "\n".join(_edition(tag, editions) for tag in editions)
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    return f"""# Every key is explained in docs/settings.md of Pressroom.

[masthead]
name = "{quoted}"
home = "https://example.org/"
zone = "UTC"
original = "{editions[0]}"

{tables}

[[sections]]
kind = "news_briefs"

# [outlets.gazette]
# name = {{ {editions[0]} = "The Gazette" }}
#
# [[sources]]
# slug = "gazette"
# url = "https://example.org/feed.xml"
# outlet = "gazette"

[delivery]
transport = "outbox"
from = "{quoted} <news@example.org>"
"""


def _edition(tag: str, editions: Sequence[str]) -> str:
    """A table of `[editions]`; the second script of Chinese is derived from the first."""
    source = next(
        (other for other in editions[: editions.index(tag)] if can_convert(other, tag)), ""
    )
    return f"[editions.{tag}]" + (f'\nfrom = "{source}"' if source else "")


def _written(editions: Sequence[str]) -> list[str]:
    """The editions that somebody writes: not the derived, nor both side by side."""
    return [tag for tag in editions if tag != PARALLEL and "from" not in _edition(tag, editions)]


def _first_issue(folder: Path, editions: Sequence[str], title: str, today: date) -> None:
    issue = folder / "issues" / today.isoformat()
    write_atomic(issue / "issue.toml", f"date = {today.isoformat()}\n".encode())
    subject = title.replace("\\", "\\\\").replace('"', '\\"')
    for tag in _written(editions):
        front = f'---\nsubject: "{subject}"\npreheader: ""\ngreeting: ""\nteasers: []\nbyline: ""\n---\n'
        write_atomic(issue / f"opening.{tag}.md", front.encode())
        body = f'---\ntitle: ""\n---\n\n## {title} {{#first}}\n\n{title}.\n'
        write_atomic(issue / f"news_briefs.{tag}.md", body.encode())


def eject(root: Path, name: str) -> str:
    """Copy one shipped file of sections/ or templates/; never over the newsroom's own."""
    known = {
        p.relative_to(shipped()).as_posix()
        for folder in ("sections", "templates")
        for p in (shipped() / folder).rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    if name not in known:
        raise UsageError(f'There is no shipped file "{name}".{did_you_mean(name, known)}')
    if (root / name).exists():
        raise UsageError(f"{name}: is in the newsroom already, and wins. Nothing was changed.")
    write_atomic(root / name, (shipped() / name).read_bytes())
    return name
