"""One call of the vendor's API: it waits where it must, tries again where that helps, and says what came instead."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urljoin, urlsplit

from partner_analytics.errors import VendorError
from partner_analytics.safety.visible import visible
from partner_analytics.vendor.facts import SCOPE, TOKEN
from partner_analytics.vendor.hosts import plain
from partner_analytics.vendor.pauses import (
    FIRST_PAUSE,
    LONGEST_WAIT,
    MOST_REFUSALS,
    TRIES,
    Pauses,
    moment,
    seconds_to_wait,
)

if TYPE_CHECKING:
    import httpx2

    from partner_analytics.vendor.credentials import Credentials

__all__ = ["Answer", "Client", "FailedCallError", "UnclearWriteError"]

TOKEN_SIGNS: Final = re.compile(r"[\x21-\x7e]+")
LARGEST_ANSWER: Final = 64 * 2**20
LONGEST_ANSWER: Final = 60.0
MOST_REDIRECTS: Final = 3
LONGEST_TOLD: Final = 160

OK, CREATED, UNAUTHORISED, TOO_MANY, FAULTS = 200, 201, 401, 429, 500


class FailedCallError(Exception):
    """A call that came to nothing; the message says what came instead."""


class UnclearWriteError(Exception):
    """A write of which nobody knows whether it was done; the message says what came instead of an answer."""


class _BrokenError(Exception):
    """An answer that may be whole when it is asked for again."""


@dataclass(frozen=True)
class Answer:
    """What a call gave: the status, and what its JSON says."""

    status: int
    said: Any


class Client:
    """Calls with one sign-in, one pause for all, and counts of what was asked.

    Parameters
    ----------
    credentials
        Who signs in.
    sign_in
        The host that gives tokens.
    connections
        How many calls there are at once.
    global_host
        The host that says who one is.
    """

    def __init__(self, credentials: Credentials, sign_in: str, connections: int, global_host: str) -> None:
        import httpx2

        self._credentials, self._sign_in, self.connections = credentials, plain(sign_in), connections
        self._token = ""
        self._refused: VendorError | None = None
        self._signing = threading.Lock()
        self._counting = threading.Lock()
        self.pauses = Pauses()
        self.requests = self.retries = 0
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        # A proxy of the environment stands between this machine and the vendor, not within this machine.
        is_local = any(urlsplit(one).scheme == "http" for one in (sign_in, global_host))
        self._http = httpx2.Client(
            limits=limits,
            timeout=httpx2.Timeout(LONGEST_ANSWER, pool=None),
            follow_redirects=False,
            trust_env=not is_local,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.pauses.stop()
        self._http.close()

    def get(self, address: str, headers: Mapping[str, str]) -> Answer:
        """Ask for a page; 200 and 403 are answers.

        Raises
        ------
        FailedCallError
            If nothing comes that is an answer.
        VendorError
            If the sign-in is refused.
        """

        def asked(token: str) -> Answer:
            return self._tried("GET", address, {**headers, "Authorization": f"Bearer {token}"})

        answer = self._signed_in(asked)
        if answer.status in (OK, 403):
            return answer
        raise FailedCallError(self.told(answer))

    def write(self, method: str, address: str, headers: Mapping[str, str], said: Mapping[str, Any]) -> Answer:
        """Send a change once: it is sent again only where the vendor has said that it did not look at it (401, 429).

        Raises
        ------
        FailedCallError
            If it cannot have been done.
        UnclearWriteError
            If nobody knows whether it was done: a fault of the vendor's, or an answer that was cut off or is none.
        VendorError
            If the sign-in is refused.
        """

        def sent(token: str) -> Answer:
            return self._written(method, address, {**headers, "Authorization": f"Bearer {token}"}, said)

        return self._signed_in(sent)

    def _signed_in(self, call: Callable[[str], Answer]) -> Answer:
        """The answer to a call with a token; where that has ended, to the same call with another one."""
        used = self._token or self._sign_in_again("")
        answer = call(used)
        return call(self._sign_in_again(used)) if answer.status == UNAUTHORISED else answer

    def _written(self, method: str, address: str, headers: Mapping[str, str], said: Mapping[str, Any]) -> Answer:
        """The answer to a write that is sent once, and again after the pause that a 429 asks for."""
        import httpx2

        refusals = 0
        while True:
            self.pauses.wait()
            try:
                answer, seconds = self._asked(method, address, headers, json.dumps(said).encode(), redirects=0)
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
                raise FailedCallError(_kind_of(error)) from None
            except (_BrokenError, FailedCallError) as error:
                raise UnclearWriteError(str(error)) from None
            except (httpx2.TransportError, httpx2.StreamError, httpx2.DecodingError) as error:
                raise UnclearWriteError(_kind_of(error)) from None
            if answer.status >= FAULTS:
                raise UnclearWriteError(self.told(answer))
            if answer.status != TOO_MANY:
                return answer
            refusals += 1
            self._wait(seconds, refusals)

    def _sign_in_again(self, used: str) -> str:
        """A token other than the one that was used; one call gets it for all."""
        with self._signing:
            if self._refused is not None:
                raise self._refused
            if self._token in ("", used):
                form = {
                    **SCOPE,
                    "client_id": self._credentials.client_id,
                    "client_secret": self._credentials.secret,
                }
                try:
                    answer = self._tried("POST", self._sign_in + TOKEN, {}, form)
                except FailedCallError as error:
                    raise VendorError(
                        f"The vendor's sign-in does not answer: {error}.", "see whether the network is there."
                    ) from None
                token = answer.said.get("access_token") if isinstance(answer.said, dict) else None
                if answer.status != OK or not isinstance(token, str) or not TOKEN_SIGNS.fullmatch(token):
                    self._refused = VendorError(
                        f"The vendor refuses the sign-in: {self.told(answer)}.",
                        "check the client id and its secret, which expire after 36 months: partner-analytics connect",
                    )
                    raise self._refused
                self._token = token
            return self._token

    def _tried(
        self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        """The first answer that is one; after a fault, and after the pause that a 429 asks for, it is tried again."""
        import httpx2

        faults = refusals = 0
        while True:
            self.pauses.wait()
            if self.pauses.is_silent:
                raise FailedCallError("the vendor has not answered for a minute, so the rest was not asked")
            try:
                answer, seconds = self._asked(method, address, headers, form)
            except _BrokenError as error:
                what = str(error)
            except (httpx2.TransportError, httpx2.StreamError, httpx2.DecodingError) as error:
                what = _kind_of(error)
            else:
                if answer.status == TOO_MANY:
                    refusals += 1
                    self._wait(seconds, refusals)
                    continue
                if answer.status < FAULTS:
                    return answer
                what = self.told(answer)
            faults += 1
            if faults >= TRIES:
                raise FailedCallError(what)
            self._count(retries=1)
            self.pauses.pause(faults - 1)

    def _wait(self, seconds: float | None, refusals: int) -> None:
        """Let all connections wait for as long as a 429 says.

        Raises
        ------
        FailedCallError
            If it is said too often, or for too long.
        """
        seconds = min(FIRST_PAUSE * 2 ** (refusals - 1), 8.0) if seconds is None else seconds
        if refusals >= MOST_REFUSALS or seconds > LONGEST_WAIT:
            raise FailedCallError(
                f"the vendor asks to wait {seconds:,.0f} seconds"
                if seconds > LONGEST_WAIT
                else f"the vendor asked {refusals} times to wait"
            )
        self._count(retries=1)
        self.pauses.stop_all(seconds)

    def _asked(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: Mapping[str, str] | bytes | None,
        redirects: int = MOST_REDIRECTS,
    ) -> tuple[Answer, float | None]:
        """One answer, whole and within its bounds, and how many seconds to wait by it."""
        sent = {"content": body} if isinstance(body, bytes) else {"data": body}
        for _ in range(redirects + 1):
            self._count(requests=1)
            deadline = time.monotonic() + LONGEST_ANSWER
            with self._http.stream(method, address, headers=dict(headers), **sent) as response:
                content = bytearray()
                for block in response.iter_bytes():
                    content += block
                    if len(content) > LARGEST_ANSWER:
                        raise FailedCallError("the answer has more than 64 MB")
                    if time.monotonic() > deadline:
                        raise _BrokenError("the answer took more than a minute")
                self.pauses.answered()
                # By the vendor's own clock, where it tells: the one of this machine may be wrong, or be set meanwhile.
                now = moment(response.headers.get("Date")) or time.time()  # noqa: TID251 - how long to wait
                status, seconds = response.status_code, seconds_to_wait(response.headers.get("Retry-After"), now)
                target = response.headers.get("Location", "")
            if not 300 <= status < 400:
                return Answer(status, self._read(status, bytes(content))), seconds
            address = self._redirected(address, target)
        raise FailedCallError("the answer only leads to another address")

    def _redirected(self, address: str, target: str) -> str:
        """Where a redirect leads, if that is the same host.

        Raises
        ------
        FailedCallError
            If it is another one: a token is not sent there.
        """
        leads_to = urljoin(address, target)
        here, there = urlsplit(address), urlsplit(leads_to)
        if not target or (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise FailedCallError(f"the answer leads to another host, {self.plain(there.netloc) or 'none'}")
        return leads_to

    def _read(self, status: int, content: bytes) -> Any:
        """What the JSON of an answer says; an error's may say nothing.

        Raises
        ------
        _BrokenError
            If an answer is no JSON: it is said what came.
        """
        try:
            return json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError):
            if status not in (OK, CREATED):
                return None
            what = self.plain(content[:LONGEST_TOLD].decode("utf-8", "replace"))
            raise _BrokenError(f"the answer is no JSON: {what}" if what else "the answer is empty") from None

    def plain(self, text: str) -> str:
        """A text of the vendor's on one line, short, and without a secret that it may give back."""
        for secret in (self._credentials.secret, self._credentials.client_id, self._token):
            text = text.replace(secret, "…") if secret else text
        line = " ".join(visible(text).split())
        return line if len(line) <= LONGEST_TOLD else line[:LONGEST_TOLD] + "…"

    def told(self, answer: Answer) -> str:
        """What an answer that is none says, with its status."""
        said = answer.said if isinstance(answer.said, dict) else {}
        parts = [str(said[name]) for name in ("error", "errorCode", "message") if isinstance(said.get(name), str)]
        text = self.plain(": ".join(parts))
        return f"{text} ({answer.status})" if text else f"the answer has the status {answer.status}"

    def _count(self, requests: int = 0, retries: int = 0) -> None:
        with self._counting:
            self.requests += requests
            self.retries += retries


def _no_number(name: str) -> None:
    """Refuse what no JSON has, though Python reads it."""
    raise ValueError(name)


def _kind_of(error: httpx2.HTTPError | httpx2.StreamError) -> str:
    """What kind of fault of the network it was; the library's own words are for programmers."""
    import httpx2

    if isinstance(error, httpx2.TimeoutException):
        return "no answer came in time"
    if isinstance(error, httpx2.ConnectError):
        is_certificate = re.search("certificate|ssl|tls", str(error), re.IGNORECASE)
        return "its certificate is not trusted" if is_certificate else "it cannot be reached"
    return "the answer was cut off"
