"""What testers found, for everybody: of a trial, of a product, and each report on its own page, always with its label."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.catalog.queries import get_product
from portal.core.access import public, viewer
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.paging import PAGE_SIZE
from portal.core.web import page
from portal.core.words import spoken
from portal.trials.models import Report, ReportState
from portal.trials.queries import reports as queries
from portal.trials.queries.trials import get_trial
from portal.trials.rules import reports as rules
from portal.trials.views.blueprint import bp

#: so many stand on the product's own page
FIRST = 3


@bp.get("/trials/<slug>/reports")
@public
def trial_reports(slug: str) -> Response:
    """All reports of a trial, with the mean of their points."""
    me, after = viewer(), request.args.get("after")
    trial = get_trial(slug)
    found = queries.reports_of_trial(trial.id, me, cursor=after)
    return page(
        "trials/trial_reports.html",
        block="report_page" if after else None,
        trial=trial,
        label=spoken(trial.label_zh, trial.label_en),
        reports=found.items,
        means=[] if after else queries.means_of(Report.trial_id == trial.id),
        more_url=found.next_cursor and url_for(".trial_reports", slug=slug, after=found.next_cursor),
    )


@bp.get("/products/<slug>/reports")
@public
def product_reports(slug: str) -> Response:
    """All reports of a product, and what became different because of them; with ``few`` the piece on the product's page."""
    me, after, few = viewer(), request.args.get("after"), "few" in request.args
    product = get_product(slug, viewer=me)
    found = queries.reports_of_product(product.id, me, cursor=after, limit=FIRST if few else PAGE_SIZE)
    on = None if few else found.next_cursor
    return page(
        "trials/product_reports.html",
        block="report_page" if after else "tested",
        product=product,
        reports=found.items,
        few=few,
        means=[] if after else queries.means_of(Report.product_id == product.id),
        changes=[] if after else queries.changes_of(product.id, me),
        more_url=found.next_cursor and url_for(".product_reports", slug=slug, after=on),
    )


@bp.get("/reports/<report_id>")
@public
def report(report_id: str) -> Response:
    """One report. Its writer reads it here too while it waits, or why it was taken down."""
    me = viewer()
    one = queries.get_report_for(me, report_id)
    return page(
        "trials/report.html",
        one=one,
        mended={
            part: words
            for part, words in queries.handed_in(one.report).items()
            if words != getattr(one.report, part)
        },
        mine=me is not None and me.id == one.member.id,
        shown=one.report.state is ReportState.SHOWN,
        may_mend=rules.may_mend(me, one.report),
        may_report=me is not None and me.id != one.member.id,
        picture_address=absolute(photo_url(one.photos[0].id, 800)) if one.photos else "",
    )
