"""SMTP: one message at a time, through the server that PORTAL_MAIL_URL names.

``smtp://``, ``smtp+starttls://`` and ``smtps://``, with user and password in the address when the server wants them.
The demo without a server keeps its mail in the outbox, readable at ``/demo/mail``.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from email import policy
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from flask import current_app

from portal.core.links import absolute
from portal.core.mail.models import Letter

TIMEOUT_SECONDS = 20
TRANSIENT = (smtplib.SMTPException, OSError)

#: RFC 3463 subjects that are about the letter, the system or its rules, not about the mailbox
_NOT_THE_MAILBOX = frozenset("3567")
_ENHANCED = re.compile(rb"5\.(\d)\.(\d{1,3})\b")
_FULL = 552


class _OneLine(UnstructuredHeader):
    """An address that programs read. The library would cut a long one into encoded words, which none understands."""

    max_count = 1

    def fold(self, *, policy: policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)  # type: ignore[arg-type]
_POLICY = policy.EmailPolicy(header_factory=_HEADERS)


class Unwritable(ValueError):
    """No message can carry this letter."""


class Unreachable(OSError):
    """Nobody answers at the server's address."""


def sender() -> tuple[str, str]:
    """The name and the address that letters of this portal come from."""
    return parseaddr(current_app.config["PORTAL"].mail_from)


def compose(letter: Letter) -> EmailMessage:
    """The letter as a message with a plain and an HTML part, and its file. The same letter always has the same Message-ID.

    One that can be stopped says how, also to programs: a link and a POST without a further click (RFC 2369, RFC 8058).
    Raises Unwritable when the address does not fit into any message.
    """
    name, from_address = sender()
    domain = from_address.rpartition("@")[2] or "localhost"
    message = EmailMessage(_POLICY)
    message["From"] = Address(name, addr_spec=from_address)
    message["To"] = _address(letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_path:
        message["List-Unsubscribe"] = f"<{absolute(letter.stop_path)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text_body)
    message.add_alternative(letter.html_body, subtype="html")
    if letter.attachment_body is not None:
        _attach(message, letter.attachment_name or "", letter.attachment_type or "", letter.attachment_body)
    return message


def _attach(message: EmailMessage, name: str, kind: str, body: str) -> None:
    """The file as its bytes, with the parameters that its kind names: programs decide by them what to do with it."""
    wanted, *given = (part.strip() for part in kind.split(";"))
    maintype, _slash, subtype = wanted.partition("/")
    parameters = dict(one.split("=", 1) for one in given) | {"charset": "utf-8"}
    message.add_attachment(
        body.encode(), maintype=maintype, subtype=subtype, filename=name, params=parameters
    )


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as problem:
        raise Unwritable(f"no letter can go to this address: {problem}") from problem


def send(message: EmailMessage) -> None:
    """Hand the message to the server. Raises one of TRANSIENT."""
    url = current_app.config["PORTAL"].mail_url
    if url is None:
        return  # the demo: the outbox is the mailbox
    server = _connect(url)
    try:
        parts = urlsplit(url)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
        with contextlib.suppress(*TRANSIENT):
            server.quit()  # the server already has the letter, whatever it says now
    finally:
        server.close()


def _connect(url: str) -> smtplib.SMTP:
    """Raises Unreachable when nobody answers there."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "smtps":
            secure = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                parts.hostname or "localhost", parts.port or 465, timeout=TIMEOUT_SECONDS, context=secure
            )
        port = parts.port or (587 if parts.scheme == "smtp+starttls" else 25)
        return smtplib.SMTP(parts.hostname or "localhost", port, timeout=TIMEOUT_SECONDS)
    except TRANSIENT as problem:
        raise Unreachable(str(problem) or type(problem).__name__) from problem


def is_final(error: Exception) -> bool:
    """Whether trying again cannot help: no such address, or a letter that no server takes."""
    return is_refusal(error) or isinstance(error, Unwritable)


def is_refusal(error: Exception) -> bool:
    """Whether the server said no, for good, to this recipient or this letter."""
    answers = _answers(error)
    return bool(answers) and all(500 <= code < 600 for code, _text in answers)


def is_lasting(error: Exception) -> bool:
    """Whether a refusal says that the mailbox is no good, and not that it is full or that a rule stood against it."""
    for code, text in _answers(error):
        found = _ENHANCED.match(text)
        if found is None and code == _FULL:
            return False
        if found and (found[1].decode() in _NOT_THE_MAILBOX or found.groups() == (b"2", b"2")):
            return False
    return True


def _answers(error: Exception) -> list[tuple[int, bytes]]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        text = error.smtp_error
        return [(error.smtp_code, text if isinstance(text, bytes) else text.encode())]
    return []


def is_unreachable(error: Exception) -> bool:
    """Whether the server was not even there: the next letter would fare the same."""
    return isinstance(error, Unreachable)
