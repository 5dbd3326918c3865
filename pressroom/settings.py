"""newsletter.toml as one validated model.

The settings reference in docs/ and the JSON Schema that lets editors complete keys are
generated from these classes: a field's description is its documentation.
"""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from pressroom.errors import did_you_mean
from pressroom.lang.script import can_convert
from pressroom.settings_base import PARALLEL, Edition, Localised, Slug, Table, Tag, Zone
from pressroom.settings_send import AlertsTable, ArchiveTable, DeliveryTable, ServeTable


class Masthead(Table):
    """What the newsletter is called, where it lives, and when it comes out."""

    name: str = Field(description="The newsletter's name.")
    names: Localised = Field(default={}, description="Its name in other locales.")
    tagline: Localised = Field(default={}, description="One line under the name, per locale.")
    home: str = Field("https://example.org/", description="Where the archive is published.")
    zone: Zone = Field("UTC", min_length=1, description="The newsroom's time zone, an IANA name.")
    cadence: str = Field(
        "every 2 weeks on Friday at 09:00",
        pattern=r"^every (\d+ weeks?|week) on [A-Z][a-z]+day at \d\d:\d\d$",
        description="When issues come out: `every N weeks on DAY at HH:MM`.",
    )
    original: Tag = Field("en", description="The edition that is written first.")
    byline: Localised = Field(default={}, description="Who signs an issue, per locale.")
    address: str = Field("", description="The postal address in the footer of every mail.")

    @field_validator("home")
    @classmethod
    def _home_is_a_folder(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError('must start with "https://" (or "http://")')
        return value if value.endswith("/") else value + "/"

    @property
    def tz(self) -> ZoneInfo:
        """The zone as an object."""
        return ZoneInfo(self.zone)

    def title(self, locale: str) -> str:
        """The newsletter's name in a locale."""
        return self.names.get(locale, self.name)


class EditionTable(Table):
    """One edition: a locale the issue appears in."""

    source: str = Field(
        "",
        alias="from",
        description="Derived from this edition by script; its own file may hold single blocks.",
    )
    of: tuple[Tag, ...] = Field(
        (),
        description=(
            "parallel: the two editions that stand side by side; default: the original and the "
            "first other that is written."
        ),
    )


def _check_parallel(tag: str, editions: dict[str, EditionTable]) -> None:
    table, others = editions[tag], [other for other in editions if other != PARALLEL]
    if tag != PARALLEL:
        raise ValueError(f"{tag}.of: only [editions.parallel] has it. Delete the line")
    if table.source:
        raise ValueError("parallel.from: parallel is made of two editions. Write of, not from")
    if lost := [one for one in table.of if one not in others]:
        raise ValueError(f'parallel.of: "{lost[0]}" is no edition.{did_you_mean(lost[0], others)}')
    if len(others) < 2 or (table.of and len(set(table.of)) != 2) or len(table.of) > 2:  # noqa: PLR2004 - side by side
        raise ValueError('parallel.of: names two editions. Write for example ["en", "zh-Hans"]')


def _check_derived(tag: str, editions: dict[str, EditionTable]) -> None:
    source = editions[tag].source
    written = [other for other, table in editions.items() if other != tag and not table.source]
    if source not in editions:
        raise ValueError(
            f'{tag}.from: "{source}" is no edition.{did_you_mean(source, written)} '
            f"Name the edition that {tag} is derived from"
        )
    if not can_convert(source, tag):
        raise ValueError(
            f'{tag}.from: "{source}" cannot be turned into {tag}. '
            "Derive zh-Hant from zh-Hans, or zh-Hans from zh-Hant"
        )
    if source not in written:
        raise ValueError(
            f'{tag}.from: "{source}" is itself derived. Derive from one that is written'
        )


class SectionTable(Table):
    """One section of every issue; their order here is their order in print."""

    kind: str = Field(description="news_briefs, explainer, prompt_tests, tldr, or your own.")
    take: int = Field(4, ge=1, le=50, description="How many stories a draft takes unasked.")
    label: Localised = Field(default={}, description="The kicker, per locale.")
    spoken: Localised = Field(default={}, description="What a screen reader says instead.")
    required: bool = Field(
        default=True, description="Whether an issue without this section is a finding."
    )
    after: str = Field(
        "", description="The kind of section it is printed after; default: where it stands here."
    )
    covers: tuple[str, ...] = Field(
        (), description="tldr: the kinds of section it sums up; default: whatever its lines link."
    )


class OutletTable(Table):
    """One outlet: who speaks, and at which level."""

    name: Localised = Field(description="Its name, per locale.")
    level: str = Field("", description="One of the top-level list `levels`.")
    about: Localised = Field(default={}, description="The attribution line at first mention.")
    owner: str = Field("", description="Who owns it.")
    zone: Zone = Field(
        "", description="Its time zone, for dates without one; default: the masthead's."
    )


class SelectTable(Table):
    """CSS selectors for a `page` source; `pressroom gather --try URL` guesses and prints them."""

    item: str = Field("", description="One element for each item of the index page.")
    link: str = Field("", description="The link, within the item; default: its first link.")
    title: str = Field("", description="The title, within the item; default: the link's words.")
    date: str = Field("", description="The date, within the item; default: looked for in its text.")
    next: str = Field("", description="The link to the next page of the index.")


class SourceTable(Table):
    """One source of items."""

    slug: Slug = Field(description="The short name used at the command line.")
    kind: str = Field(
        "feed",
        description="feed (RSS, RDF, Atom, JSON Feed), page (an index page or sitemap), pdf, or your own kind.",
    )
    url: str = Field(description="http(s): address, or file: path below the newsroom.")
    outlet: Slug = Field(description="Whose words these are: a key of [outlets].")
    locale: Tag = Field("en", description="The language of its items.")
    beat: str = Field(
        "", description="What this source is followed for; a key of [beats] puts its items on it."
    )
    on: bool = Field(default=True, description="false: kept in the list, not gathered.")
    tried: bool = Field(default=True, description="false: nobody has seen this address answer yet.")
    allow_private: bool = Field(
        default=False, description="Allow addresses of this machine or network."
    )
    select: SelectTable = Field(SelectTable(), description="page: where its items stand.")
    pages: int = Field(1, ge=1, le=50, description="page: how many index pages are followed.")
    full_text: bool | None = Field(
        None,
        description="Read each new item's own page, for its text and as evidence; default: true for page and pdf.",
    )

    @field_validator("url")
    @classmethod
    def _url_has_a_known_scheme(cls, value: str) -> str:
        if not value.startswith(("http://", "https://", "file:")):
            raise ValueError('must start with "https://", "http://" or "file:"')
        return value


class ModelTable(Table):
    """The language model; without this table nothing is called and nothing costs."""

    base_url: str = Field(description="The address of an OpenAI-compatible service.")
    name: str = Field(description="The model's name at that service.")
    key_env: str = Field(
        "PRESSROOM_API_KEY", description="The environment variable that holds the key."
    )
    timeout: float = Field(60, gt=0, le=600, description="Seconds to wait for one answer.")
    max_tokens: int = Field(800, ge=50, le=20000, description="The longest answer, in tokens.")


class Person(Table):
    """Somebody of the newsroom, who may sign blocks."""

    name: str = Field("", description="The name as it is signed.")
    email: str = Field("", description="Where alerts and tests go.")
    reads: tuple[Tag, ...] = Field((), description="Locales this person can review.")


class PrivateTable(Table):
    """Where the private folder lies; it never enters git."""

    dir: str = Field(
        ".pressroom", description="Path of the private folder; within the newsroom a hidden one."
    )

    @field_validator("dir")
    @classmethod
    def _is_hidden(cls, value: str) -> str:
        first = value.replace("\\", "/").split("/")[0]
        if value.startswith("/") or (first.startswith(".") and first.strip(".")):
            return value
        raise ValueError(
            'must be a hidden folder such as ".pressroom", or an absolute path elsewhere: '
            "readers' addresses lie there"
        )


class HelpLine(Table):
    """A help line named in content notes."""

    country: Localised = Field(description="The country, per locale.")
    line: str = Field(description="The number, as one dials it.")


class CheckTable(Table):
    """Which rules run."""

    off: tuple[str, ...] = Field(
        (),
        description="Rules that this newsroom switches off; a kind of `twins` by its own name: twins-short.",
    )


class StyleTable(Table):
    """The house style: what `check` looks for and `check --fix` mends."""

    han_latin_space: Literal["none", "space", "any"] = Field(
        "any",
        description="Spaces where Han meets Latin or figures; any: only a mixture is a finding.",
    )
    avoid: dict[str, str | dict[str, str]] = Field(
        default={},
        description=(
            "Word -> what to write instead (may be empty); a locale as key holds a table of its "
            "own words."
        ),
    )
    gloss: Literal["edition", "section"] = Field(
        "edition",
        description="Where a name's first mention is counted anew: once an edition or a section.",
    )
    known_acronyms: tuple[str, ...] = Field(
        (), description="Acronyms that your readers know: they need no expansion."
    )


DEFAULT_SECTIONS = (
    SectionTable(kind="news_briefs"),
    SectionTable(kind="explainer"),
    SectionTable(kind="prompt_tests"),
    SectionTable(kind="tldr"),
)


class Settings(Table):
    """The whole of newsletter.toml."""

    masthead: Masthead
    editions: dict[Edition, EditionTable] = Field(
        default={},
        description="The locales, and `parallel` for two side by side; default: the original alone.",
    )
    sections: tuple[SectionTable, ...] = Field(DEFAULT_SECTIONS, description="In print order.")
    levels: tuple[str, ...] = Field(
        ("central", "provincial", "municipal", "party", "commercial", "foreign"),
        description="The levels an outlet may stand at.",
    )
    outlets: dict[Slug, OutletTable] = Field(default={}, description="Who speaks.")
    beats: dict[Slug, tuple[str, ...]] = Field(
        default={},
        description="What you follow: beat -> words, in any language, that put a story on it.",
    )
    sources: tuple[SourceTable, ...] = Field((), description="Where items come from.")
    model: ModelTable | None = Field(None, description="The language model, if any.")
    delivery: DeliveryTable = Field(DeliveryTable(), description="How mail leaves.")
    people: dict[str, Person] = Field(default={}, description="Who may sign.")
    alerts: AlertsTable = Field(AlertsTable(), description="Who hears of a send.")
    serve: ServeTable = Field(ServeTable(), description="The public pages.")
    archive: ArchiveTable = Field(ArchiveTable(), description="How the archive is published.")
    help: dict[str, tuple[HelpLine, ...]] = Field(
        default={}, description="Help lines for content notes, by topic."
    )
    check: CheckTable = Field(CheckTable(), description="Which rules run.")
    style: StyleTable = Field(StyleTable(), description="The house style.")
    private: PrivateTable = Field(PrivateTable(), description="The private folder.")
    plugins: dict[Literal["source", "check", "output", "transport"], dict[str, str]] = Field(
        default={}, description="Plug-ins of this newsroom: kind -> name -> file.py:Class."
    )

    @field_validator("editions")
    @classmethod
    def _derived_editions_have_a_source(
        cls, editions: dict[str, EditionTable]
    ) -> dict[str, EditionTable]:
        told = (tag for tag, table in editions.items() if table.source and tag != PARALLEL)
        for tag in told:
            _check_derived(tag, editions)
        return editions

    @field_validator("editions")
    @classmethod
    def _parallel_names_two(cls, editions: dict[str, EditionTable]) -> dict[str, EditionTable]:
        for tag in (tag for tag, table in editions.items() if table.of or tag == PARALLEL):
            _check_parallel(tag, editions)
        return editions

    @model_validator(mode="after")
    def _the_original_is_written(self) -> Settings:
        first = self.masthead.original
        if first in self.editions and self.editions[first].source:
            raise ValueError(f'original "{first}" is a derived edition. Name one that is written')
        return self

    @field_validator("sections")
    @classmethod
    def _sections_name_each_other(
        cls, sections: tuple[SectionTable, ...]
    ) -> tuple[SectionTable, ...]:
        kinds = [table.kind for table in sections]
        for table in sections:
            others = [kind for kind in kinds if kind != table.kind]
            told = [("after", table.after)] if table.after else []
            told += [("covers", kind) for kind in table.covers]
            for key, kind in told:
                if kind not in others:
                    raise ValueError(
                        f'{table.kind}: {key}: "{kind}" is no other section.'
                        f"{did_you_mean(kind, others)}"
                    )
        return sections

    @model_validator(mode="after")
    def _references_hold(self) -> Settings:
        for source in self.sources:
            if source.outlet not in self.outlets:
                raise ValueError(f'source "{source.slug}" names no known outlet "{source.outlet}"')
        for slug, outlet in self.outlets.items():
            if outlet.level and outlet.level not in self.levels:
                raise ValueError(f'outlet "{slug}" has a level "{outlet.level}" not in `levels`')
        if self.editions and self.masthead.original not in self.editions:
            raise ValueError(f'original "{self.masthead.original}" is not one of the editions')
        return self

    @property
    def locales(self) -> tuple[str, ...]:
        """The editions, the original first and `parallel` last."""
        first = self.masthead.original
        rest = (tag for tag in self.editions if tag != first)
        return (first, *sorted(rest, key=lambda tag: tag == PARALLEL))
