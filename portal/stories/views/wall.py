"""The wall, a hashtag's wall, and the stories of one member: lists of cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.brand import queries as brand
from portal.brand.showing import count as spoken_count
from portal.core import clock
from portal.core.access import Viewer, public, viewer
from portal.core.errors import NotFound
from portal.core.i18n import _, ngettext
from portal.core.paging import Page
from portal.core.web import page, wants_fragment
from portal.stories import cards, queries
from portal.stories.campaign_rules import state_of
from portal.stories.queries import CardRow, WallFilter, WallHead, campaigns
from portal.stories.queries.apart import NOTHING, Unseen, hidden_by_tag, unseen_among
from portal.stories.queries.leads import leads_of
from portal.stories.queries.own import Mine, mine_among
from portal.stories.queries.stamps import Stamp, likes_among, wall_stamps
from portal.stories.views import around, kept_wall
from portal.stories.views.blueprint import bp
from portal.stories.ways import choices

#: pages that fetch the next one by themselves; then a plain link, so that the foot of the page stays in reach
PAGES_BY_THEMSELVES = 3


@dataclass(frozen=True)
class Filter:
    """One chip above the wall."""

    label: str
    url: str
    current: bool
    count: int | None = None


@bp.get("/stories")
@public
def wall() -> Response:
    chosen, me = _chosen(), viewer()
    stamps = wall_stamps(chosen, me, cursor=request.args.get("after"))
    if wants_fragment() and request.args.get("after"):
        return page("stories/wall.html", block="wall_page", **_page_context(chosen, stamps))
    context = _wall_context(chosen, stamps, cards.wall_head(), me)
    kept_wall.tell_front(me, context)
    return page("stories/wall.html", block="stories", **context)


@bp.get("/stories/find")
@public
def ways() -> Response:
    """Products and regions to filter by: a page of its own, or a panel under the filters."""
    found = choices(viewer())
    return page("stories/ways.html", block="ways", products=found.products, regions=found.regions)


@bp.get("/tags/<tag>")
@public
def tag(tag: str) -> Response:
    """What people told under one hashtag."""
    (found, campaign), me = campaigns.find_tag_and_campaign(tag), viewer()
    if found is not None:
        found = replace(found, count=found.count - hidden_by_tag(me, found.id))
    whole = not (wants_fragment() and request.args.get("after"))
    leads = leads_of(found.id) if found is not None and whole else []
    known = found and (found.count or campaign or leads or found.theme_position is not None)
    if found is None or not (known or _is_prompted(found.name)):
        raise NotFound(_("Nobody has told a story with this hashtag yet."))
    chosen = WallFilter("tag", found.name)
    stamps = wall_stamps(chosen, me, cursor=request.args.get("after"))
    context = _page_context(chosen, stamps, endpoint="stories.tag", tag=found.name)
    if whole:
        prompt = queries.current_prompt()
        context |= {"tag": found, "prompt": prompt if prompt and prompt.tag.name == found.name else None}
        state = campaign and state_of(campaign, clock.now())
        context |= {"campaign": campaign, "state": state, "leads": leads}
    return page("stories/tag.html", block="wall_page", **context)


@bp.get("/stories/by/<member_id>")
@public
def by_member(member_id: str) -> Response:
    """One member's stories: a page, or a piece of the member's page."""
    me = viewer()
    member = accounts.get_profile(me, member_id)
    rows = queries.stories_by(member.id, me, cursor=request.args.get("after"))
    chosen = WallFilter("member", member.id)
    context = _list_context(chosen, rows.next_cursor, "stories.by_member", {"member_id": member.id})
    context |= {"cards": _cards_of(member.id, rows.items, me), "divider": None, "empty": None}
    if not rows.items:
        context["empty"] = around.nothing(chosen, member.display_name)
    return page("stories/by_member.html", block="wall_page", member=member, **context)


def _cards_of(member_id: str, rows: list[CardRow], me: Viewer | None) -> list[Markup]:
    if me is None or me.id != member_id:
        return around.story_cards(rows)
    return around.own_cards(rows, likes_among(me.id, [row.id for row in rows]), me)


# ------------------------------------------------------------------ contexts


def _chosen() -> WallFilter:
    """The filter in the address; what cannot be understood is the newest."""
    for kind in ("tag", "product", "region"):
        if value := request.args.get(kind, "").strip():
            return WallFilter(kind, value)
    return WallFilter("featured" if request.args.get("show") == "featured" else "newest")


def _arguments(chosen: WallFilter) -> dict[str, Any]:
    if chosen.kind == "newest":
        return {}
    return {"show": "featured"} if chosen.kind == "featured" else {chosen.kind: chosen.value}


def _page_context(
    chosen: WallFilter,
    stamps: Page[Stamp],
    *,
    name: str | None = None,
    news: CardRow | None = None,
    mine: Mine | None = None,
    unseen: dict[str, Unseen] | None = None,
    endpoint: str = "stories.wall",
    **place: str,
) -> dict[str, Any]:
    """One page of the wall. ``name`` (of the filter), ``mine`` and ``unseen`` are asked for unless known; ``news``
    goes first.
    """
    me = viewer()
    liked = mine.liked if mine else likes_among(me.id, _ids(news, stamps)) if me else None
    context = _list_context(chosen, stamps.next_cursor, endpoint, place or _arguments(chosen))
    if unseen is None:
        unseen = unseen_among(me, _ids(news, stamps))
    context["cards"] = _drawn(news, stamps, liked, unseen=unseen)
    context["divider"] = stamps.items[0].at if request.args.get("after") and stamps.items else None
    if not stamps.items:
        context["empty"] = around.nothing(chosen, around.filter_name(chosen) if name is None else name)
    return context


def _drawn(
    news: CardRow | None,
    stamps: Page[Stamp],
    liked: frozenset[str] | None,
    *,
    unseen: Mapping[str, Unseen] = cards.NOBODYS,
) -> list[Markup]:
    """The cards for somebody who likes these (None: for a visitor), ``news`` first."""
    first = [news] if news else []
    return [
        *cards.render_cards(first, liked=liked, unseen=unseen),
        *cards.render_stamped(stamps.items, liked=liked, unseen=unseen),
    ]


def _list_context(
    chosen: WallFilter, next_cursor: str | None, endpoint: str, place: dict[str, str]
) -> dict[str, Any]:
    """What every list of cards needs around them."""
    number = _page_number()
    more: dict[str, Any] = {**place, "after": next_cursor, "page": number + 1}
    return {
        "next_url": url_for(endpoint, **more) if next_cursor else None,
        "auto": number < PAGES_BY_THEMSELVES,
        "prompt": None,
        "week": None,
        "campaign": None,
        "empty": None,
    }


def _wall_context(
    chosen: WallFilter, stamps: Page[Stamp], head: WallHead, me: Viewer | None
) -> dict[str, Any]:
    """The whole wall."""
    opening = chosen.kind == "newest" and not request.args.get("after")
    name, heading = around.filter_name(chosen), _heading(head)
    news, week = (head.pinned_news, head.week_story) if opening else (None, None)
    shown = _without(stamps, news, week.card if week else None)
    mine = mine_among(me, _ids(news, shown)) if me else None
    unseen = unseen_among(me, [*_ids(news, shown), *([week.card.id] if week else [])])
    if week and unseen.get(week.card.id, NOTHING).author:
        week = None
    context = _page_context(chosen, shown, name=name, news=news, mine=mine, unseen=unseen)
    own = around.card_for(mine.standing) if mine else None
    if mine:
        context |= {"mine": mine, "unread": lambda: mine.unread}
        context |= {"ids": _ids(news, shown), "cards_for": partial(_drawn, news, shown)}
    if opening:
        context |= {"prompt": head.prompt, "week": week, "campaign": head.campaign}
    if me and own and own.on_the_way and opening:
        context["cards"] = [*around.waiting_cards(me), *context["cards"]]
    return context | {
        "heading": heading,
        "own": own,
        "presence": around.presence(me),
        "chapter": _chapter(chosen, name, stamps),
        "filters": _filters(chosen, name, head),
        "said": ngettext("%(num)s story shown", "%(num)s stories shown", len(stamps.items)),
    }


def _ids(news: CardRow | None, stamps: Page[Stamp]) -> list[str]:
    first = [news.id] if news else []
    return first + [stamp.id for stamp in stamps.items]


def _without(stamps: Page[Stamp], *above: CardRow | None) -> Page[Stamp]:
    """Pinned news and the story of the week stand above, so not a second time among the others."""
    ids = {row.id for row in above if row is not None}
    return Page([stamp for stamp in stamps.items if stamp.id not in ids], stamps.next_cursor)


def _heading(head: WallHead) -> str:
    """The brand's sentence with the live number; before the first story its belief."""
    house = brand.current()
    if not head.storytellers:
        return house.belief
    return house.headline.replace("{people}", spoken_count(head.storytellers))


