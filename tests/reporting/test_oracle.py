"""From seats and attendance lists in a database to exported rows, and from those rows to figures again by plain Python: random
leaders who come, leave, come back, sit in two meetings at once, answer half, refuse, and were born on a leap day."""

import csv
import datetime
import io
import random
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from core import crypto
from people.models import PersonKey, User
from reporting import figures, records, rows, services
from reporting.document import answers_of
from reporting.frameworks import framework
from reporting.models import Participant
from sessions.models import Attendance, Meeting
from tests.reporting.populations import LEVEL, SENSITIVE, half_a_year_after, oracle, participant
from tests.reporting.test_indicators import SHIPPED, numbers
from trajectories.models import Seat

BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST, LAST = datetime.date(2021, 1, 1), datetime.date(2021, 12, 31)
START, END = datetime.date(2021, 4, 1), datetime.date(2021, 9, 30)


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), BRUSSELS)


@pytest.fixture
def told(cast, request):
    """Random leaders in the cast's programme; what was told of each, by user, for the oracle."""
    return fill(cast, request.param)


def fill(cast, name: str, people: int = 60) -> dict:
    dice, programme, pilot = random.Random(name), cast.programme, cast.nest
    programme.starts_on, programme.ends_on, programme.framework = FIRST, LAST, name
    programme.save()
    Seat.objects.filter(programme=programme, role="leader").delete()
    meetings = [_meeting(cast, dice, number) for number in range(40)]
    Meeting.objects.bulk_create(meetings)
    told = {}
    for number in range(people):
        user = User.objects.create(email=f"l{number}@oracle.example", first_name="L", last_name=str(number))
        stays = _stays(dice)
        for place, (since, until) in enumerate(stays, start=7 + 3 * number):
            Seat.objects.create(user=user, programme=programme, role="leader", pilot=pilot, place=place, since=since, until=until)
        came = _attend(dice, user, meetings, stays)
        told[user.pk] = participant(dice, name) | {"stays": stays, "came": came}
    services.sync_participants(programme, by=None, today=LAST + datetime.timedelta(days=400))
    _answer(programme, told)
    return told


def _meeting(cast, dice: random.Random, number: int) -> Meeting:
    day = FIRST + datetime.timedelta(days=dice.choice([0, 89, 90, 272, 273, 364, dice.randrange(365)]))
    host = dice.choice([{"kind": "network", "network": cast.network}, {"kind": "event"}])
    begins, state = dice.choice([9, 10, 23]), dice.choice(["checked", "held", "held", "planned", "cancelled"])
    return Meeting(
        programme=cast.programme, title=f"M{number}", state=state, **host,
        starts_at=at(day, begins), ends_at=at(day, begins) + datetime.timedelta(hours=3), mode="onsite",
    )  # fmt: skip


def _stays(dice: random.Random) -> list[tuple]:
    """One stay, or two with a gap between them; the last may go on."""
    since = FIRST + datetime.timedelta(days=dice.randrange(-30, 300))
    until = since + datetime.timedelta(days=dice.randrange(10, 120))
    if dice.random() < 0.4:
        return [(since, dice.choice([None, until]))]
    back = until + datetime.timedelta(days=dice.randrange(2, 60))
    return [(since, until), (back, dice.choice([None, back + datetime.timedelta(days=dice.randrange(5, 200))]))]


