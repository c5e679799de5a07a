"""Writing: one question, one field, who may read; and the drafts that are kept while one types."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import attempt
from core.templatetags.ui import clock
from reflections import drafts, readers, services
from reflections.access import Start, reflection_by, start_for
from reflections.forms import NewForm, TextForm
from reflections.models import Reflection
from reflections.prompts import Question, question_for


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new text: from a letter's link, or freely. Asking for another question keeps what is typed."""
    start = start_for(request.user, request.POST or request.GET)
    place = _place(start)
    form = NewForm(request.POST if request.method == "POST" else None, initial=_begun(request, place))
    if request.method == "POST" and form.is_valid() and "other" not in request.POST:
        reflection = attempt(form, lambda: _write(request, start, form.cleaned_data))
        if reflection is not None:
            drafts.done(by=request.user, place=place, tab=form.cleaned_data["tab"], text=form.cleaned_data["text"])
            messages.success(request, _("Your text is saved."))
            return redirect("reflections:reflection", reflection.pk)
    elif "other" in request.POST:
        return _other_question(request, start, form)
    return _new_page(request, start, form)


def _place(start: Start) -> str:
    return drafts.place_of_new(start.meeting, start.occasion, start.pilot.pk)


def _begun(request: HttpRequest, place: str) -> dict[str, object]:
    """What stands in the form when it opens: the newest draft, and numbers for this window and this text."""
    begun = {"tab": uuid4().hex, "key": uuid4(), "turn": request.GET.get("turn", "0"), "text": "", "readers": [], "draft": 0}
    if request.method != "GET":
        return begun
    typed = drafts.typed_at(request.user, place)
    if typed:
        begun |= {"text": typed[0].text, "readers": typed[0].readers, "draft": typed[0].version, "typed": typed}
    return begun


def _question(start: Start, turn: int) -> Question:
    return question_for(programme_id=start.pilot.programme_id, occasion=start.occasion, meeting=start.meeting, turn=turn)


def _write(request: HttpRequest, start: Start, given: dict) -> Reflection:
    return services.write(
        by=request.user,
        pilot=start.pilot,
        text=given["text"],
        meeting=start.meeting,
        question=_question(start, given["turn"]),
        audiences=given["readers"],
        seen=given["seen"],
        pk=given["key"],
    )


def _other_question(request: HttpRequest, start: Start, form: NewForm) -> HttpResponse:
    """The next question; what was typed goes along as a draft."""
    form.is_valid()
    given = form.cleaned_data
    if given.get("text"):
        keep = {"tab": given["tab"], "version": given["draft"], "text": given["text"], "readers": given.get("readers", [])}
        if attempt(form, lambda: drafts.keep(by=request.user, place=_place(start), **keep)) is None:
            return _new_page(request, start, form)
    asked = _asked(start) | {"turn": given["turn"] + 1}
    return redirect(f"{reverse('reflections:new')}?{urlencode(asked)}")


def _asked(start: Start) -> dict[str, object]:
    """The address of this start again."""
    named = {"meeting": start.meeting.pk if start.meeting else "", "pilot": start.pilot.pk, "occasion": start.occasion}
    return {name: value for name, value in named.items() if value}


