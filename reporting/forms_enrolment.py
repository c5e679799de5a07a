"""What the project team types about participants other than leaders: one person, or a list."""

from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from core.text import clean_text, looks_like_national_number
from reporting.services.enrolment import faults_of_days
from sessions import guests
from sessions.models import Attendance
from trajectories.forms.people import NOBODYS, WORDS, ListForm, NameForm
from trajectories.forms.setup import day_field
from trajectories.invitations import Newcomer
from trajectories.models import Pilot, Programme

# the columns of a list and the headers that people use for them; the first is the one in our example
COLUMNS: dict[str, tuple[str, ...]] = {
    "first_name": ("voornaam", "first name"),
    "last_name": ("familienaam", "naam", "achternaam", "last name", "surname"),
    "email": ("e-mail", "mail", "e-mailadres", "email address"),
    "entered_on": ("instap", "vanaf", "sinds", "entry", "entered"),
    "left_on": ("uitstap", "tot", "exit", "left"),
    "language": ("taal", "language"),
    "organisation": ("organisatie", "organisation", "organization"),
    "function": ("functie", "function", "job"),
    "pilot": ("pilot", "voorziening", "service"),
}


class CameField(forms.ModelMultipleChoiceField):
    """The meetings that somebody with this name and organisation came to, each with a tick: two guests may be called the same."""

    def __init__(self, guest: Attendance) -> None:
        lines = guests.same_as(guest)
        super().__init__(
            lines, label=_("Meetings"), widget=forms.CheckboxSelectMultiple, initial=[row.pk for row in lines],
            help_text=_("Take the tick away where it was somebody else with the same name."),
            error_messages={"required": _("Tick at least one meeting, or enrol without a guest.")},
        )  # fmt: skip

    def label_from_instance(self, line: Attendance) -> str:
        meeting = line.meeting
        day = formats.date_format(timezone.localdate(meeting.starts_at, ZoneInfo(meeting.time_zone)), "DATE_FORMAT")
        return f"{meeting.title}, {day} ({line.get_status_display()})"


class EnrolForm(NameForm):
    """One participant."""

    entered_on = day_field(_("Entry"), help_text=_("The first day of taking part. Who comes back keeps the first one."))
    left_on = day_field(_("Exit"), required=False, help_text=_("The last day, if it is known."))
    pilot = forms.ModelChoiceField(
        label=_("Service"), queryset=Pilot.objects.none(), required=False, empty_label=_("none of the pilots"),
        help_text=_("If they work for one of the services that take part."),
        error_messages={"invalid_choice": _("This pilot does not take part in the programme.")},
    )  # fmt: skip

    def __init__(self, *args, programme: Programme, guest: Attendance | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.fields["pilot"].queryset = programme.pilots.select_related("service")
        if guest is not None:
            self.fields["came"] = CameField(guest)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            *([Fieldset(_("At which meetings was it this person?"), "came")] if guest else []),
            Fieldset(
                _("Who"), Row(Column("first_name"), Column("last_name")), Row(Column("email"), Column("language")),
                Row(Column("organisation"), Column("function")), "pilot",
            ),
            Fieldset(_("When"), Row(Column("entered_on"), Column("left_on"))),
        )  # fmt: skip

    def clean(self) -> dict:
        """Every fault at once."""
        cleaned = super().clean() or {}
        for name in ("first_name", "last_name", "organisation", "function"):
            if name in cleaned:
                cleaned[name] = clean_text(cleaned[name]).strip()
                if looks_like_national_number(cleaned[name]):
                    self.add_error(name, _("This seems to be a national register number. We may not keep it."))
        for name, sentence in faults_of_days(self.programme, cleaned.get("entered_on"), cleaned.get("left_on")):
            self.add_error(name, sentence)
        return cleaned


class EnrolListForm(ListForm):
    """A list of participants as a file or as pasted text."""

    columns, required = COLUMNS, ("first_name", "last_name", "email", "entered_on")


def newcomers(rows: list, programme: Programme) -> list[Newcomer]:
    """Each row checked as if it were typed in the form: all its faults at once, and an address that stands twice."""
    pilots = {pilot.service.name.casefold(): pilot.pk for pilot in programme.pilots.select_related("service")}
    found, seen = [], dict[str, int]()
    for row in rows:
        values = {**row, "language": WORDS["language"].get(row["language"].casefold(), row["language"])}
        if values["pilot"]:
            values["pilot"] = pilots.get(values["pilot"].casefold(), NOBODYS)
        form, newcomer = EnrolForm(values, programme=programme), Newcomer(row.line, dict(row))
        if form.is_valid():
            newcomer.asked = form.cleaned_data
        else:
            newcomer.faults = [f"{form.fields[name].label}: {fault}" for name, faults in form.errors.items() for fault in faults]
        email = row["email"].casefold()
        if email and email in seen:
            newcomer.faults.append(_("This address stands in line %(line)s already.") % {"line": seen[email]})
        seen.setdefault(email, row.line)
        found.append(newcomer)
    return found
