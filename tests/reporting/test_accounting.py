"""Own indicators, official checks, who sees behind figures, what changed since the freezing, and how the programme stands."""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry
from reporting import corrections, document, services
from reporting.frameworks import FOLDER
from reporting.models import OwnIndicator, Participant
from reporting.standing import Standing
from sessions import attendance
from sessions.models import Meeting
from tests.reporting.scene import days

COMPLETE = {"disability": "yes", "gender": "woman", "birth_date": "1980-02-29", "employment": "employed", "education": "master"}


@pytest.fixture
def own(scene) -> OwnIndicator:
    row = OwnIndicator(programme=scene.programme, title="Netwerksessies", unit="sessies", counts="network", target=8)
    return services.save_own_indicator(row, by=scene.tess)


@pytest.fixture
def frozen(scene, own, report):
    services.answer(Participant.objects.get(user=scene.anna), by=scene.anna, moment="entry", answers=COMPLETE, consents=True)
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    return report


def test_own_indicators_stand_in_page_and_report_with_what_was_reached(scene, own, period, client_of):
    noted = OwnIndicator(programme=scene.programme, title="Publicaties", counts="", target=4)
    services.save_own_indicator(noted, by=scene.tess)
    client = client_of(scene.tess)
    address = reverse("reports:results", args=[scene.programme.pk, period.pk])
    assert client.post(address, {noted.pk.hex: "3"}).status_code == 302
    report = services.start_report(period, by=scene.tess)
    page = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert "Netwerksessies" in page and "75 %" in page
    rows = {row["title"]: row for row in document.draft_of(report).document["figures"]["own"]}
    assert (rows["Netwerksessies"]["stretch"], rows["Publicaties"]["since_start"]) == (2, 3)


def test_a_target_that_was_reported_does_not_change_and_all_faults_are_told(frozen, own, scene, client_of):
    own.target, own.counts, own.code = 9, "code", "CO99"
    with pytest.raises(DomainError) as told:
        services.save_own_indicator(own, by=scene.tess)
    assert frozen.period.name in str(told.value.message) and "CO99" in str(told.value.message)
    with pytest.raises(DomainError):
        services.remove_own_indicator(own, by=scene.tess)
    typed = {"title": "Netwerksessies", "unit": "", "counts": "network", "target": "0", "position": "0"}
    answer = client_of(scene.tess).post(reverse("reports:own_new", args=[scene.programme.pk]), typed)
    assert answer.status_code == 422 and OwnIndicator.objects.count() == 1
    with pytest.raises(DomainError):
        services.note_results(frozen.period, by=scene.tess, values={own: 1})


def test_only_who_accounts_sees_who_counts_and_a_colleague_names_them(frozen, scene, client_of):
    address = reverse("reports:indicator", args=[frozen.pk, "CO05"])
    assert client_of(scene.tess).get(address).status_code == 403
    assert client_of(scene.hilde).get(address).status_code == 404
    with pytest.raises(DomainError):
        services.name_reader(scene.programme, by=scene.tess, user=scene.tess)
    with pytest.raises(DomainError):
        services.name_reader(scene.programme, by=scene.tess, user=scene.hilde)
    readers = reverse("reports:readers", args=[scene.programme.pk])
    assert client_of(scene.tom).post(readers, {"user": scene.tess.pk}).status_code == 302
    page = client_of(scene.tess).get(address)
    number = Participant.objects.get(user=scene.anna).number
    assert reverse("reports:person", args=[frozen.pk, number]) in page.content.decode()
    assert AuditEntry.objects.filter(verb="characteristics.opened", by=scene.tess.pk).exists()
    counted = {row["code"]: row for row in json.loads(frozen.snapshot.data)["figures"]["indicators"]["rows"]}
    assert counted["CO16"]["stretch"]["total"] == 1
    sensitive = client_of(scene.tess).get(reverse("reports:indicator", args=[frozen.pk, "CO16"]))
    assert reverse("reports:person", args=[frozen.pk, number]) not in sensitive.content.decode()
    row = scene.programme.characteristic_readers.get()
    client_of(scene.tom).post(reverse("reports:reader_withdraw", args=[scene.programme.pk, row.pk]))
    assert client_of(scene.tess).get(address).status_code == 403


