"""What members see of product trials."""

from portal.trials.views import index, mine, report_photos, reports, result, trial, writing
from portal.trials.views.blueprint import bp

__all__ = ["bp"]

# importing them is what registers their routes
assert mine
assert report_photos
assert reports
assert writing
assert index
assert trial
assert result
