"""Surveys: two questions after something was lived through. Everybody who was, or may have been, there is asked, and the
answers earn nothing."""

from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature
from portal.core.i18n import lazy as _l
from portal.surveys import console, models, views
from portal.surveys.notices import INVITED
from portal.surveys.personal import PERSONAL
from portal.surveys.queries import LIFE

assert models, "importing it is what registers its tables"

FEATURE = Feature(
    name="surveys",
    blueprints=(views.bp, console.bp),
    console=(
        ConsoleItem(
            "surveys_console.surveys",
            _l("Surveys"),
            "message-circle-question-mark",
            order=48,
            group=ConsoleGroup.TOGETHER,
            permission=Permission.VIEW_INSIGHTS,
            also_for=Permission.MANAGE_EVENTS,
            text=_l("How it was for those who came, and what they wrote"),
        ),
    ),
    notification_kinds=(INVITED,),
    personal=PERSONAL,
    timeline=LIFE,
)