def _attend(dice: random.Random, user, meetings, stays) -> list[tuple]:
    """Where the person was noted, and how: (meeting, present, arrived, left, minutes)."""
    came = []
    for meeting in dice.sample(meetings, 12):
        status = dice.choice(["onsite", "online", "excused", "", "onsite"])
        present = status in ("onsite", "online")
        arrived = meeting.starts_at + datetime.timedelta(minutes=dice.randrange(60)) if present else None
        left = meeting.ends_at if present else None
        minutes = int((left - arrived).total_seconds() // 60) if present else 0
        Attendance.objects.create(
            meeting=meeting, user=user, status=status, arrived_at=arrived, left_at=left, minutes=minutes, established="paper"
        )
        came.append((meeting, present, arrived, left, minutes))
    return came


def _answer(programme, told: dict) -> None:
    for row in Participant.objects.filter(programme=programme, user__in=told):
        one = told[row.user_id]
        answers = {f"{moment}.{code}": value for (moment, code), value in one["answers"].items()}
        key = crypto.new_key()
        master, wrapped = crypto.wrap(key, about=f"person:{row.user_id}")
        PersonKey.objects.create(pk=row.user_id, master=master, wrapped=wrapped)
        row.answers = records.sealed(key, row.pk, answers, {f"entry.{code}" for code in one["refused"]})
        row.save(update_fields=["answers"])


def expected(told: dict) -> dict:
    """Entry and exit by hand: the first day of being present at a held meeting while some seat had begun; the last day of the
    last seat, at the latest the programme's, and never before the entry."""
    found = {}
    for user, one in told.items():
        days = [
            meeting.starts_at.astimezone(BRUSSELS).date()
            for meeting, present, *_rest in one["came"]
            if present and meeting.state in ("held", "checked")
        ]
        begun = [day for day in days if any(since <= day for since, _until in one["stays"])]
        if begun:
            last = min(LAST, max(until or LAST for _since, until in one["stays"]))
            found[user] = (min(begun), max(min(begun), last))
    return found


@pytest.mark.parametrize("told", SHIPPED, indirect=True)
def test_plain_python_agrees_on_days_hours_and_every_indicator(cast, told, request):
    name = request.node.callspec.params["told"]
    days = expected(told)
    standing = {row.user_id: row for row in Participant.objects.filter(programme=cast.programme)}
    assert {user: (row.entered_on, row.left_on) for user, row in standing.items()} == days
    assert sum(len(one["stays"]) == 2 and user in days for user, one in told.items()) > 10, "hardly anybody came back"
    people = [one | {"entered": days[user][0], "left": days[user][1]} for user, one in told.items() if user in days]
    said = figures.collect(cast.programme, START, END)
    by_hand, found = oracle(people, name, START, END), numbers(said["indicators"])
    assert {key: found.get(key, 0) for key in {*found, *by_hand}} == {key: by_hand[key] for key in {*found, *by_hand}}
    assert {row["number"]: row["minutes"] for row in said["people"]} == _hours(cast.programme, standing)
    exported = list(csv.DictReader(io.StringIO(answers_of(cast.programme, START, END).participants.decode())))
    within = {row.number: row for row in standing.values() if row.entered_on <= END}
    assert {int(row["number"]) for row in exported} == set(within)
    for row in exported:
        one = told[within[int(row["number"])].user_id]
        assert row["entry.gender"] == one["answers"].get(("entry", "gender"), "")


def _hours(programme, standing: dict) -> dict[int, int]:
    """Minutes per participant from the exported attendance rows, minute by minute: one that is noted twice counts once."""
    sums: dict[int, int] = Counter()
    minutes: dict[int, set] = {}
    for row in rows.attendance_rows(programme, START, END):
        if row.participant is None or row.state not in ("held", "checked") or row.status not in ("onsite", "online"):
            continue
        start = int(row.arrived.timestamp() // 60)
        minutes.setdefault(row.participant, set()).update(range(start, start + row.minutes))
    for person in standing.values():
        if person.entered_on <= END and (person.left_on >= START or person.number in minutes):
            sums[person.number] = len(minutes.get(person.number, ()))
    return dict(sums)


def test_the_oracle_knows_every_diploma_and_sensitive_question_and_half_years():
    """What the oracle leans on is complete: a new answer in a framework must come into it too."""
    for name in SHIPPED:
        chosen = framework(name)
        assert {option.code for option in chosen.question("entry.education").options} <= set(LEVEL)
        assert {question.code for question in chosen.questions if question.sensitive} == set(SENSITIVE[name])
    assert half_a_year_after(datetime.date(2021, 8, 31)) == datetime.date(2022, 2, 28)
