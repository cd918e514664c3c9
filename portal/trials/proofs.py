"""What ``flask prove`` recomputes of trials: seats and substitutes from the order of each draw."""

from __future__ import annotations

from portal.core.feature import Proof
from portal.trials.queries.result import draw_differences

PROOFS = (Proof("trials: draws", draw_differences),)
