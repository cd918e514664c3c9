"""The shapes of what members and staff send."""
