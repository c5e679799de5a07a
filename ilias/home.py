"""What each role finds on its first page: what comes next, what is asked, and nothing else."""

from datetime import datetime

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.compiled import Compiled
from people.models import User
from reflections.journey import journey_of
from reflections.models import ReaderGrant
from reporting.models import ReportingPeriod
from sessions.models import Action, Meeting
from trajectories.models import Programme, Seat

ROLES = ("project", "coach", "leader", "adviser", "partner", "participant")
NEXT = 4


@Compiled
def upcoming_for(user: User, now: datetime) -> QuerySet[Meeting]:
    """What comes next."""
    return Meeting.objects.visible_to(user).as_rows().upcoming(now)[:NEXT]


@Compiled
def past_for(user: User, now: datetime) -> QuerySet[Meeting]:
    """What was last."""
    return Meeting.objects.visible_to(user).as_rows().past(now)[:NEXT]


@Compiled
def not_noted_by(user: User, now: datetime) -> QuerySet[Meeting]:
    """What lies behind and was not noted yet."""
    return Meeting.objects.run_by(user).as_rows().past(now).filter(state=Meeting.State.PLANNED)[:NEXT]


@Compiled
def not_checked_by(user: User, now: datetime) -> QuerySet[Meeting]:
    """What lies behind and was not checked yet."""
    waiting = [Meeting.State.PLANNED, Meeting.State.HELD]
    return Meeting.objects.run_by(user).as_rows().past(now).filter(state__in=waiting)[:NEXT]


@Compiled
def own_actions(user: User) -> QuerySet[Action]:
    """What one promised."""
    return Action.objects.owned_by(user).open()[:NEXT]


@Compiled
def unread_by(user: User) -> QuerySet:
    """How many texts were shared that one has not opened; no row for none."""
    unread = ReaderGrant.objects.unread_by(user).order_by().values("reader")
    return unread.annotate(texts=Count("reflection_id", distinct=True)).values_list("texts", flat=True)


@Compiled
def programmes_of(user: User) -> QuerySet[Programme]:
    """Programmes that one takes part in."""
    return Programme.objects.visible_to(user)[:5]


@Compiled
def programmes_run_by(user: User) -> QuerySet[Programme]:
    """Programmes that one sets up."""
    return Programme.objects.run_by(user)[:5]


def of(user: User) -> tuple[str, dict]:
    """(template, context) of this person's first page; the role that asks most of them decides."""
    role = next((role for role in ROLES if role in user.roles), "")
    makers = {"project": _of_project, "coach": _of_coach, "leader": _of_leader}
    if not role:
        return "ilias/home_without_seat.html", {"keeps_portfolio": user.seats.filter(role=Seat.Role.LEADER).exists()}
    now = timezone.now()
    upcoming = upcoming_for.ask(user=user, now=now)
    return f"ilias/home_{role}.html", {"upcoming": upcoming, **makers.get(role, _of_guest)(user, now, upcoming)}


def _step(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "action": action}


def _of_leader(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    journey = journey_of(user, now=now, upcoming=upcoming)
    return {
        "next": upcoming[0] if upcoming else None,
        "question": journey.question,
        "actions": own_actions.ask(user=user),
        "dots": journey.dots,
    }


def _of_coach(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    to_note = not_noted_by.ask(user=user, now=now)
    unread = unread_by.first(user=user) or 0
    step = _coach_step(to_note, upcoming, unread)
    return {"to_note": to_note, "unread": unread, "actions": own_actions.ask(user=user), "step": step}


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
    programmes = programmes_run_by.ask(user=user)
    today = timezone.localdate()
    period = ReportingPeriod.objects.filter(programme__in=programmes, ends_on__lt=today).exclude(report__state="frozen").first()
    seats = Seat.objects.living().filter(programme__in=programmes)
    invited = seats.filter(user__activated_at=None).exclude(role=Seat.Role.PARTICIPANT).select_related("user")
    return {
        "programmes": programmes,
        "waiting": not_checked_by.ask(user=user, now=now),
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


def _of_guest(user: User, now: datetime, upcoming: list[Meeting]) -> dict:
    return {"programmes": programmes_of.ask(user=user), "past": past_for.ask(user=user, now=now)}
