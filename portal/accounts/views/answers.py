"""A refusal beside the field it belongs to, with everything typed still there."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response
from wtforms import SelectMultipleField

from portal.accounts.kept import take_kept
from portal.core.errors import DomainError, TooMany
from portal.core.forms import Form
from portal.core.web import page


def refused(
    error: DomainError, form: Form, template: str, *, block: str, field: str | None = None, **context: Any
) -> Response:
    """The same page again, with the sentence of ``error`` in the form."""
    form.say(error, beside=field)
    response = page(template, block=block, status=error.status, form=form, **context)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def fill_kept(form: Form, path: str) -> None:
    """Offer again what this browser typed for ``path`` when its page had grown too old."""
    for name, value in (take_kept(path) or {}).items():
        if name in form:
            several = isinstance(form[name], SelectMultipleField)
            form[name].process_data(value.split("\n") if several else value)
