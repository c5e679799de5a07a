"""What people type while a meeting is lived: signatures, a list of who was there, the agenda, materials."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.errors import DomainError
from people.models import User
from sessions import agenda, signatures
from sessions.forms_record import WordsField
from sessions.models import AgendaItem, Material, Meeting
from tools.models import Tool


class SignatureForm(forms.Form):
    """A drawing, or the tick of who has signed in."""

    drawing = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)
    confirm = forms.BooleanField(required=False, label=_("I confirm that I was at this meeting."))

    def clean_drawing(self) -> uploads.Checked | None:
        """The picture as it may be kept."""
        value = self.cleaned_data["drawing"]
        if not value:
            return None
        try:
            return signatures.drawn(value)
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from None

    def clean(self) -> dict:
        values = super().clean()
        if not self.errors and not values.get("drawing") and not values.get("confirm"):
            self.add_error(None, _("Draw your signature, or tick that you were here."))
        return values


class ItemForm(forms.Form):
    """One part of the agenda."""

    title = WordsField(label=_("What"), max_length=160)
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=1, max_value=1440)
    owner = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none(), required=False, empty_label="–")
    aim = WordsField(label=_("Aim"), max_length=300, required=False)
    material = WordsField(label=_("Material"), max_length=200, required=False)
    tool = forms.ModelChoiceField(label=_("Tool"), queryset=Tool.objects.none(), required=False, empty_label="–")

    def __init__(self, *args, meeting: Meeting, item: AgendaItem | None = None, **options) -> None:
        if item is not None:
            names = {name: getattr(item, name) for name in ("title", "minutes", "aim", "material")}
            options["initial"] = names | {"owner": item.owner_id, "tool": item.tool_id}
        super().__init__(*args, **options)
        self.fields["owner"].queryset = agenda.owners(meeting)
        self.fields["tool"].queryset = Tool.objects.published().with_texts()
        self.fields["minutes"].widget.attrs["inputmode"] = "numeric"


class MaterialForm(forms.Form):
    """A file or a link, and who sees it."""

    title = WordsField(label=_("Title"), max_length=160)
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    upload = forms.FileField(label=_("Or a file"), required=False, help_text=_("PDF, JPG or PNG, at most 10 MB."))
    readers = forms.ChoiceField(label=_("Who sees it?"), widget=forms.RadioSelect, initial=Material.Readers.ALL)

    def __init__(self, *args, meeting: Meeting, **options) -> None:
        super().__init__(*args, **options)
        pair = meeting.pilot_id is not None
        self.fields["readers"].choices = [(value, label) for value, label in Material.Readers.choices if pair or value != "pair"]

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("A link begins with https://."))
        return link

    def clean_upload(self) -> uploads.Checked | None:
        """The file as it may be stored; refused beside the field."""
        if not self.cleaned_data["upload"]:
            return None
        try:
            return uploads.check(self.cleaned_data["upload"], field="upload")
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from None

    def clean(self) -> dict:
        values = super().clean()
        if not self.errors and bool(values.get("link")) == bool(values.get("upload")):
            self.add_error("link", _("Give a link or a file: one of both."))
        return values
