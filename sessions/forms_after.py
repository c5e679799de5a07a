"""What people type when a meeting is over: how it was, and in which language they want a certificate."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sessions.evaluations import QUESTIONS, SCALE


class EvaluationForm(forms.Form):
    """Three statements, each with four steps from "not at all" to "very much"."""

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question, choices=list(SCALE.items()), coerce=int, widget=forms.RadioSelect
            )


class CertificateForm(forms.Form):
    """The language of the certificate."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
