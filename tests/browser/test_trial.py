"""A whole trial in a real browser: made, applied for by 431, graded, picked and drawn, sent, reported, answered, ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser import phone
from tests.browser.portal import RunningPortal
from tests.browser.trial_crowd import FANS, GRADER
from tests.browser.trial_fans import (
    apply,
    find_it_gone,
    find_it_missing,
    read_reliability,
    receive,
    report,
    say_no,
    say_yes,
    see_what_became_of_it,
    see_who_was_chosen,
    take_more_time,
)
from tests.browser.trial_house import OWNER, House, Way, days_of
from tests.browser.trial_studio import (
    answer_suggestions,
    draw_the_rest,
    follow,
    grade,
    make_better,
    make_trial,
    pick_by_hand,
    send_all,
    tell_everybody,
)

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param(Way("phone", "zh-CN", "phone", javascript=True), id="phone"),
    pytest.param(Way("plain", "en", "desk", javascript=False), id="plain"),
]
MAGNET, POCKET = "A magnet instead of the buckle.", "A pocket at the back, without a zip."


@pytest.fixture(params=WAYS)
def house(
    request: pytest.FixtureRequest, portal: RunningPortal, opened: Browser, desk_state: StorageState
) -> Iterator[House]:
    with days_of(portal) as days:
        house = House(portal, opened, request.param, desk_state, days)
        house.others("people")
        yield house


def test_from_431_applications_to_a_better_bag(house: House, roll: phone.Roll) -> None:
    """Ada, Ben and Cai are picked; Ada says no, Ben says nothing, so Fay and Gus take their places. Cai reports in time, Fay with
    more time, Gus never."""
    make_trial(house)
    house.days(3)
    reliable = {fan: apply(house, fan) for fan in FANS}
    house.others("apply")
    house.days(8)
    house.others("grade")
    for colleague in (GRADER, OWNER):
        grade(house, colleague)
    pick_by_hand(house)
    draw_the_rest(house)
    tell_everybody(house)

    drawn = see_who_was_chosen(house)
    say_no(house, "ada")
    for who in ("cai", "fay", drawn):
        say_yes(house, who)
    house.others("go_on")
    house.days(2)
    find_it_gone(house, "ben")
    say_yes(house, "gus")

    send_all(house)
    for who in ("cai", "fay", "gus"):
        receive(house, who)
    house.others("go_on")
    house.days(10)
    report(house, "cai", MAGNET, roll.nine[:5])
    take_more_time(house, "fay")
    house.others("go_on")
    house.days(9)
    report(house, "fay", POCKET, roll.nine[4:])
    find_it_missing(house, "gus")
    house.days(1)
    follow(house)

    make_better(house)
    answer_suggestions(house, MAGNET, POCKET)
    see_what_became_of_it(house, MAGNET, by="Cai")
    house.others("open_next")
    knows = {fan: read_reliability(house, fan) for fan in ("cai", "fay", "gus")}
    assert knows["cai"] > reliable["cai"]
    assert knows["fay"] > reliable["fay"]
    assert knows["gus"] < reliable["gus"]
