"""A small world for tests of distance: two members who planted words everywhere, and others who look on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.models import DistanceKind, Member
from portal.accounts.queries import get_member, viewer_of
from portal.accounts.services import distance
from portal.accounts.services.profiles import refresh_search
from portal.catalog.models import Product
from portal.contests.models import Contest
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.stories import queries, services
from portal.stories.models import Comment, Story
from portal.stories.services.taking_part import take_part
from portal.trials.models import Answer
from portal.trials.services.showing import index_report
from tests.client import PortalClient
from tests.make import Make

#: two-character word in every story and name: searched for, it finds everybody
SHARED, TAG, REGION = "冬天", "一起走", "杭州"


def look(browser: PortalClient, path: str) -> TestResponse:
    """A page without the checks of its HTML: a table of surfaces opens a thousand."""
    db.session.commit()
    with browser.application.app_context():
        answer = FlaskClient.open(browser, path, headers={"Accept-Language": "en"})
    db.session.expire_all()
    return answer


@dataclass
class Planted:
    """A member and all that tells of them: ``words`` stand in what they wrote, ``ids`` in addresses."""

    member: Member
    words: dict[str, str]
    story: Story = field(init=False)
    ids: dict[str, str] = field(default_factory=dict)

    def traces_in(self, page: str) -> list[str]:
        """What of them a page holds."""
        everything = self.words | self.ids
        return sorted(name for name, word in everything.items() if word in page)


class World:
    """``a`` and ``b``, a third member whose story both talk under, and browsers of everybody."""

    def __init__(self, app: Flask, make: Make, sign_in: Callable[..., PortalClient]) -> None:
        self.under: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.make, self.third = make, make.member(display_name="Third")
        self.product: Product = make.product()
        make.hashtag(TAG, theme_position=1)
        self.campaign = make.campaign(hashtag=f"#{TAG}")
        self.common: Story = make.story(author=self.third, body=f"{SHARED} thirdstory", tags=f"#{TAG}")
        self.top: Comment = make.comment(story=self.common, author=self.third, body="thirdtop")
        self.contest = self._contest()
        self.trial = make.trial("chosen", product=self.product)
        self.reports: dict[str, str] = {}
        self.a, self.b = self._plant("Alba"), self._plant("Boris")
        for one, other in ((self.a, self.b), (self.b, self.a)):
            self._meet(one, other)
        self.owner = make.staff("owner")
        self.browsers = {
            "a": sign_in(self.a.member),
            "b": sign_in(self.b.member),
            "third": sign_in(self.third),
            "staff": sign_in(self.owner),
            "stranger": PortalClient(app),
        }

    def _contest(self) -> Contest:
        """Decided; all who are planted gave the name that won."""
        gone = {"secret": "", "tally_hash": "h" * 64, "counted_at": clock.now(), "decided_at": clock.now()}
        first = self.make.entry(made := self.make.contest("closed", product=self.product), self.third, SHARED)
        with transaction():
            for fact, value in (gone | {"winner_id": first.id}).items():
                setattr(made, fact, value)
        return made

    def _plant(self, name: str) -> Planted:
        face = new_id()
        words = {
            part: f"{name}{part}" for part in ("name", "bio", "story", "comment", "reply", "under", "report")
        }
        member = self.make.member(
            display_name=f"{words['name']} {SHARED}", bio=words["bio"], region=REGION, avatar=face
        )
        planted = Planted(member, words)
        planted.story = self.make.story(
            author=member,
            body=f"{words['story']} {SHARED}",
            tags=f"#{TAG}",
            product=self.product,
            region=REGION,
            featured_at=clock.now(),
        )
        with transaction():
            take_part(planted.story, handed_in=True)
        self.make.entry(self.contest, member, SHARED)
        self.make.credit(self.product, member, words=SHARED)
        self.reports[name] = self._report(member, words["report"])
        comment = self.make.comment(story=self.common, author=member, body=words["comment"])
        self.make.comment(story=self.common, author=self.third, parent=comment, body=f"to{name}")
        self.make.comment(story=self.common, author=member, parent=self.top, body=words["reply"])
        under = self.make.comment(story=planted.story, author=self.third, body=words["under"])
        self.make.reaction(story=self.common, member=member)
        planted.ids = {
            "member id": member.id,
            "story id": planted.story.id,
            "face": face,
        }
        self.under[name], self.said[name] = under.id, comment.id
        with transaction():
            refresh_search(get_member(member.id))
        return planted

    def _report(self, member: Member, words: str) -> str:
        """They tested something, say what they like, and a version took up what they suggested."""
        tester = self.make.tester(
            self.make.application(self.trial, member, decision="picked"), state="reported"
        )
        report = self.make.trial_report(tester, likes=f"{words} {SHARED}")
        version = self.make.version(self.product, label=f"2.{len(self.reports)}")
        answered = {"answer": Answer.ADOPTED, "answered_at": clock.now(), "version_id": version.id}
        self.make.suggestion(report, words=SHARED, **answered)
        with transaction():
            index_report(report)
        return str(report.id)

    def _meet(self, one: Planted, other: Planted) -> None:
        """One likes the other's story and writes below it: it stands in the other's inbox."""
        by = viewer_of(one.member.id)
        with transaction():
            story = db.session.get_one(Story, other.story.id)
            services.set_reaction(story, by=by, on=True)
            services.add_comment(story, by=by, body=f"{one.words['comment']} hello")

    def choose_for_this_week(self, of: str) -> None:
        """The story of the week is theirs now, whosever it was."""
        planted = self.a if of == "a" else self.b
        holder = queries.week_holder(queries.this_week())
        if holder is None or holder.story_id != planted.story.id:
            with transaction():
                story = db.session.get_one(Story, planted.story.id)
                instead = holder.story_id if holder else None
                services.choose_story_of_week(story, by=viewer_of(self.owner.id), instead_of=instead)

    def keep_away(self, kind: str, by: str) -> None:
        mine, theirs = (self.a, self.b) if by == "a" else (self.b, self.a)
        with transaction():
            distance.keep_away(get_member(theirs.member.id), DistanceKind(kind), by=viewer_of(mine.member.id))

    def let_back(self, by: str) -> None:
        mine, theirs = (self.a, self.b) if by == "a" else (self.b, self.a)
        with transaction():
            distance.let_back(theirs.member.id, by=viewer_of(mine.member.id))

    def paths(self, of: str) -> dict[str, Any]:
        """What the addresses of surfaces name, when they are about ``a`` or ``b``."""
        planted, name = (self.a, "Alba") if of == "a" else (self.b, "Boris")
        return {
            "member": planted.member.id,
            "story": planted.story.id,
            "under": self.under[name],
            "said": self.said[name],
            "common": self.common.id,
            "top": self.top.id,
            "product": self.product.slug,
            "contest": self.contest.slug,
            "trial": self.trial.slug,
            "report": self.reports[name],
            "tag": TAG,
            "campaign": self.campaign.slug,
            "region": REGION,
            "words": SHARED,
        }
