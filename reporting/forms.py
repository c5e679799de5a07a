"""What people type in reporting: periods, sections, one's own characteristics."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import clean_text
from people.models import User
from reporting.frameworks import Question, in_words
from reporting.models import OwnIndicator, ReportFile, ReportingPeriod, ReportSection
from trajectories.forms.setup import plausible_day
from trajectories.models import Programme, Seat

LONGEST = 20_000
REFUSED = "refused"


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.ModelForm):
    """A stretch over which the programme reports."""

    class Meta:
        model = ReportingPeriod
        fields = ["name", "starts_on", "ends_on", "due_on"]
        widgets = {"starts_on": _date(), "ends_on": _date(), "due_on": _date()}
        help_texts = {
            "name": _("For example: first half of 2021."),
            "due_on": _("The last day on which the funder accepts it."),
        }

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        for name in ("starts_on", "ends_on", "due_on"):
            self.fields[name].validators.append(plausible_day)

    def clean_name(self) -> str:
        return clean_text(self.cleaned_data["name"])

    def _get_validation_exclusions(self) -> set[str]:
        """The service says in a sentence what overlaps; the database's own message would come before it."""
        return super()._get_validation_exclusions() | {"starts_on", "ends_on"}


class SectionForm(forms.Form):
    """One part of the narrative; `version` tells from which text the writer started, `conflict` that somebody saved since."""

    conflict = False

    body = forms.CharField(label=_("Text"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 14}))
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @classmethod
    def of(cls, section: ReportSection, *, body: str | None = None) -> "SectionForm":
        """The form as it stands before anything is typed."""
        return cls(initial={"body": section.body if body is None else body, "version": section.version})


class FileForm(forms.Form):
    """Which file is wanted, in which language."""

    format = forms.ChoiceField(label=_("Format"), choices=ReportFile.Format.choices)
    language = forms.ChoiceField(label=_("Language"), choices=[("nl", _("Dutch")), ("en", _("English"))])


class ReaderForm(forms.Form):
    """Which colleague may see who stands behind a figure."""

    user = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), empty_label=_("Choose a colleague"))

    def __init__(self, *args, programme: Programme, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.living().filter(programme=programme, role=Seat.Role.PROJECT).exclude(user=by)
        chosen = User.objects.filter(pk__in=seats.values("user")).exclude(pk__in=programme.characteristic_readers.values("user"))
        self.fields["user"].queryset = chosen.by_name()


class OwnIndicatorForm(forms.ModelForm):
    """An indicator of the programme itself, with its target."""

    class Meta:
        model = OwnIndicator
        fields = ["title", "unit", "counts", "code", "target", "position"]
        help_texts = {
            "code": _("Only for an official indicator, for example CO05."),
            "position": _("The place in the list."),
        }

    def clean_title(self) -> str:
        return clean_text(self.cleaned_data["title"])

    def clean_unit(self) -> str:
        return clean_text(self.cleaned_data["unit"])

    def _get_validation_exclusions(self) -> set[str]:
        """The service tells all faults at once."""
        return super()._get_validation_exclusions() | {"programme", "title"}


class ResultsForm(forms.Form):
    """What the team counted in one period, a field for each indicator that is noted."""

    def __init__(self, *args, indicators: Sequence[OwnIndicator], values: Mapping[UUID, int], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = {row.pk.hex: row for row in indicators}
        for name, row in self.indicators.items():
            self.fields[name] = forms.IntegerField(
                label=row.title, required=False, min_value=0, max_value=10_000_000, initial=values.get(row.pk), help_text=row.unit
            )

    def values(self) -> dict[OwnIndicator, int | None]:
        """What was typed, per indicator."""
        return {row: self.cleaned_data[name] for name, row in self.indicators.items()}


class CharacteristicsForm(forms.Form):
    """One’s own answers at one moment, made of the framework’s questions. All may stay open, what is sensitive may be refused."""

    def __init__(self, *args, questions: Sequence[Question], answers: Mapping[str, str], consented: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.code] = _field(question, answers.get(question.key, ""))
        plain = [question.code for question in questions if not question.sensitive]
        sensitive = [question.code for question in questions if question.sensitive]
        parts = [Fieldset(gettext("About you"), *plain)]
        if sensitive:
            label = gettext("I agree that my answers to these sensitive questions are counted.")
            self.fields["consents"] = forms.BooleanField(label=label, required=False, initial=consented)
            about = HTML("{% include 'reporting/_consent.html' %}")
            parts.append(Fieldset(gettext("Sensitive questions"), about, *sensitive, "consents"))
        self.helper = FormHelper()
        self.helper.layout = Layout(*parts)

    def answers(self) -> dict[str, str]:
        """What was chosen, by question code; a date as ISO text."""
        chosen = {code: value for code, value in self.cleaned_data.items() if code != "consents"}
        return {code: value if isinstance(value, str) else value.isoformat() if value else "" for code, value in chosen.items()}


def _field(question: Question, answered: str) -> forms.Field:
    about = {"label": in_words(question.text), "required": False, "initial": answered}
    if question.help:
        about["help_text"] = in_words(question.help)
    if question.kind == "date":
        return forms.DateField(widget=_date(), **about)
    if question.kind == "choice":
        choices = [("", gettext("Choose an answer")), *((option.code, in_words(option.text)) for option in question.options)]
        return forms.ChoiceField(choices=choices, **about)
    choices = [("yes", gettext("yes")), ("no", gettext("no"))]
    if question.sensitive:
        choices.append((REFUSED, gettext("I would rather not say")))
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)
