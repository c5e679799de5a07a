"""What the demo's leaders wrote, sealed with their keys, and what they answered about themselves for the funder."""

import datetime

from core import crypto
from networks.models import NetworkPilot
from people.models import User
from reflections.models import Opening, ReaderGrant, Reflection
from reporting import records
from reporting.demo.meetings import ZONE
from reporting.demo.people import Group
from reporting.demo.world import World, content
from reporting.models import Characteristic, Participant
from sessions.models import Meeting

EDUCATION = {0: "none", 1: "primary", 2: "lower-secondary", 3: "upper-secondary", 4: "post-secondary"}
EDUCATION |= {5: "associate", 6: "bachelor", 7: "master", 8: "doctor"}
SENSITIVE = {"background": "migrant_or_minority", "disability": "disability", "disadvantaged": "other_disadvantaged"}


def reflections(world: World, found: Group, meetings: dict[str, Meeting]) -> dict[str, Reflection]:
    """The reflections with their readers, by their key, those of pairs among them; coaches have opened the older half."""
    told = content("reflections")["reflections"]
    rows: dict[str, Reflection] = {}
    for number, text in enumerate(told):
        author = found.people[text["author"]]
        pilot = next(seat.pilot for (key, _where), seat in found.seats.items() if key == text["author"] and seat.pilot)
        meeting = meetings.get(f"sessie-{text['session']}") if text["session"] else meetings.get(text["coaching"] or "")
        written = datetime.datetime.combine(datetime.date.fromisoformat(text["written_on"]), datetime.time(19, 40), ZONE)
        row = Reflection(
            author=author,
            programme=found.programme,
            pilot=pilot,
            meeting=meeting,
            occasion=text["occasion"],
            question=meeting.question if meeting else text.get("question", ""),
            created_at=written,
            updated_at=written,
            pair_part=text.get("pair", ""),
            pair_since=written if text.get("pair") else None,
            follows=rows.get(text.get("follows") or ""),
        )
        row.body = crypto.seal(found.keys[text["author"]], text["text"].encode(), about=row.about_body)
        rows[text["key"]] = world.add(row)
        readers = {audience: _readers(world, found, text["author"], pilot, audience) for audience in text["readers"]}
        _grants(world, row, readers, opened=number < len(told) // 2)
    return rows


def _readers(world: World, found: Group, author: str, pilot, audience: str) -> list[User]:
    def sitting(role: str, pilots: set) -> list[User]:
        seats = [seat for seat in found.seats.values() if seat.role == role and seat.pilot_id in pilots and seat.until is None]
        return [seat.user for seat in seats if seat.user != found.people[author]]

    if audience == "co-leader":
        return sitting("leader", {pilot.pk})
    if audience == "coaches":
        return sitting("coach", {pilot.pk})
    members = {row.pilot_id for row in world.rows[NetworkPilot] if row.network == found.network}
    return [*sitting("leader", members), found.people["katrien"], found.people["joris"]]


def _grants(world: World, row: Reflection, readers: dict[str, list[User]], *, opened: bool) -> None:
    for audience, people in readers.items():
        for reader in people:
            world.add(ReaderGrant(reflection=row, reader=reader, audience=audience, granted_at=row.created_at))
    if opened:
        later = row.created_at + datetime.timedelta(hours=14)
        for coach in readers.get("coaches", []):
            world.add(Opening(reflection=row, reader=coach, at=later))


def participants(world: World, found: Group) -> None:
    """Participants in the funder's sense and their own answers, each sealed with the person's key."""
    told = content("reporting")["participants"]
    for number, person in enumerate(told, 1):
        seat = next(seat for (key, _where), seat in found.seats.items() if key == person["person"] and seat.pilot)
        row = world.add(
            Participant(
                programme=found.programme,
                user=seat.user,
                pilot=seat.pilot,
                number=(found.number - 1) * len(told) + number,
                entered_on=datetime.date.fromisoformat(person["entered_on"]),
                left_on=datetime.date.fromisoformat(person["left_on"]) if person["left_on"] else None,
            )
        )
        _answers(world, found, row, person)


def _answers(world: World, found: Group, row: Participant, person: dict) -> None:
    answered = datetime.datetime.fromisoformat(person["answered_on"] or person["asked_on"]).replace(tzinfo=ZONE)
    plain = {
        "gender": person["gender"],
        "birth_date": person["birth_date"],
        "employment": person["labour_status"],
        "in_education": {True: "yes", False: "no"}.get(person["in_education"]),
        "education": EDUCATION.get(person["education_isced"]),
        **{code: person["sensitive"][name] for code, name in SENSITIVE.items()},
    }
    told = {code: value for code, value in plain.items() if value is not None}
    refused = {f"entry.{code}" for code, value in told.items() if value == "refused"}
    answers = {f"entry.{code}": value for code, value in told.items() if value != "refused"}
    row.answers = records.sealed(found.keys[person["person"]], row.pk, answers, refused)
    for code, value in told.items():
        line = Characteristic(participant=row, code=code, answered_at=answered, refused=value == "refused")
        if not line.refused:
            line.value = crypto.seal(found.keys[person["person"]], value.encode(), about=line.about_value)
        world.add(line)
