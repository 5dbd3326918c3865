"""The tables of newsletter.toml on mail and readers: delivery, alerts, the public pages, the archive."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from pressroom.settings_base import Table

Span = Annotated[str, Field(pattern=r"^\d+ (s|min|h)$")]


def seconds(span: str) -> int:
    """A span such as `10 min` in seconds."""
    number, unit = span.split()
    return int(number) * {"s": 1, "min": 60, "h": 3600}[unit]


class DkimTable(Table):
    """A signature of our own (RFC 6376); leave the table out where your provider signs."""

    domain: str = Field(description="The signing domain: that of the From address.")
    selector: str = Field(description="NAME in the DNS record NAME._domainkey.DOMAIN.")
    key_env: str = Field(
        "PRESSROOM_DKIM_KEY",
        description="The environment variable with the private key (PEM), or the path of its file.",
    )


class DeliveryTable(Table):
    """How mail leaves."""

    transport: str = Field("outbox", description="outbox (files), smtp, sendmail, or your own.")
    sender: str = Field(
        "Newsroom <news@example.org>", alias="from", description="The From of every mail."
    )
    host: str = Field("", description="smtp: the server.")
    port: int = Field(587, ge=1, le=65535, description="smtp: its port.")
    starttls: bool = Field(
        default=True, description="smtp: encrypt the connection, or do not send."
    )
    user: str = Field("", description="smtp: the user name; empty means no log-in.")
    password_env: str = Field(
        "PRESSROOM_SMTP_PASSWORD", description="The environment variable with the password."
    )
    timeout: float = Field(30, gt=0, le=600, description="Seconds to wait for the server.")
    test_to: tuple[str, ...] = Field((), description="Who gets `send --test`.")
    unsubscribe: str = Field(
        "", description="Address of one-click unsubscribe; default: unsubscribe below serve.url."
    )
    preferences: str = Field(
        "", description="Address of the reader's preferences; default: preferences below serve.url."
    )
    list_id: str = Field("", description="List-Id; default: from the archive's host name.")
    database: str = Field("", description="Mailing database URL; default: a SQLite file.")
    command: tuple[str, ...] = Field(
        ("/usr/sbin/sendmail", "-i"), description="sendmail: the command and its options."
    )
    connections: int = Field(8, ge=1, le=100, description="smtp: how many connections at most.")
    per_second: float = Field(0, ge=0, description="smtp: messages a second at most; 0: no limit.")
    per_domain: dict[str, float] = Field(
        default={}, description='smtp: messages a second to one domain, such as "qq.com" = 2.'
    )
    warm_up: tuple[int, ...] = Field(
        (), description="Messages on the first day, the second, ...; after the last: no limit."
    )
    bounces: str = Field(
        "", description="Where bounces go (name+READER@domain is made from it); default: From."
    )
    verp: bool = Field(
        default=True, description="Whether each reader has a return address of their own (VERP)."
    )
    dkim: DkimTable | None = Field(None, description="Sign every message ourselves.")
    grace: Span = Field("10 min", description="How long the staff have it before all others.")
    late: Span = Field("1 h", description="A schedule that is later than this holds the send.")
    swing: int = Field(
        20, ge=0, le=100, description="Percent of readers more or fewer that stops a send; 0: off."
    )

    @model_validator(mode="after")
    def _smtp_names_its_server(self) -> DeliveryTable:
        if self.transport == "smtp" and not self.host:
            raise ValueError('transport = "smtp" needs a host')
        return self


class AlertsTable(Table):
    """Who hears when a send is scheduled, started, held, done or failed."""

    email: tuple[str, ...] = Field((), description="Addresses, mailed over the same transport.")
    command: tuple[str, ...] = Field(
        (), description="A command and its options; it gets the alert as JSON on standard input."
    )


def _network(value: str) -> str:
    from ipaddress import ip_network

    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError(
            f'"{value}" is no address or network. Write one like "10.0.0.0/8"'
        ) from None
    return value


class PerHourTable(Table):
    """What `serve` takes in an hour; more answers 429, and says how long to wait."""

    requests: int = Field(1200, ge=10, description="Pages asked for by one network address.")
    subscribes: int = Field(20, ge=1, description="Subscriptions from one network address.")
    mails: int = Field(500, ge=1, description="Mails to people who asked, in all.")


class ServeTable(Table):
    """The public pages: subscribe, confirm, preferences, unsubscribe."""

    url: str = Field("", description="Where they are public; default: the archive's `home`.")
    bind: str = Field(
        "127.0.0.1:8000",
        pattern=r"^(\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):\d{1,5}$",
        description="Address and port that `serve` listens on, behind your web server.",
    )
    secret_env: str = Field(
        "PRESSROOM_SECRET",
        description="The environment variable with the key of all links; without it a file.",
    )
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        ("127.0.0.0/8", "::1"),
        description="Whose X-Forwarded-For is believed: the addresses of your web server.",
    )
    per_hour: PerHourTable = Field(PerHourTable(), description="How much is taken in an hour.")

    @field_validator("url")
    @classmethod
    def _url_is_a_folder(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError('must start with "https://" (or "http://")')
        return value if not value or value.endswith("/") else value + "/"


class ArchiveTable(Table):
    """How the archive gets to where readers see it."""

    publish: tuple[str, ...] = Field(
        (), description="The command that copies public/ to the live site, run by `publish`."
    )
    compare: Literal["bytes", "status"] = Field(
        "bytes",
        description="Before a send each page and picture must answer 200, with our very bytes.",
    )
