"""The worker's part of events, one file for each thing it looks after."""

from portal.events.jobs import afterwards, changes, holds, lines, reminders, session_draws, staff

# importing them is what registers them
assert changes
assert holds
assert lines
assert staff
assert reminders
assert session_draws
assert afterwards
