"""Whatever somebody types after a meeting: an answer beside the field or a saved page, never an error of ours."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as some

from sessions.models import Action, Attendance, Meeting
from tests.sessions.record import network_session

ODD_TIMES = ["9:75", "24:00", "02:30", "2026-13-40", "0000-00-00", "9" * 400, "NaN", "-1"]
ODD_WORDS = ["", " ", "\x00", "😀", "שלום", "<b>x</b>", "' OR 1=1 --", "\u202e"]
odd = some.sampled_from([*ODD_TIMES, *ODD_WORDS])
words = some.text(max_size=60) | odd


@pytest.fixture
def meeting(cast) -> Meeting:
    return network_session(cast)


@given(data=some.data())
def test_the_attendance_list_takes_anything(meeting, cast, client_of, data):
    row = meeting.attendances.get(user=cast.anna)
    names = ["status", "arrived", "left", "remark", "established", "seen", "remove", "name", "organisation"]
    sent = {f"p{row.pk.hex}-{name}": data.draw(words) for name in names}
    sent |= {f"new0-{name}": data.draw(words) for name in ("status", "arrived", "left", "name", "organisation")}
    sent |= {"usual": data.draw(words | some.just("coach")), "person": data.draw(words)}
    if data.draw(some.booleans()):
        sent[f"p{row.pk.hex}-status"] = data.draw(some.sampled_from(["onsite", "excused"]))

    answer = client_of(cast.hilde).post(f"/sessions/{meeting.pk}/attendance/", sent)

    assert answer.status_code in {302, 422}
    assert Attendance.objects.get(pk=row.pk).minutes <= 210


@given(body=some.text(max_size=300), version=words | some.integers().map(str))
def test_the_minutes_take_anything(meeting, cast, client_of, body, version):
    answer = client_of(cast.hilde).post(f"/sessions/{meeting.pk}/minutes/", {"body": body, "version": version})

    assert answer.status_code in {302, 409, 422}
    assert client_of(cast.anna).get(f"/sessions/{meeting.pk}/minutes/").status_code == 200


@given(text=words, owner=words, due_on=words, state=words)
def test_an_agreement_takes_anything(meeting, cast, client_of, text, owner, due_on, state):
    hilde = client_of(cast.hilde)
    for who in (owner, str(cast.anna.pk)):
        answer = hilde.post(f"/sessions/{meeting.pk}/actions/", {"text": text, "owner": who, "due_on": due_on})
        assert answer.status_code in {302, 422}
    action = Action.objects.first()
    if action is not None:
        assert hilde.post(f"/sessions/actions/{action.pk}/settle/", {"state": state, "back": text}).status_code in {302, 409}


@given(kind=words, name=words, content=some.binary(max_size=300), reason=words, language=words)
def test_a_proof_a_reason_and_a_wish_take_anything(meeting, cast, client_of, kind, name, content, reason, language):
    hilde = client_of(cast.hilde)
    upload = SimpleUploadedFile(f"{name}.pdf", content)
    assert hilde.post(f"/sessions/{meeting.pk}/evidence/", {"kind": kind, "upload": upload}).status_code == 422
    assert hilde.post(f"/sessions/{meeting.pk}/reopen/", {"reason": reason}).status_code in {302, 409, 422}
    assert hilde.post(f"/sessions/{meeting.pk}/report/", {"edition": "internal", "language": language}).status_code == 422
