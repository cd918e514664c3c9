"""Trials in every phase, for the member; long ago as far as their quota is concerned."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.trials.models import Trial
from tests.factories import accounts
from tests.factories import trials as make

ANSWER = (
    "电脑、水壶、孩子的画笔，还有一袋随时会漏的豆浆。我住六楼没电梯，每天爬十二趟楼，肩带松不松，三天就知道。"
    * 3
)
#: no word breaks in it
ENDLESS = "Wunderbarerweiseunzerbrechlichkeitsgeschichtensammlerin" * 3


def trials_in_all_phases(member: Member, product_id: str) -> dict[str, str]:
    """The member applied in some of them; in ``trial_needs`` and ``trial_barred`` something stands between."""
    product, now = db.session.get_one(Product, product_id), clock.now()
    found: dict[str, Trial] = {
        phase: make.trial(phase, product=product, name_zh=f"试用：{phase}", name_en=f"Trial: {phase}")
        for phase in ("coming", "open", "closed", "draft")
    }
    found["applied"] = make.trial(product=product, name_zh="申请过的", name_en="Applied for", region_most=2)
    found["needs"] = make.trial(
        product=product, needs_purchase=True, regions=["杭州", "成都"], name_en="Needs"
    )
    found["barred"] = make.trial("frozen", product=product, name_zh="没能参加的", name_en="Barred")
    found["grading"] = make.trial("frozen", product=product, name_zh="盲评中的", name_en="To be graded")
    found["cancelled"] = make.trial(product=product, cancelled_at=now)
    found["bare"] = make.trial("draft", product=product, questions=0, aspects=0, name_zh="", name_en="")
    long_ago = now - timedelta(days=500)
    make.application(found["applied"], member, applied_at=long_ago)
    make.application(found["closed"], member, applied_at=long_ago)
    make.application(found["barred"], member, applied_at=long_ago, barred="won")
    for words in (ANSWER, ENDLESS, "🌸"):
        made = accounts.member(display_name="Somebody")
        make.application(found["grading"], made, graded=False, answers={"1": words, "2": ANSWER})
    return {f"trial_{phase}": trial.slug for phase, trial in found.items()}
