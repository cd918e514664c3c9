"""Where staff make trials, choose who takes part, and answer what was suggested."""

from portal.trials.console import drawing, grading, making, picking, progress, reports, suggestions
from portal.trials.console.blueprint import bp

__all__ = ["bp"]

# importing them is what registers their routes
assert progress
assert reports
assert suggestions
assert grading
assert making
assert drawing
assert picking
