"""What each role finds on its first page: what comes next, what is asked, and nothing else."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User
from reflections.models import Reflection
from reporting.models import ReportingPeriod
from sessions.models import Action, Attendance, Meeting
from trajectories.models import Programme, Seat

ROLES = ("project", "coach", "leader", "adviser", "partner")
NEXT = 4


def of(user: User) -> tuple[str, dict]:
    """(template, context) of this person's first page; the role that asks most of them decides."""
    role = next((role for role in ROLES if role in user.roles), "")
    makers = {"project": _of_project, "coach": _of_coach, "leader": _of_leader, "adviser": _of_guest, "partner": _of_guest}
    if not role:
        return "ilias/home_without_seat.html", {}
    now = timezone.now()
    upcoming = list(Meeting.objects.visible_to(user).with_host().upcoming(now)[:NEXT])
    return f"ilias/home_{role}.html", {"upcoming": upcoming, **makers[role](user, now, upcoming)}


def _own_actions(user: User) -> list[Action]:
    return list(Action.objects.visible_to(user).open().filter(owner=user).select_related("meeting")[:NEXT])


def _step(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "action": action}


def _of_leader(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    been = _journey(user, now)
    question = _unanswered(user, been)
    return {
        "next": upcoming[0] if upcoming else None,
        "question": question,
        "actions": _own_actions(user),
        "stops": [_stop(meeting) for meeting in [*reversed(been), *upcoming[:2]]],
    }


def _journey(user: User, now: datetime) -> list[Meeting]:
    """The last meetings at which this person was, newest first."""
    was_there = Attendance.objects.filter(user=user, status__in=Attendance.PRESENT).values("meeting_id")
    return list(Meeting.objects.visible_to(user).with_host().past(now).filter(pk__in=was_there)[:6])


def _unanswered(user: User, been: list[Meeting]) -> Meeting | None:
    """The newest of these with a question that this person did not write about."""
    written = set(Reflection.objects.written_by(user).filter(meeting__in=been).values_list("meeting_id", flat=True))
    return next((meeting for meeting in been if meeting.question and meeting.pk not in written), None)


def _stop(meeting: Meeting) -> dict:
    state, label = meeting.badge
    return {
        "title": meeting.title,
        "url": reverse("sessions:meeting", args=[meeting.pk]),
        "state": state,
        "label": label,
        "moment": meeting.kind == Meeting.Kind.COACHING,
        "meeting": meeting,
    }


def _of_coach(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    run = Meeting.objects.run_by(user).with_host()
    to_note = list(run.past(now).filter(state=Meeting.State.PLANNED)[:NEXT])
    unread = Reflection.objects.shared_with(user).exclude(openings__reader=user).count()
    return {"to_note": to_note, "unread": unread, "actions": _own_actions(user), "step": _coach_step(to_note, upcoming, unread)}


def _coach_step(to_note: list[Meeting], upcoming: list[Meeting], unread: int) -> dict[str, str]:
    if to_note:
        url = reverse("sessions:attendance", args=[to_note[0].pk])
        return _step(_("Who was there?"), to_note[0].title, url, _("Note attendance"))
    if unread:
        return _step(_("Something was shared with you"), "", reverse("reflections:shared"), _("Read"))
    if upcoming:
        url = reverse("sessions:meeting", args=[upcoming[0].pk])
        return _step(_("Prepare what comes next"), upcoming[0].title, url, _("Open"))
    return _step(_("Nothing is planned"), _("Plan the next session or coaching moment."), reverse("sessions:choose"), _("Plan"))


def _of_project(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    programmes = list(Programme.objects.run_by(user)[:5])
    run = Meeting.objects.run_by(user).with_host()
    waiting = list(run.past(now).filter(state__in=[Meeting.State.PLANNED, Meeting.State.HELD])[:NEXT])
    today = timezone.localdate()
    period = (
        ReportingPeriod.objects.filter(programme__in=programmes, ends_on__lt=today)
        .exclude(report__state="frozen")
        .select_related("programme")
        .first()
    )
    seats = Seat.objects.living().filter(programme__in=programmes)
    invited = list(seats.filter(user__activated_at=None).select_related("user", "programme")[:NEXT])
    return {
        "programmes": programmes,
        "waiting": waiting,
        "period": period,
        "invited": invited,
        "step": _team_step(programmes, period),
    }


def _team_step(programmes: list[Programme], period: ReportingPeriod | None) -> dict[str, str]:
    if period:
        text = _("%(period)s has ended and is not frozen yet.") % {"period": period.name}
        return _step(_("Account to the funder"), text, reverse("reports:list"), _("To the reports"))
    url = reverse("trajectories:setup", args=[programmes[0].pk])
    return _step(_("Complete the programme"), programmes[0].name, url, _("Set up"))


def _of_guest(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    programmes = list(Programme.objects.visible_to(user)[:5])
    past = list(Meeting.objects.visible_to(user).with_host().past(now)[:NEXT])
    return {"programmes": programmes, "past": past}
