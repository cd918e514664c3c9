"""The look, for templates: every macro of ``templates/_ui`` under one name, ``ui``.

They are globals, so that a block rendered alone sees them too. A macro that needs a value takes it as a parameter.
"""

from __future__ import annotations

from types import SimpleNamespace

from flask import Flask, has_request_context, request
from jinja2 import StrictUndefined
from jinja2.runtime import Macro
from werkzeug.local import LocalProxy

from portal.core.access import Permission, viewer
from portal.core.i18n import LANGUAGES, language
from portal.core.tint import tint_class
from portal.core.words import clauses

THEMES = ("light", "dark")


def install(app: Flask) -> None:
    """Strict templates, the request's globals and the macros."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.do")
    environment.filters.update(tint=tint_class, clauses=clauses, disc=disc)
    environment.globals.update(
        viewer=LocalProxy(viewer),
        lang=LocalProxy(language),
        theme=LocalProxy(chosen_theme),
        languages=LANGUAGES,
        Permission=Permission,
    )


def gather_macros(app: Flask) -> None:
    """Read all macros once, after every other global is in place."""
    environment = app.jinja_env
    ui = SimpleNamespace()
    environment.globals["ui"] = ui
    names = environment.list_templates(
        filter_func=lambda name: name.startswith("_ui/") and name.endswith(".html")
    )
    for name in names:
        module = environment.get_template(name).module
        for attribute, value in vars(module).items():
            if isinstance(value, Macro):
                setattr(ui, attribute, value)


def disc(name: str) -> int:
    """Which of eight colours stands for somebody without a picture: the same one everywhere."""
    return sum(name.encode()) % 8


def chosen_theme() -> str:
    """What this browser chose: ``light``, ``dark``, or nothing to follow the system."""
    chosen = request.cookies.get("theme", "") if has_request_context() else ""
    return chosen if chosen in THEMES else ""
