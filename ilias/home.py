"""What each role finds on its first page: what comes next, what is asked, and nothing else."""

from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User
from reflections.journey import journey_of
from reflections.models import ReaderGrant
from reporting.models import ReportingPeriod
from sessions.models import Action, Meeting, MeetingQuerySet
from trajectories.models import Programme, Seat

ROLES = ("project", "coach", "leader", "adviser", "partner", "participant")
NEXT = 4


def of(user: User) -> tuple[str, dict]:
    """(template, context) of this person's first page; the role that asks most of them decides."""
    role = next((role for role in ROLES if role in user.roles), "")
    makers = {"project": _of_project, "coach": _of_coach, "leader": _of_leader}
    if not role:
        return "ilias/home_without_seat.html", {"keeps_portfolio": user.seats.filter(role=Seat.Role.LEADER).exists()}
    now = timezone.now()
    seen = Meeting.objects.visible_to(user).as_rows()
    upcoming = list(seen.upcoming(now)[:NEXT])
    return f"ilias/home_{role}.html", {"upcoming": upcoming, **makers.get(role, _of_guest)(user, now, seen, upcoming)}


def _own_actions(user: User) -> list[Action]:
    return list(Action.objects.owned_by(user).open()[:NEXT])


def _step(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "action": action}


def _of_leader(user: User, now: datetime, seen: MeetingQuerySet, upcoming: list[Meeting]) -> dict:
    journey = journey_of(user, now=now, seen=seen, upcoming=upcoming)
    return {
        "next": upcoming[0] if upcoming else None,
        "question": journey.question,
        "actions": _own_actions(user),
        "dots": journey.dots,
    }


def _of_coach(user: User, now: datetime, seen: MeetingQuerySet, upcoming: list[Meeting]) -> dict:
    run = Meeting.objects.run_by(user).as_rows()
    to_note = list(run.past(now).filter(state=Meeting.State.PLANNED)[:NEXT])
    unread = ReaderGrant.objects.unread_by(user).aggregate(texts=Count("reflection_id", distinct=True))["texts"]
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


def _of_project(user: User, now: datetime, seen: MeetingQuerySet, upcoming: list[Meeting]) -> dict:
    programmes = list(Programme.objects.run_by(user)[:5])
    run = Meeting.objects.run_by(user).as_rows()
    waiting = list(run.past(now).filter(state__in=[Meeting.State.PLANNED, Meeting.State.HELD])[:NEXT])
    today = timezone.localdate()
    period = ReportingPeriod.objects.filter(programme__in=programmes, ends_on__lt=today).exclude(report__state="frozen").first()
    seats = Seat.objects.living().filter(programme__in=programmes)
    invited = seats.filter(user__activated_at=None).exclude(role=Seat.Role.PARTICIPANT).select_related("user")
    return {
        "programmes": programmes,
        "waiting": waiting,
        "period": period,
        "invited": list(invited.only("role", "user__first_name", "user__last_name", "user__email")[:NEXT]),
        "step": _team_step(programmes, period),
    }


def _team_step(programmes: list[Programme], period: ReportingPeriod | None) -> dict[str, str]:
    if period:
        text = _("%(period)s has ended and is not frozen yet.") % {"period": period.name}
        return _step(_("Account to the funder"), text, reverse("reports:list"), _("To the reports"))
    url = reverse("trajectories:setup", args=[programmes[0].pk])
    return _step(_("Complete the programme"), programmes[0].name, url, _("Set up"))


def _of_guest(user: User, now: datetime, seen: MeetingQuerySet, upcoming: list[Meeting]) -> dict:
    programmes = list(Programme.objects.visible_to(user)[:5])
    return {"programmes": programmes, "past": list(seen.past(now)[:NEXT])}
