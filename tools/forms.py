"""What somebody looks for in the library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import clean_text
from tools.models import Tool

MINUTES = (30, 45, 60, 90, 120, 180)


class ToolFilter(forms.Form):
    """Read from the address; what is no choice is left out of the search and said beside the field."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", _("All themes")), *Tool.Theme.choices])
    setting = forms.ChoiceField(
        label=_("How do you meet?"),
        required=False,
        choices=[("", _("Does not matter")), *[choice for choice in Tool.Setting.choices if choice[0] != Tool.Setting.BOTH]],
    )
    minutes = forms.TypedChoiceField(
        label=_("How much time is there?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Does not matter")), *[(number, _("at most %(n)s minutes") % {"n": number}) for number in MINUTES]],
    )

    def clean_q(self) -> str:
        return clean_text(self.cleaned_data["q"]).strip()