def test_each_official_check_explains_itself(frozen, scene, client_of):
    page = client_of(scene.tess).get(reverse("reports:checks", args=[frozen.pk])).content.decode()
    assert "CO02" in page and "CO01" in page


def test_a_correction_after_freezing_is_told_with_who_why_and_its_effect(frozen, scene, client_of):
    before = corrections.since(frozen)
    assert not before["meetings"] and not before["effects"]
    meeting = attendance.reopen(Meeting.objects.get(title="Kennismaking"), by=scene.tess, reason="Verkeerd genoteerd")
    rows = {row.pk: attendance.Line(status=row.status, established="paper") for row in attendance.rows_of(meeting)}
    bram = meeting.attendances.get(user=scene.bram)
    rows[bram.pk] = attendance.Line(status="excused")
    attendance.save_list(meeting, by=scene.hilde, lines=rows)
    found = corrections.since(frozen)
    [row] = [row for row in found["meetings"] if row["title"] == "Kennismaking"]
    assert (row["why"], row["by"]) == ("Verkeerd genoteerd", str(scene.tess.pk)) and row["places"]
    number = Participant.objects.get(user=scene.bram).number
    told = {tuple(effect["figure"]): (effect["reported"], effect["now"]) for effect in found["effects"]}
    assert told["people", str(number), "minutes"] == (105, 0)
    page = client_of(scene.tom).get(reverse("reports:changes", args=[frozen.pk])).content.decode()
    assert "Verkeerd genoteerd" in page and scene.tess.name in page and "De Smet" not in page
    assert client_of(scene.tom).get(reverse("reports:report", args=[frozen.pk])).status_code == 200


def test_the_dashboard_says_which_pilots_are_late_or_quiet_in_few_queries(scene, own, period, client_of):
    client, address = client_of(scene.tess), reverse("reports:dashboard", args=[scene.programme.pk])
    services.start_report(period, by=scene.tess)
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        page = client.get(address)
    assert page.status_code == 200 and len(counted) <= 7
    standing = page.context["standing"]
    lines = {line.name: line.state for line in standing.shown}
    assert lines == {"Het Nest": "on-track", "De Wip": "on-track"}
    assert "Netwerksessies" in page.content.decode()

    def after(number: int) -> dict[str, str]:
        found = Standing(scene.programme, timezone.now() + datetime.timedelta(days=number))
        assert sum(number for _word, _badge, number in found.counts) == len(found.pilots) == len(found.shown)
        return {line.name: line.state for line in found.shown}

    assert set(after(150).values()) == {"quiet"} and set(after(5000).values()) == {"ended"}
    nest = next(line for line in standing.shown if line.name == "Het Nest")
    assert (nest.held, nest.planned, nest.unclosed) == (1, 1, 0) and nest.last == days(40)
    Meeting.objects.filter(pilot=nest.pk).update(state=Meeting.State.PLANNED)
    assert list(after(0).items()) == [("Het Nest", "late"), ("De Wip", "on-track")]


def test_a_framework_file_is_tried_by_itself_and_all_its_faults_told(tmp_path, capsys):
    data = json.loads((FOLDER / "esf-2014-2020.json").read_text(encoding="utf-8"))
    good = tmp_path / "esf-2014-2020.json"
    good.write_text(json.dumps(data))
    call_command("check_framework", str(good))
    assert "No faults" in capsys.readouterr().out
    data["complete"].append("entry.unknown")
    data["checks"].append({"left": ["CO98"], "relation": "<=", "right": ["CO99"]})
    good.write_text(json.dumps(data))
    with pytest.raises(CommandError, match="3 faults"):
        call_command("check_framework", str(good))
    assert all(word in capsys.readouterr().out for word in ("entry.unknown",))
