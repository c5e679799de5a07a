"""What people type in a rule for reminders."""

from typing import cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row
from django import forms
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from core.text import clean_text
from planning.models import ReminderRule, Step
from planning.rules_words import TEXTS
from trajectories.models import Programme

FIELDS = ("moment", "number", "who", "steps", *TEXTS, "is_on")


class RuleForm(forms.ModelForm):
    """One rule of a programme; the service checks the words in braces."""

    class Meta:
        model = ReminderRule
        fields = FIELDS
        labels = {"steps": gettext_lazy("Only for these steps"), "is_on": gettext_lazy("This rule is on")}
        help_texts = {"steps": gettext_lazy("Without a tick the rule is for all meetings.")}
        widgets = {
            "steps": forms.CheckboxSelectMultiple,
            "text_nl": forms.Textarea(attrs={"rows": 7}),
            "text_en": forms.Textarea(attrs={"rows": 7}),
        }

    def __init__(self, *args, programme: Programme, **options) -> None:
        super().__init__(*args, **options)
        living = Q(template__uses__programme=programme, removed_at=None)
        named = Q(rules=self.instance.pk)  # also a step that was taken out: without its steps a rule is for all meetings
        steps = Step.objects.filter(living | named).select_related("template")
        field = cast(forms.ModelMultipleChoiceField, self.fields["steps"])
        field.queryset = steps.order_by("template", "rhythm", "position").distinct()
        field.label_from_instance = _named  # type: ignore[method-assign, assignment]
        self.fields["number"].widget.attrs["max"] = 365
        self.helper = FormHelper()
        english = [HTML('{% include "planning/templates/_english.html" %}'), "subject_en", "text_en", HTML("</details>")]
        row = Row(Column("number", css_class="col-sm-4"), Column("moment", css_class="col-sm-8"))
        some = [HTML('{% include "planning/rules/_steps.html" %}'), "steps", HTML("</details>")] if steps else []
        if not some:
            del self.fields["steps"]
        self.helper.layout = Layout(row, "who", *some, "subject_nl", "text_nl", *english, "is_on")

    def clean(self) -> dict:
        values = super().clean() or {}
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in values.items()}

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if number > 365:
            raise forms.ValidationError(gettext_lazy("Choose at most 365."))
        return number

    def _post_clean(self) -> None:
        """The service writes the row, so that what is refused does not stand in it already."""


def _named(step: Step) -> str:
    if step.removed_at:
        return gettext("%(title)s (taken out of the template)") % {"title": step.title}
    return step.title
