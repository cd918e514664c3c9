"""The demo's events: last year's festival with its stamps, this year's on sale, a full salon, a gathering, an evening online."""


def load() -> None:
    """Only the demo reads its words and drawings: the portal itself is smaller without them."""
    from portal.events.demo import loading

    loading.load()
