"""A mail server: sign in, and hand it mails one by one; each is handed over once, and what became of it is known."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from partner_analytics.errors import UsageError
from partner_analytics.jobs.job import MailServer
from partner_analytics.safety.visible import visible

__all__ = ["Handed", "Outbox"]

SECONDS: Final = 60.0
TRIES: Final = 3
FIRST_PAUSE: Final = 1.0
LONGEST_TOLD: Final = 160

OK, TEMPORARY, PERMANENT = 250, 400, 500


@dataclass(frozen=True)
class Handed:
    """What became of a mail.

    Parameters
    ----------
    outcome
        "sent", "refused" (by the server, for good), "failed" (it was not handed over), or "sending" (the connection broke
        when it was there already: it is taken for sent, and not sent again).
    what
        What the server said, or what happened.
    """

    outcome: str
    what: str = ""


class Outbox:
    """A mail server, to which mails are handed one by one; the connection is made when the first is there.

    Parameters
    ----------
    server
        Who it is.
    password
        Of the one who signs in.
    """

    def __init__(self, server: MailServer, password: str) -> None:
        self._server, self._password = server, password
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        # In the middle of a mail a word of farewell would be taken for a part of it.
        self._leave() if kind is None else self._drop()

    def try_out(self) -> None:
        """Sign in, and leave.

        Raises
        ------
        UsageError
            If that does not work.
        """
        try:
            self._connected()
        except (smtplib.SMTPException, OSError) as error:
            raise UsageError(
                f"The mail server {self._server.host} cannot be used: {self._told(error)}.",
                "see the table [mail] of the settings, and keep the password with: partner-analytics connect --mail",
            ) from None
        self._leave()

    def hand_over(self, recipient: str, content: bytes, at_the_end: Callable[[], None]) -> Handed:
        """Hand over a mail for one recipient; it is tried again only as long as it cannot have arrived.

        Parameters
        ----------
        recipient
            The plain address.
        content
            The mail, with its headers.
        at_the_end
            What is done just before the server is told that the mail has ended. Before that the server has nothing that
            it would pass on, and after that it may have.
        """
        what = ""
        for number in range(TRIES):
            if number:
                time.sleep(FIRST_PAUSE * 2 ** (number - 1))
            is_there = False
            try:
                smtp = self._connected()
                if (refused := self._begun(smtp, recipient)) is None:
                    smtp.send(_as_data(content))
                    at_the_end()
                    is_there = True
                    smtp.send(b".\r\n")
                    code, said = smtp.getreply()
                    if code == OK:
                        return Handed("sent")
                    is_there = False
                    refused = Handed("refused" if code >= PERMANENT else "failed", f"{code} {self._plain(said)}")
                if refused.outcome == "refused":
                    return refused
                what = refused.what
                self._leave()
            except smtplib.SMTPAuthenticationError as error:
                self._drop()
                return Handed("failed", self._told(error))
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                what = self._told(error)
                if is_there:
                    return Handed("sending", f"the connection broke when it was there: {what}")
                if isinstance(error, ssl.SSLError):
                    break
        return Handed("failed", what)

    def _begun(self, smtp: smtplib.SMTP, recipient: str) -> Handed | None:
        """None where the server waits for the mail; only a recipient is refused for good, all else may be mended."""
        code, said = smtp.mail(self._server.sender)
        if code < TEMPORARY:
            code, said = smtp.rcpt(recipient)
            if code >= PERMANENT:
                smtp.rset()
                return Handed("refused", f"{code} {self._plain(said)}")
        if code < TEMPORARY:
            code, said = smtp.docmd("DATA")
        return None if code < TEMPORARY else Handed("failed", f"{code} {self._plain(said)}")

    def _connected(self) -> smtplib.SMTP:
        """The connection, with its certificate checked and somebody signed in."""
        if self._smtp is not None:
            return self._smtp
        server, context = self._server, ssl.create_default_context()
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, self._password)
        except (smtplib.SMTPException, OSError):
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _leave(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
            self._smtp = None

    def _drop(self) -> None:
        """Close the connection without a word: what was not ended is not passed on."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _told(self, error: Exception) -> str:
        """What happened, in words; what the server said is shortened, and holds no password."""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"it refuses the sign-in ({error.smtp_code})"
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{error.smtp_code} {self._plain(error.smtp_error)}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return "its certificate is not trusted"
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return "it offers no encryption, or no sign-in"
        if isinstance(error, TimeoutError):
            return "it does not answer in time"
        if isinstance(error, (smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError)):
            return "it has cut the connection"
        return "it cannot be reached"

    def _plain(self, said: bytes | str) -> str:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        text = text.replace(self._password, "…") if self._password else text
        return " ".join(visible(text).split())[:LONGEST_TOLD]


def _as_data(content: bytes) -> bytes:
    """A mail as it goes over the line: CRLF at the end of each line, and a dot more where one begins with a dot."""
    lines = re.sub(rb"\r\n|\n|\r", b"\r\n", content)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"
