"""What the project team types about networks, advisers and partners."""

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.models import AdvisoryGroup, LearningNetwork, Partner
from trajectories.models import Pilot, Programme, Seat


class SeatChoice(forms.ModelMultipleChoiceField):
    """People by name instead of by seat."""

    def label_from_instance(self, seat: Seat) -> str:
        return seat.user.name


class NetworkForm(forms.Form):
    """A learning network with its pilots, coaches and group agreements."""

    name = forms.CharField(label=_("Name"), max_length=160)
    aim = forms.CharField(label=_("Aim"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    pilots = forms.ModelMultipleChoiceField(
        label=_("Pilots"), queryset=Pilot.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    coaches = SeatChoice(label=_("Coaches"), queryset=Seat.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    agreements = forms.CharField(
        label=_("Group agreements"),
        help_text=_("One on each line. They stay in view at every session."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args, programme: Programme, network: LearningNetwork | None = None, **kwargs) -> None:
        if network is not None:
            kwargs["initial"] = {
                "name": network.name,
                "aim": network.aim,
                "pilots": list(network.memberships.living().values_list("pilot_id", flat=True)),
                "coaches": list(network.coaching.living().values_list("seat_id", flat=True)),
                "agreements": "\n".join(agreement.text for agreement in network.agreements.all()),
            }
        super().__init__(*args, **kwargs)
        self.fields["pilots"].queryset = programme.pilots.select_related("service")
        coaches = programme.seats.living().coaches().filter(pilot=None).select_related("user")
        self.fields["coaches"].queryset = coaches

    def clean_agreements(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["agreements"].splitlines() if line.strip()]
        if any(len(line) > 300 for line in lines):
            raise forms.ValidationError(_("Keep each agreement shorter than 300 characters."))
        return lines


class AdvisoryGroupForm(forms.ModelForm):
    """The advisory group's name; its members are the people with an adviser's seat."""

    class Meta:
        model = AdvisoryGroup
        fields = ["name"]


class PartnerForm(forms.Form):
    """A partner and who speaks for it."""

    name = forms.CharField(label=_("Name"), max_length=160)
    country = forms.CharField(label=_("Country"), max_length=80)
    contacts = SeatChoice(label=_("People"), queryset=Seat.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, programme: Programme, partner: Partner | None = None, **kwargs) -> None:
        if partner is not None:
            kwargs["initial"] = {
                "name": partner.name,
                "country": partner.country,
                "contacts": list(partner.contacts.values_list("seat_id", flat=True)),
            }
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = programme.seats.living().filter(role=Seat.Role.PARTNER).select_related("user")
