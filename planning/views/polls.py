"""Polls for a day: made, answered with or without an account, read, and closed by choosing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import attempt
from networks import access as networks
from planning import access_polls as access
from planning import polls
from planning.forms_polls import AnswerForm, ChooseForm, PollForm, initial_of, with_more_rows
from planning.mails.polls import part_behind, title_of
from planning.models import Poll, PollOption, PollParticipant
from sessions import planning
from sessions.access import meeting_run_by
from sessions.doubts import doubts, doubts_about_days
from sessions.models import Meeting
from trajectories import access as trajectories

DOORS = {"network": networks.network_coached_by, "pilot": trajectories.pilot_coached_by}
PER_PAGE = 20
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The polls that one runs or is asked in, the newest first."""
    rows = Poll.objects.visible_to(request.user).with_host()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "planning/polls.html", {"page": page, "plans": request.user.has_role("project", "coach")})


@page_methods
def new(request: HttpRequest, host: str, pk: UUID) -> HttpResponse:
    """Ask a network or a pair which day suits."""
    if host not in DOORS:
        raise Http404
    wanted = planning.draft_for(DOORS[host](request.user, pk))
    return _ask(request, wanted, planning.last_of_same_host(wanted))


@page_methods
def ask_about(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask which day suits for a session or moment that exists as a draft; one that is asked about already is shown."""
    draft = meeting_run_by(request.user, pk)
    asked = Poll.objects.run_by(request.user).filter(meeting=draft).exclude(state=Poll.State.WITHDRAWN).first()
    if asked:
        return redirect("planning:poll", pk=asked.pk)
    if draft.state != Meeting.State.DRAFT or draft.host not in (draft.network, draft.pilot):
        messages.error(request, _("Only the day of a draft of a network or a pilot can be asked for."))
        return redirect("sessions:meeting", pk=pk)
    return _ask(request, draft, draft, initial={"title": draft.title})


def _ask(request: HttpRequest, wanted: Meeting, like: Meeting | None, initial: dict | None = None) -> HttpResponse:
    """The form of a new poll, its hours `like` those of another meeting; `wanted` is a draft, or not saved."""
    hours = {"starts": like.local_start.time(), "ends": like.local_end.time()} if like else {}
    more = request.POST.get("do") == "rows"
    typed = with_more_rows(request.POST) if more else request.POST or None
    form = PollForm(typed, draft=wanted, hours=hours, initial=initial)
    draft = None if wanted._state.adding else wanted
    if request.method == "POST" and not more and form.is_valid() and form.accepts(doubts_about_days(wanted, form.stretches())):
        asked = {"by": request.user, "host": wanted.host, "draft": draft} | form.values()
        poll = attempt(form, lambda: polls.open_poll(**asked))
        if poll:
            messages.success(request, _("The question is on its way to everybody."))
            return redirect("planning:poll", pk=poll.pk)
    shown = {"form": form, "host": wanted.host, "kind": wanted.kind, "more": more, "draft": draft}
    return render(request, "planning/poll_new.html", shown)


@require_safe
def poll(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own answer, and for who runs it what everybody can."""
    found = access.poll_for(request.user, pk)
    part = access.own_part_in(found, request.user)
    runs = Poll.objects.run_by(request.user).filter(pk=pk).exists()
    return _page(request, found, part, AnswerForm(poll=found, part=part) if part else None, runs=runs)


def _page(
    request: HttpRequest, found: Poll, part: PollParticipant | None, form: AnswerForm | None, *, runs: bool, status: int = 200
) -> HttpResponse:
    rows = polls.results(found) if runs else []
    people = [each for each, _said in rows[0].cells] if rows else []
    shown = {
        "poll": found,
        "deadline": timezone.localtime(found.deadline, found.zone),
        "form": form if found.takes_answers else None,
        "part": part,
        "runs": runs,
        "rows": [(row, polls.words_of(row.option, found)) for row in rows],
        "answered": sum(each.answered_at is not None for each in people),
        "silent": [each for each in people if each.answered_at is None],
        "people": people,
        "closed": polls.why_closed(found),
        "is_open": found.state == Poll.State.OPEN and not found.has_its_day,
    }
    return render(request, "planning/poll.html", shown, status=status)


@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same answer as through the link, given on the page."""
    found = access.poll_for(request.user, pk)
    part = access.own_part_in(found, request.user)
    if part is None:
        raise PermissionDenied(_("You are not asked in this poll."))
    part.poll = found
    form = AnswerForm(request.POST, poll=found, part=part)
    if form.is_valid() and attempt(form, lambda: polls.answer(part, choices=form.choices(), by=request.user.pk)):
        messages.success(request, _("Noted. You can change your answer until the last day."))
        return redirect("planning:poll", pk=pk)
    return _page(request, found, part, form, runs=Poll.objects.run_by(request.user).filter(pk=pk).exists())


@login_not_required
@never_cache
@page_methods
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The question of a letter and nothing else; only a POST answers, because mail scanners open links."""
    part = part_behind(token)
    with translation.override(part.user.language if part else translation.get_language()):
        sentence = _closed(part)
        if part is None or sentence:
            return render(request, "planning/poll_closed.html", {"sentence": sentence}, status=410 if part else 404)
        form = AnswerForm(request.POST or None, poll=part.poll, part=part)
        done = request.method == "POST" and form.is_valid() and _noted(form, part)
        shown = {"form": form, "poll": part.poll, "title": title_of(part.poll), "done": done, "part": part}
        shown["deadline"] = timezone.localtime(part.poll.deadline, part.poll.zone)
        return render(request, "planning/poll_reply.html", shown)


def _noted(form: AnswerForm, part: PollParticipant) -> bool:
    return attempt(form, lambda: polls.answer(part, choices=form.choices(), by=None)) is not None


def _closed(part: PollParticipant | None) -> str:
    if part is None:
        return _("This link does not work. Perhaps a piece of it was lost: open it from the mail once more.")
    if not part.user.is_active:
        return _("You no longer belong to this group, so there is nothing to answer.")
    return polls.why_closed(part.poll, part.user_id)


@page_methods
def choose(request: HttpRequest, pk: UUID, option: UUID) -> HttpResponse:
    """Close the poll with this day: look it over once more, and plan."""
    found = access.poll_run_by(request.user, pk)
    day = access.option_of(found, option)
    if request.method != "POST" and (found.state != Poll.State.OPEN or found.has_its_day):
        messages.error(request, polls.why_closed(found))
        return redirect("planning:poll", pk=pk)
    form, tried = _chosen(request, found, day)
    accepted = form.accepts(doubts(tried))
    if request.POST.get("do") == "look":
        return render(request, "sessions/_doubts.html", {"form": form, "looked": True})
    if accepted and form.is_valid():
        meeting = attempt(form, lambda: polls.close(found, by=request.user, option=day, **form.values()))
        if meeting:
            messages.success(request, _("Planned. The invitations are on their way."))
            return redirect("sessions:meeting", pk=meeting.pk)
    row = next((row for row in polls.results(found) if row.option.pk == day.pk), None)
    shown = {"poll": found, "row": row, "words": polls.words_of(day, found), "form": form}
    return render(request, "planning/poll_choose.html", shown)


def _chosen(request: HttpRequest, poll: Poll, day: PollOption) -> tuple[ChooseForm, Meeting]:
    """The form, and the meeting as it would be on this day by what is typed so far."""
    draft = poll.meeting or planning.draft_for(poll.host)
    start = initial_of(poll, planning.last_of_same_host(draft))
    form = ChooseForm(request.POST or None, initial=start)
    form.full_clean()
    draft.starts_at, draft.ends_at = day.starts_at, day.ends_at
    for name in ("mode", "place"):
        setattr(draft, name, form.cleaned_data.get(name, "") if form.is_bound else start[name])
    return form, draft


@page_methods
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No day is chosen after all; asked once before it happens."""
    found = access.poll_run_by(request.user, pk)
    if request.method == "POST":
        try:
            polls.withdraw(found, by=request.user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Withdrawn. Who had been asked hears so by mail."))
        return redirect("planning:poll", pk=pk)
    return render(request, "planning/poll_withdraw.html", {"poll": found})
