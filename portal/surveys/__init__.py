"""Surveys: two questions after something was lived through. Everybody who was there is asked, and the answers earn nothing."""

from portal.core.feature import Feature
from portal.surveys import models

assert models, "importing it is what registers its tables"

FEATURE = Feature(name="surveys")
