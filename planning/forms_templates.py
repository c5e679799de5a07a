"""What people type about templates, the plan that comes from them and the next edition. Forms clean; the services write."""

import datetime

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import clean_text
from people.models import User
from planning.models import LANGUAGES, Step, TrajectoryTemplate
from planning.templates import StepLine
from sessions.forms import MODES, ToolsField
from sessions.models import Meeting
from tools.models import Tool
from trajectories.models import Programme

FIRST_YEAR, LAST_YEAR = 2000, 2100
BLANK_ROWS, MORE_ROWS, MOST_ROWS = 3, 5, 40
DIRECTIONS = [("after", gettext_lazy("after")), ("before", gettext_lazy("before"))]


class Cleaned(forms.Form):
    """Texts come in clean."""

    def clean(self) -> dict:
        values = super().clean() or {}
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in values.items()}


class DayField(forms.DateField):
    """A day within a century that makes sense."""

    def __init__(self, **options) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))


def _english(*names: str) -> list:
    return [HTML('{% include "planning/templates/_english.html" %}'), *names, HTML("</details>")]


class TemplateForm(Cleaned):
    """What a template says of itself."""

    title_nl = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    summary_nl = forms.CharField(
        label=gettext_lazy("For whom and why"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    weeks = forms.IntegerField(label=gettext_lazy("Length in weeks"), min_value=1, max_value=520, initial=96)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=160, required=False)
    summary_en = forms.CharField(
        label=gettext_lazy("For whom and why, in English"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        english = _english("title_en", "summary_en")
        self.helper.layout = Layout("title_nl", "summary_nl", Row(Column("weeks", css_class="col-sm-4")), *english, "version")

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("title_nl", "summary_nl", "weeks", "title_en", "summary_en")}


class CopyForm(Cleaned):
    """A copy of a template for one of one's programmes."""

    programme = forms.ModelChoiceField(queryset=Programme.objects.none(), label=gettext_lazy("For which programme?"))
    title_nl = forms.CharField(label=gettext_lazy("Title"), max_length=160)

    def __init__(self, *args, user: User, **options) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].queryset = Programme.objects.run_by(user)
        self.fields["programme"].empty_label = None


class AgendaRow(Cleaned):
    """One line of a step's agenda; a line without a title is left out."""

    title_nl = forms.CharField(label=gettext_lazy("What"), max_length=160, required=False)
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), min_value=1, max_value=1440, required=False)
    aim_nl = forms.CharField(label=gettext_lazy("Aim"), max_length=300, required=False)
    title_en = forms.CharField(max_length=160, required=False, widget=forms.HiddenInput)
    aim_en = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["class"] = "form-control"

    def clean(self) -> dict:
        values = super().clean()
        if values.get("title_nl") and values.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("How many minutes does this take?"))
        if not values.get("title_nl") and (values.get("minutes") or values.get("aim_nl")) and "title_nl" not in self.errors:
            self.add_error("title_nl", _("Give this part a title."))
        return values