def _chapter(chosen: WallFilter, name: str, stamps: Page[Stamp]) -> str:
    if chosen.kind == "region":
        return _("Stories from %(region)s", region=name)
    if chosen.kind == "product":
        return _("Stories about %(product)s", product=name)
    if chosen.kind != "newest":
        return name
    if stamps.items and clock.now() - stamps.items[0].at < clock.days(7):
        return _("This week’s stories")
    return _("Stories")


def _filters(chosen: WallFilter, name: str, head: WallHead) -> list[Filter]:
    """All, staff picks, the themes; and the one chosen if it is none of these."""
    here = url_for("stories.wall")
    filters = [
        Filter(_("All"), here, chosen.kind == "newest", head.stories),
        Filter(_("Staff picks"), f"{here}?show=featured", chosen.kind == "featured"),
    ]
    for theme in head.themes:
        current = chosen == WallFilter("tag", theme.name)
        filters.append(Filter(theme.label, url_for("stories.wall", tag=theme.name), current, theme.count))
    if not any(item.current for item in filters):
        filters.insert(1, Filter(name, url_for("stories.wall", **_arguments(chosen)), True))
    return filters


def _page_number() -> int:
    """How many pages have been read so far, to know when to stop fetching by itself."""
    given = request.args.get("page", "")
    return max(1, min(int(given), 10_000)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def _is_prompted(name: str) -> bool:
    prompt = queries.current_prompt()
    return prompt is not None and prompt.tag.name == name
