"""What the things of a trial are called where other rooms keep something about them: draws, parcels, deeds, photos, audit."""

from __future__ import annotations

TRIAL = "trial"
APPLICATION = "trial_application"
TESTER = "tester"
REPORT = "report"
SUGGESTION = "suggestion"
