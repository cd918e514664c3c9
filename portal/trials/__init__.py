"""Product trials: members apply, some are chosen in a way that all can check, and report; the brand answers."""

from flask import Flask

from portal.core.access import Permission
from portal.core.feature import Block, ConsoleGroup, ConsoleItem, Feature, NavItem, SearchSource
from portal.core.i18n import lazy as _l
from portal.core.media.views import let_see
from portal.trials import console, demo, jobs, models, photo_receivers, receivers, views
from portal.trials.moderated import REPORT
from portal.trials.notices import KINDS
from portal.trials.personal import PERSONAL
from portal.trials.proofs import PROOFS
from portal.trials.queries.life import LIFE
from portal.trials.queries.reports import find_reports, may_see_photos
from portal.trials.queries.studio import results_to_tell
from portal.trials.queries.suggestions import open_suggestions

assert jobs, "importing them is what registers them"
assert models, "importing it is what registers its tables"
assert photo_receivers
assert receivers, "importing them is what connects them"


def _install(app: Flask) -> None:
    let_see(REPORT.kind, may_see_photos)


FEATURE = Feature(
    name="trials",
    blueprints=(views.bp, console.bp),
    navigation=(NavItem("trials.index", _l("Trials"), "flask-conical", order=44),),
    console=(
        ConsoleItem(
            "trials_console.trials",
            _l("Product trials"),
            "flask-conical",
            order=32,
            group=ConsoleGroup.TOGETHER,
            permission=Permission.MANAGE_TRIALS,
            also_for=Permission.GRADE_TRIALS,
            text=_l("What members try, who was chosen, and what they found"),
            count=results_to_tell,
        ),
        ConsoleItem(
            "trials_console.suggestions",
            _l("Suggestions"),
            "lightbulb",
            order=34,
            group=ConsoleGroup.TOGETHER,
            permission=Permission.MANAGE_TRIALS,
            text=_l("What testers would make better: each waits for an answer, the oldest due first"),
            count=open_suggestions,
        ),
    ),
    blocks=(Block("catalog.product", "trials/_of_product.html", order=50),),
    search_sources=(SearchSource("report", _l("Trial reports"), "trials/found_reports.html", find_reports),),
    moderation_targets=(REPORT,),
    notification_kinds=KINDS,
    personal=PERSONAL,
    timeline=LIFE,
    proofs=PROOFS,
    install=_install,
    load_demo=demo.load,
    template_globals={"my_trials": views.mine.my_trials},
)
