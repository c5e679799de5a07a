"""What people type about meetings. Forms clean; the services write."""

import datetime
from collections.abc import Iterable, Sequence
from hashlib import sha256

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import clean_text
from people.models import User
from sessions import agenda, clock, invitations
from sessions.models import Attendance, Meeting
from sessions.planning import AgendaLine
from tools.models import Tool

FIRST_YEAR, LAST_YEAR = 2000, 2100
BLANK_ROWS, MORE_ROWS, MOST_ROWS = 5, 5, 60
MODES = [
    (Meeting.Mode.ONSITE, gettext_lazy("On site")),
    (Meeting.Mode.ONLINE, gettext_lazy("Online")),
    (Meeting.Mode.HYBRID, gettext_lazy("On site and online")),
]


def _cleaned(values: dict) -> dict:
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in values.items()}


class ToolsField(forms.ModelMultipleChoiceField):
    """Tools of the library that this person sees, as cards to tick."""

    def __init__(self, **options) -> None:
        ticks = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
        super().__init__(queryset=Tool.objects.none(), widget=ticks, required=False, **options)

    def label_from_instance(self, tool: Tool) -> str:
        return tool.title


class ReplyForm(forms.Form):
    """Do you come?"""

    reply = forms.ChoiceField(label=gettext_lazy("Your answer"), widget=forms.RadioSelect)

    def __init__(self, *args, meeting: Meeting, place: Attendance | None = None, **options) -> None:
        super().__init__(*args, initial={"reply": place.reply if place else ""}, **options)
        self.fields["reply"].choices = invitations.choices(meeting)


class AgendaRow(forms.Form):
    """One line of the agenda; a line without a title is left out."""

    title = forms.CharField(label=gettext_lazy("What"), max_length=160, required=False)
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), min_value=1, max_value=1440, required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    aim = forms.CharField(label=gettext_lazy("Aim"), max_length=300, required=False)

    def __init__(self, *args, people: list[tuple[str, str]], **options) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", "–"), *people]
        self.fields["minutes"].widget.attrs["inputmode"] = "numeric"
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "owner" else "form-control"

    def clean(self) -> dict:
        values = _cleaned(super().clean())
        if values.get("title") and values.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("How many minutes does this take?"))
        if not values.get("title") and (values.get("minutes") or values.get("aim")) and "title" not in self.errors:
            self.add_error("title", _("Give this part a title."))
        return values


