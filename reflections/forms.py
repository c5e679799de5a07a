"""What leaders type and choose. The text is checked by the service, which also serves those who come without a form."""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import clean_text
from reflections.models import PairPart, Prompt, QuestionSet, Theme
from reflections.readers import AUDIENCES


class OwnWords(forms.CharField):
    """A text without what breaks databases: NUL and other controls are dropped, not refused."""

    def to_python(self, value: object) -> str:
        return clean_text(super().to_python(value))


class Tolerant(forms.CharField):
    """A hidden field of ours: what is no value of ours is as good as nothing."""

    def __init__(self, *, kind=str, default=str) -> None:
        self.kind, self.default = kind, default
        super().__init__(required=False, widget=forms.HiddenInput)

    def to_python(self, value: object):
        try:
            return self.kind(str(value or ""))
        except ValueError:
            return self.default()


def _number(value: str) -> int:
    return min(max(int(value[:9]), 0), 999_999_999)


def _ids(value: str) -> set[UUID]:
    return {UUID(part) for part in value.split(",") if part}


class TextForm(forms.Form):
    """A text that is being typed in one window (`tab`), on top of a draft of that version."""

    text = OwnWords(label=_("Your text"), error_messages={"required": _("Write something first.")})
    tab = Tolerant(kind=lambda value: UUID(value).hex, default=lambda: uuid4().hex)
    draft = Tolerant(kind=_number, default=int)
    version = Tolerant(kind=_number, default=int)


class ReadersForm(forms.Form):
    """Who may read, and whose names the author saw while choosing."""

    readers = forms.MultipleChoiceField(
        label=_("Who may read this?"), required=False, choices=[(audience.value, audience.label) for audience in AUDIENCES]
    )
    seen = Tolerant(kind=_ids, default=set)


class NewForm(TextForm, ReadersForm):
    """A new text. `key` names it before it exists, so that a form sent twice makes one text."""

    key = Tolerant(kind=UUID, default=uuid4)
    turn = Tolerant(kind=lambda value: _number(value) % 100, default=int)
    prompt = Tolerant(kind=UUID, default=lambda: None)


class PairForm(forms.Form):
    """What a text is on the pair's shared line."""

    part = forms.ChoiceField(label=_("What is it for the pair?"), choices=PairPart.choices)


class OwnFilter(forms.Form):
    """What the author looks for among own texts."""

    q = OwnWords(label=_("Search in your texts"), required=False, max_length=100)
    occasion = forms.ChoiceField(
        label=_("Occasion"), required=False, choices=[("", _("All occasions")), *Prompt.Occasion.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(
        label=_("Up to and including"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", _("All themes")), *Theme.choices])
    tag = OwnWords(label=_("Your own tag"), required=False, max_length=40)
    meeting = Tolerant(kind=UUID, default=lambda: None)


class TagsForm(forms.Form):
    """The author's own words for a text."""

    tags = OwnWords(
        label=_("Your own tags"),
        required=False,
        max_length=300,
        help_text=_("A few words with spaces between them. Only you see them."),
    )


class CommentForm(forms.Form):
    """One remark in the dialogue about a text."""

    comment = OwnWords(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write a role, not a name: “a colleague”, “a father”."),
        error_messages={"required": _("Write something first.")},
    )


class FileForm(forms.Form):
    """A photo or PDF with a text."""

    upload = forms.FileField(
        label=_("Photo or file"),
        help_text=_(
            "JPG, PNG or PDF, at most 10 MB. The place and time in a photo are taken out. Show no child that can be recognised."
        ),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
        error_messages={"required": _("Choose a file first.")},
    )


class QuestionSetForm(forms.ModelForm):
    """A programme's own set; its questions are in `QuestionFormSet`."""

    version = Tolerant(kind=_number, default=int)

    class Meta:
        model = QuestionSet
        fields = ["occasion", "title_nl", "intro_nl", "title_en", "intro_en", "is_alone"]
        labels = {"is_alone": _("Ask only these questions on this occasion")}
        help_texts = {
            "intro_nl": _("One or two sentences that stand under the question."),
            "is_alone": _("Otherwise they come beside the questions that the house brings."),
        }


class QuestionForm(forms.Form):
    """One question; empty in Dutch, it is left out."""

    text_nl = OwnWords(label=_("Question in Dutch"), required=False, max_length=300)
    text_en = OwnWords(label=_("Question in English"), required=False, max_length=300)
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", "–"), *Theme.choices])


QuestionFormSet = forms.formset_factory(QuestionForm, extra=3, max_num=20, absolute_max=20)
