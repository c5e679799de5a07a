"""What the project team types when it sets up a programme."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Sector
from trajectories import frameworks
from trajectories.models import Milestone, Phase, Pilot, Programme

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


def day_field(label, **options) -> forms.DateField:
    """A day, by the browser's own date control or typed as 31/12/2026; between 2000 and 2100."""
    widget = forms.DateInput(attrs={"type": "date", "min": EARLIEST.isoformat(), "max": LATEST.isoformat()}, format="%Y-%m-%d")
    field = forms.DateField(label=label, widget=widget, **options)
    field.validators.append(plausible_day)
    return field


def plausible_day(value: datetime.date) -> None:
    """A year that a programme can have; ValidationError otherwise."""
    if not EARLIEST <= value <= LATEST:
        raise forms.ValidationError(_("Choose a day between 2000 and 2100."))


class ForwardMixin:
    """The last day does not lie before the first."""

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned


class ProgrammeForm(ForwardMixin, forms.ModelForm):
    """What the programme says of itself."""

    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    leader_places = forms.IntegerField(label=_("Leaders per pilot"), min_value=1, max_value=6)
    evidence_years = forms.IntegerField(
        label=_("years that evidence is kept"), min_value=3, max_value=30,
        help_text=_("After the last day. The funder says how long; 2014–2020 in Flanders: ten years."),
    )  # fmt: skip
    content_months = forms.IntegerField(
        label=_("months that coaching texts are kept"), min_value=6, max_value=120,
        help_text=_("After the last day: minutes, agreements, cases, reflections and portfolios. Then they are erased."),
    )  # fmt: skip
    framework = forms.ChoiceField(label=_("indicator framework"), choices=frameworks.choices)

    class Meta:
        model = Programme
        fields = [
            "name",
            "summary",
            "starts_on",
            "ends_on",
            "leader_places",
            "promoter",
            "contact_email",
            "call_number",
            "dossier_number",
            "funder_sentence",
            "framework",
            "evidence_years",
            "content_months",
            "sectors",
        ]
        widgets = {"summary": forms.Textarea(attrs={"rows": 4}), "sectors": forms.CheckboxSelectMultiple}
        help_texts = {
            "funder_sentence": _("Stands on every list, certificate and report."),
            "contact_email": _("People who have a question write to this address."),
        }

    def clean_content_months(self) -> int:
        """Coaching content goes before evidence does."""
        months, years = self.cleaned_data["content_months"], self.cleaned_data.get("evidence_years")
        if years is not None and months > 12 * years:
            raise forms.ValidationError(_("Coaching texts are kept no longer than evidence."))
        return months


class SectorForm(forms.ModelForm):
    """A field of work in both languages."""

    class Meta:
        model = Sector
        fields = ["name_nl", "name_en"]


class PhaseForm(ForwardMixin, forms.ModelForm):
    """A stretch of the programme."""

    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))

    class Meta:
        model = Phase
        fields = ["name", "aim", "starts_on", "ends_on"]
        widgets = {"aim": forms.Textarea(attrs={"rows": 3})}


class MilestoneForm(forms.ModelForm):
    """A promised result."""

    due_on = day_field(_("Due on"))
    reached_on = day_field(_("Reached on"), required=False)

    class Meta:
        model = Milestone
        fields = ["title", "due_on", "reached_on"]


class EmblemForm(forms.Form):
    """A picture of the funder or promoter."""

    file = forms.FileField(label=_("Picture (PNG or JPEG)"))
    alt = forms.CharField(
        label=_("What the emblem shows"), max_length=120, help_text=_("For example: emblem of the European Union.")
    )


class PilotForm(ForwardMixin, forms.Form):
    """A service that takes part."""

    name = forms.CharField(label=_("Name of the service"), max_length=160)
    municipality = forms.CharField(label=_("Municipality"), max_length=120, required=False)
    sector = forms.ModelChoiceField(label=_("Sector"), queryset=Sector.objects.none())
    starts_on = day_field(_("Takes part since"))
    ends_on = day_field(_("Last day"), required=False)
    question = forms.CharField(
        label=_("What the pilot wants to learn"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, programme: Programme, pilot: Pilot | None = None, **kwargs) -> None:
        if pilot is not None:
            kwargs["initial"] = {
                "name": pilot.service.name,
                "municipality": pilot.service.municipality,
                "sector": pilot.service.sector_id,
                "starts_on": pilot.starts_on,
                "ends_on": pilot.ends_on,
                "question": pilot.question,
            }
        else:
            kwargs["initial"] = {"starts_on": programme.starts_on}
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = programme.sectors.all()
