"""Staff fill the pools with the codes of their shop."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _, ngettext
from portal.core.web import done, page
from portal.rewards import queries, services
from portal.rewards.console.blueprint import bp
from portal.rewards.forms import LONGEST_PASTE, CodesForm, PoolForm
from portal.rewards.models import CouponPool
from portal.rewards.rules import codes_in

NEW, POOL = "rewards/console/pool_new.html", "rewards/console/pool.html"


@bp.url_value_preprocessor
def allow_codes(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Ten thousand codes are more than other forms may send. This runs before the form is read."""
    if endpoint == "rewards_console.add_codes":
        request.max_content_length = 3 * LONGEST_PASTE
        request.max_form_memory_size = 3 * LONGEST_PASTE


@bp.get("/pools")
@staff(Permission.MANAGE_REWARDS)
def pools() -> Response:
    """All pools, the newest first, with what is left in them."""
    cursor = request.args.get("after")
    return page(
        "rewards/console/pools.html",
        block="pool_page" if cursor else None,
        pools=queries.pools(cursor=cursor),
    )


@bp.get("/pools/new")
@staff(Permission.MANAGE_REWARDS)
def new_pool() -> Response:
    return page(NEW, form=PoolForm(formdata=None))


@bp.post("/pools/new")
@staff(Permission.MANAGE_REWARDS)
def create_pool() -> Response:
    form = PoolForm()
    if not form.validate_on_submit():
        return page(NEW, block="pool_form", status=422, form=form)
    zone = brand.current().time_zone
    with transaction():
        pool_id = services.create_pool(by=the_viewer(), **form.pool_words(zone)).id
    return done(url_for(".pool", pool_id=pool_id), _("Saved. Now it needs codes."))


@bp.get("/pools/<pool_id>")
@staff(Permission.MANAGE_REWARDS)
def pool(pool_id: str) -> Response:
    return page(POOL, **_context(queries.get_pool(pool_id)))


@bp.post("/pools/<pool_id>")
@staff(Permission.MANAGE_REWARDS)
def change_pool(pool_id: str) -> Response:
    found, form, status = queries.get_pool(pool_id), PoolForm(), 422
    if form.validate_on_submit():
        words = form.pool_words(brand.current().time_zone)
        try:
            with transaction():
                services.change_pool(found, by=the_viewer(), version=form.version.data or 0, **words)
        except Conflict as refusal:
            form.say(refusal)
            form.renew_version(found.version)
            status = refusal.status
        else:
            return _answer(found, _("Saved."), "pool_form")
    return page(POOL, block="pool_form", status=status, **_context(found, form=form))


@bp.post("/pools/<pool_id>/codes")
@staff(Permission.MANAGE_REWARDS)
def add_codes(pool_id: str) -> Response:
    """Codes pasted or in a file; those that are somewhere already are left out, and said to be."""
    found, form = queries.get_pool(pool_id), CodesForm()
    if not form.validate_on_submit():
        return page(POOL, block="pool_codes", status=422, **_context(found, codes_form=form))
    codes = codes_in(*form.texts())
    try:
        with transaction():
            added = services.add_codes(found, codes, by=the_viewer())
    except DomainError as refusal:
        form.say(refusal, beside="codes")
        return page(POOL, block="pool_codes", status=refusal.status, **_context(found, codes_form=form))
    known = len(codes) - added
    message = ngettext("%(num)s new code.", "%(num)s new codes.", added)
    if known:
        message += " " + ngettext(
            "%(num)s was there already and is left out.",
            "%(num)s were there already and are left out.",
            known,
        )
    return _answer(found, message, "pool_codes")


@bp.post("/pools/<pool_id>/close")
@staff(Permission.MANAGE_REWARDS)
def close_pool(pool_id: str) -> Response:
    found = queries.get_pool(pool_id)
    with transaction():
        services.close_pool(found, by=the_viewer())
    return _answer(found, _("Closed. Codes that were given stay good."), "pool_standing")


@bp.post("/pools/<pool_id>/open")
@staff(Permission.MANAGE_REWARDS)
def open_pool(pool_id: str) -> Response:
    found = queries.get_pool(pool_id)
    with transaction():
        services.open_pool(found, by=the_viewer())
    return _answer(found, _("Open again."), "pool_standing")


def _answer(found: CouponPool, message: str, block: str) -> Response:
    return done(
        url_for(".pool", pool_id=found.id),
        message,
        fragment=lambda: page(POOL, block=block, **_context(found)),
    )


def _context(
    found: CouponPool, *, form: PoolForm | None = None, codes_form: CodesForm | None = None
) -> dict[str, Any]:
    return {
        "pool": found,
        "form": form or PoolForm.of(found, brand.current().time_zone),
        "codes_form": codes_form or CodesForm(formdata=None),
    }
