"""Reports in every state, and suggestions that wait, are late, or have their answer. Photos are those of the demo's own reports."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.trials.models import Answer, Mending, Rating, Report, ReportState, Trial
from portal.trials.queries.trials import aspects_of
from tests.factories import catalog
from tests.factories import trials as make
from tests.trials.reporting import LONG

DAY = timedelta(days=1)


def reports_in_all_states(member: Member, product_id: str, staff_id: str) -> dict[str, str]:
    """All of ``member``, each of a trial of its own; ``report_told`` is shown, mended, and has every kind of answer."""
    product = db.session.get_one(Product, product_id)
    told = _report(product, member, "shown", in_use=LONG, tested="2.0", form_mended_at=clock.now())
    db.session.add(
        Mending(
            report_id=told.id,
            part="in_use",
            before=LONG.replace("电脑", "电恼"),
            after=LONG,
            by_id=staff_id,
            at=clock.now(),
        )
    )
    _suggest(told, product)
    waiting = _report(product, member, "waiting", dislikes="", none_because="找了三个星期，真的没有。")
    reason = "请把同事的电话去掉，其他都很好。"
    hidden = _report(product, member, "hidden", hidden_because=reason, shown_at=None)
    return {
        "report_told": told.id,
        "report_told_in": db.session.get_one(Trial, told.trial_id).slug,
        "report_waiting": waiting.id,
        "report_hidden": hidden.id,
        "tester_hidden": hidden.tester_id,
    }


def _report(product: Product, member: Member, state: str, **facts: object) -> Report:
    trial = make.trial("chosen", product=product, name_zh=f"报告：{state}", name_en=f"Report: {state}")
    tester = make.tester(make.application(trial, member, decision="picked"), state="reported")
    report = make.trial_report(tester, state=ReportState(state), **facts)
    for points, aspect in enumerate(aspects_of(trial.id), start=3):
        db.session.add(Rating(report_id=report.id, aspect_id=aspect.id, points=points))
    return report


def _suggest(report: Report, product: Product) -> None:
    now, version = clock.now(), catalog.version(product, "2.1")
    adopted = {"answer": Answer.ADOPTED, "answered_at": now, "reply": "谢谢，已经改了。"}
    make.suggestion(report, 1, words="肩带再长两格。", due_at=now - DAY)
    make.suggestion(report, 2, words="扣子换成磁扣，一只手就能开。" * 6)
    make.suggestion(report, 3, words="里布换浅一点的颜色。", version_id=version.id, **adopted)
    make.suggestion(report, 4, words="加一个放雨伞的侧袋。", **adopted)
    declined = {
        "answer": Answer.DECLINED,
        "answered_at": now,
        "reply": "包皮的拉头半年就会开边，反而不好看。",
    }
    make.suggestion(report, 5, words="拉头包一小块皮。", **declined)
