"""The tables of product trials."""

from portal.trials.models.applications import Application, Decision, Grade, Way
from portal.trials.models.reports import Answer, Mending, Rating, Report, ReportState, Suggestion
from portal.trials.models.testers import Mark, MarkKind, Standing, Tester, TesterState
from portal.trials.models.trials import LABEL_EN, LABEL_ZH, Aspect, Question, Trial

__all__ = [
    "LABEL_EN",
    "LABEL_ZH",
    "Answer",
    "Application",
    "Aspect",
    "Decision",
    "Grade",
    "Mark",
    "MarkKind",
    "Mending",
    "Question",
    "Rating",
    "Report",
    "ReportState",
    "Standing",
    "Suggestion",
    "Tester",
    "TesterState",
    "Trial",
    "Way",
]
