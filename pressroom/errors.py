"""Every error the engine raises on purpose.

Each message says where, what, and what to do; only the command line turns one into an
exit code (`exit_code`: 1 a fault met at work, 2 wrong usage or settings).

    PressroomError
     ├── UsageError            a command asked for what cannot be            (2)
     ├── SettingsError         newsletter.toml, terms.toml, issue.toml        (2)
     ├── ManuscriptError       a section file that cannot be cut into blocks  (1)
     ├── PluginError           a section, check, transport ... that fails     (2)
     ├── FetchError            one source that did not answer as it should    (1)
     ├── StoreError            a database or a file that cannot be written    (1)
     ├── RenderError           a template or the mail compiler refused        (1)
     ├── ModelError            the language model did not give a usable answer (1)
     └── SendError             a send that must not start, or cannot go on    (1)
          ├── Unreachable      the transport is away: nothing was handed over (1)
          └── Busy             another job is at this issue                     (1)
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class PressroomError(Exception):
    """The root: a message for a person, and the exit code it means."""

    exit_code = 1


class UsageError(PressroomError):
    """A command was asked for something that cannot be."""

    exit_code = 2


class SettingsError(PressroomError):
    """A settings file is wrong; the message names file, key, and what to write."""

    exit_code = 2


class ManuscriptError(PressroomError):
    """A section file that cannot be cut into blocks; it is left as it stands."""


class PluginError(PressroomError):
    """A plug-in that is missing or does not do what its Protocol says."""

    exit_code = 2


class FetchError(PressroomError):
    """One source that did not answer as it should; the others go on.

    `status` is the HTTP status where there was one, else 0; `retry_after` the seconds that the
    server asks us to wait (RFC 9110, 10.2.3), None where it does not say.
    """

    def __init__(self, message: str, *, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class StoreError(PressroomError):
    """A database or a file that could not be read or written."""


class RenderError(PressroomError):
    """A template, or what it produced, is not fit to publish."""


class ModelError(PressroomError):
    """The language model gave no usable answer."""


class SendError(PressroomError):
    """A send that must not start, or cannot go on."""


class Unreachable(SendError):
    """The transport is away; not a byte of the message was handed over."""


class Busy(SendError):
    """Another job is at this issue."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?`, or the known names when none is close.

    >>> did_you_mean("explaner", ["explainer", "tldr"])
    ' Did you mean "explainer"?'
    """
    names = sorted(known)
    close = get_close_matches(wrong, names, n=1, cutoff=0.6)
    if close:
        return f' Did you mean "{close[0]}"?'
    return f" Known: {', '.join(names)}." if names else ""
