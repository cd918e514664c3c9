"""What points are good for, as staff arrange it."""

from __future__ import annotations

from typing import TypedDict, Unpack

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.rewards.models import CouponPool, Reward


class RewardWords(TypedDict):
    """All that staff decide about a reward. ``cost`` in points; ``most`` for each member, 0 without end."""

    pool_id: str
    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    icon: str
    cost: int
    most: int
    position: int


def create_reward(*, by: Viewer | None, shown: bool = False, **words: Unpack[RewardWords]) -> Reward:
    """A new reward, hidden unless ``shown``. Raises Invalid. Audited."""
    reward = Reward(id=new_id(), created_at=clock.now(), shown=shown, version=1, **_checked(words))
    db.session.add(reward)
    db.session.flush()
    _record("reward.created", reward, by)
    return reward


def change_reward(reward: Reward, *, by: Viewer | None, version: int, **words: Unpack[RewardWords]) -> None:
    """Change it for all who take it from now on. Conflict when it changed since ``version``. Raises Invalid. Audited."""
    _hold(reward)
    if reward.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    values = _checked(words)
    changed = {name: value for name, value in values.items() if getattr(reward, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(reward, name, value)
    reward.version += 1
    _record("reward.changed", reward, by, fields=sorted(changed))


def show_reward(reward: Reward, *, by: Viewer | None) -> None:
    """Members find it among the rewards. Showing twice is showing once."""
    _set_shown(reward, True, by)


def hide_reward(reward: Reward, *, by: Viewer | None) -> None:
    """Nobody takes it any more; what was taken stays."""
    _set_shown(reward, False, by)


# ------------------------------------------------------------------ inside


def _set_shown(reward: Reward, shown: bool, by: Viewer | None) -> None:
    _hold(reward)
    if reward.shown is shown:
        return
    reward.shown = shown
    _record("reward.shown" if shown else "reward.hidden", reward, by)


def _hold(reward: Reward) -> None:
    lock_row(Reward, reward.id)
    db.session.refresh(reward)


def _checked(words: RewardWords) -> RewardWords:
    values: RewardWords = {**words}
    values["name_zh"], values["name_en"] = (
        words["name_zh"] or words["name_en"],
        words["name_en"] or words["name_zh"],
    )
    if db.session.get(CouponPool, words["pool_id"]) is None:
        raise Invalid(_("Please choose a pool of coupons."), field="pool_id")
    return values


def _record(action: str, reward: Reward, by: Viewer | None, **facts: object) -> None:
    db.session.flush()
    audit.record(action, by=by, target_kind="reward", target_id=reward.id, **facts)
