"""Doors to background jobs and their results: only who asked for them."""

from uuid import UUID

from core.doors import through
from core.models import Job


def job_for(user, pk: UUID) -> Job:
    """A job that this person asked for."""
    return through(Job.objects.asked_by(user).select_related("result"), pk=pk)
