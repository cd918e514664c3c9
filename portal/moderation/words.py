"""What moderation says, to staff and to members; in the language in force."""

from __future__ import annotations

from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, in_language, language, ngettext
from portal.core.i18n import lazy as _l
from portal.core.installation import registry
from portal.moderation.models import CaseOrigin, ReportReason
from portal.moderation.rules import HeldBecause, RejectReason

REPORT_REASONS = {
    ReportReason.SPAM: _l("Advertising or spam"),
    ReportReason.UNKIND: _l("Unkind or hurtful"),
    ReportReason.PRIVATE: _l("Shows someone’s private details"),
    ReportReason.COUNTERFEIT: _l("Looks like a counterfeit"),
    ReportReason.NOT_THEIRS: _l("Someone else’s words or photos"),
    ReportReason.OTHER: _l("Something else"),
}

REJECT_REASONS = {
    RejectReason.UNCLEAR: _l("The photos are hard to make out. Could you take them once more?"),
    RejectReason.PRIVATE: _l("It shows someone’s private details, such as a phone number or an address."),
    RejectReason.UNKIND: _l("It could hurt somebody. Please say it in a kinder way."),
    RejectReason.ADVERT: _l("It reads like an advertisement, or leads to other shops."),
    RejectReason.NOT_THEIRS: _l("The words or photos seem to belong to somebody else."),
    RejectReason.OFF_TOPIC: _l("It does not seem to be about life with our products."),
    RejectReason.OTHER: _l("Another reason, in my own words"),
}

HELD_BECAUSE = {
    HeldBecause.FIRST_STORIES.value: _l("A newcomer’s first stories"),
    HeldBecause.LINKS.value: _l("A newcomer’s links"),
    HeldBecause.FIRST_WORDS.value: _l("A newcomer’s first words in public"),
    HeldBecause.TAKEN_DOWN.value: _l("It was taken down, and handed in again"),
}


def reason_for_author(because: RejectReason, note: str, *, tongue: str | None) -> str:
    """The whole reason as the author reads it: the chosen sentence in the author's language, then the note."""
    with in_language(tongue or language()):
        sentence = "" if because is RejectReason.OTHER else str(REJECT_REASONS[because])
    return " ".join(part for part in (sentence, note.strip()) if part)


def kind_label(target_kind: str) -> str:
    """What the thing is called, e.g. "Story"."""
    target = registry().targets.get(target_kind)
    return str(target.label) if target else target_kind


def _approved(facts: dict[str, Any], count: int) -> str:
    if facts["target"] == "story":
        return _("Your story is on the wall. Thank you for telling it!")
    if facts["target"] == "comment":
        return _("Your comment is up now. Thank you for waiting.")
    return _("We looked at it, and everything is fine: others can see it now.")


def _rejected(facts: dict[str, Any], count: int) -> str:
    reason, was_public = facts["reason"], facts["origin"] == CaseOrigin.REPORTED
    if facts["target"] == "story" and not was_public:
        return _(
            "Your story is not on the wall yet. %(reason)s You can change it and send it again.",
            reason=reason,
        )
    if facts["target"] == "story":
        return _(
            "We took your story off the wall. %(reason)s You can change it and send it again.", reason=reason
        )
    if facts["target"] == "comment":
        return _("Your comment is not shown. %(reason)s", reason=reason)
    if facts["target"] == "profile":
        return _("Your profile is hidden for now. %(reason)s", reason=reason)
    return _("Something you made is not shown. %(reason)s", reason=reason)


def _report_decided(facts: dict[str, Any], count: int) -> str:
    if facts["outcome"] == "taken_down":
        return _("Thank you for your report. We looked at it and took it down.")
    if facts["outcome"] == "withdrawn":
        return _("What you reported is gone: its author took it down.")
    return _("Thank you for your report. We looked at it carefully and left it as it is.")


def how_many_reports(number: int) -> str:
    return ngettext("Reported by %(num)s member", "Reported by %(num)s members", number)


NOTIFICATION_KINDS = (
    NotificationKind(
        name="moderation.approved",
        icon="circle-check",
        text=_approved,
        reason=_l("because it is about something you wrote"),
        label=_l("What waited for us is up"),
        initiative=Initiative.TRANSACTIONAL,
    ),
    NotificationKind(
        name="moderation.rejected",
        icon="pencil",
        text=_rejected,
        reason=_l("because it is about something you wrote"),
        label=_l("Something of yours is not shown"),
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    ),
    NotificationKind(
        name="moderation.report_decided",
        icon="flag",
        text=_report_decided,
        reason=_l("because you reported something"),
        label=_l("What became of your report"),
        initiative=Initiative.TRANSACTIONAL,
    ),
)
