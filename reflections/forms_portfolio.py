"""What leaders type and choose in their portfolio."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from reflections.forms import OwnWords, TextForm
from reflections.models import PortfolioPiece, Theme
from reflections.portfolio.assessments import HIGHEST, LOWEST, STATEMENTS, TRAITS
from reflections.portfolio.pieces import LONGEST_TITLE

SCALE = [(number, str(number)) for number in range(LOWEST, HIGHEST + 1)]


class PieceForm(TextForm):
    """One piece, typed in one window; a photo or what the house adds up may stand without words."""

    title = OwnWords(label=_("Heading"), required=False, max_length=LONGEST_TITLE)

    def __init__(self, *args, kind: str = PortfolioPiece.Kind.TEXT, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = kind == PortfolioPiece.Kind.TEXT


class AssessmentForm(forms.Form):
    """How somebody sees themselves and their team on one day."""

    made_on = forms.DateField(
        label=_("On which day?"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, statement in STATEMENTS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=capfirst(str(Theme(name).label)) if name in TRAITS else str(statement),
                help_text=str(statement) if name in TRAITS else "",
                choices=SCALE,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a number from 1 to 6.")},
            )

    @property
    def scores(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in STATEMENTS}