AgendaRows = forms.formset_factory(AgendaRow, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class StepForm(Cleaned):
    """A step on one page, its agenda included."""

    title_nl = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    aim_nl = forms.CharField(label=gettext_lazy("Aim"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), min_value=15, max_value=1440)
    starts = forms.TimeField(label=gettext_lazy("Starts at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    mode = forms.ChoiceField(label=gettext_lazy("How do you meet?"), choices=MODES, initial=Meeting.Mode.ONSITE)
    weeks = forms.IntegerField(label=gettext_lazy("Weeks"), min_value=0, max_value=520, initial=0)
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, max_value=6, initial=0)
    direction = forms.ChoiceField(label=gettext_lazy("After or before"), choices=DIRECTIONS, initial="after")
    anchor = forms.ModelChoiceField(
        queryset=Step.objects.none(), label=gettext_lazy("From what do you count?"), required=False,
        empty_label=gettext_lazy("the start of the trajectory"),
    )  # fmt: skip
    min_weeks = forms.IntegerField(label=gettext_lazy("At least so many weeks apart"), min_value=0, max_value=520, required=False)
    max_weeks = forms.IntegerField(label=gettext_lazy("At most so many weeks apart"), min_value=0, max_value=520, required=False)
    third = forms.TypedChoiceField(
        label=gettext_lazy("Part of the trajectory"), choices=Step.Third.choices, coerce=int, required=False, empty_value=None
    )
    reminders = forms.CharField(
        label=gettext_lazy("Reminders"), max_length=60, required=False, initial="7, 1",
        help_text=gettext_lazy("So many days before, with commas in between: 7, 1."),
    )  # fmt: skip
    question_nl = forms.CharField(
        label=gettext_lazy("Question for the day after"), max_length=300, required=False,
        help_text=gettext_lazy("Everybody who was there gets this one question."),
    )  # fmt: skip
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=160, required=False)
    aim_en = forms.CharField(
        label=gettext_lazy("Aim in English"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    question_en = forms.CharField(label=gettext_lazy("Question in English"), max_length=300, required=False)
    tools = ToolsField(label=gettext_lazy("Tools that go along"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, step: Step, user: User, **options) -> None:
        super().__init__(data, **options)
        template = step.template
        others = [row.pk for row in template.living_steps if row.pk != step.pk and (row.is_session or not step.is_session)]
        self.fields["anchor"].queryset = template.steps.filter(pk__in=[*others, *([step.anchor_id] if step.anchor_id else [])])
        self.fields["tools"].queryset = Tool.objects.visible_to(user).with_texts()
        self.agenda = AgendaRows(data, initial=self.initial.get("agenda", []), prefix="agenda")
        self.helper = FormHelper()
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        row = lambda *names: Row(*[Column(name, css_class="col-sm") for name in names])  # noqa: E731
        return Layout(
            Fieldset(_("What"), "title_nl", "aim_nl", row("minutes", "starts", "mode")),
            Fieldset(_("When"), row("weeks", "days", "direction", "anchor"), row("min_weeks", "max_weeks", "third")),
            Fieldset(_("Agenda and tools"), HTML('{% include "planning/templates/_agenda_rows.html" %}')),
            HTML('{% include "sessions/_tools_choice.html" %}'),
            Fieldset(_("Around it"), row("reminders", "question_nl")),
            *_english("title_en", "aim_en", "question_en"),
            "version",
        )

    def is_valid(self) -> bool:
        agenda_holds = self.agenda.is_valid()
        return super().is_valid() and agenda_holds

    def clean_reminders(self) -> list[int]:
        parts = [part.strip() for part in self.cleaned_data["reminders"].replace(";", ",").split(",") if part.strip()]
        if not all(part.isdecimal() and len(part) < 4 and 1 <= int(part) <= 90 for part in parts) or len(parts) > 5:
            raise forms.ValidationError(_("Write at most five numbers from 1 to 90, with commas in between."))
        return sorted({int(part) for part in parts}, reverse=True)

    def values(self) -> dict:
        """What `templates.save_step` takes."""
        plain = ("title_nl", "aim_nl", "minutes", "starts", "mode", "anchor", "min_weeks", "max_weeks", "reminders")
        found = {name: self.cleaned_data[name] for name in (*plain, "question_nl", "title_en", "aim_en", "question_en")}
        days = self.cleaned_data["weeks"] * 7 + self.cleaned_data["days"]
        rows = [row.cleaned_data for row in self.agenda if row.cleaned_data.get("title_nl")]
        names = ("title_nl", "minutes", "aim_nl", "title_en", "aim_en")
        return found | {
            "third": self.cleaned_data["third"] or 0,
            "offset_days": -days if self.cleaned_data["direction"] == "before" else days,
            "agenda": [StepLine(*[row[name] for name in names]) for row in rows],
            "tools": list(self.cleaned_data["tools"]),
        }


def initial_of(step: Step) -> dict:
    """A saved step as the form shows it."""
    names = (
        "title_nl", "aim_nl", "minutes", "starts", "mode", "min_weeks", "max_weeks", "third", "question_nl", "title_en", "aim_en",
        "question_en",
    )  # fmt: skip
    weeks, days = divmod(abs(step.offset_days), 7)
    rows = ("title_nl", "minutes", "aim_nl", "title_en", "aim_en")
    return {name: getattr(step, name) for name in names} | {
        "weeks": weeks,
        "days": days,
        "direction": "before" if step.offset_days < 0 else "after",
        "anchor": step.anchor_id,
        "reminders": ", ".join(str(day) for day in step.reminders),
        "tools": [row.tool_id for row in step.tools.all()],
        "agenda": [{name: getattr(row, name) for name in rows} for row in step.agenda.all()],
        "version": step.template.version,
    }


def initial_typed(data) -> dict:
    """What was typed, unchecked, to show once more with more rows for the agenda."""
    total = data.get("agenda-TOTAL_FORMS", "")
    count = min(int(total), MOST_ROWS) if total.isdecimal() and len(total) < 5 else 0
    names = ("title_nl", "minutes", "aim_nl", "title_en", "aim_en")
    agenda = [{name: data.get(f"agenda-{row}-{name}", "") for name in names} for row in range(count)]
    plain = {name: data[name] for name in data if name in StepForm.base_fields and name != "tools"}
    return plain | {"tools": data.getlist("tools"), "agenda": [row for row in agenda if any(row.values())]}


class ApplyForm(forms.Form):
    """From which day the plan counts, and in which language its texts are."""

    starts_on = DayField(label=gettext_lazy("First day of the trajectory"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the texts"), choices=LANGUAGES)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.layout = Layout(Row(Column("starts_on", css_class="col-sm"), Column("language", css_class="col-sm")))


class DoForm(ApplyForm):
    """Do what was seen."""

    mark = forms.CharField(max_length=64)


class EditionForm(Cleaned):
    """The next edition's name and first day."""

    name = forms.CharField(label=gettext_lazy("Name of the next edition"), max_length=160)
    starts_on = DayField(label=gettext_lazy("First day"))


class DraftsForm(forms.Form):
    """Which drafts become planned."""

    drafts = forms.ModelMultipleChoiceField(
        queryset=Meeting.objects.none(), label=gettext_lazy("Drafts"), widget=forms.CheckboxSelectMultiple
    )
    mark = forms.CharField(max_length=64, required=False)

    def __init__(self, *args, drafts, **options) -> None:
        super().__init__(*args, **options)
        self.fields["drafts"].queryset = drafts


def initial_of_template(template: TrajectoryTemplate) -> dict:
    """A saved template as the form shows it."""
    names = ("title_nl", "summary_nl", "weeks", "title_en", "summary_en", "version")
    return {name: getattr(template, name) for name in names}
