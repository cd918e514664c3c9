"""What the mail room asks those above it: where members choose what comes, and whether a letter may still leave.

Things may have changed since a letter was written. Only letters that can be stopped (``stop_path``) are asked about:
what somebody asked for, or must know, always goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from portal.core.mail.models import Letter


@dataclass(frozen=True)
class Later:
    """Not now: ask again at this moment."""

    until: datetime


@dataclass(frozen=True)
class Drop:
    """Never: the word that is kept as the reason."""

    because: str


#: None: it may go
Answer = Later | Drop | None

_BEFORE_SENDING, _CHOICES = "before_sending", "mail_choices"


def before_sending(app: Flask, ask: Callable[[Letter], Answer]) -> None:
    """Let ``ask`` decide about every letter that can be stopped. It is called inside a transaction."""
    app.extensions[_BEFORE_SENDING] = ask


def asked(letter: Letter) -> Answer:
    """What the one who knows says about this letter now."""
    ask: Callable[[Letter], Answer] | None = current_app.extensions.get(_BEFORE_SENDING)
    return ask(letter) if ask is not None and letter.stop_path else None


def choices_are_at(app: Flask, path_of: Callable[[str], str]) -> None:
    """``path_of`` answers with the page where members decide about letters of a kind, or read why they come."""
    app.extensions[_CHOICES] = path_of


def chosen_at(kind: str) -> str:
    """The path of that page; the front page in a house without one."""
    path_of: Callable[[str], str] | None = current_app.extensions.get(_CHOICES)
    return path_of(kind) if path_of is not None else "/"
