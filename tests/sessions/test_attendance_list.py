"""Attendance out of a file: every fault is shown before anything is saved."""

import pytest

from sessions import attendance, attendance_list
from sessions.forms_list import ListForm
from sessions.models import Attendance, Meeting
from tests.cast import person
from tests.sessions.record import network_session
from tests.sessions.test_attendance import as_shown


def csv_of(meeting: Meeting) -> str:
    return f"/sessions/{meeting.pk}/attendance/csv/"


GOOD = (
    "Naam;E-mail;Aanwezigheid;Van;Tot;Opmerking;Organisatie\n"
    "Claes, Anna;;x;9u15;;;\n;bram@ilias.example;online;;11:30;;\nZita Maes;;verontschuldigd;;;Ziek kind;\n"
    "Mia Gast;;ja;;;;Ouderraad\n"
)


def test_a_list_is_looked_at_first_and_saved_with_the_second_button(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    sent = {"pasted": GOOD, "established": "paper"}

    look = hilde.post(csv_of(meeting), sent)
    before = meeting.attendances.exclude(status="").count()
    saved = hilde.post(csv_of(meeting), sent | {"save": "yes"})

    rows = {row.name: row for row in attendance.rows_of(meeting)}
    assert (look.status_code, before, saved.status_code) == (200, 0, 302)
    assert {name: rows[name].status for name in ("Anna Claes", "Bram De Smet", "Zita Maes", "Mia Gast")} == {
        "Anna Claes": "onsite", "Bram De Smet": "online", "Zita Maes": "excused", "Mia Gast": "onsite",
    }  # fmt: skip
    assert rows["Anna Claes"].late_minutes(meeting) == 15
    assert {rows[name].established for name in ("Anna Claes", "Mia Gast")} == {"paper"}
    assert rows["Yusuf Demir"].status == ""


@pytest.mark.parametrize(
    "row",
    [
        "Onbekende Persoon;;x;;;;",
        "Anna Claes;;misschien;;;;",
        "Anna Claes;;x;25:00;;;",
        "Anna Claes;;x;8:00;;;",
        "Anna Claes;;x;9:00;15:00;;",
        "Anna Claes;;x;11:00;10:00;;",
        f"Anna Claes;;x;;;{'a' * 201};",
    ],
)
def test_one_faulty_row_keeps_the_whole_list_from_being_saved(cast, client_of, row):
    meeting = network_session(cast)
    sent = {"pasted": GOOD.replace("Claes, Anna;;x;9u15;;;", row), "established": "paper", "save": "yes"}

    answer = client_of(cast.hilde).post(csv_of(meeting), sent)

    assert answer.status_code == 200 and "note-error" in answer.content.decode()
    assert not Attendance.objects.exclude(status="").exists()


def test_every_fault_of_a_row_is_said_at_once(cast):
    meeting = network_session(cast)

    def faults(row: str) -> list[str]:
        rows = ListForm({"pasted": f"naam;aanwezigheid;van;tot\n{row}", "established": "paper"})
        assert rows.is_valid(), rows.errors
        return attendance_list.judge(meeting, rows.cleaned_data["rows"], established="paper")[0].faults

    assert len(faults("Anna Claes;misschien;25:00;9")) == 2
    assert len(faults("Anna Claes;x;8:00;15:00")) == 2, "both hours lie outside of the meeting"
    assert len(faults("Anna Claes;x;11:00;10:00")) == 1
    assert faults("Anna Claes;x;;") == []


def test_the_same_person_twice_is_a_fault(cast, client_of):
    meeting = network_session(cast)
    sent = {"pasted": "naam;e-mail\nAnna Claes;\n;anna@ilias.example", "established": "paper", "save": "yes"}

    assert "note-error" in client_of(cast.hilde).post(csv_of(meeting), sent).content.decode()
    assert not Attendance.objects.exclude(status="").exists()


def test_everybody_present_first_or_the_rest_absent(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    row = meeting.attendances.get(user=cast.anna)
    attendance.save_list(meeting, by=cast.hilde, lines={row.pk: attendance.Line(status="excused")})
    address = f"/sessions/{meeting.pk}/attendance/"

    everybody = hilde.get(f"{address}?all=present").content.decode()
    rest = hilde.get(f"{address}?all=rest-absent").content.decode()

    assert everybody.count('value="onsite" checked') >= 6 and 'value="excused" checked' not in everybody
    assert rest.count('value="absent" checked') == 5 and rest.count('value="excused" checked') == 1
    assert "roll-noted" in everybody and everybody.count("Hilde Vermeulen") >= 2


def test_forty_people_are_saved_in_one_request_of_few_queries(cast, client_of, django_assert_max_num_queries):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    Attendance.objects.bulk_create([Attendance(meeting=meeting, user=person(f"Gast{n}", "Velen")) for n in range(34)])
    sent = as_shown(hilde, meeting)

    with django_assert_max_num_queries(12):
        answer = hilde.post(f"/sessions/{meeting.pk}/attendance/", sent)

    assert answer.status_code == 302
    assert meeting.attendances.filter(status="onsite").count() == 40
