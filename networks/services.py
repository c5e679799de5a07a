"""Bringing pilots, coaches, advisers and partners together."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from networks.models import (
    AdvisoryGroup,
    GroupAgreement,
    LearningNetwork,
    NetworkCoach,
    NetworkPilot,
    Partner,
    PartnerContact,
)
from people.models import User
from trajectories.models import Pilot, Programme, Seat


@transaction.atomic
def make_network(*, by: User | None, programme: Programme, name: str, aim: str = "") -> LearningNetwork:
    """A new learning network."""
    if programme.networks.filter(name=name).exists():
        raise DomainError(_("There is already a network with this name."), field="name")
    network = LearningNetwork.objects.create(programme=programme, name=name, aim=aim)
    audit.record(by=by.pk if by else None, verb="network.made", target=network)
    return network


@transaction.atomic
def add_pilot(network: LearningNetwork, *, by: User | None, pilot: Pilot, since: datetime.date | None = None) -> NetworkPilot:
    """A pilot joins the network."""
    if pilot.programme_id != network.programme_id:
        raise DomainError(_("This pilot belongs to another programme."), field="pilot")
    member, made = NetworkPilot.objects.get_or_create(
        network=network, pilot=pilot, until=None, defaults={"since": since or timezone.localdate()}
    )
    if made:
        audit.record(by=by.pk if by else None, verb="network.pilot-joined", target=network, pilot=pilot.pk)
    return member


@transaction.atomic
def add_coach(network: LearningNetwork, *, by: User | None, seat: Seat, since: datetime.date | None = None) -> NetworkCoach:
    """A coach of the programme takes on the network."""
    if seat.programme_id != network.programme_id or seat.role != Seat.Role.COACH or seat.pilot_id:
        raise DomainError(_("Choose a coach of this programme."), field="seat")
    coaching, made = NetworkCoach.objects.get_or_create(
        network=network, seat=seat, until=None, defaults={"since": since or timezone.localdate()}
    )
    if made:
        audit.record(by=by.pk if by else None, verb="network.coach-joined", target=network, seat=seat.pk)
    return coaching


@transaction.atomic
def leave(membership: NetworkPilot | NetworkCoach, *, by: User, until: datetime.date) -> None:
    """A pilot or coach leaves the network after `until`; what was stays."""
    if until < membership.since:
        raise DomainError(
            _("The last day lies before the first (%(day)s).") % {"day": f"{membership.since:%d/%m/%Y}"}, field="until"
        )
    membership.until = until
    membership.save(update_fields=["until"])
    audit.record(by=by.pk, verb="network.left", target=membership, fields=["until"], until=until)


@transaction.atomic
def set_agreements(network: LearningNetwork, *, by: User | None, texts: list[str]) -> None:
    """Write down what the group agreed on how to work together, in this order."""
    network.agreements.all().delete()
    GroupAgreement.objects.bulk_create(
        [GroupAgreement(network=network, text=text, position=number) for number, text in enumerate(texts, 1)]
    )
    audit.record(by=by.pk if by else None, verb="network.agreements-set", target=network, count=len(texts))


@transaction.atomic
def make_advisory_group(*, by: User | None, programme: Programme, name: str) -> AdvisoryGroup:
    """A new advisory group."""
    group = AdvisoryGroup.objects.create(programme=programme, name=name)
    audit.record(by=by.pk if by else None, verb="advisory-group.made", target=group)
    return group


@transaction.atomic
def make_partner(*, by: User | None, programme: Programme, name: str, country: str) -> Partner:
    """A new partner."""
    partner = Partner.objects.create(programme=programme, name=name, country=country)
    audit.record(by=by.pk if by else None, verb="partner.made", target=partner)
    return partner


@transaction.atomic
def speak_for(partner: Partner, *, by: User | None, seat: Seat) -> PartnerContact:
    """A partner seat speaks for this partner."""
    if seat.role != Seat.Role.PARTNER or seat.programme_id != partner.programme_id:
        raise DomainError(_("Choose somebody with a partner seat in this programme."), field="seat")
    contact, _made = PartnerContact.objects.update_or_create(seat=seat, defaults={"partner": partner})
    audit.record(by=by.pk if by else None, verb="partner.contact-set", target=partner, seat=seat.pk)
    return contact


@transaction.atomic
def save_network(
    network: LearningNetwork | None,
    *,
    by: User,
    programme: Programme,
    name: str,
    aim: str,
    pilots: Iterable[Pilot],
    coaches: Iterable[Seat],
    agreements: list[str],
) -> LearningNetwork:
    """Make or change a network as a whole: who is ticked is in from today (a new network: from the programme's start),
    who is no longer ticked left yesterday."""
    since = None if network else programme.starts_on
    if network is None:
        network = make_network(by=by, programme=programme, name=name, aim=aim)
    elif programme.networks.filter(name=name).exclude(pk=network.pk).exists():
        raise DomainError(_("There is already a network with this name."), field="name")
    network.name, network.aim = name, aim
    network.save(update_fields=["name", "aim"])
    for pilot in pilots:
        add_pilot(network, by=by, pilot=pilot, since=since)
    for seat in coaches:
        add_coach(network, by=by, seat=seat, since=since)
    _let_go(network.memberships.filter(until=None).exclude(pilot__in=pilots), by)
    _let_go(network.coaching.filter(until=None).exclude(seat__in=coaches), by)
    if agreements != list(network.agreements.values_list("text", flat=True)):
        set_agreements(network, by=by, texts=agreements)
    audit.record(by=by.pk, verb="network.saved", target=network, fields=["name", "aim"])
    return network


def _let_go(memberships, by: User) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    for membership in memberships:
        if membership.since > yesterday:
            membership.delete()
        else:
            leave(membership, by=by, until=yesterday)


@transaction.atomic
def save_partner(
    partner: Partner | None, *, by: User, programme: Programme, name: str, country: str, contacts: Iterable[Seat]
) -> Partner:
    """Make or change a partner and who speaks for it."""
    if partner is None:
        partner = make_partner(by=by, programme=programme, name=name, country=country)
    partner.name, partner.country = name, country
    partner.save(update_fields=["name", "country"])
    partner.contacts.exclude(seat__in=contacts).delete()
    for seat in contacts:
        speak_for(partner, by=by, seat=seat)
    audit.record(by=by.pk, verb="partner.saved", target=partner, fields=["name", "country"])
    return partner


@transaction.atomic
def save_advisory_group(group: AdvisoryGroup, *, by: User) -> AdvisoryGroup:
    """Make or rename an advisory group."""
    group.save()
    audit.record(by=by.pk, verb="advisory-group.saved", target=group, fields=["name"])
    return group
