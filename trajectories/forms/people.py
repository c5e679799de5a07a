"""What the project team types about people: one person, a list, an end, a successor."""

import csv
import io
from collections.abc import Mapping, Sequence
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tables import read_table
from trajectories.forms.setup import day_field
from trajectories.invitations import Newcomer
from trajectories.models import Pilot, Programme, Seat

Role, Part = Seat.Role, Seat.Part
# the columns of a list and the headers that people use for them; the first is the one in our example
COLUMNS: dict[str, tuple[str, ...]] = {
    "role": ("rol", "role"),
    "first_name": ("voornaam", "first name"),
    "last_name": ("familienaam", "naam", "achternaam", "last name", "surname"),
    "email": ("e-mail", "mail", "e-mailadres", "email address"),
    "language": ("taal", "language"),
    "pilot": ("pilot", "voorziening", "service"),
    "part": ("rol in tandem", "part", "deel"),
    "organisation": ("organisatie", "organisation", "organization"),
    "function": ("functie", "function", "job"),
    "since": ("sinds", "vanaf", "since"),
}
NOBODYS = UUID(int=0)  # a pilot that does not exist: the form refuses it like another programme's
# participants who are no leaders are enrolled on the page of participants
INVITED = [(value, label) for value, label in Role.choices if value != Role.PARTICIPANT]
REQUIRED = ("role", "first_name", "last_name", "email")
# the words people write for our values
WORDS = {
    "role": {
        "projectteam": Role.PROJECT, "project": Role.PROJECT, "project team": Role.PROJECT,
        "coach": Role.COACH, "procesbegeleider": Role.COACH,
        "leidinggevende": Role.LEADER, "leader": Role.LEADER, "duo": Role.LEADER,
        "adviseur": Role.ADVISER, "adviesgroep": Role.ADVISER, "adviser": Role.ADVISER, "advisor": Role.ADVISER,
        "partner": Role.PARTNER, "transnationale partner": Role.PARTNER,
    },
    "language": {"nederlands": "nl", "dutch": "nl", "engels": "en", "english": "en", "": "nl"},
    "part": {
        "inhoud": Part.CONTENT, "content": Part.CONTENT, "proces": Part.PROCESS, "process": Part.PROCESS,
        "beide": Part.BOTH, "both": Part.BOTH,
    },
}  # fmt: skip


class NameForm(forms.Form):
    """Who it is and how to reach them."""

    first_name = forms.CharField(label=_("First name"), max_length=120)
    last_name = forms.CharField(label=_("Last name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the letters"), choices=settings.LANGUAGES, initial="nl")
    organisation = forms.CharField(label=_("Organisation"), max_length=160, required=False)
    function = forms.CharField(label=_("Function"), max_length=120, required=False)


class PersonForm(NameForm):
    """One person with a seat."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("choose a role")), *INVITED],
        error_messages={"invalid_choice": _("“%(value)s” is no role we know.")},
    )
    pilot = forms.ModelChoiceField(
        label=_("Pilot"),
        queryset=Pilot.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("For a leader, and for a coach of this pilot."),
        error_messages={"invalid_choice": _("This pilot does not take part in the programme.")},
    )
    place = forms.TypedChoiceField(
        label=_("Place in the pair"), coerce=int, empty_value=None, required=False, help_text=_("Empty: the first free place.")
    )
    part = forms.ChoiceField(
        label=_("A coach’s part"),
        choices=[("", _("not said")), *Part.choices],
        required=False,
        error_messages={"invalid_choice": _("“%(value)s” is no part of a tandem we know.")},
    )
    since = day_field(_("Takes part since"), required=False, help_text=_("Empty: today."))

    def __init__(self, *args, programme: Programme, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pilot"].queryset = programme.pilots.select_related("service")
        places = range(1, programme.leader_places + 1)
        self.fields["place"].choices = [("", _("the first free one")), *((number, number) for number in places)]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset(
                _("Who"), Row(Column("first_name"), Column("last_name")), Row(Column("email"), Column("language")),
                Row(Column("organisation"), Column("function")),
            ),
            Fieldset(_("Place"), Row(Column("role"), Column("since")), Row(Column("pilot"), Column("place")), "part"),
        )  # fmt: skip

    def clean(self):
        """What goes with which role."""
        cleaned = super().clean()
        role, pilot = cleaned.get("role"), cleaned.get("pilot")
        if role == Role.LEADER and not pilot and "pilot" not in self.errors:
            self.add_error("pilot", _("A leader takes part with a pilot: choose one."))
        if role and role not in {Role.LEADER, Role.COACH} and pilot:
            self.add_error("pilot", _("Only leaders and coaches have a pilot."))
        if role and role != Role.COACH and cleaned.get("part"):
            self.add_error("part", _("Only a coach has a part in a tandem."))
        if role != Role.LEADER:
            cleaned["place"] = None
        return cleaned


class ListForm(forms.Form):
    """A list of people as a file or as pasted text."""

    columns, required = COLUMNS, REQUIRED

    file = forms.FileField(label=_("A file (CSV or Excel)"), required=False)
    pasted = forms.CharField(
        label=_("Or paste the list here, with the names of the columns on the first line"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self):
        """Either one; the rows end up in `cleaned_data["rows"]`."""
        cleaned = super().clean()
        upload, pasted = cleaned.get("file"), (cleaned.get("pasted") or "").strip()
        if not upload and not pasted:
            raise forms.ValidationError(_("Choose a file, or paste a list."))
        try:
            source = upload or SimpleUploadedFile("list.csv", pasted.encode())
            cleaned["rows"] = read_table(
                source, columns=self.columns, required=self.required, max_rows=200, field="file" if upload else "pasted"
            )
        except DomainError as refusal:
            self.add_error(refusal.field, refusal.message)
        return cleaned


def newcomers(rows: list, programme: Programme) -> list[Newcomer]:
    """Each row checked as if it were typed in the form for one person; all its faults at once."""
    pilots = {pilot.service.name.casefold(): pilot.pk for pilot in programme.pilots.select_related("service")}
    found = []
    for row in rows:
        form = PersonForm(_as_typed(row, pilots), programme=programme)
        newcomer = Newcomer(row.line, dict(row))
        if form.is_valid():
            newcomer.asked = form.cleaned_data
        else:
            newcomer.faults = [f"{form.fields[name].label}: {fault}" for name, faults in form.errors.items() for fault in faults]
        found.append(newcomer)
    return found


def _as_typed(row: dict, pilots: dict) -> dict:
    values = {name: WORDS[name].get(value.casefold(), value) if name in WORDS else value for name, value in row.items()}
    if values["pilot"]:
        values["pilot"] = pilots.get(values["pilot"].casefold(), NOBODYS)
    return values


def as_text(rows: list, columns: Mapping[str, Sequence[str]] = COLUMNS) -> str:
    """The rows as a list that can be pasted, corrected and sent again."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(spellings[0] for spellings in columns.values())
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue()


class EndForm(forms.Form):
    """The last day of a seat."""

    until = day_field(_("Last day"), initial=timezone.localdate)


class SuccessorForm(NameForm):
    """Who takes over, after which day."""

    until = day_field(_("Last day of who leaves"), initial=timezone.localdate)

    field_order = ["until", "first_name", "last_name", "email", "language", "organisation", "function"]
