"""The pages of the portal, one by one, as those see them who may; walked by ``make screens`` and by the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser import acts
from tests.browser.people import (
    ANALYST,
    BEHIND,
    BOUNCED,
    BROKEN,
    FRESH,
    LEAVING,
    MEMBER,
    NEWCOMER,
    OWNER,
    UNCONFIRMED,
)


@dataclass(frozen=True)
class Screen:
    """One page as one persona sees it.

    ``path`` may name what the stage put there (``{story}``). ``act`` is done once it is open. ``status`` is what the
    page (or the answer to the act) says. ``empty``: in a portal without any data.
    """

    name: str
    path: str
    persona: str | None = None
    act: Callable[[Page], None] | None = None
    status: int = 200
    empty: bool = False


FRONT = (
    Screen("landing", "/"),
    Screen("landing-empty", "/", empty=True),
    Screen("search", "/search?q=妈妈"),
    Screen("search-start", "/search"),
    Screen("search-nothing", "/search?q=qqqqzzzz"),
    Screen("products", "/products"),
    Screen("products-empty", "/products", empty=True),
    Screen("product", "/products/{product}"),
    Screen("product-member", "/products/{product}", MEMBER),
    Screen("member", "/members/{author}"),
    Screen("member-long-name", "/members/{newcomer}", MEMBER),
    Screen("member-own", "/members/{newcomer}", NEWCOMER),
    Screen("member-as-others-see", "/members/{newcomer}?seen_by=everyone", NEWCOMER),
    Screen("terms", "/terms"),
    Screen("privacy", "/privacy"),
    Screen("rules-older", "/rules/1"),
    Screen("demo-mail", "/demo/mail"),
    Screen("demo-mail-empty", "/demo/mail", empty=True),
    Screen("letter", "/demo/mail/{letter}"),
    Screen("demo-texts", "/demo/mail/texts"),
    Screen("demo-texts-empty", "/demo/mail/texts", empty=True),
)

WALL = (
    Screen("wall", "/stories"),
    Screen("wall-empty", "/stories", empty=True),
    Screen("wall-empty-member", "/stories", FRESH, empty=True),
    Screen("wall-member", "/stories", MEMBER),
    Screen("wall-newcomer", "/stories", NEWCOMER),
    Screen("wall-featured", "/stories?show=featured"),
    Screen("wall-nothing-there", "/stories?region=Nowhere"),
    Screen("ways", "/stories/find"),
    Screen("tag", "/stories", act=acts.follow(r"^/tags/")),
    Screen("by-member", "/stories/by/{author}"),
    Screen("by-member-empty", "/stories/by/{fresh}"),
    Screen("story", "/stories/{story}"),
    Screen("story-member", "/stories/{story}", MEMBER, acts.open_all),
    Screen("story-member-errors", "/stories/{story}", MEMBER, acts.answer_nothing, 422),
    Screen("story-words-only", "/stories/{wordy}", MEMBER),
    Screen("story-own", "/stories/{mine}", MEMBER, acts.open_all),
    Screen("story-of-week", "/stories/{chosen}"),
    Screen("story-news", "/stories/{news}"),
    Screen("story-held", "/stories/{held}", NEWCOMER),
    Screen("story-declined", "/stories/{declined}", NEWCOMER),
    Screen("story-taken-down", "/stories/{taken_down}", NEWCOMER),
    Screen("story-preparing", "/stories/{preparing}", NEWCOMER),
    Screen("answers", "/stories/{talked}/comments/{comment}"),
    Screen("history", "/stories/{edited}/history"),
    Screen("history-none", "/stories/{story}/history"),
    Screen("write", "/stories/new", NEWCOMER),
    Screen("write-first", "/stories/new", FRESH),
    Screen("write-unconfirmed", "/stories/new", UNCONFIRMED),
    Screen("write-errors", "/stories/new", MEMBER, acts.write_too_much, 422),
    Screen("edit", "/stories/{mine}/edit", MEMBER),
    Screen("edit-declined", "/stories/{declined}/edit", NEWCOMER),
    Screen("report", "/report/story/{story}", FRESH),
    Screen("report-errors", "/report/story/{story}", FRESH, acts.send_empty("#report-form"), 422),
    Screen("report-sent", "/report/story/{reported}", NEWCOMER),
)

ACCOUNT = (
    Screen("sign-up", "/sign-up"),
    Screen("sign-up-errors", "/sign-up", act=acts.send_empty("#sign-up-form"), status=422),
    Screen("sign-in", "/sign-in"),
    Screen("sign-in-errors", "/sign-in", act=acts.send_empty("#sign-in-form"), status=422),
    Screen("sign-in-code", "/sign-in/code"),
    Screen("check-mail", "/sign-in", act=acts.wait_for_mail),
    Screen("check-mail-errors", "/sign-in", act=acts.mistype_code, status=422),
    Screen("check-text", "/sign-in", act=acts.wait_for_text),
    Screen("not-me", "/not-me"),
    Screen("not-me-errors", "/not-me", act=acts.send_empty("#not-me-form"), status=422),
    Screen("reset", "/reset"),
    Screen("reset-errors", "/reset", act=acts.send_empty("main form"), status=422),
    Screen("confirm", "{confirm}"),
    Screen("link-over", "/confirm/nothing", status=404),
    Screen("new-password", "{reset}", act=acts.use_link),
    Screen("me", "/me", MEMBER),
    Screen("photo-rights", "/stories/{mine}/photo-rights", MEMBER),
    Screen("photos-given", "/me/photo-rights", MEMBER),
    Screen("photos-given-none", "/me/photo-rights", FRESH),
    Screen("invitation", "{invitation}"),
    Screen("invitation-other", "{invitation}", MEMBER),
    Screen("invitation-over", "/invitations/nothing", status=404),
    Screen("texts-wait", "/products", BEHIND),
    Screen("texts-wait-wall", "/stories", BEHIND),
    Screen("me-newcomer", "/me", NEWCOMER),
    Screen("profile", "/me/profile", MEMBER),
    Screen("profile-errors", "/me/profile", NEWCOMER, acts.clear("#profile-form", "display_name"), 422),
    Screen("avatar", "/me/avatar", MEMBER),
    Screen("security", "/me/security", MEMBER),
    Screen("security-errors", "/me/security", MEMBER, acts.send_empty("#password-form"), 422),
    Screen("change-password", "/me/security/password", MEMBER),
    Screen("contact-phone", "/me/security/phone", MEMBER),
    Screen("contact-mail-errors", "/me/security/mail", MEMBER, acts.send_empty("#contact-form"), 422),
    Screen("contact-code", "/me/security/mail", MEMBER, acts.ask_for_contact),
    Screen("contact-code-lost", "/me/security/phone/code", FRESH),
    Screen("contact-remove", "/me/security/phone/remove", MEMBER),
    Screen("my-data", "/me/privacy", MEMBER),
    Screen("my-data-ready", "/me/privacy", NEWCOMER),
    Screen("leave", "/me/privacy/leave", MEMBER),
    Screen("leave-errors", "/me/privacy/leave", MEMBER, acts.send_empty("#leave-form"), 422),
    Screen("leaving", "/me/privacy", LEAVING),
    Screen("keep", "{keep}"),
    Screen("keep-over", "/keep/nothing"),
    Screen("inbox", "/inbox", MEMBER),
    Screen("notifications", "/me/notifications", MEMBER, acts.open_all),
    Screen("notifications-stopped", "/me/notifications", BOUNCED),
    Screen("notifications-errors", "/me/notifications", NEWCOMER, acts.empty_hours, 422),
    Screen("stop", "{stop}"),
    Screen("stop-done", "{stop_everything}", act=acts.stop_mail),
    Screen("keep-away", "/members/{author}/keep-away", MEMBER),
    Screen("keep-away-muted", "/members/{fresh}/keep-away", NEWCOMER),
    Screen("member-muted", "/members/{fresh}", NEWCOMER),
    Screen("distance", "/me/distance", NEWCOMER),
    Screen("distance-empty", "/me/distance", FRESH),
    Screen("inbox-newcomer", "/inbox", NEWCOMER),
    Screen("inbox-empty", "/inbox", FRESH, empty=True),
)

STUDIO = (
    Screen("console", "/console", OWNER),
    Screen("console-empty", "/console", OWNER, empty=True),
    Screen("queue", "/console/queue", OWNER),
    Screen("queue-errors", "/console/queue", OWNER, acts.decline_without_reason, 422),
    Screen("queue-empty", "/console/queue", OWNER, empty=True),
    Screen("replies", "/console/replies", OWNER),
    Screen("replies-errors", "/console/replies", OWNER, acts.answer_nothing, 422),
    Screen("replies-empty", "/console/replies", OWNER, empty=True),
    Screen("themes", "/console/themes", OWNER),
    Screen(
        "themes-errors", "/console/themes", OWNER, acts.send_empty("form[action$='/console/themes']"), 422
    ),
    Screen("themes-empty", "/console/themes", OWNER, empty=True),
    Screen("weeks", "/console/weeks", OWNER),
    Screen("weeks-empty", "/console/weeks", OWNER, empty=True),
    Screen("news", "/stories/news/new", OWNER),
    Screen("news-errors", "/stories/news/new", OWNER, acts.send_empty("#news"), 422),
    Screen("console-products", "/console/products", OWNER),
    Screen("console-products-empty", "/console/products", OWNER, empty=True),
    Screen("product-new", "/console/products/new", OWNER),
    Screen("product-new-errors", "/console/products/new", OWNER, acts.send_empty("main form"), 422),
    Screen("product-edit", "/console/products/{product_id}", OWNER),
    Screen("product-picture", "/console/products/{product_id}/picture", OWNER),
    Screen("shelves", "/console/products/categories", OWNER, acts.open_all),
    Screen("members-desk", "/console/members", OWNER, acts.open_all),
    Screen("members-desk-nothing", "/console/members?q=qqqqzzzz", ANALYST),
    Screen("member-desk", "/console/members/{author}", OWNER),
    Screen("member-desk-analyst", "/console/members/{newcomer}", ANALYST),
    Screen("member-desk-errors", "/console/members/{fresh}", OWNER, acts.send_empty("#notes > form"), 422),
    Screen("member-timeline", "/console/members/{author}/timeline", OWNER),
    Screen("photo-desk", "/console/photo-rights", OWNER),
    Screen("photo-desk-empty", "/console/photo-rights", OWNER, empty=True),
    Screen("staff", "/console/staff", OWNER),
    Screen("staff-invite-errors", "/console/staff", OWNER, acts.send_empty("#invite-form"), 422),
    Screen("staff-errors", "/console/staff", OWNER, acts.send_empty("form.side"), 422),
    Screen("settings", "/console/settings", OWNER),
    Screen("settings-errors", "/console/settings", OWNER, acts.clear("#words", "name_en"), 422),
    Screen("settings-empty", "/console/settings", OWNER, empty=True),
    Screen("settings-colour", "/console/settings/colour?hue=250", OWNER),
    Screen("settings-logo", "/console/settings/logo", OWNER),
    Screen("legal-list", "/console/settings/legal", OWNER),
    Screen("legal-list-empty", "/console/settings/legal", OWNER, empty=True),
    Screen("legal-edit", "/console/settings/legal/terms", OWNER),
    Screen("legal-edit-preview", "/console/settings/legal/rules", OWNER, acts.look_at_text),
    Screen(
        "legal-edit-errors", "/console/settings/legal/rules", OWNER, acts.clear("#legal-form", "body_en"), 422
    ),
    Screen("legal-edit-empty", "/console/settings/legal/privacy", OWNER, empty=True),
    Screen("sources", "/console/sources", OWNER),
    Screen("sources-analyst", "/console/sources", ANALYST),
    Screen("sources-errors", "/console/sources", OWNER, acts.send_empty("#new-source"), 422),
    Screen("sources-empty", "/console/sources", OWNER, empty=True),
    Screen("source", "/console/sources/parcel", OWNER),
    Screen("source-closed", "/console/sources/old-flyer", OWNER),
    Screen("story-staff", "/stories/{story}", OWNER, acts.open_all),
    Screen("story-of-week-staff", "/stories/{chosen}", OWNER),
    Screen("story-news-staff", "/stories/{news}", OWNER),
)

REFUSALS = (
    Screen("token-lost", "/sign-in", act=acts.lose_token),
    Screen("error-403", "/console/queue", ANALYST, status=403),
    Screen("error-404", "/nothing-here", status=404),
    Screen("error-404-studio", "/console/queue", MEMBER, status=404),
    Screen("error-413", "/sign-in", act=acts.send_too_much, status=413),
    Screen("error-429", "/sign-in", act=acts.knock_too_often, status=429),
    Screen("error-500", "/stories/new", BROKEN, status=500),
)

SCREENS = FRONT + WALL + ACCOUNT + STUDIO + REFUSALS
