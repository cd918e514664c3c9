"""The worker's part of events, one file for each thing it looks after."""

from portal.events.jobs import holds

# importing them is what registers them
assert holds
