"""Drafts become planned together: everybody who is invited gets one letter for each meeting, and the number is said before."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, DomainError
from people.models import User
from sessions import services as sessions
from sessions.models import Attendance, Meeting
from trajectories.models import Programme


def drafts_of(programme: Programme, user: User) -> QuerySet[Meeting]:
    """The drafts of a programme whose meetings this person runs, each with `asked`: how many would hear of it."""
    asked = Count("attendances", filter=Q(attendances__is_invited=True, attendances__user__isnull=False))
    drafts = Meeting.objects.run_by(user).filter(programme=programme, state=Meeting.State.DRAFT)
    return drafts.with_host().annotate(asked=asked).order_by("starts_at", "pk")


def letters_of(drafts: Iterable[Meeting]) -> int:
    """How many invitations go out when these become planned: nobody hears of what has begun."""
    now = timezone.now()
    return sum(draft.asked for draft in drafts if draft.starts_at > now)  # type: ignore[attr-defined]


def people_of(drafts: Iterable[Meeting]) -> int:
    """To how many people these invitations go."""
    coming = [draft.pk for draft in drafts if draft.starts_at > timezone.now()]
    asked = Attendance.objects.filter(meeting__in=coming, is_invited=True, user__isnull=False)
    return asked.values("user").distinct().count()


def mark_of(drafts: Iterable[Meeting]) -> str:
    """What was seen: these drafts, in these versions, for so many people."""
    seen = sorted(f"{draft.pk} {draft.version} {draft.asked}" for draft in drafts)  # type: ignore[attr-defined]
    return sha256("\n".join(seen).encode()).hexdigest()


@transaction.atomic
def plan_drafts(programme: Programme, *, by: User, drafts: Iterable[Meeting], mark: str) -> int:
    """Make these drafts planned, all or none; returns how many. Raises Conflict when one changed since the letters were counted,
    and DomainError when none was chosen."""
    chosen = list(drafts_of(programme, by).filter(pk__in=[draft.pk for draft in drafts]))
    if not chosen:
        raise DomainError(_("Choose at least one draft."))
    if mark_of(chosen) != mark:
        raise Conflict(_("Something changed since you counted the letters. Look at it once more."))
    for draft in chosen:
        sessions.change_meeting(draft, by=by, version=draft.version, publish=True)
    audit.record(by=by.pk, verb="programme.drafts-planned", target=programme, meetings=len(chosen))
    return len(chosen)
