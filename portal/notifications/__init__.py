"""Notifications: what members are told, merged instead of repeated, in the inbox behind the bell and by mail.

Features above register kinds with a text of their own; the text is spoken when it is read, in the reader's language.
Each kind says who began it: what a member must know always comes; what people do obeys the member's choices, quiet hours
and pace; what the brand says of its own accord waits until consent, hours and the weekly contact budget let it through.
"""

from __future__ import annotations

from flask import Flask

from portal.core.feature import Feature
from portal.core.mail.asking import before_sending, choices_are_at
from portal.notifications import colleagues, demo_mail, jobs, proofs, receivers, services, speech
from portal.notifications.keeping import RETENTION
from portal.notifications.personal import PERSONAL
from portal.notifications.queries.life import LIFE
from portal.notifications.speech import MAIL_STOPPED
from portal.notifications.views import bp, unread

# importing these is what registers them
assert jobs
assert receivers


def install(app: Flask) -> None:
    """The demo's mailbox, and what the mail room wants to know."""
    demo_mail.install(app)
    before_sending(app, services.may_go)
    choices_are_at(app, speech.chosen_at)


FEATURE = Feature(
    name="notifications",
    blueprints=(bp,),
    notification_kinds=(MAIL_STOPPED, *colleagues.KINDS),
    proofs=proofs.PROOFS,
    personal=PERSONAL,
    retention=RETENTION,
    timeline=LIFE,
    template_globals={"unread": unread},
    install=install,
)
