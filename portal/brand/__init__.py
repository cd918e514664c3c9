"""The brand: name, voice, colour, hours and rules of the house, set by its owner, spoken on every page."""

from werkzeug.local import LocalProxy

from portal.brand import demo, queries, showing
from portal.brand.views import bp
from portal.core.feature import Feature

FEATURE = Feature(
    name="brand",
    blueprints=(bp,),
    template_globals={"brand": LocalProxy(queries.current)},
    template_filters={
        "when": showing.when,
        "exactly": showing.exactly,
        "clock": showing.clock_time,
        "count": showing.count,
    },
    load_demo=demo.load,
)
