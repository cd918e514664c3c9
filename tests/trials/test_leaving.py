"""What trials keep about a member: all of it in the package, with the label; erased, only facts about nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.media.models import Photo
from portal.core.media.storage import keys_of, storage
from portal.deliveries import services as deliveries
from portal.trials.models import (
    Application,
    Rating,
    Report,
    Standing,
    Suggestion,
    Tester,
    TesterState,
)
from portal.trials.personal import erase, export
from portal.trials.queries.trials import aspects_of
from portal.trials.rules.kinds import REPORT
from portal.trials.services import leaving
from tests.factories.deliveries import ADDRESS
from tests.make import Make
from tests.trials.lives import accepted, act, by, fresh, parcel, send, substitutes


def packed(member_id: str) -> str:
    parts = list(export(member_id))
    return json.dumps({part.name: list(part.rows or ()) for part in parts}, default=str, ensure_ascii=False)


def test_the_package_tells_everything(make: Make) -> None:
    trial = make.trial("chosen", name_en="Quendolin trial")
    application = make.application(trial, decision="picked", region="Kleinkummerfeld", kin=True)
    tester = make.tester(application, state="reported", excuse="Ausrede-xyzzy")
    make.mark(tester)
    with transaction():
        report = make.trial_report(tester, dislikes="Bericht-xyzzy")
        make.suggestion(report, words="Vorschlag-xyzzy")
    told = packed(application.member_id)
    for word in (
        "每天背去上班。",
        "Kleinkummerfeld",
        "Ausrede-xyzzy",
        "on_time",
        "Bericht-xyzzy",
        "Vorschlag-xyzzy",
        "本产品由品牌免费提供",
        "Received free for testing",
    ):
        assert word in told, word
    assert str(application.score) in told
    assert '"way": "hand"' in told and '"never_tested_before": true' in told


def test_a_substitute_reads_their_place(make: Make) -> None:
    [_first, second] = substitutes(make, make.trial("chosen"), 2, newcomer=False)
    told = packed(second.member_id)
    assert '"place_in_line": 2' in told and '"never_tested_before": false' in told


def test_what_is_not_told_yet_is_not_in_the_package(make: Make) -> None:
    """Grades and decisions are known to nobody but staff before the result is."""
    application = make.application(make.trial("frozen"), decision="picked", reason="Grund-xyzzy")
    told = packed(application.member_id)
    assert '"way": null' in told and '"place_in_line": null' in told
    assert "Grund-xyzzy" not in told and '"grade": null' in told and '"decision": null' in told


def test_erased_only_numbers_stay(make: Make) -> None:
    tester = make.tester(
        make.application(make.trial("chosen"), decision="picked", way="nominated", reason="Weil-xyzzy"),
        state="reported",
        excuse="Ausrede-xyzzy",
    )
    member_id = tester.member_id
    with transaction():
        report = make.trial_report(tester, first_look="Bericht-xyzzy")
        make.suggestion(report, words="Vorschlag-xyzzy")
        make.standing(db.session.get_one(type(make.member()), member_id))
    for _twice in range(2):
        with transaction():
            erase(member_id)
    assert "xyzzy" not in packed(member_id)
    held: Any = db.session.query(Application).filter_by(member_id=member_id).one()
    assert (held.answers, held.region, held.kin, held.score is not None) == ({}, "", False, True)
    assert db.session.query(Report).filter_by(member_id=member_id, state="draft").count() == 1
    assert db.session.query(Suggestion).count() == db.session.query(Standing).count() == 0


@pytest.mark.parametrize("begun", ["tested", "points", "suggestion", "photo"])
def test_a_draft_without_a_text_goes_too(make: Make, begun: str) -> None:
    """Whatever was begun: nothing of it stays, and no report is forgotten twice."""
    tester = make.tester(make.application(make.trial("chosen"), decision="picked"))
    empty = dict.fromkeys(("first_look", "in_use", "likes", "dislikes"), "")
    report = make.trial_report(
        tester, state="draft", **empty, tested="7.7-xyzzy" if begun == "tested" else ""
    )
    if begun == "points":
        [aspect, _other] = aspects_of(report.trial_id)
        with transaction():
            db.session.add(Rating(report_id=report.id, aspect_id=aspect.id, points=2))
    elif begun == "suggestion":
        make.suggestion(report, words="Vorschlag-xyzzy")
    elif begun == "photo":
        photo = make.photo(REPORT, report.id, by=report.member_id)
        kept = keys_of(photo.id)
        assert any(storage().exists(key) for key in kept)
    with transaction():
        assert leaving.forget_one_report(report.member_id)
    assert not leaving.forget_one_report(report.member_id)
    db.session.rollback()
    assert fresh(report).tested == ""
    for model in (Rating, Suggestion, Photo):
        assert db.session.query(model).count() == 0
    if begun == "photo":
        assert not any(storage().exists(key) for key in kept)


def test_what_was_handed_in_loses_its_version_as_well(make: Make) -> None:
    tester = make.tester(make.application(make.trial("chosen"), decision="picked"), state="reported")
    report = make.trial_report(tester, tested="xyzzy-7")
    kept = make.suggestion(
        report, words="Übernommen-xyzzy", answer="adopted", reply="Ja-xyzzy", answered_at=clock.now()
    )
    with transaction():
        erase(report.member_id)
    assert (fresh(report).tested, fresh(report).state.value) == ("", "draft")
    assert (fresh(kept).words, fresh(kept).reply, fresh(kept).answer.value) == ("", "", "adopted")


def test_what_is_on_its_way_keeps_the_place_and_what_is_not_stays_here(make: Make) -> None:
    trial = make.trial("chosen", seats=2)
    sent, ready = accepted(make, trial), accepted(make, trial)
    waiting = substitutes(make, trial, 2)
    send(make, sent)
    act(deliveries.give_address, parcel(ready), "小满", "13900001234", ADDRESS, by=by(ready))
    for tester in (sent, ready):
        with transaction():
            erase(tester.member_id)
    assert (fresh(sent).state, fresh(ready).state) == (TesterState.EXCUSED, TesterState.DECLINED)
    assert (parcel(sent).state.value, parcel(ready).state.value) == ("shipped", "stopped")
    asked = db.session.query(Tester).filter_by(trial_id=trial.id, state="offered").all()
    assert [one.member_id for one in asked] == [waiting[0].member_id]


def test_a_place_goes_to_who_is_next_and_an_application_is_taken_back(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = accepted(make, trial)
    [substitute] = substitutes(make, trial, 1)
    waiting = make.application(
        make.trial("closed"), db.session.get_one(type(make.member()), tester.member_id)
    )
    with transaction():
        erase(tester.member_id)
    assert fresh(tester).state is TesterState.DECLINED
    assert db.session.query(Tester).filter_by(application_id=substitute.id).one().state is TesterState.OFFERED
    assert fresh(waiting).withdrawn_at is not None
