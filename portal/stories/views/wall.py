"""The wall, a hashtag's wall, and the stories of one member: lists of cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app, make_response, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.brand import queries as brand
from portal.brand.showing import count as spoken_count
from portal.core import clock
from portal.core.access import Viewer, public, viewer
from portal.core.errors import NotFound
from portal.core.i18n import _, ngettext
from portal.core.paging import Page
from portal.core.ui import chosen_theme
from portal.core.web import page, render, wants_fragment
from portal.core.words import spoken
from portal.stories import cards, queries
from portal.stories.queries import CardRow, WallFilter, WallHead
from portal.stories.views import around
from portal.stories.views.blueprint import bp

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
    chosen = _chosen()
    rows = queries.wall(chosen, cursor=request.args.get("after"))
    if wants_fragment() and request.args.get("after"):
        return page("stories/wall.html", block="wall_page", **_page_context(chosen, rows))
    head = queries.wall_head()
    me = viewer()
    if me is not None:
        return page("stories/wall.html", block="stories", **_wall_context(chosen, rows, head, me))
    return _for_visitors((rows, head, around.presence()), lambda: _wall_context(chosen, rows, head, None))


@bp.get("/stories/find")
@public
def ways() -> Response:
    """Products and regions to filter by: a page of its own, or a panel under the filters."""
    choices = around.choices()
    return page("stories/ways.html", block="ways", products=choices.products, regions=choices.regions)


@bp.get("/tags/<tag>")
@public
def tag(tag: str) -> Response:
    """What people told under one hashtag."""
    found = queries.find_tag(tag)
    if found is None or not (found.count or found.theme_position is not None or _is_prompted(found.name)):
        raise NotFound(_("Nobody has told a story with this hashtag yet."))
    chosen = WallFilter("tag", found.name)
    rows = queries.wall(chosen, cursor=request.args.get("after"))
    context = _page_context(chosen, rows, endpoint="stories.tag", tag=found.name)
    if not (wants_fragment() and request.args.get("after")):
        prompt = queries.current_prompt()
        context |= {"tag": found, "prompt": prompt if prompt and prompt.tag.name == found.name else None}
    return page("stories/tag.html", block="wall_page", **context)


@bp.get("/stories/by/<member_id>")
@public
def by_member(member_id: str) -> Response:
    """One member's stories: a page, or a piece of the member's page."""
    me = viewer()
    member = accounts.get_profile(me, member_id)
    rows = queries.stories_by(member.id, me, cursor=request.args.get("after"))
    chosen = WallFilter("member", member.id)
    context = _page_context(chosen, rows, endpoint="stories.by_member", member_id=member.id)
    return page("stories/by_member.html", block="wall_page", member=member, **context)


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
    chosen: WallFilter, rows: Page[CardRow], endpoint: str = "stories.wall", **place: Any
) -> dict[str, Any]:
    """What one page of cards needs, wherever it stands."""
    me, number = viewer(), _page_number()
    liked = queries.liked_by(me.id, [row.id for row in rows.items]) if me else None
    more = (place or _arguments(chosen)) | {"after": rows.next_cursor, "page": number + 1}
    return {
        "cards": cards.render_cards(rows.items, liked=liked),
        "next_url": url_for(endpoint, **more) if rows.next_cursor else None,
        "auto": number < PAGES_BY_THEMSELVES,
        "divider": rows.items[0].published_at if request.args.get("after") and rows.items else None,
        "prompt": None,
        "empty": None if rows.items else around.nothing(chosen),
    }


def _wall_context(
    chosen: WallFilter, rows: Page[CardRow], head: WallHead, me: Viewer | None
) -> dict[str, Any]:
    first = not request.args.get("after")
    newest = chosen.kind == "newest"
    shown = _with_news(rows, head) if first and newest else rows
    context = _page_context(chosen, shown)
    own, heading = around.member_card(me) if me else None, _heading(head)
    if me is not None and own is not None and own.on_the_way and first and newest:
        context["cards"] = [*around.waiting_cards(me), *context["cards"]]
    return context | {
        "heading": heading,
        "clauses": _clauses(heading),
        "own": own,
        "presence": around.presence(),
        "chapter": _chapter(chosen, rows),
        "filters": _filters(chosen, rows, head),
        "said": ngettext("%(num)s story shown", "%(num)s stories shown", len(rows.items)),
        "prompt": head.prompt if first and newest else None,
    }


def _with_news(rows: Page[CardRow], head: WallHead) -> Page[CardRow]:
    """Pinned news first, and not a second time among the others."""
    news = head.pinned_news
    if news is None:
        return rows
    return Page([news, *(row for row in rows.items if row.id != news.id)], rows.next_cursor)


def _heading(head: WallHead) -> str:
    """The brand's sentence with the live number; before the first story its belief."""
    house = brand.current()
    if not head.storytellers:
        return house.belief
    return house.headline.replace("{people}", spoken_count(head.storytellers))


