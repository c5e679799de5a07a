"""The agenda: timed items in their order, templates, and parked items that wait for the next session of the series."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.rows import save_rows
from networks.models import NetworkCoach
from people.models import User
from sessions.models import AgendaItem, AgendaRole, Attendance, Meeting
from tools.models import Tool
from trajectories.models import Seat

LIBRARY = Path(__file__).parent / "library" / "agendas.json"
MOST_ITEMS = 60
FIELDS = ("title", "aim", "minutes", "owner", "tool", "material")


@dataclass(frozen=True)
class Template:
    """A shipped agenda: its name and its parts with the share of the time that each takes."""

    slug: str
    title: str
    lines: tuple[dict, ...]


@cache
def _library() -> list[dict]:
    return json.loads(LIBRARY.read_text(encoding="utf-8"))["agendas"]


def templates() -> list[Template]:
    """The shipped agendas in the reader's language."""
    language = "en" if get_language() == "en" else "nl"
    return [
        Template(
            entry["slug"],
            entry["title"][language],
            tuple({"title": line[language], "aim": line[f"aim_{language}"], "share": line["share"]} for line in entry["lines"]),
        )
        for entry in _library()
    ]


def items_of(meeting: Meeting) -> tuple[list[AgendaItem], list[AgendaItem]]:
    """The agenda in its order, and the parked items; with owner and tool (one query, two when tools go along)."""
    items = list(meeting.agenda.select_related("owner", "tool").prefetch_related("tool__versions"))
    return [item for item in items if item.parked_at is None], [item for item in items if item.parked_at]


def owners(meeting: Meeting) -> QuerySet[User]:
    """Who can take an item on: the people who are invited or were there."""
    asked = meeting.attendances.filter(Q(is_invited=True) | Q(status__in=Attendance.PRESENT), user__isnull=False)
    return User.objects.filter(pk__in=asked.values("user_id")).by_name()


def waiting_for(meeting: Meeting) -> list[AgendaItem]:
    """Parked at earlier sessions of the same series and not taken up since (one query)."""
    if not (meeting.network_id or meeting.pilot_id):
        return []
    series = {"meeting__network_id": meeting.network_id, "meeting__pilot_id": meeting.pilot_id, "meeting__kind": meeting.kind}
    taken_up = AgendaItem.objects.filter(came_from=OuterRef("pk")).exclude(meeting__state=Meeting.State.CANCELLED)
    before = AgendaItem.objects.filter(parked_at__isnull=False, meeting__starts_at__lt=meeting.starts_at, **series)
    before = before.exclude(meeting__state=Meeting.State.DRAFT)
    return list(
        before.exclude(Exists(taken_up)).select_related("meeting").order_by("meeting__starts_at", "position")[:MOST_ITEMS]
    )


@transaction.atomic
def add(meeting: Meeting, *, by: User, **fields) -> AgendaItem:
    """One more item, at the end. `fields`: title, aim, minutes, owner, tool, material."""
    meeting = _open(meeting)
    _refuse_wrong(meeting, fields)
    number = meeting.agenda.count()
    if number >= MOST_ITEMS:
        raise DomainError(_("An agenda has sixty parts at most."))
    item = AgendaItem.objects.create(meeting=meeting, position=number + 1, **fields)
    _note(meeting, by, "agenda.added")
    return item


@transaction.atomic
def change(item: AgendaItem, *, by: User, **fields) -> AgendaItem:
    """Other words, minutes, owner, tool or material."""
    meeting = _open(item.meeting)
    _refuse_wrong(meeting, {name: value for name, value in fields.items() if getattr(item, name) != value})
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    _note(meeting, by, "agenda.changed")
    return item


@transaction.atomic
def remove(item: AgendaItem, *, by: User) -> None:
    """Take an item off."""
    meeting = _open(item.meeting)
    item.delete()
    _number(meeting)
    _note(meeting, by, "agenda.removed")


@transaction.atomic
def move(item: AgendaItem, *, by: User, to: str) -> None:
    """One place `up` or `down`, or `park`ed, or back on the agenda (`unpark`, at its end)."""
    meeting = _open(item.meeting)
    if to in {"park", "unpark"}:
        item.parked_at = timezone.now() if to == "park" else None
        item.position = MOST_ITEMS + 1
        item.save(update_fields=["parked_at", "position"])
        _number(meeting)
    else:
        order, _parked = items_of(meeting)
        here = next((place for place, other in enumerate(order) if other.pk == item.pk), None)
        there = None if here is None else here + {"up": -1, "down": 1}.get(to, 0)
        if here is not None and there is not None and 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
        _number(meeting, order)
    _note(meeting, by, "agenda.moved")


@transaction.atomic
def order(meeting: Meeting, *, by: User, ids: Sequence[UUID]) -> None:
    """The items in the order in which somebody dragged them; what is not named keeps its order behind them."""
    meeting = _open(meeting)
    places = {pk: place for place, pk in enumerate(ids)}
    items, _parked = items_of(meeting)
    _number(meeting, sorted(items, key=lambda item: places.get(item.pk, len(places))))
    _note(meeting, by, "agenda.moved")


