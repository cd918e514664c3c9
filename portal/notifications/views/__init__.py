"""Pages: the inbox, what a member chooses, the link that stops mail, the door of the mail provider."""

from portal.notifications.views import choices, hooks, inbox, proving, stopping
from portal.notifications.views.blueprint import bp
from portal.notifications.views.inbox import unread

# importing these is what registers their routes
assert choices
assert hooks
assert inbox
assert proving
assert stopping

__all__ = ["bp", "unread"]
