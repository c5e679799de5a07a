"""What people type after a meeting: minutes, agreements, proofs and the wish for a report. Forms clean, services write."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import text, uploads
from core.errors import DomainError
from people.models import User
from sessions import actions
from sessions.models import Action, Evidence, Meeting, SessionReport

LONGEST_MINUTES = 100_000
NATIONAL_NUMBER = _("This looks like a national register number. Leave it out: it does not belong here.")


class WordsField(forms.CharField):
    """A person's words: without control characters, and without a national register number."""

    def clean(self, value: object) -> str:
        """The cleaned text; ValidationError for a number that must not be kept."""
        words = text.clean_text(super().clean(value))
        if text.looks_like_national_number(words):
            raise forms.ValidationError(NATIONAL_NUMBER)
        return words


class MinutesForm(forms.Form):
    """The minutes, with the version from which the writer started."""

    body = WordsField(
        label=_("Minutes of the meeting"),
        required=False,
        max_length=LONGEST_MINUTES,
        strip=False,
        help_text=_("Start a line with # for a heading and with - for a list. **Two stars** make a word bold."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    tab = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    taken = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_tab(self) -> str:
        """The number of this window; a strange one is as good as none."""
        return "".join(sign for sign in self.cleaned_data["tab"] if sign in "0123456789abcdef")


class ActionForm(forms.Form):
    """An agreement: what, who, by when."""

    text = WordsField(label=_("What do we agree?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(label=_("Who does it?"), queryset=User.objects.none(), empty_label=_("Choose somebody"))
    due_on = forms.DateField(
        label=_("By when?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, meeting: Meeting, action: Action | None = None, **options) -> None:
        initial = {"text": action.text, "owner": action.owner_id, "due_on": action.due_on} if action else {}
        super().__init__(*args, initial=initial, **options)
        people = actions.owners(meeting)
        self.fields["owner"].queryset = (people | User.objects.filter(pk=action.owner_id)) if action else people


class EvidenceForm(forms.Form):
    """A scan or another proof: a PDF or a picture, judged by its content."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=Evidence.Kind.choices, initial=Evidence.Kind.SCAN)
    upload = forms.FileField(
        label=_("File"), help_text=_("PDF, JPG or PNG, at most 10 MB. A photo taken with your phone is fine if it can be read.")
    )

    def clean_upload(self) -> uploads.Checked:
        """The file as it may be stored; refused beside the field."""
        try:
            return uploads.check(self.cleaned_data["upload"], field="upload")
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from None


class ReportForm(forms.Form):
    """Which report, in which language."""

    edition = forms.ChoiceField(
        choices=SessionReport.Edition.choices, initial=SessionReport.Edition.INTERNAL, widget=forms.HiddenInput
    )
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)
