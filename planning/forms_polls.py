"""What people fill in about calendars to subscribe to, and about polls for a day."""

import datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.text import clean_text
from networks.models import LearningNetwork
from planning import feeds, polls
from planning.models import Poll, PollAnswer, PollParticipant
from sessions import clock
from sessions.forms import FIRST_YEAR, LAST_YEAR, MODES, Doubted
from sessions.models import Meeting

MINE = "mine"


class FeedForm(forms.Form):
    """A new calendar: what it holds, and the name by which one knows where it is read."""

    what = forms.ChoiceField(label=gettext_lazy("What do you want to see?"), widget=forms.RadioSelect, initial=MINE)
    name = forms.CharField(
        label=gettext_lazy("Where will you use it?"),
        max_length=60,
        help_text=gettext_lazy("For example: my phone, or the calendar at work. Then you know later which one to withdraw."),
    )

    def __init__(self, *args, networks: list[LearningNetwork], **options) -> None:
        super().__init__(*args, **options)
        self.networks = {str(network.pk): network for network in networks}
        named = [(pk, _("All sessions of %(network)s") % {"network": network}) for pk, network in self.networks.items()]
        self.fields["what"].choices = [(MINE, _("Everything I am invited to")), *named]

    def clean_name(self) -> str:
        name = " ".join(clean_text(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("Give it a name."))
        return name

    def values(self) -> dict:
        """What the service takes."""
        return {"name": self.cleaned_data["name"], "network": self.networks.get(self.cleaned_data["what"])}


def _before(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(n)s minute before", "%(n)s minutes before", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)s hour before", "%(n)s hours before", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day before", "%(n)s days before", minutes // (24 * 60)) % {"n": minutes // (24 * 60)}


class AlarmForm(forms.Form):
    """An alarm in one's own calendar."""

    alarm = forms.TypedChoiceField(label=gettext_lazy("Alarm before a meeting"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["alarm"].choices = [("", _("no alarm")), *((minutes, _before(minutes)) for minutes in feeds.ALARMS)]


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


def _hour() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"})


class DayRow(forms.Form):
    """One proposed day with its hours; a row without a day is left out."""

    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=_day())
    starts = forms.TimeField(label=gettext_lazy("From"), required=False, widget=_hour())
    ends = forms.TimeField(label=gettext_lazy("To"), required=False, widget=_hour())

    def __init__(self, *args, zone: datetime.tzinfo, **options) -> None:
        super().__init__(*args, **options)
        self.zone = zone

    def clean(self) -> dict:
        values = super().clean()
        day = values.get("day")
        if not day:
            return values
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.add_error("day", _("Choose a day between 2000 and 2100."))
            return values
        for name in ("starts", "ends"):
            if values.get(name) is None and name not in self.errors:
                self.add_error(name, _("At what time?"))
            elif values.get(name) is not None and clock.is_skipped(day, values[name], self.zone):
                self.add_error(name, _("This hour does not exist: the clock skips it that night. Choose another hour."))
        if not self.errors:
            values["stretch"] = tuple(clock.moment(day, values[name], self.zone) for name in ("starts", "ends"))
            if values["stretch"][1] <= values["stretch"][0]:
                self.add_error("ends", _("The end lies before the start."))
        return values


DayRows = forms.formset_factory(DayRow, extra=0, max_num=polls.MOST, absolute_max=polls.MOST)
BLANK_ROWS, MORE_ROWS = 4, 4


class PollForm(Doubted):
    """A new poll: what for, which days, until when one can answer. `draft` is an unsaved meeting of the host."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    deadline = forms.DateField(
        label=gettext_lazy("Last day to answer"),
        widget=_day(),
        help_text=gettext_lazy("Who has not answered two days before gets one reminder."),
    )

    def __init__(self, *args, draft: Meeting, hours: dict, **options) -> None:
        super().__init__(*args, **options)
        self.zone = draft.zone
        blank = [dict(hours) for _row in range(BLANK_ROWS)]
        if not draft._state.adding:
            blank[0]["day"] = draft.local_start.date()
        self.rows = DayRows(self.data or None, initial=blank, prefix="days", form_kwargs={"zone": self.zone})
        self.fields["title"].widget.attrs["class"] = "form-control"

    def is_valid(self) -> bool:
        rows_hold = self.rows.is_valid()
        return super().is_valid() and rows_hold

    def clean_title(self) -> str:
        return clean_text(self.cleaned_data["title"])

    def clean_deadline(self) -> datetime.datetime:
        """The last minute of the day."""
        day = self.cleaned_data["deadline"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))
        return clock.moment(day, datetime.time(23, 59), self.zone)

    def stretches(self) -> list[polls.Stretch]:
        """The days with their hours, in the order in which they were typed."""
        return [row.cleaned_data["stretch"] for row in self.rows if row.cleaned_data.get("stretch")]

    def values(self) -> dict:
        """What the service takes."""
        return {"title": self.cleaned_data["title"], "deadline": self.cleaned_data["deadline"], "options": self.stretches()}


def with_more_rows(data):
    """What was typed, with more rows below it."""
    typed = data.copy()
    total = typed.get("days-TOTAL_FORMS", "")
    typed["days-TOTAL_FORMS"] = str(min((int(total) if total.isdecimal() and len(total) < 4 else 0) + MORE_ROWS, polls.MOST))
    return typed


class AnswerForm(forms.Form):
    """For each proposed day: yes, if need be, or no."""

    def __init__(self, *args, poll: Poll, part: PollParticipant, **options) -> None:
        super().__init__(*args, **options)
        said = dict(part.answers.values_list("option_id", "choice"))
        self.options = {option.pk.hex: option for option in poll.options.all()}
        for name, option in self.options.items():
            self.fields[name] = forms.ChoiceField(
                label=polls.words_of(option, poll),
                choices=PollAnswer.Choice.choices,
                widget=forms.RadioSelect,
                initial=said.get(option.pk, ""),
                error_messages={"required": _("Say whether you can come then.")},
            )

    def choices(self) -> dict[UUID, str]:
        """What the service takes."""
        return {self.options[name].pk: said for name, said in self.cleaned_data.items()}


class ChooseForm(Doubted):
    """How and where the meeting of the chosen day takes place."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=MODES, widget=forms.RadioSelect)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(label=gettext_lazy("Link for online"), max_length=500, required=False, assume_scheme="https")

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("A link begins with https://."))
        return link

    def clean(self) -> dict:
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in super().clean().items()}

    def values(self) -> dict:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def initial_of(poll: Poll, last: Meeting | None) -> dict:
    """A draft keeps what it says; a new meeting starts from the place of the last one of the same host."""
    last = poll.meeting or last
    return {
        "title": poll.title,
        "mode": last.mode if last else Meeting.Mode.ONSITE,
        "place": last.place if last else "",
        "link": poll.meeting.link if poll.meeting else "",
    }
