"""Staff arrange what points are good for."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.web import done, page
from portal.rewards import queries, services
from portal.rewards.console.blueprint import bp
from portal.rewards.forms import RewardForm
from portal.rewards.models import Reward

NEW, EDIT = "rewards/console/reward_new.html", "rewards/console/reward_edit.html"


@bp.get("")
@staff(Permission.MANAGE_REWARDS)
def rewards() -> Response:
    """The catalogue in its order, hidden ones too."""
    cursor = request.args.get("after")
    return page(
        "rewards/console/rewards.html",
        block="reward_page" if cursor else None,
        offers=queries.all_rewards(cursor=cursor),
        pools=queries.pools_for_choice(),
    )


@bp.get("/new")
@staff(Permission.MANAGE_REWARDS)
def new() -> Response:
    form = RewardForm(formdata=None, most=0, position=0).offer(queries.pools_for_choice())
    return page(NEW, form=form)


@bp.post("/new")
@staff(Permission.MANAGE_REWARDS)
def create() -> Response:
    form = RewardForm().offer(queries.pools_for_choice())
    if form.validate_on_submit():
        try:
            with transaction():
                reward = services.create_reward(by=the_viewer(), **form.reward_words())
                reward_id = reward.id
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".edit", reward_id=reward_id), _("Saved. Members do not see it yet."))
    return page(NEW, block="reward_form", status=422, form=form)


@bp.get("/<reward_id>")
@staff(Permission.MANAGE_REWARDS)
def edit(reward_id: str) -> Response:
    return page(EDIT, **_context(queries.get_reward(reward_id)))


@bp.post("/<reward_id>")
@staff(Permission.MANAGE_REWARDS)
def change(reward_id: str) -> Response:
    reward = queries.get_reward(reward_id)
    form, status = RewardForm().offer(queries.pools_for_choice(reward.pool_id)), 422
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_reward(
                    reward, by=the_viewer(), version=form.version.data or 0, **form.reward_words()
                )
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            form.renew_version(reward.version)
            status = refusal.status
        else:
            return _saved(reward, _("Saved."))
    return page(EDIT, block="reward_form", status=status, **_context(reward, form))


@bp.post("/<reward_id>/show")
@staff(Permission.MANAGE_REWARDS)
def show(reward_id: str) -> Response:
    reward = queries.get_reward(reward_id)
    with transaction():
        services.show_reward(reward, by=the_viewer())
    return _saved(reward, _("Members find it now."), block="reward_standing")


@bp.post("/<reward_id>/hide")
@staff(Permission.MANAGE_REWARDS)
def hide(reward_id: str) -> Response:
    reward = queries.get_reward(reward_id)
    with transaction():
        services.hide_reward(reward, by=the_viewer())
    return _saved(reward, _("Hidden. Whoever took it keeps their coupon."), block="reward_standing")


def _saved(reward: Reward, message: str, *, block: str = "reward_form") -> Response:
    return done(
        url_for(".edit", reward_id=reward.id),
        message,
        fragment=lambda: page(EDIT, block=block, **_context(reward)),
    )


def _context(reward: Reward, form: RewardForm | None = None) -> dict[str, Any]:
    pools = queries.pools_for_choice(reward.pool_id)
    return {
        "reward": reward,
        "form": form or RewardForm.of(reward).offer(pools),
        "pool": queries.get_pool(reward.pool_id),
    }
