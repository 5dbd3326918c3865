"""Mail by SMTP (RFC 5321) over one connection that is kept and renewed.

What a fault means depends on when it comes: until the server has answered `354` nothing
was handed over; from then until its last answer nobody can tell (RFC 5321 4.5.3.2, 6.1).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from pressroom.errors import SendError, Unreachable
from pressroom.model import DeliveryState, Envelope, Reply
from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from collections.abc import Callable

START, CLOSING, IMPLICIT_TLS = 354, 421, 465
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NO_SMTPUTF8 = (
    "553 5.6.7 the server offers no SMTPUTF8, which this address needs. "
    "Ask the reader for an address in ASCII."
)
_LATER = "Nothing was handed over; run the same command again later."
_FAULTS = (OSError, smtplib.SMTPException)


class _LostError(Exception):
    """The connection went before the message was handed over; `step` 0 is the sender's."""

    def __init__(self, step: int, words: str) -> None:
        super().__init__(words)
        self.step = step


class Smtp:
    """A submission server; `starttls` means encrypted or not at all (port 465: from the start)."""

    leaves = True

    def __init__(
        self,
        host: str,
        port: int = 587,
        *,
        starttls: bool = True,
        user: str = "",
        password: str = "",
        timeout: float = 30,
    ) -> None:
        self.host, self.port, self.timeout = host, port, timeout
        self._starttls, self._user, self._password = starttls, user, password
        self._connection: smtplib.SMTP | None = None

    def send(self, envelope: Envelope) -> Reply:
        """Hand over one message; the server's word decides its state.

        A connection that goes before DATA is renewed once. Raises Unreachable when none can
        be had or the server refuses the sender: no other message would fare better. One
        that goes again at this recipient defers this recipient only.
        """
        try:
            return self._attempt(envelope)
        except _LostError:
            self._drop()
        try:
            return self._attempt(envelope)
        except _LostError as fault:
            self._drop()
            if fault.step == 0:
                raise Unreachable(f"{self._name}: {fault}. {_LATER}") from None
            return Reply(DeliveryState.DEFERRED, str(fault))

    def close(self) -> None:
        """Say QUIT if the server still listens, and let go."""
        if self._connection is not None:
            with suppress(*_FAULTS):
                self._connection.quit()
            self._drop()

    @property
    def _name(self) -> str:
        return f"{self.host}:{self.port}"

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _attempt(self, envelope: Envelope) -> Reply:
        connection = self._connect()
        options = _options(envelope)
        if options and not connection.has_extn("smtputf8"):
            return Reply(DeliveryState.FAILED, NO_SMTPUTF8)
        refusal = self._open(connection, envelope, options)
        return refusal or self._data(connection, envelope.data)

    def _open(
        self, connection: smtplib.SMTP, envelope: Envelope, options: tuple[str, ...]
    ) -> Reply | None:
        """Sender, recipient, DATA; the server's refusal, or None when it waits for the bytes."""
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: connection.mail(envelope.sender, options),
            lambda: connection.rcpt(envelope.recipient),
            lambda: connection.docmd("DATA"),
        )
        for number, step in enumerate(steps):
            code, words = _asked(number, step)
            if code // 100 not in {2, 3}:
                self._reset(connection)
                return self._refused(number, _reply(code, words))
        return None

    def _refused(self, step: int, reply: Reply) -> Reply:
        if step == 0 and reply.state is DeliveryState.FAILED:
            raise Unreachable(
                f"{self._name}: refuses the sender ({reply.text}). Correct [delivery] from, "
                "user or password; nothing was handed over."
            )
        return reply

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except _FAULTS:
            self._drop()

    def _data(self, connection: smtplib.SMTP, data: bytes) -> Reply:
        """The bytes and the last answer; whatever goes wrong here leaves it uncertain."""
        try:
            connection.send(stuffed(data))
            code, words = connection.getreply()
        except _FAULTS as fault:
            self._drop()
            return Reply(DeliveryState.UNCERTAIN, f"no answer after the message ({_words(fault)})")
        if code == CLOSING or code < 0:
            self._drop()
        return _reply(code, words)

    def _connect(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._greeted()
        return self._connection

    def _greeted(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        try:
            if self.port == IMPLICIT_TLS:
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=self.timeout, context=context
                )
            else:
                connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        except _FAULTS as fault:
            raise Unreachable(
                f"{self._name}: does not answer ({_words(fault)}). {_LATER}"
            ) from None
        try:
            self._secure(connection, context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _secure(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        try:
            connection.ehlo_or_helo_if_needed()
            if self._starttls and self.port != IMPLICIT_TLS:
                connection.starttls(context=context)
                connection.ehlo()
        except _FAULTS as fault:
            raise Unreachable(
                f"{self._name}: gives no safe connection ({_words(fault)}). Correct [delivery] "
                "host, port or starttls; nothing was handed over."
            ) from None
        if self._user:
            self._log_in(connection)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        """Log in; no word of the server is repeated here, it might hold what we sent."""
        if not isinstance(connection.sock, ssl.SSLSocket) and self.host not in LOOPBACK:
            raise SendError(
                f"{self._name}: the password would go unencrypted. Set [delivery] starttls = true."
            )
        try:
            connection.login(self._user, self._password)
        except (*_FAULTS, UnicodeError) as fault:
            code = f" {fault.smtp_code}" if isinstance(fault, smtplib.SMTPResponseException) else ""
            raise Unreachable(
                f"{self._name}: does not let us log in ({type(fault).__name__}{code}). Correct "
                "[delivery] user and the variable that password_env names."
            ) from None


def stuffed(data: bytes) -> bytes:
    """A message as DATA wants it (RFC 5321 4.5.2): leading dots doubled, the end marked."""
    whole = data if data.endswith(b"\r\n") else data + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole) + b".\r\n"


def _options(envelope: Envelope) -> tuple[str, ...]:
    """What an address outside ASCII needs (RFC 6531); its headers hold it in UTF-8."""
    plain = envelope.sender.isascii() and envelope.recipient.isascii() and envelope.data.isascii()
    return () if plain else ("SMTPUTF8", "BODY=8BITMIME")


def _asked(number: int, step: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    try:
        code, words = step()
    except _FAULTS as fault:
        raise _LostError(number, f"closed the connection ({_words(fault)})") from None
    if code == CLOSING or code < 0:
        raise _LostError(number, _reply(code, words).text)
    return code, words


def _reply(code: int, words: bytes) -> Reply:
    state = {2: DeliveryState.SENT, 4: DeliveryState.DEFERRED, 5: DeliveryState.FAILED}
    text = clean(f"{code} {words.decode(errors='replace')}")[:500]
    return Reply(state.get(code // 100, DeliveryState.UNCERTAIN), text)


def _words(fault: Exception) -> str:
    """A fault in few words: the system's own where there are any."""
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return clean(str(fault))[:200] or type(fault).__name__
