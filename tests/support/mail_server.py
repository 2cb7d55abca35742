"""A mail server on loopback: it takes mails, with the faults that are asked of it, and keeps what it was given."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import IO

USER, PASSWORD = "reports", "mail-password-nobody-may-see"


@dataclass(frozen=True)
class Faults:
    """What goes wrong.

    Parameters
    ----------
    refused
        Recipients that do not exist.
    refuses_sender
        Whether nobody may send from where the mails come from.
    busy
        How often a recipient is asked to come again later.
    delay
        How many seconds pass before a mail is taken, once it has ended.
    cut_before, cut_after
        The how-manieth mail at which the connection is cut: before it has ended, or when it was taken.
    says
        What is said to the end of a mail, in place of that it was taken; then it is not taken.
    """

    refused: frozenset[str] = frozenset()
    refuses_sender: bool = False
    busy: int = 0
    delay: float = 0.0
    cut_before: int = 0
    cut_after: int = 0
    says: str = ""


@dataclass
class Post:
    """What the server was given."""

    port: int
    faults: Faults
    context: ssl.SSLContext | None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    begun: int = 0
    asked_for: int = 0
    said: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """Who the mails went to, in their order."""
        return [to for to, _ in self.taken]

    def mail(self, to: str) -> EmailMessage:
        """The one mail that somebody got."""
        (content,) = [content for recipient, content in self.taken if recipient == to]
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


class _Handler(socketserver.StreamRequestHandler):
    """One connection."""

    server: _Server

    def handle(self) -> None:
        self.is_encrypted = isinstance(self.connection, ssl.SSLSocket)
        self.is_signed_in = False
        self.recipient = ""
        try:
            self._say("220 post.example")
            # Not an iterator: STARTTLS changes what is read from.
            while line := self.rfile.readline():
                if not self._answered(line.decode("utf-8", "replace").strip()):
                    return
        except (OSError, ssl.SSLError):
            return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def _answered(self, line: str) -> bool:
        post = self.server.post
        post.said.append(line)
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if verb in ("EHLO", "HELO"):
            offers = ["STARTTLS"] if post.context and not self.is_encrypted else []
            self._say("250-post.example", *(f"250-{one}" for one in offers), "250 AUTH PLAIN")
        elif verb == "STARTTLS":
            self._say("220 go on")
            assert post.context is not None
            self.connection = post.context.wrap_socket(self.connection, server_side=True)
            self.rfile: IO[bytes] = self.connection.makefile("rb")  # type: ignore[assignment]
            self.wfile: IO[bytes] = self.connection.makefile("wb")  # type: ignore[assignment]
            self.is_encrypted = True
        elif verb == "AUTH":
            _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
            self.is_signed_in = (user, password) == (USER, PASSWORD)
            self._say("235 welcome" if self.is_signed_in else f"535 no {password}")
        elif verb == "MAIL":
            self._say("550 you may not send from there" if post.faults.refuses_sender else "250 well")
        elif verb == "RCPT":
            self.recipient = rest.partition("<")[2].partition(">")[0]
            post.asked_for += 1
            if self.recipient in post.faults.refused:
                self._say(f"550 no such user {self.recipient}")
            else:
                self._say("451 later" if post.asked_for <= post.faults.busy else "250 well")
        elif verb == "DATA":
            return self._took()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 well")
        return True

    def _took(self) -> bool:
        post = self.server.post
        post.begun += 1
        number = post.begun
        if number == post.faults.cut_before:
            return False
        self._say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        else:
            # The connection ended before the mail did: it is not passed on.
            return False
        if post.faults.says:
            self._say(post.faults.says)
            return True
        post.taken.append((self.recipient, b"".join(lines)))
        post.was_encrypted.append(self.is_encrypted)
        time.sleep(post.faults.delay)
        if number == post.faults.cut_after:
            return False
        self._say("250 taken")
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    post: Post
    is_secure = False

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        if self.is_secure and self.post.context is not None:
            connection = self.post.context.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no mistake."""


@contextmanager
def post_office(
    faults: Faults | None = None, context: ssl.SSLContext | None = None, *, is_secure: bool = False
) -> Iterator[Post]:
    """The server for as long as the block takes.

    Parameters
    ----------
    context
        With a certificate, for STARTTLS; with `is_secure` from the first byte on.
    """
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.post = Post(server.server_address[1], faults or Faults(), context)
        server.is_secure = is_secure
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.post
        finally:
            server.shutdown()
            thread.join()
