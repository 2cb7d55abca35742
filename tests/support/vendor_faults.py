"""What can go wrong with any request: which ones it befalls, and what is sent in place of the right answer."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, ClassVar, Final, Literal

from partner_analytics.demo.calls import WRITES, Reply, Request, problem, sign_in_problem
from partner_analytics.demo.desk import Desk
from partner_analytics.demo.vendor import bare

NEVER: Final = 10**9
MEGABYTE: Final = 2**20


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What befalls some requests.

    Parameters
    ----------
    route
        The route that it befalls; empty for any.
    customer
        The customer that it befalls; empty for any. Then the calls for that customer are counted.
    first, last
        The calls that it befalls, counted from 1.
    """

    makes_a_page: ClassVar[bool] = False
    """Whether it makes a page anew; then it comes before what changes one."""

    route: str = ""
    customer: str = ""
    first: int = 1
    last: int = NEVER

    def befalls(self, request: Request) -> bool:
        """Whether this request is one of those."""
        nth = request.nth_of_customer if self.customer else request.nth
        is_about = not self.customer or bare(self.customer) == request.customer
        return self.route in ("", request.route) and is_about and self.first <= nth <= self.last

    def instead(self, request: Request) -> Reply | None:
        """What is sent though nothing is done; None to let it be."""
        return None

    def answered(self, request: Request, reply: Reply, desk: Desk) -> Reply:
        """What becomes of the vendor's own answer."""
        return reply

    def sent(self, reply: Reply) -> Reply:
        """How any reply is sent, whoever made it."""
        return reply


@dataclass(frozen=True)
class Instead(Fault):
    """These replies, each in turn."""

    replies: Reply | Sequence[Reply]

    def instead(self, request: Request) -> Reply:
        if isinstance(self.replies, Reply):
            return self.replies
        nth = request.nth_of_customer if self.customer else request.nth
        return self.replies[(nth - self.first) % len(self.replies)]


@dataclass(frozen=True)
class Latency(Fault):
    """Seconds that pass before the reply."""

    seconds: float

    def sent(self, reply: Reply) -> Reply:
        return replace(reply, delay=reply.delay + self.seconds)


@dataclass(frozen=True)
class SlowStream(Fault):
    """A body that comes a few bytes at a time."""

    pause: float
    block: int = 16

    def sent(self, reply: Reply) -> Reply:
        return replace(reply, pause=self.pause, block=self.block)


@dataclass(frozen=True)
class Busy(Fault):
    """429, with `Retry-After` in whole seconds, in a fraction, or as an HTTP date; a date names whole seconds."""

    seconds: float = 1.0
    spelling: Literal["whole", "fraction", "date"] = "whole"

    def instead(self, request: Request) -> Reply:
        spelt = {
            "whole": lambda: str(math.ceil(self.seconds)),
            "fraction": lambda: f"{self.seconds:.3f}",
            "date": lambda: formatdate(math.ceil(time.time() + self.seconds), usegmt=True),
        }[self.spelling]()
        return replace(problem(429, "TooManyRequests", "slow down"), headers={"Retry-After": spelt})


@dataclass(frozen=True)
class Broken(Fault):
    """A 5xx; nothing is done."""

    status: int = 503

    def instead(self, request: Request) -> Reply:
        return problem(self.status, "InternalServerError", "try again")


@dataclass(frozen=True)
class Forbidden(Fault):
    """403, as for a customer without Partner Assistance."""

    def instead(self, request: Request) -> Reply:
        return problem(403, "Forbidden", "Access to this customer is not allowed.")


@dataclass(frozen=True)
class Cut(Fault):
    """A body that ends before its announced length, after this share of it."""

    share: float = 0.5

    def sent(self, reply: Reply) -> Reply:
        size = len(reply.content) + reply.filler
        return replace(reply, cut=max(1, size - int(size * self.share)))


@dataclass(frozen=True)
class ContentType(Fault):
    """The right body under another content type."""

    name: str = "text/html"

    def sent(self, reply: Reply) -> Reply:
        return replace(reply, headers={**reply.headers, "Content-Type": self.name})


@dataclass(frozen=True)
class NoJson(Fault):
    """A page of a proxy, called JSON."""

    text: str = "<html>Proxy</html>"

    def instead(self, request: Request) -> Reply:
        return Reply(body=self.text.encode())


@dataclass(frozen=True)
class OtherShape(Fault):
    """JSON that is not what was asked for."""

    body: Any = field(default_factory=lambda: {"things": []})

    def instead(self, request: Request) -> Reply:
        return Reply(body=self.body)


@dataclass(frozen=True)
class Oversized(Fault):
    """The right body, and blanks up to this size: only its size is wrong."""

    size: int = 65 * MEGABYTE

    def sent(self, reply: Reply) -> Reply:
        return replace(reply, filler=max(0, self.size - len(reply.content)))


@dataclass(frozen=True)
class Redirect(Fault):
    """An answer that leads to another host."""

    to: str = "https://elsewhere.example/"
    status: int = 307

    def instead(self, request: Request) -> Reply:
        return Reply(self.status, headers={"Location": self.to})


@dataclass(frozen=True)
class TokenEnds(Fault):
    """401 once the token of a sign-in was used so often."""

    uses: int
    sign_in: int = 1

    def instead(self, request: Request) -> Reply | None:
        has_ended = request.route != "token" and request.token == self.sign_in and request.token_use > self.uses
        return problem(401, "Unauthorized", "the token has expired") if has_ended else None


@dataclass(frozen=True)
class SignInRefused(Fault):
    """A sign-in that is refused; the vendor's own status is not known."""

    status: int = 400
    message: str = "the client is not known"

    def instead(self, request: Request) -> Reply | None:
        if request.route != "token":
            return None
        return sign_in_problem(self.status, "oauth.invalid_client", self.message)


@dataclass(frozen=True)
class NotAllowed(Fault):
    """405 on a write; nothing is done."""

    def instead(self, request: Request) -> Reply | None:
        return problem(405, "MethodNotAllowed", request.method) if request.route in WRITES else None


@dataclass(frozen=True)
class DoneThough500(Fault):
    """A write that is done, and answered as if it were not."""

    status: int = 500

    def answered(self, request: Request, reply: Reply, desk: Desk) -> Reply:
        is_done = request.route in WRITES and reply.status < 300
        return problem(self.status, "InternalServerError", "try again") if is_done else reply
