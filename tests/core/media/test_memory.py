"""The largest photos we take, in a process of their own: how much memory they need at most."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.core.media import pictures

MOST_MB = 500  # the worker may have 600, and the portal itself needs some 80
FAST = {"preset": "ultrafast"}
SIZE = (8192, 6144)
FILES: dict[str, tuple[str, str, tuple[int, int], dict[str, object]]] = {
    "jpeg": ("JPEG", "RGB", SIZE, {}),
    "progressive jpeg": ("JPEG", "RGB", SIZE, {"progressive": True, "subsampling": 0}),
    "progressive cmyk jpeg": ("JPEG", "CMYK", SIZE, {"progressive": True}),
    "png with alpha": ("PNG", "RGBA", SIZE, {"compress_level": 1}),
    "long png with alpha": ("PNG", "RGBA", (2240, 22400), {"compress_level": 1}),
    "heic": ("HEIF", "RGB", SIZE, {"quality": 40, "enc_params": FAST}),
    "heic in tiles": ("HEIF", "RGB", SIZE, {"quality": 40, "enc_params": FAST, "tile_size": 512}),
    "webp with alpha": ("WEBP", "RGBA", (5760, 4320), {"quality": 60, "method": 0}),
}
MEASURE = """
import resource, sys
from pathlib import Path
from portal.core.media.images import render
rendered = render(Path(sys.argv[1]))
status = Path("/proc/self/status")
if status.exists():
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    print(int(line.split()[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20)
"""


@pytest.mark.parametrize("name", FILES)
def test_peak_memory_of_the_largest_photos(tmp_path: Path, name: str) -> None:
    kind, mode, size, options = FILES[name]
    image = Image.linear_gradient("L").resize(size).convert("RGB").convert(mode)
    path = pictures.saved(image, tmp_path / "photo", kind, **options)
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, path], cwd=root, capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < MOST_MB, f"{name}: {run.stdout.strip()} MB"