def _clauses(heading: str) -> list[str]:
    """A Chinese sentence breaks best after its comma; the page keeps what stands between together if it can."""
    return re.findall(r"[^，；]+[，；]?", heading) or [heading]


def _chapter(chosen: WallFilter, rows: Page[CardRow]) -> str:
    if chosen.kind == "featured":
        return _("Staff picks")
    if chosen.kind == "tag":
        return f"#{chosen.value}"
    if chosen.kind == "region":
        return _("Stories from %(region)s", region=chosen.value)
    if chosen.kind == "product":
        return _("Stories about %(product)s", product=_product_name(chosen, rows))
    newest = rows.items[0].published_at if rows.items else None
    if newest is not None and clock.now() - newest < clock.days(7):
        return _("This week’s stories")
    return _("Stories")


def _filters(chosen: WallFilter, rows: Page[CardRow], head: WallHead) -> list[Filter]:
    """All, staff picks, the themes; and the one chosen if it is none of these."""
    here = url_for("stories.wall")
    filters = [
        Filter(_("All"), here, chosen.kind == "newest", head.stories),
        Filter(_("Staff picks"), url_for("stories.wall", show="featured"), chosen.kind == "featured"),
    ]
    for theme in head.themes:
        current = chosen == WallFilter("tag", theme.name)
        filters.append(Filter(theme.label, url_for("stories.wall", tag=theme.name), current, theme.count))
    if not any(item.current for item in filters):
        label = _product_name(chosen, rows) if chosen.kind == "product" else chosen.value
        filters.insert(1, Filter(label, url_for("stories.wall", **_arguments(chosen)), True))
    return filters


def _product_name(chosen: WallFilter, rows: Page[CardRow]) -> str:
    """The cards know the name of their product; an empty wall has to ask."""
    if rows.items:
        return spoken(rows.items[0].product_name_zh or "", rows.items[0].product_name_en or "")
    return around.product_name(chosen.value)


def _page_number() -> int:
    """How many pages have been read so far, to know when to stop fetching by itself."""
    given = request.args.get("page", "")
    return max(1, min(int(given), 10_000)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def _is_prompted(name: str) -> bool:
    prompt = queries.current_prompt()
    return prompt is not None and prompt.tag.name == name


# ------------------------------------------------------------------ visitors


def _for_visitors(facts: tuple[Page[CardRow], WallHead, Any], context: Any) -> Response:
    """The wall for a visitor without account: the same bytes for everyone who sees the same facts.

    A visitor who carries a session (a sentence waits to be told) gets a page of their own.
    """
    if wants_fragment() or not cards.keeps() or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return page("stories/wall.html", block="stories", **context())
    rows, head, presence = facts
    key = (
        request.full_path,
        chosen_theme(),
        cards.shared_key(),
        tuple(rows.items),
        (head.stories, head.storytellers, tuple(head.themes), head.prompt, head.pinned_news),
        presence,
    )
    body = cards.pages.find(key)
    if body is None:
        body = render("stories/wall.html", **context()).encode()
        cards.pages.keep(key, body)
    return around.same_for_all(make_response(body))
