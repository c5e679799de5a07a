"""What happens in accounting; each subject has a module of its own."""

from reporting.services.participants import keep_up, sync_participants

__all__ = ["keep_up", "sync_participants"]
