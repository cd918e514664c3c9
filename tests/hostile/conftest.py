"""One portal under the production command for all hostile visitors of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.concurrency.served import Served, served


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("hostile")) as running:
        yield running
