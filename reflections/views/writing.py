"""Writing: one question, one field, who may read; and the drafts that are kept while one types."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import attempt
from reflections import drafts, readers, services, words
from reflections.access import Start, reflection_changed_by, start_for
from reflections.forms import NewForm, TextForm
from reflections.models import PairPart, Reflection
from reflections.prompts import Question, question_for
from reflections.views.sharing import after_writing
from reflections.views.typing import Standing, device_key, kept


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new text: from a letter's link, or freely. Asking for another question keeps what is typed."""
    start = start_for(request.user, request.POST or request.GET)
    place = _place(start)
    form = NewForm(request.POST if request.method == "POST" else None, initial=_begun(request, place))
    if "other" in request.POST:
        return _other_question(request, start, form)
    if request.method == "POST" and form.is_valid():
        return _saved(request, start, form)
    return _new_page(request, start, form)


def _saved(request: HttpRequest, start: Start, form: NewForm) -> HttpResponse:
    try:
        reflection = _write(request, start, form.cleaned_data)
    except services.ChangedMeanwhile as changed:
        return _changed_since(request, changed)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _new_page(request, start, form)
    given = form.cleaned_data
    drafts.done(by=request.user, place=_place(start), tab=given["tab"], text=given["text"], version=given["draft"])
    return after_writing(request, reflection, given["readers"])


def _changed_since(request: HttpRequest, changed: services.ChangedMeanwhile) -> HttpResponse:
    """An old form of a text that was changed since: both are shown where one changes it."""
    form = TextForm(request.POST)
    form.add_error("text", changed.message)
    return _edit_page(request, changed.reflection, form, changed)


def _place(start: Start) -> str:
    if start.part:
        return drafts.place_on_line(start.part, start.follows, start.pilot.pk)
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


def _question(start: Start, turn: int, asked: UUID | None = None) -> Question:
    at = {"programme_id": start.pilot.programme_id, "occasion": start.occasion, "meeting": start.meeting}
    return question_for(turn=turn, asked=asked, in_order=start.part == PairPart.EXPERIMENT, **at)


def _write(request: HttpRequest, start: Start, given: dict) -> Reflection:
    return services.write(
        by=request.user,
        pilot=start.pilot,
        text=given["text"],
        meeting=start.meeting,
        question=_question(start, given["turn"], given["prompt"]),
        audiences=set(given["readers"]) - readers.WIDE,
        seen=given["seen"],
        pk=given["key"],
        pair_part=start.part,
        follows=start.follows,
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
    if start.part:
        return {"follows": start.follows.pk} if start.follows else {"pilot": start.pilot.pk, "part": start.part}
    named = {"meeting": start.meeting.pk if start.meeting else "", "pilot": start.pilot.pk, "occasion": start.occasion}
    return {name: value for name, value in named.items() if value}


def _new_page(request: HttpRequest, start: Start, form: NewForm) -> HttpResponse:
    members = readers.offered(request.user, start.pilot, of_pair=bool(start.part))
    turn = form.cleaned_data["turn"] if form.is_bound else NewForm.base_fields["turn"].to_python(form.initial["turn"])
    seen = {person.pk for people in members.values() for person in people}
    context = {
        "form": form,
        "start": start,
        "after": start.follows and services.text_of(start.follows),
        "asked": _asked(start),
        "turn": turn,
        "question": _question(start, turn, form["prompt"].value() if form.is_bound and not form.errors.get("prompt") else None),
        "wrote": _written_before(request, start),
        "choices": readers.choices(members, form["readers"].value() or ()),
        "sentences": readers.sentences(members),
        "seen": ",".join(sorted(pk.hex for pk in seen)),
        "typed": form.initial.get("typed", []),
    }
    return render(request, "reflections/new.html", context, status=422 if form.errors else 200)


def _written_before(request: HttpRequest, start: Start) -> Reflection | None:
    """What this person wrote already about the same meeting, or after the same text."""
    mine = Reflection.objects.written_by(request.user)
    if start.follows:
        return mine.filter(follows=start.follows).first()
    return mine.about(start.meeting).first() if start.meeting else None


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change one's own text. Saved elsewhere meanwhile: both texts are shown, and nothing is overwritten unseen."""
    reflection = reflection_changed_by(request.user, pk)
    if request.method == "GET":
        return _edit_page(request, reflection, TextForm(initial=_opened(request, reflection)))
    form = TextForm(request.POST)
    standing = _change(request, reflection, form) if form.is_valid() else None
    if form.is_valid():
        given = form.cleaned_data
        place = drafts.place_of(reflection)
        drafts.done(by=request.user, place=place, tab=given["tab"], text=given["text"], version=given["draft"])
        return _after_change(request, reflection, given["text"])
    return _edit_page(request, reflection, form, standing)


def _after_change(request: HttpRequest, reflection: Reflection, text: str) -> HttpResponse:
    """A text that is read wider than by the coaches, with words like names in it, is looked at once more."""
    standing = {grant.audience for grant in reflection.grants.filter(withdrawn_at=None)}
    return after_writing(request, reflection, standing if words.names_in(text) else ())


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
    members = readers.reading_now(reflection)
    context = {
        "form": form,
        "reflection": reflection,
        "version": version,
        "standing": standing,
        "typed": form.initial.get("typed", []),
        "sentence": readers.sentence(members),
        "everybody": readers.everybody(members),
    }
    return render(request, "reflections/edit.html", context, status=(409 if standing else 422) if form.errors else 200)


@require_POST
def keep_new(request: HttpRequest) -> HttpResponse:
    """Keep, or throw away, what is being typed in a new text; or give the key for a copy on the device."""
    start = start_for(request.user, request.POST)
    if "discard" in request.POST:
        drafts.throw_away(by=request.user, place=_place(start), pk=request.POST["discard"])
        return redirect(f"{reverse('reflections:new')}?{urlencode(_asked(start))}")
    if "device" in request.POST:
        return device_key(request, _place(start))
    form = NewForm(request.POST)
    form.is_valid()
    sent = Reflection.objects.written_by(request.user).filter(pk=form.cleaned_data["key"]).first()
    return kept(request, _place(start), form, _standing(sent))


@require_POST
def keep_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep, or throw away, what is being typed in a change of one's own text; or give the key for a copy on the device."""
    reflection = reflection_changed_by(request.user, pk)
    if "discard" in request.POST:
        drafts.throw_away(by=request.user, place=drafts.place_of(reflection), pk=request.POST["discard"])
        return redirect("reflections:edit", pk)
    if "device" in request.POST:
        return device_key(request, drafts.place_of(reflection))
    form = TextForm(request.POST)
    form.is_valid()
    return kept(request, drafts.place_of(reflection), form, _standing(reflection))


def _standing(sent: Reflection | None) -> Standing | None:
    text = services.text_of(sent) if sent else None
    return Standing(text, sent.version) if sent and text is not None else None
