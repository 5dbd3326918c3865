"""What every table of newsletter.toml is made of: the strict base, and its common kinds of text."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Localised = dict[str, str]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|[0-9]{3}))?$")]
PARALLEL = "parallel"
Edition = Annotated[
    str, Field(pattern=r"^(parallel|[a-z]{2,3}(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|[0-9]{3}))?)$")
]
"""A locale, or `parallel`: two of them side by side."""


def _known_zone(value: str) -> str:
    if value and value not in available_timezones():
        raise ValueError('is not a time zone. Write an IANA name such as "Asia/Taipei"')
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]


class Table(BaseModel):
    """The base of every table: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