def _new_page(request: HttpRequest, start: Start, form: NewForm) -> HttpResponse:
    members = readers.members_of(request.user, start.pilot)
    turn = form.cleaned_data["turn"] if form.is_bound else NewForm.base_fields["turn"].to_python(form.initial["turn"])
    seen = {person.pk for people in members.values() for person in people}
    context = {
        "form": form,
        "start": start,
        "asked": _asked(start),
        "turn": turn,
        "question": _question(start, turn),
        "wrote": start.meeting and Reflection.objects.written_by(request.user).about(start.meeting).first(),
        "choices": readers.choices(members, form["readers"].value() or ()),
        "sentences": readers.sentences(members),
        "seen": ",".join(sorted(pk.hex for pk in seen)),
        "typed": form.initial.get("typed", []),
    }
    return render(request, "reflections/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change one's own text. Saved elsewhere meanwhile: both texts are shown, and nothing is overwritten unseen."""
    reflection = reflection_by(request.user, pk)
    if request.method == "GET":
        return _edit_page(request, reflection, TextForm(initial=_opened(request, reflection)))
    form = TextForm(request.POST)
    standing = _change(request, reflection, form) if form.is_valid() else None
    if form.is_valid():
        given = form.cleaned_data
        drafts.done(by=request.user, place=drafts.place_of(reflection), tab=given["tab"], text=given["text"])
        messages.success(request, _("Your text is saved."))
        return redirect("reflections:reflection", reflection.pk)
    return _edit_page(request, reflection, form, standing)


def _opened(request: HttpRequest, reflection: Reflection) -> dict[str, object]:
    """What stands in the form when it opens: the newest draft, else the text."""
    typed = drafts.typed_at(request.user, drafts.place_of(reflection))
    text = typed[0].text if typed else services.text_of(reflection) or ""
    version = typed[0].version if typed else 0
    return {"text": text, "tab": uuid4().hex, "draft": version, "version": reflection.version, "typed": typed}


def _change(request: HttpRequest, reflection: Reflection, form: TextForm) -> services.ChangedMeanwhile | None:
    """Save; what stands there when somebody else of us, in another window, was first. Refusals go into the form."""
    given = form.cleaned_data
    try:
        services.change(reflection, by=request.user, text=given["text"], version=given["version"])
    except services.ChangedMeanwhile as changed:
        form.add_error("text", changed.message)
        return changed
    except DomainError as refusal:
        form.add_error(refusal.field, refusal.message)
    return None


def _edit_page(
    request: HttpRequest, reflection: Reflection, form: TextForm, standing: services.ChangedMeanwhile | None = None
) -> HttpResponse:
    """`standing` is what another window saved: shown beside what was typed, and overwritten only knowingly."""
    version = standing.version if standing else form["version"].value()
    context = {
        "form": form,
        "reflection": reflection,
        "version": version,
        "standing": standing,
        "typed": form.initial.get("typed", []),
        "sentence": readers.sentence(readers.reading_now(reflection)),
    }
    return render(request, "reflections/edit.html", context, status=(409 if standing else 422) if form.errors else 200)


@require_POST
def keep_new(request: HttpRequest) -> HttpResponse:
    """Keep, or throw away, what is being typed in a new text."""
    start = start_for(request.user, request.POST)
    if "discard" in request.POST:
        drafts.throw_away(by=request.user, place=_place(start), pk=request.POST["discard"])
        return redirect(f"{reverse('reflections:new')}?{urlencode(_asked(start))}")
    return _kept(request, _place(start), NewForm(request.POST))


@require_POST
def keep_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep, or throw away, what is being typed in a change of one's own text."""
    reflection = reflection_by(request.user, pk)
    if "discard" in request.POST:
        drafts.throw_away(by=request.user, place=drafts.place_of(reflection), pk=request.POST["discard"])
        return redirect("reflections:edit", pk)
    return _kept(request, drafts.place_of(reflection), TextForm(request.POST))


def _kept(request: HttpRequest, place: str, form: TextForm) -> HttpResponse:
    """One line of plain text for beside the field: kept, or why not."""
    form.is_valid()
    given = form.cleaned_data
    try:
        drafts.keep(
            by=request.user, place=place, tab=given["tab"], version=given["draft"],
            text=given.get("text", ""), readers=given.get("readers", []),
        )  # fmt: skip
    except DomainError as refusal:
        return HttpResponse(str(refusal.message), status=422, content_type="text/plain; charset=utf-8")
    said = _("Saved at %(time)s") % {"time": clock(timezone.now())}
    return HttpResponse(said, content_type="text/plain; charset=utf-8")
