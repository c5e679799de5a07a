"""What people type in reporting: periods, sections, one's own characteristics."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import clean_text
from reporting.models import ReportFile, ReportingPeriod, ReportSection

LONGEST = 20_000


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
