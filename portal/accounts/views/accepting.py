"""The texts of the house: ticked when joining, and accepted again when a new version is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from portal.accounts.services import consents
from portal.accounts.views.blueprint import bp
from portal.brand import queries as brand
from portal.brand.models import LegalKind, LegalText
from portal.core.access import members, the_viewer, viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, safe_path


def texts_to_accept() -> list[LegalText]:
    """For the bar on every page: the newest texts that this member has not accepted. Usually no query at all."""
    me = viewer()
    missing = consents.needs_to_accept(me.id) if me is not None and me.texts_wait else []
    texts = brand.newest_texts(missing) if missing else {}
    return [texts[kind] for kind in missing if kind in texts]


@bp.post("/me/accept")
@members
@TAPPING
def accept() -> Response:
    """Accept what the bar showed. A version that came meanwhile is not among it: the bar stays for that one."""
    me, shown = the_viewer(), versions_in(request.form)
    brand.forget()  # the page may have come from a process that heard of a new version earlier than this one
    with transaction():
        consents.accept_texts(me.id, shown, how=consents.BAR)
    said = _("Thank you. Something newer came meanwhile: please look once more.")
    if not consents.needs_to_accept(me.id):
        said = _("Thank you, it is noted.")
    back = safe_path(request.form.get("next"))
    return done(back, said, fragment=lambda: page("_layout/accept.html", block="accept_bar", back=back))


# ------------------------------------------------------------------ joining


def versions_in(fields: Mapping[str, str]) -> dict[LegalKind, int]:
    """Which versions a form names, as ``terms=2``; what makes no sense is left out."""
    found = {}
    for kind in LegalKind:
        typed = fields.get(kind.value, "")
        if typed.isascii() and typed.isdigit() and len(typed) < 9:
            found[kind] = int(typed)
    return found


def told(versions: Mapping[LegalKind, int]) -> str:
    """Versions as one hidden field carries them: ``terms:2 privacy:1``."""
    return " ".join(f"{kind.value}:{version}" for kind, version in sorted(versions.items()))


def agreed(said: str) -> dict[str, int]:
    """What :func:`told` wrote, for the ledger."""
    return {kind: int(version) for kind, _colon, version in (part.partition(":") for part in said.split())}


def promise(kinds: Iterable[LegalKind]) -> Markup:
    """The sentence beside the tick, with links that open beside the form. Empty when nothing is published."""
    published = set(kinds)
    terms = _link(LegalKind.TERMS, _("the terms of use"))
    rules = _link(LegalKind.RULES, _("the house rules"))
    privacy = _link(LegalKind.PRIVACY, _("the privacy notice"))
    accepted = [
        link for kind, link in ((LegalKind.TERMS, terms), (LegalKind.RULES, rules)) if kind in published
    ]
    if len(accepted) == 2:
        accepted = [escape(_("%(one)s and %(other)s")) % {"one": terms, "other": rules}]
    if not accepted:
        return escape(_("I have read %(privacy)s")) % {"privacy": privacy} if published else Markup("")
    if LegalKind.PRIVACY not in published:
        return escape(_("I accept %(texts)s")) % {"texts": accepted[0]}
    return escape(_("I accept %(texts)s and have read %(privacy)s")) % {
        "texts": accepted[0],
        "privacy": privacy,
    }


def _link(kind: LegalKind, words: str) -> Markup:
    address = url_for("brand.legal", kind=kind.value)
    return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(address, words)
