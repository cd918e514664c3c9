"""The demo's trial that ended: some chosen by hand and some by draw, their parcels, their reports, and what changed because of them."""

from __future__ import annotations

import io
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from portal.accounts.queries import member_by_email, viewer_of
from portal.catalog.models import ProductVersion
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.media import preparation
from portal.core.media.images import render
from portal.core.media.preparation import Outcome
from portal.core.media.services import stage_upload
from portal.core.media.storage import picture_key, storage
from portal.deliveries import services as deliveries
from portal.deliveries.queries import delivery_for
from portal.deliveries.rules import Address
from portal.trials.models import Report, Suggestion, Tester, Trial
from portal.trials.queries.trials import aspects_of
from portal.trials.rules.kinds import TESTER
from portal.trials.rules.reports import Written
from portal.trials.services import (
    answering,
    drawing,
    offers,
    report_photos,
    reporting,
    showing,
    testing,
)

if TYPE_CHECKING:
    from portal.demo.trials import Report as Words
    from portal.trials.demo import Cast

VALUE = "03 09 14 18 25 31"
ADDRESS = Address("浙江省", "杭州市西湖区", "满觉陇路 12 号", "310007")
PICTURE = (900, 900)
DAY = timedelta(days=1)


def load(cast: Cast, trial: Trial) -> None:
    """From the choice to the end, each thing in its time."""
    from portal.demo import trials as t  # only the demo reads its words

    testers = _choose(cast, trial)
    told = trial.closes_at + 3 * DAY
    for number, tester in enumerate(testers):
        with clock.travel(told + (number + 1) * timedelta(hours=5)):
            _send(cast, tester)
    with clock.travel(told + 9 * DAY):
        for tester in testers[len(t.REPORTS) :]:
            testing.excuse(tester, t.EXCUSE, by=cast.manager)
    for number, (tester, words) in enumerate(zip(testers, t.REPORTS, strict=False)):
        with clock.travel(told + (12 + number) * DAY):
            report = _write(trial, tester, words, seed=number)
        with clock.travel(told + (16 + number) * DAY):
            _answer(cast, report, words)
    with clock.travel(told + 20 * DAY):
        testing.end(trial.id)


# ------------------------------------------------------------------ inside


def _choose(cast: Cast, trial: Trial) -> list[Tester]:
    """Half of the seats by hand, the demo's tester among them; the other half by draw."""
    from portal.demo import trials as t  # only the demo reads its words
    from portal.trials.demo import XIAOMAN, ranked, tell_result, try_to_pick

    best, her = ranked(trial), member_by_email(XIAOMAN).id
    best.sort(key=lambda one: one.member_id != her)
    with clock.travel(trial.closes_at + DAY):
        for one in best[: trial.seats // 2]:
            try_to_pick(cast, trial, one)
        source = {"source_zh": t.SOURCE.zh, "source_en": t.SOURCE.en}
        drawing.freeze_list(trial, **source, known_at=trial.closes_at + 2 * DAY, by=cast.manager)
    with clock.travel(trial.closes_at + 2 * DAY):
        drawing.settle(trial, VALUE, by=cast.manager)
    with clock.travel(trial.closes_at + 3 * DAY):
        tell_result(cast, trial)
    theirs = sa.select(Tester).where(Tester.trial_id == trial.id).order_by(Tester.id)
    return sorted(db.session.scalars(theirs), key=lambda one: one.member_id != her)


def _send(cast: Cast, tester: Tester) -> None:
    """They say yes and where to, it is sent, and four days later it is there."""
    me, said_yes = viewer_of(tester.member_id), clock.now()
    offers.accept(tester, by=me)
    parcel = delivery_for(TESTER, tester.id)
    assert parcel is not None, "it is asked for with the yes"
    deliveries.give_address(parcel, me.display_name, "13900000000", ADDRESS, by=me)
    with clock.travel(said_yes + DAY):
        deliveries.ship(parcel, "顺丰", "SF1400000000", by=cast.manager)
    with clock.travel(said_yes + 5 * DAY):
        deliveries.confirm_received(parcel, by=me)


def _write(trial: Trial, tester: Tester, words: Words, *, seed: int) -> Report:
    from portal.demo import trials as t  # only the demo reads its words

    me = viewer_of(tester.member_id)
    report = reporting.begin(tester, by=me)
    for number, (kind, alt) in enumerate(words.pictures):
        _add_photo(report, kind, 100 * seed + number, me, alt)
    parts = ("first_look", "in_use", "likes", "dislikes")
    aspects = [one.id for one in aspects_of(trial.id)]
    written = Written(
        words={part: getattr(words, part) for part in parts},
        tested=report.tested or t.TESTED,
        points=dict(zip(aspects, words.points, strict=True)),
        suggestions=[said for said, _reply in words.suggestions],
    )
    db.session.refresh(report)
    return reporting.hand_in(report, written, seen=report.version, by=me)


def _add_photo(report: Report, kind: str, seed: int, by: Viewer, alt: str) -> None:
    """Attach a drawing and do at once what the worker would do later."""
    from portal.demo.art import as_jpeg, draw_story

    file = as_jpeg(draw_story(seed, kind, PICTURE, shape="hobo", color="cream"))
    staged = stage_upload(io.BytesIO(file))
    report_photos.add_photo(report, staged, by=by, alt=alt)
    claim = preparation.claim_photo(staged.id)
    assert claim is not None
    with tempfile.NamedTemporaryFile(suffix=".jpg") as kept:
        kept.write(file)
        kept.flush()
        rendered = render(Path(kept.name))
    for width, data in rendered.widths.items():
        storage().put(picture_key(staged.id, width), data)
    preparation.settle_photo(claim, Outcome(rendered=rendered))


def _answer(cast: Cast, report: Report, words: Words) -> None:
    """What was adopted is in the version that came afterwards. A report that waits is let through first."""
    showing.approve(report.id)
    theirs = sa.select(Suggestion).where(Suggestion.report_id == report.id).order_by(Suggestion.position)
    newest = sa.select(ProductVersion).where(ProductVersion.product_id == report.product_id)
    version = db.session.scalars(newest.order_by(ProductVersion.released_on.desc()).limit(1)).first()
    for suggestion, (_said, reply) in zip(db.session.scalars(theirs).all(), words.suggestions, strict=True):
        if reply.startswith("+"):
            answering.adopt(suggestion, version, reply=reply[1:], by=cast.manager)
        else:
            answering.decline(suggestion, reply=reply, by=cast.manager)
