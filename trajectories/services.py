"""Setting up a programme: its parts, its pilots and the seats of its people."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit, files, uploads
from core.errors import DomainError
from people.models import Sector, Service, User
from trajectories.models import Emblem, Milestone, Phase, Pilot, Programme, Seat


@transaction.atomic
def make_programme(*, by: User | None, name: str, starts_on: datetime.date, ends_on: datetime.date, **fields) -> Programme:
    """A new programme, with an address of its own. `by` is empty only for the command line."""
    slug = fields.pop("slug", "") or _free_slug(name)
    programme = Programme.objects.create(name=name, slug=slug, starts_on=starts_on, ends_on=ends_on, **fields)
    audit.record(by=by.pk if by else None, verb="programme.made", target=programme)
    return programme


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "programme"
    taken = set(Programme.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def change_programme(programme: Programme, *, by: User, sectors: Iterable[Sector] | None = None, **fields) -> Programme:
    """Change what the programme says of itself."""
    for name, value in fields.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(fields))
    if sectors is not None:
        programme.sectors.set(sectors)
    audit.record(by=by.pk, verb="programme.changed", target=programme, fields=fields)
    return programme


@transaction.atomic
def save_phase(phase: Phase, *, by: User) -> Phase:
    """Add or change a phase; it lies within the programme."""
    programme = phase.programme
    if phase.starts_on < programme.starts_on or phase.ends_on > programme.ends_on:
        raise DomainError(
            _("The phase lies outside the programme (%(start)s to %(end)s).")
            % {"start": f"{programme.starts_on:%d/%m/%Y}", "end": f"{programme.ends_on:%d/%m/%Y}"},
            field="starts_on",
        )
    phase.save()
    audit.record(by=by.pk, verb="phase.saved", target=phase)
    return phase


@transaction.atomic
def save_milestone(milestone: Milestone, *, by: User) -> Milestone:
    """Add or change a milestone."""
    milestone.save()
    audit.record(by=by.pk, verb="milestone.saved", target=milestone)
    return milestone


@transaction.atomic
def remove_part(part: Phase | Milestone | Emblem, *, by: User) -> None:
    """Take a phase, milestone or emblem out of the programme."""
    audit.record(by=by.pk, verb=f"{part._meta.model_name}.removed", target=part)
    part.delete()


@transaction.atomic
def make_pilot(
    *, by: User | None, programme: Programme, service: Service, starts_on: datetime.date | None = None, **fields
) -> Pilot:
    """A service takes part; the same service takes part once."""
    if programme.pilots.filter(service=service).exists():
        raise DomainError(_("This service already takes part."), field="service")
    pilot = Pilot.objects.create(programme=programme, service=service, starts_on=starts_on or programme.starts_on, **fields)
    programme.sectors.add(service.sector)
    audit.record(by=by.pk if by else None, verb="pilot.made", target=pilot)
    return pilot


@transaction.atomic
def seat_person(
    *,
    by: User | None,
    user: User,
    programme: Programme,
    role: str,
    pilot: Pilot | None = None,
    place: int | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    **fields,
) -> Seat:
    """Give a person a seat. Two people never hold one place on the same day; the check holds under a lock.

    Without `place`, the first free one of the pair or tandem. Raises DomainError when the pair is full.
    """
    since = since or max(programme.starts_on, timezone.localdate())
    if until and until < since:
        raise DomainError(_("The last day lies before the first."), field="until")
    if pilot is not None:
        pilot = Pilot.objects.select_for_update().get(pk=pilot.pk)
        if pilot.programme_id != programme.pk:
            raise DomainError(_("This pilot belongs to another programme."), field="pilot")
        place = _place(pilot, role, place, since, until)
    elif role == Seat.Role.LEADER:
        raise DomainError(_("A leader takes part with a pilot."), field="pilot")
    _refuse_double(user, programme, role, pilot, since, until)
    seat = Seat.objects.create(
        user=user, programme=programme, role=role, pilot=pilot, place=place, since=since, until=until, **fields
    )
    audit.record(by=by.pk if by else None, verb="seat.given", target=seat, person=user.pk, role=role)
    return seat


def _place(pilot: Pilot, role: str, place: int | None, since: datetime.date, until: datetime.date | None) -> int:
    taken = set(pilot.seats.filter(role=role).overlapping(since, until).values_list("place", flat=True))
    places = pilot.programme.leader_places if role == Seat.Role.LEADER else 4
    if place is None:
        place = next((number for number in range(1, places + 1) if number not in taken), 0)
    if not 1 <= place <= places or place in taken:
        raise DomainError(_("All places of this pilot are taken on that day."), field="pilot")
    return place


def _refuse_double(user, programme, role, pilot, since, until) -> None:
    same = Seat.objects.filter(user=user, programme=programme, role=role, pilot=pilot)
    if same.overlapping(since, until).exists():
        raise DomainError(_("%(name)s already has this seat.") % {"name": user.name}, field="email")


@transaction.atomic
def end_seat(seat: Seat, *, by: User, until: datetime.date) -> Seat:
    """The seat counts up to and including `until`; its history stays. A programme keeps one project member."""
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if until < seat.since:
        raise DomainError(_("The last day lies before the first (%(day)s).") % {"day": f"{seat.since:%d/%m/%Y}"}, field="until")
    if seat.until and until > seat.until:
        raise DomainError(_("This place already ended on %(day)s.") % {"day": f"{seat.until:%d/%m/%Y}"}, field="until")
    if seat.role == Seat.Role.PROJECT and not _other_project_seats(seat).exists():
        raise DomainError(_("The programme needs at least one project member."), field="until")
    seat.until = until
    seat.save(update_fields=["until"])
    audit.record(by=by.pk, verb="seat.ended", target=seat, fields=["until"], until=until)
    return seat


def _other_project_seats(seat: Seat):
    return Seat.objects.filter(programme=seat.programme, role=Seat.Role.PROJECT, until=None).exclude(pk=seat.pk)


@transaction.atomic
def replace_leader(seat: Seat, *, by: User, user: User, until: datetime.date, **fields) -> Seat:
    """A leader hands over: the old seat ends on `until`, the new one begins the day after, in the same place of the pair."""
    end_seat(seat, by=by, until=until)
    since = until + datetime.timedelta(days=1)
    return seat_person(
        by=by,
        user=user,
        programme=seat.programme,
        role=seat.role,
        pilot=seat.pilot,
        place=seat.place,
        since=since,
        **fields,
    )


@transaction.atomic
def save_sector(sector: Sector, *, by: User, programme: Programme) -> Sector:
    """Add a field of work and take it into the programme."""
    sector.save()
    programme.sectors.add(sector)
    audit.record(by=by.pk, verb="sector.saved", target=sector)
    return sector


@transaction.atomic
def add_service_as_pilot(*, by: User, programme: Programme, name: str, municipality: str, sector: Sector, **fields) -> Pilot:
    """A service, new or known by name and municipality, takes part."""
    service, _made = Service.objects.get_or_create(
        name=name.strip(), municipality=municipality.strip(), defaults={"sector": sector}
    )
    try:
        return make_pilot(by=by, programme=programme, service=service, **fields)
    except DomainError as refusal:
        raise DomainError(refusal.message, field="name") from refusal


@transaction.atomic
def change_pilot(pilot: Pilot, *, by: User, name: str, municipality: str, sector: Sector, **fields) -> Pilot:
    """Change what we know of a pilot and its service."""
    service = pilot.service
    service.name, service.municipality, service.sector = name.strip(), municipality.strip(), sector
    service.save(update_fields=["name", "municipality", "sector"])
    for field, value in fields.items():
        setattr(pilot, field, value)
    pilot.save(update_fields=list(fields))
    audit.record(by=by.pk, verb="pilot.changed", target=pilot, fields=["name", "municipality", "sector", *fields])
    return pilot


@transaction.atomic
def add_emblem(programme: Programme, *, by: User, checked: uploads.Checked, alt: str) -> Emblem:
    """An emblem on every list and report; `checked` comes from core.uploads.check."""
    stored = files.store(checked.content, name=checked.name, content_type=checked.content_type, by=by.pk)
    emblem = Emblem.objects.create(programme=programme, file=stored, alt=alt, position=programme.emblems.count())
    audit.record(by=by.pk, verb="emblem.added", target=emblem)
    return emblem
