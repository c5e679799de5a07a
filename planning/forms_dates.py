"""What people fill in about days: when one cannot, working hours, holidays, a proposal and its moves."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import clean_text
from planning.availability import Hours
from planning.models import WEEKDAYS
from planning.proposals import NOTICE
from trajectories.models import Programme

FIRST_YEAR, LAST_YEAR = 2000, 2100
AFTERWARDS = 182  # days in which a proposal looks when the programme has ended


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def hour_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class DayField(forms.DateField):
    """A day between 2000 and 2100."""

    def __init__(self, **options) -> None:
        super().__init__(widget=day_input(), **options)

    def clean(self, value) -> datetime.date | None:
        found = super().clean(value)
        if found and not FIRST_YEAR <= found.year <= LAST_YEAR:
            words = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise forms.ValidationError(_("Choose a year between %(first)s and %(last)s.") % words)
        return found


class AwayForm(forms.Form):
    """When one cannot."""

    first_day = DayField(label=gettext_lazy("From"))
    last_day = DayField(label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: only that day."))
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Only on"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("every day")), *WEEKDAYS],
    )  # fmt: skip
    starts = forms.TimeField(label=gettext_lazy("From what time"), required=False, widget=hour_input())
    ends = forms.TimeField(
        label=gettext_lazy("Until what time"), required=False, widget=hour_input(), help_text=gettext_lazy("Empty: whole days.")
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For yourself: nobody else can read it."),
    )

    def clean(self) -> dict:
        super().clean()
        values = self.cleaned_data
        values["last_day"] = values.get("last_day") or values.get("first_day")
        values["note"] = clean_text(values.get("note") or "")
        return values


class HoursForm(forms.Form):
    """From when until when one can meet, for each weekday; an empty day is closed."""

    def __init__(self, *args, hours: Hours, **options) -> None:
        super().__init__(*args, **options)
        for weekday, name in WEEKDAYS:
            opens, closes = hours.get(weekday, (None, None))
            self.fields[f"opens_{weekday}"] = forms.TimeField(
                label=_("%(day)s from") % {"day": name}, required=False, widget=hour_input(), initial=opens
            )
            self.fields[f"closes_{weekday}"] = forms.TimeField(
                label=_("%(day)s until") % {"day": name}, required=False, widget=hour_input(), initial=closes
            )

    def clean(self) -> dict:
        super().clean()
        values = self.cleaned_data
        for weekday, _name in WEEKDAYS:
            opens, closes = values.get(f"opens_{weekday}"), values.get(f"closes_{weekday}")
            if (opens is None) != (closes is None):
                self.add_error(f"closes_{weekday}", _("Fill in both hours, or neither."))
            elif opens and closes and closes <= opens:
                self.add_error(f"closes_{weekday}", _("The end lies before the start."))
        return values

    def hours(self) -> Hours:
        """The days that are open."""
        pairs = {day: (self.cleaned_data[f"opens_{day}"], self.cleaned_data[f"closes_{day}"]) for day, _name in WEEKDAYS}
        return {day: pair for day, pair in pairs.items() if pair[0]}

    @property
    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """A line for each weekday."""
        return [(str(name), self[f"opens_{day}"], self[f"closes_{day}"]) for day, name in WEEKDAYS]


class HolidayForm(forms.Form):
    """A school holiday of the programme."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    counts = forms.BooleanField(label=gettext_lazy("Nothing is planned on these days"), required=False, initial=True)

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"]).strip()
        if not name:
            raise forms.ValidationError(_("Give it a name."))
        return name


class ProposalForm(forms.Form):
    """What a proposal starts from."""

    first_day = DayField(label=gettext_lazy("From"))
    last_day = DayField(label=gettext_lazy("Until"))
    sessions_each = forms.IntegerField(label=gettext_lazy("Sessions for each network"), min_value=0, max_value=40, initial=8)
    moments_each = forms.IntegerField(label=gettext_lazy("Moments for each pilot"), min_value=0, max_value=20, initial=3)
    least_weeks = forms.IntegerField(
        label=gettext_lazy("Weeks between two sessions, at least"), min_value=0, max_value=52, initial=8
    )
    most_weeks = forms.IntegerField(
        label=gettext_lazy("Weeks between two sessions, at most"), min_value=1, max_value=104, initial=14
    )

    def __init__(self, *args, programme: Programme, **options) -> None:
        soon = timezone.localdate() + datetime.timedelta(days=NOTICE)
        first = max(soon, programme.starts_on)
        last = programme.ends_on if programme.ends_on > first else first + datetime.timedelta(days=AFTERWARDS)
        super().__init__(*args, initial={"first_day": first, "last_day": last}, **options)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs["inputmode"] = "numeric"


class VersionForm(forms.Form):
    """The version of a proposal that somebody saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ToldForm(VersionForm):
    """The letters that somebody was told of before inviting everybody."""

    meetings = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    letters = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    people = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class MoveForm(VersionForm):
    """Another day or hour for one meeting of a proposal."""

    day = DayField(label=gettext_lazy("Day"))
    hour = forms.TimeField(label=gettext_lazy("Starts at"), widget=hour_input())