AgendaRows = forms.formset_factory(AgendaRow, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class Doubted(forms.Form):
    """What may have been overlooked is shown once; sent again with the mark of what was shown, it is accepted."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    doubts: Sequence[str] = ()
    mark = ""

    def accepts(self, doubts: list[str]) -> bool:
        """No doubts, or the very ones that the planner has seen and sent along. Beside a form that is new they count as seen."""
        self.doubts = doubts
        self.mark = sha256("\n".join(doubts).encode()).hexdigest() if doubts else ""
        if not self.is_bound:
            self.initial["seen"] = self.mark
            return False
        if self.cleaned_data.get("seen") == self.mark or not doubts:
            return True
        self.data = self.data.copy()
        self.data["seen"] = self.mark
        return False


class MeetingForm(Doubted):
    """A meeting on one page, its agenda included. `meeting` is the one to change, or an unsaved one of the host."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only when it takes several days."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    starts = forms.TimeField(label=gettext_lazy("Starts at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    ends = forms.TimeField(label=gettext_lazy("Ends at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    break_minutes = forms.IntegerField(
        label=gettext_lazy("Break in minutes"), min_value=0, max_value=1440, required=False, initial=0
    )
    mode = forms.ChoiceField(label=gettext_lazy("How do you meet?"), choices=MODES, widget=forms.RadioSelect, initial="onsite")
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(label=gettext_lazy("Link to take part online"), max_length=500, required=False, assume_scheme="https")
    aim = forms.CharField(label=gettext_lazy("Aim"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    question = forms.CharField(
        label=gettext_lazy("Question for the day after"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Everybody who was there gets this one question. Empty: the question that fits the programme."),
    )
    tools = ToolsField(label=gettext_lazy("Tools that go along"))
    reason = forms.CharField(
        label=gettext_lazy("Why does it change?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Stands in the mail that everybody gets when time, place or link change."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, meeting: Meeting, user: User, people: Iterable[User], **options) -> None:
        super().__init__(data, **options)
        self.meeting = meeting
        self.people = [(str(person.pk), person.name) for person in people]
        self.has_agenda_page = agenda.is_more_than_rows(meeting)
        self.fields["tools"].queryset = Tool.objects.visible_to(user).with_texts()
        spans_days = not meeting._state.adding and meeting.local_start.date() != meeting.local_end.date()
        if meeting.kind not in {Meeting.Kind.EXCHANGE, Meeting.Kind.EVENT} and not spans_days:
            del self.fields["last_day"]
        if meeting.state != Meeting.State.PLANNED or meeting._state.adding:
            del self.fields["reason"]
        begun = [] if self.has_agenda_page else self.initial.get("agenda", [])
        rows = {"initial": begun, "form_kwargs": {"people": self.people}, "prefix": "agenda"}
        self.agenda = AgendaRows(data, **rows)
        self.helper = FormHelper()
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        when = [Column(name, css_class="col-sm") for name in ("day", "last_day", "starts", "ends") if name in self.fields]
        last = [name for name in ("question", "reason") if name in self.fields]
        return Layout(
            Fieldset(_("What and when"), "title", Row(*when), Row(Column(Field("break_minutes"), css_class="col-sm-4"))),
            Fieldset(_("Where"), "mode", Row(Column("place", css_class="col-sm"), Column("link", css_class="col-sm"))),
            Fieldset(_("Aim and agenda"), "aim", HTML('{% include "sessions/_agenda_rows.html" %}')),
            HTML('{% include "sessions/_tools_choice.html" %}'),
            Fieldset(_("Afterwards"), *last),
        )

    def is_valid(self) -> bool:
        agenda_holds = self.agenda.is_valid()
        return super().is_valid() and agenda_holds

    def clean_day(self) -> datetime.date:
        return self._within_reason(self.cleaned_data["day"])

    def clean_last_day(self) -> datetime.date | None:
        return self._within_reason(self.cleaned_data["last_day"])

    def _within_reason(self, day: datetime.date | None) -> datetime.date | None:
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))
        return day

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("A link begins with https://."))
        return link

    def clean(self) -> dict:
        values = _cleaned(super().clean())
        first, last = values.get("day"), values.get("last_day") or values.get("day")
        for field, moment, day in (("starts", "starts_at", first), ("ends", "ends_at", last)):
            hour = values.get(field)
            if day and hour is not None:
                if clock.is_skipped(day, hour, self.meeting.zone):
                    self.add_error(field, _("This hour does not exist: the clock skips it that night. Choose another hour."))
                else:
                    values[moment] = clock.moment(day, hour, self.meeting.zone)
        if values.get("starts_at") and values.get("ends_at") and values["ends_at"] <= values["starts_at"]:
            self.add_error("ends", _("The end lies before the start."))
        return values

    def values(self) -> dict:
        """What the planning services take."""
        names = ("title", "starts_at", "ends_at", "mode", "place", "link", "aim", "question")
        found = {name: self.cleaned_data[name] for name in names}
        found["break_minutes"] = self.cleaned_data.get("break_minutes") or 0
        if not self.has_agenda_page:
            found["agenda"] = self.lines()
        return found | {"tools": list(self.cleaned_data["tools"])}

    def lines(self) -> list[AgendaLine]:
        """The filled-in lines of the agenda."""
        rows = [row.cleaned_data for row in self.agenda if row.cleaned_data.get("title")]
        return [AgendaLine(row["title"], row["minutes"], row["aim"], row["owner"] or None) for row in rows]


def initial_of(meeting: Meeting) -> dict:
    """A saved meeting as the form shows it."""
    names = ("title", "break_minutes", "mode", "place", "link", "aim", "question", "version")
    agenda = [
        {"title": line.title, "minutes": line.minutes, "aim": line.aim, "owner": str(line.owner_id or "")}
        for line in meeting.agenda.all()
    ]
    return {name: getattr(meeting, name) for name in names} | {
        "day": meeting.local_start.date(),
        "last_day": meeting.local_end.date() if meeting.local_end.date() != meeting.local_start.date() else None,
        "starts": meeting.local_start.time(),
        "ends": meeting.local_end.time(),
        "tools": [line.tool_id for line in meeting.tools.all()],
        "agenda": agenda,
    }


def initial_typed(data) -> dict:
    """What was typed, unchecked, to show once more with more rows for the agenda."""
    known = set(data)
    total = min(int(data.get("agenda-TOTAL_FORMS", "0")) if data.get("agenda-TOTAL_FORMS", "").isdigit() else 0, MOST_ROWS)
    names = ("title", "minutes", "aim", "owner")
    agenda = [{name: data.get(f"agenda-{row}-{name}", "") for name in names} for row in range(total)]
    filled = [row for row in agenda if any(row.values())]
    plain = {name: data[name] for name in known if name in MeetingForm.base_fields and name != "tools"}
    return plain | {"tools": data.getlist("tools"), "agenda": filled}


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=300, help_text=gettext_lazy("Stands in the mail that everybody gets.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict:
        return _cleaned(super().clean())


class ToolsForm(forms.Form):
    """Tools to take along."""

    tools = ToolsField(label=gettext_lazy("Tools that go along"))

    def __init__(self, *args, user: User, **options) -> None:
        super().__init__(*args, **options)
        self.fields["tools"].queryset = Tool.objects.visible_to(user).with_texts()


class InviteForm(forms.Form):
    """Who else is asked."""

    people = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), label=gettext_lazy("Who else do you invite?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, meeting: Meeting, **options) -> None:
        super().__init__(*args, **options)
        self.fields["people"].queryset = invitations.invitable(meeting)
