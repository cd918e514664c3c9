"""Built files: for ever under their hashed name, compressed for browsers that take it, nothing else reachable.

A build leaves what the build before it made: a server that was started before still hands out those names.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from portal.core.assets import manifest
from tests.client import PortalClient

pytestmark = pytest.mark.one_database


def test_compressed_twin_says_the_same(client: PortalClient) -> None:
    address = f"/assets/{manifest()['app.css']}"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.mimetype == plain.mimetype == "text/css"
    assert "immutable" in packed.headers["Cache-Control"]
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))


@pytest.mark.parametrize("name", ["nothing.css", "../css/app.css", "..%2f..%2fconfig.py", "%2e%2e/js/app.js"])
def test_nothing_else_is_reachable(client: PortalClient, name: str) -> None:
    assert client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the sources, not built yet."""
    shutil.copytree(ROOT / "static", tmp_path / "static", ignore=shutil.ignore_patterns("build", "build-*"))
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path / "static"


def build(source: Path, rule: str = "") -> set[str]:
    """Add a rule to the styles and build. Returns the names that the new manifest gives out."""
    with (source / "css" / "reset.css").open("a") as styles:
        styles.write(rule)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["node", "build.mjs"], cwd=source, check=True, capture_output=True, env=os.environ | {"PATH": path}
    )
    names = set(json.loads((source / "build" / "manifest.json").read_text()).values())
    assert names <= files(source)
    return names


def files(source: Path) -> set[str]:
    """What lies in the folder, without the compressed twins and the two lists."""
    found = {file.name for file in (source / "build").iterdir()}
    return {name for name in found if not name.endswith((".gz", ".json"))}


def test_rebuilding_keeps_one_generation(source: Path) -> None:
    first = build(source)
    second = build(source, ".a-new-rule { color: red; }")
    assert len(second - first) == 1
    assert files(source) == first | second
    assert all((source / "build" / f"{name}.gz").exists() for name in first if name.endswith(".css"))
    third = build(source, ".another-new-rule { color: red; }")
    assert files(source) == second | third


def test_rebuilding_nothing_new_is_no_generation(source: Path) -> None:
    first = build(source)
    second = build(source, ".a-new-rule { color: red; }")
    assert build(source) == second
    assert files(source) == first | second


def test_what_is_left_of_a_build_cut_short_goes(source: Path) -> None:
    first = build(source)
    (source / "build" / "app.0000000000.css").touch()
    (source / "build" / "manifest.json").write_text("{")
    assert build(source) == first
    assert files(source) == first
    assert not list(source.glob("build-*"))
