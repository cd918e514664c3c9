"""Notifications: what members are told, merged instead of repeated, in the inbox behind the bell and by mail.

Features above register kinds with a text of their own; the text is spoken when it is read, in the reader's language.
"""

from portal.core.feature import Feature
from portal.notifications import demo_mail
from portal.notifications.views import bp, unread

FEATURE = Feature(
    name="notifications",
    blueprints=(bp,),
    template_globals={"unread": unread},
    install=demo_mail.install,
)
