"""One draft of a mail: its headers are made from parts, and it is read back before it is given out."""

from __future__ import annotations

import re
import unicodedata
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Final

from partner_analytics.errors import CheckError
from partner_analytics.safety.addresses import ADDRESS

__all__ = ["draft"]

IN_A_NAME: Final = frozenset(" .'’-&")
"""What beside letters, marks and digits a person's name in an address can hold: nothing that separates addresses."""

CONTROLS: Final = ("Cc", "Cs")
"""What no text of a mail holds: control characters, and halves of characters."""

ENCODED_WORD: Final = re.compile(r"=(?=\?)|\?(?==)")
"""How a word begins and ends that a mail program would decode, into anything."""

HEADERS: Final = ("X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version")


def draft(email: str, contact: str, subject: str, text: str) -> bytes:
    """A draft; it has neither sender nor day, and `X-Unsent` lets a mail program open it for writing.

    Parameters
    ----------
    email
        Whom it goes to; what is no plain address is left out.
    contact
        The person's name.
    subject, text
        What it says. An encoded word in it is set apart, so that no mail program decodes it.

    Raises
    ------
    CheckError
        If the draft does not read back as what was put into it.
    """
    to = email if ADDRESS.fullmatch(email) else ""
    subject, text = header_line(subject), _lines(text)
    # A name that its address cannot carry is left out, and so is the address in the end: nobody else is ever written to.
    for address, name in ((to, name_in_a_header(contact)), (to, ""), ("", "")):
        try:
            made = _made(address, name, subject, text)
            if _reads_back(made, address, subject, text):
                return made
        except (MessageError, LookupError, TypeError, ValueError):
            continue
    raise CheckError(
        f"The draft with the subject {subject!r} does not read back as what was put into it, so it was not written.",
        "please report this, it is a defect of partner-analytics; the last good files are untouched.",
    )


def _made(to: str, name: str, subject: str, text: str) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["X-Unsent"] = "1"
    if to:
        user, _, domain = to.rpartition("@")
        message["To"] = Address(name, user, domain)
    message["Subject"] = subject
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def _reads_back(made: bytes, to: str, subject: str, text: str) -> bool:
    """Whether two parsers find just these headers, just this recipient, and the text."""
    expected = [name for name in HEADERS if to or name != "To"]
    new = message_from_bytes(made, policy=policy.default)
    old = message_from_bytes(made, policy=policy.compat32)
    if any(sorted(message.keys()) != sorted(expected) or message.defects for message in (new, old)):
        return False
    content = new.get_content() if isinstance(new, EmailMessage) else ""
    # Where a long line is folded, a blank more or less is no other subject.
    if (
        "".join(new["Subject"].split()) != "".join(subject.split())
        or content.replace("\r\n", "\n").rstrip() != text.rstrip()
    ):
        return False
    if not to:
        return True
    raw = old["To"]
    recipients = [address.addr_spec for address in new["To"].addresses]
    # The old parser once as it should, and once like a mail program that decodes first and takes apart then.
    plain = [[address for _, address in getaddresses([one])] for one in (raw, str(make_header(decode_header(raw))))]
    return recipients == [to] and plain == [[to], [to]]


def name_in_a_header(contact: str) -> str:
    return " ".join("".join(sign if _is_in_a_name(sign) else " " for sign in contact).split())


def _is_in_a_name(sign: str) -> bool:
    return sign in IN_A_NAME or unicodedata.category(sign)[0] in "LMN"


def header_line(text: str) -> str:
    """A text that is one line of a header, with nothing in it to decode."""
    return _not_encoded(" ".join("".join(sign if sign.isprintable() else " " for sign in text).split()))


def _lines(text: str) -> str:
    lines = (
        "".join(" " if unicodedata.category(sign) in CONTROLS else sign for sign in line) for line in text.splitlines()
    )
    return _not_encoded("\n".join(lines)) + "\n"


def _not_encoded(text: str) -> str:
    return ENCODED_WORD.sub(lambda sign: f"{sign[0]} ", text)
