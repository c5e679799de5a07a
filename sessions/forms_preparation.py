"""What people bring, as they type it: one field per part, and who reads it by name."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from sessions import preparation
from sessions.models import Brought, Meeting

Kind = Brought.Kind
NOBODY_ELSE = "me"
LABELS = {
    (Kind.QUESTION, "text"): _("What do you want to ask?"),
    (Kind.HOMEWORK, "text"): _("What did you try, and what did you notice?"),
    (Kind.CASE, "question"): _("Which question do you bring?"),
    (Kind.CASE, "context"): _("What is the situation?"),
    (Kind.CASE, "people"): _("Who plays a part in it?"),
    (Kind.CASE, "gave_back"): _("What did the group give back?"),
    (Kind.CASE, "take_along"): _("What do I take along?"),
    (Kind.INTAKE, "text"): _("Which questions live with you?"),
    (Kind.INTAKE, "needs"): _("What do you need from this moment?"),
    (Kind.TOGETHER, "text"): _("What do we bring together?"),
    (Kind.PLAN, "text"): _("How do we guide this meeting?"),
    (Kind.DEBRIEF, "text"): _("How did it go, and what do we take along?"),
    (Kind.NOTE, "text"): _("What do you want to keep in mind?"),
}
HINTS = {
    "people": _("Write roles, not names: “a colleague”, “a father”."),
    "gave_back": _("For during and after the meeting."),
    "take_along": _("For during and after the meeting."),
}


class BroughtForm(forms.Form):
    """The parts of one kind; with `people`, who may read it, by name."""

    def __init__(self, *args, kind: str, people: list[User] | None = None, **options) -> None:
        super().__init__(*args, **options)
        for name in preparation.PARTS[kind]:
            self.fields[name] = forms.CharField(
                label=LABELS[Kind(kind), name],
                required=name == preparation.PARTS[kind][0] and kind != Kind.INTAKE, strip=False, max_length=preparation.LONGEST,
                help_text=HINTS.get(name, ""), widget=forms.Textarea(attrs={"rows": 6 if name == "text" else 4}),
            )  # fmt: skip
        if people is not None:
            self.fields["readers"] = readers_field(people)
        self.fields["version"] = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)

    def texts(self) -> dict[str, str]:
        """The parts as typed."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"readers", "for", "version"}}


class SharingForm(forms.Form):
    """Who reads it from now on."""

    def __init__(self, *args, people: list[User], **options) -> None:
        super().__init__(*args, **options)
        self.fields["readers"] = readers_field(people)


class NoteForm(BroughtForm):
    """A coach's note: for oneself, or for the tandem; both say by name who reads it, before it is saved."""

    def __init__(self, *args, author: User, tandem: list[User], **options) -> None:
        super().__init__(*args, kind=Kind.NOTE, **options)
        self.tandem = tandem
        self.fields["for"] = forms.ChoiceField(
            label=_("Who reads this?"), choices=[(NOBODY_ELSE, _("Only you: %(name)s") % {"name": author.name})],
            widget=forms.RadioSelect, initial=NOBODY_ELSE,
        )  # fmt: skip
        self.together = together([person.pk for person in tandem])
        if tandem:
            names = ", ".join([author.name, *(person.name for person in tandem)])
            self.fields["for"].choices += [(self.together, _("Your tandem: %(names)s") % {"names": names})]
        self.order_fields(["text", "for", "version"])

    def readers(self) -> list[UUID]:
        """Whom the choice names; somebody who joined the tandem since the page was shown is named by no choice."""
        return [person.pk for person in self.tandem] if self.cleaned_data["for"] == self.together else []


def together(people: Iterable[UUID]) -> str:
    """The choice that names these people; for nobody the one of oneself."""
    return " ".join(sorted(map(str, people))) or NOBODY_ELSE


def readers_field(people: list[User]) -> forms.TypedMultipleChoiceField:
    """Everybody with whom one can share, each by name; nobody chosen keeps it to oneself."""
    return forms.MultipleChoiceField(
        label=_("Who may read this?"), required=False, choices=[(str(person.pk), person.name) for person in people],
        widget=forms.CheckboxSelectMultiple, help_text=_("Nobody ticked: it is for you alone. You can change this later."),
    )  # fmt: skip


def kinds_for(meeting: Meeting) -> list[tuple[str, str]]:
    """What one can bring to this meeting, with the words on the button."""
    words = [
        (Kind.QUESTION, _("Bring a question")),
        (Kind.CASE, _("Bring a case")),
        (Kind.HOMEWORK, _("Tell about the homework")),
    ]
    if meeting.kind == Meeting.Kind.COACHING:
        words.insert(0, (Kind.INTAKE, _("Note our questions and needs")))
    return [(str(kind.value), str(word)) for kind, word in words]