@transaction.atomic
def use_template(meeting: Meeting, *, by: User, slug: str) -> int:
    """The parts of a shipped agenda behind what is there, their minutes filling the time that is left. How many were added."""
    meeting = _open(meeting)
    template = next((found for found in templates() if found.slug == slug), None)
    if template is None:
        raise DomainError(_("Choose one of the agendas."))
    items, _parked = items_of(meeting)
    left = meeting.length - meeting.break_minutes - sum(item.minutes for item in items)
    whole = sum(line["share"] for line in template.lines)
    for place, line in enumerate(template.lines, len(items) + 1):
        minutes = max(5, int(max(left, 60) * line["share"] / whole) // 5 * 5)
        AgendaItem.objects.create(meeting=meeting, position=place, title=line["title"], aim=line["aim"], minutes=minutes)
    _number(meeting)
    _note(meeting, by, "agenda.template")
    return len(template.lines)


@transaction.atomic
def carry_over(meeting: Meeting, *, by: User, items: Iterable[UUID]) -> int:
    """Take parked items of earlier sessions up in this one. Twice is once. How many came over."""
    meeting = _open(meeting)
    wanted = set(items)
    found = [item for item in waiting_for(meeting) if item.pk in wanted]
    number = meeting.agenda.count()
    for place, item in enumerate(found, number + 1):
        AgendaItem.objects.create(
            meeting=meeting, position=place, title=item.title, aim=item.aim, minutes=item.minutes, tool_id=item.tool_id,
            material=item.material, came_from=item,
        )  # fmt: skip
    if found:
        _number(meeting)
        _note(meeting, by, "agenda.carried-over")
    return len(found)


def coaches_of(meeting: Meeting) -> list[User]:
    """The coaches who guide this meeting (one query)."""
    guiding = Seat.objects.living().filter(role=Seat.Role.COACH)
    if meeting.pilot_id:
        guiding = guiding.filter(pilot_id=meeting.pilot_id)
    else:
        guiding = guiding.filter(pk__in=NetworkCoach.objects.living().filter(network_id=meeting.network_id).values("seat_id"))
    return list(User.objects.filter(pk__in=guiding.values("user_id")).by_name())


def with_roles(items: Sequence[AgendaItem]) -> list[tuple[AgendaItem, list[tuple[str, str, UUID | None]]]]:
    """Each item with its two roles: (name, words, who) for content and for process (one query)."""
    standing = {(role.item_id, role.part): role.user_id for role in AgendaRole.objects.filter(item__in=items)}
    parts = AgendaItem.Part.choices
    return [(item, [(part, str(label), standing.get((item.pk, part))) for part, label in parts]) for item in items]


@transaction.atomic
def set_all_roles(meeting: Meeting, *, by: User, chosen: Mapping[str, str]) -> None:
    """Who of the tandem guides the content and who the process of each item; `chosen` is `<item>-<part>` → person's id."""
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    coaches = {str(coach.pk): coach for coach in coaches_of(meeting)}
    items, _parked = items_of(meeting)
    AgendaRole.objects.filter(item__in=items).delete()
    wanted = [(item, part, coaches.get(chosen.get(f"{item.pk}-{part}", ""))) for item in items for part in AgendaItem.Part.values]
    AgendaRole.objects.bulk_create([AgendaRole(item=item, part=part, user=user) for item, part, user in wanted if user])
    audit.record(by=by.pk, verb="agenda.roles-set", target=meeting)


def is_more_than_rows(meeting: Meeting) -> bool:
    """Whether the agenda holds what a form with fewer columns would lose: material, tools, roles, parked items (one query)."""
    more = Q(material__gt="") | Q(tool__isnull=False) | Q(roles__isnull=False)
    more |= Q(parked_at__isnull=False) | Q(came_from__isnull=False)
    return not meeting._state.adding and meeting.agenda.filter(more).exists()


# -- inside -----------------------------------------------------------------------------------------------------------


def _open(meeting: Meeting) -> Meeting:
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_locked:
        raise DomainError(_("This meeting has been checked. Reopen it first, with a reason."))
    if meeting.state == Meeting.State.CANCELLED:
        raise DomainError(_("This meeting has been cancelled."))
    return meeting


def _refuse_wrong(meeting: Meeting, fields: dict) -> None:
    owner: User | None = fields.get("owner")
    tool: Tool | None = fields.get("tool")
    if owner is not None and not owners(meeting).filter(pk=owner.pk).exists():
        raise DomainError(_("Choose somebody of this meeting."), field="owner")
    if tool is not None and tool.published_at is None:
        raise DomainError(_("This tool is not published yet."), field="tool")


def _number(meeting: Meeting, items: Sequence[AgendaItem] | None = None) -> None:
    """Places from one on, the parked ones last."""
    first, parked = items_of(meeting)
    rows = [*(items if items is not None else first), *parked]
    for place, item in enumerate(rows, 1):
        item.position = place
    save_rows(rows, ["position"])


def _note(meeting: Meeting, by: User, verb: str) -> None:
    """What a report shows has changed: the version rises, so that it is made anew."""
    Meeting.objects.filter(pk=meeting.pk).update(version=meeting.version + 1)
    audit.record(by=by.pk, verb=verb, target=meeting)
