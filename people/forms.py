"""What people fill in about themselves."""

from allauth.account.forms import ConfirmLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User


class CodeForm(ConfirmLoginCodeForm):
    """The code from the mail, and whether this is one's own device (read by people.devices)."""

    remember = forms.BooleanField(
        label=_("This is my own device: keep me signed in"),
        help_text=_("On a shared computer, leave this empty."),
        required=False,
    )


class ProfileForm(forms.ModelForm):
    """One's own name and language."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    language = forms.ChoiceField(label=_("Language"), help_text=_("Of the screens and of the letters you get."))

    def __init__(self, *args, languages, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages
