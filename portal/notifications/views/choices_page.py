"""The page where members choose: its forms, filled in, and everything that stands around them."""

from __future__ import annotations

from typing import Any

from flask import session

from portal.accounts import queries as accounts
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.feature import Initiative
from portal.core.i18n import language
from portal.notifications import queries
from portal.notifications.forms import KindsForm, ProofForm, RhythmForm, time_of
from portal.notifications.speech import certain_kinds, row_of, said, stoppable_kinds
from portal.notifications.zones import zones

TEMPLATE = "notifications/choices.html"
#: where the browser remembers the code that proves an address
CODE = "proof_of_address"


def kinds_form() -> KindsForm:
    form = KindsForm()
    names = [(kind.name, str(kind.label)) for kind in stoppable_kinds()]
    form.inbox.choices = form.mail.choices = names
    return form


def rhythm_form(me: Viewer) -> RhythmForm:
    form = RhythmForm()
    form.time_zone.choices = _zones_for(queries.rhythm_of(me.id).time_zone)
    return form


def _zones_for(present: str) -> list[tuple[str, str]]:
    """Every zone with a place, and the one that holds now, whatever it is called."""
    known = list(zones(language()))
    return known if present in dict(known) else [(present, present), *known]


def context(
    me: Viewer,
    *,
    kinds: KindsForm | None = None,
    rhythm: RhythmForm | None = None,
    proof: ProofForm | None = None,
) -> dict[str, Any]:
    """Everything on the page, for each of its blocks."""
    member, house, mine = accounts.get_member(me.id), brand.current(), queries.choices_of(me.id)
    rows = [(kind, row_of(kind.name)) for kind in stoppable_kinds()]
    return {
        "member": member,
        "people_kinds": [pair for pair in rows if pair[0].initiative is Initiative.PEOPLE],
        "brand_kinds": [pair for pair in rows if pair[0].initiative is Initiative.BRAND],
        "certain_kinds": [
            (kind, row_of(kind.name)) for kind in certain_kinds() if me.is_staff or not kind.for_staff
        ],
        "kinds_form": kinds or _filled_kinds(me, mine),
        "rhythm_form": rhythm or _filled_rhythm(me),
        "proof_form": proof or ProofForm(formdata=None),
        "code_is_out": CODE in session,
        "all_mail_stopped": mine.all_mail_stopped,
        "budget": house.contact_budget,
        "spent": len(queries.made_this_week(me.id, clock.now())),
        "touches": [
            (touch.made_at, said(touch.kind, touch.facts), touch.path)
            for touch in queries.newest_touches(me.id)
        ],
    }


def _filled_kinds(me: Viewer, mine: queries.Choices) -> KindsForm:
    form = KindsForm(formdata=None)
    kinds = stoppable_kinds()
    form.inbox.choices = form.mail.choices = [(kind.name, str(kind.label)) for kind in kinds]
    form.inbox.data = [kind.name for kind in kinds if mine.hears(kind)]
    form.mail.data = [kind.name for kind in kinds if mine.reads_mail(kind)]
    form.news_by_mail.data = consents.has_given(me.id, consents.NEWS_MAIL)
    return form


def _filled_rhythm(me: Viewer) -> RhythmForm:
    rhythm = queries.rhythm_of(me.id)
    form = RhythmForm(formdata=None)
    form.time_zone.choices = _zones_for(rhythm.time_zone)
    form.time_zone.data, form.pace.data = rhythm.time_zone, rhythm.pace.value
    quiet = rhythm.quiet_from != rhythm.quiet_until
    house = brand.current()
    form.is_quiet.data = quiet
    form.quiet_from.data = time_of(rhythm.quiet_from if quiet else house.quiet_from)
    form.quiet_until.data = time_of(rhythm.quiet_until if quiet else house.quiet_until)
    return form
