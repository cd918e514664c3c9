"""``python -m tests.browser.guests``: members of the tests' own, so that no journey meets what another one left behind."""

from __future__ import annotations

import sqlalchemy as sa

from portal import create_app
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.membership.models import Plan, Subscription
from portal.membership.services import passing
from tests.browser.people import PASSWORD
from tests.factories import accounts as make
from tests.factories import membership

JOINS_ZH, JOINS_EN = "joins-zh@guest.example", "joins-en@guest.example"
#: pays when it is too late
LATE = "late@guest.example"
#: was a paying member for a year, and has been gone for a month
LAPSED = "lapsed@guest.example"
GIVES, FRIEND, STRANGER = "gives@guest.example", "friend@guest.example", "stranger@guest.example"
REDEEMS_ZH, REDEEMS_EN = "redeems-zh@guest.example", "redeems-en@guest.example"
#: pays by bank transfer
SENDS = "sends@guest.example"

LANGUAGES = {JOINS_EN: "en", FRIEND: "en", REDEEMS_EN: "en", SENDS: "en"}
NAMES = {FRIEND: "Maximiliana-Konstantina Wolfesch", GIVES: "林小满的妈妈", SENDS: "Sena Demir"}
EVERYBODY = (JOINS_ZH, JOINS_EN, LATE, LAPSED, GIVES, FRIEND, STRANGER, REDEEMS_ZH, REDEEMS_EN, SENDS)


def main() -> None:
    with create_app().app_context():
        with transaction():
            for email in EVERYBODY:
                invite(email)
        let_lapse()


def invite(email: str) -> None:
    """Somebody who signed up and accepted the texts of the house."""
    language, name = LANGUAGES.get(email, "zh_CN"), NAMES.get(email, email.partition("@")[0])
    joined = clock.now() - clock.days(500)
    member = make.member(
        email=email, password=PASSWORD, display_name=name, language=language, joined_at=joined
    )
    consents.accept_texts(member.id, brand.legal_versions(), how=consents.SIGN_UP)


def let_lapse() -> None:
    """A year was paid, then its time came, as the clock and the worker would have had it."""
    began = clock.now() - clock.days(400)
    with clock.travel(began), transaction():
        lamp = db.session.scalars(sa.select(Plan).where(Plan.months == 12).order_by(Plan.price)).first()
        assert lamp is not None, "the demo sells memberships by the year"
        of = db.session.scalars(sa.select(make.Member).where(make.Member.email == LAPSED)).one()
        subscription_id = membership.subscription(viewer_of(of.id), lamp).id
    for days in (366, 375):
        with clock.travel(began + clock.days(days)), transaction():
            passing.catch_up(db.session.get_one(Subscription, subscription_id))


if __name__ == "__main__":
    main()
