"""What is corrected in a period that was reported: told with the next report, once, in every file."""

import csv
import io
import json

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from reporting import corrections, document, exports, figures, services
from reporting.models import OwnIndicator, Participant, ProgressReport, ReportingPeriod
from reporting.recount import check
from reporting.verify import verify
from sessions import attendance
from sessions.models import Attendance, Meeting
from tests.cast import Cast
from tests.reporting.scene import days, hold, plan
from tests.reporting.test_bundle import changed, snapshot

Status = Attendance.Status


def begun(cast: Cast, name: str, first: int, last: int) -> ProgressReport:
    period = ReportingPeriod(programme=cast.programme, name=name, starts_on=days(first), ends_on=days(last))
    return services.start_report(services.save_period(period, by=cast.tess), by=cast.tess)


def frozen(cast: Cast, report: ProgressReport) -> ProgressReport:
    services.propose(report, by=cast.tess)
    report.refresh_from_db()
    services.freeze(report, by=cast.tom)
    return ProgressReport.objects.select_related("programme", "period", "snapshot").get(pk=report.pk)


@pytest.fixture
def first(scene) -> ProgressReport:
    """The report of the days until 30 days ago, frozen."""
    return frozen(scene, begun(scene, "Eerste periode", 90, 30))


@pytest.fixture
def second(scene, first) -> ProgressReport:
    """The next one, with a session in it, being written."""
    hold(scene, plan(scene, scene.network, "Tweede sessie", 15), {scene.anna: Status.ONSITE, scene.zita: Status.ONSITE})
    return begun(scene, "Tweede periode", 29, 5)


def correct(cast: Cast, title: str, person, line: attendance.Line, reason: str = "Verkeerd genoteerd") -> None:
    """Reopen a checked list with a reason, note one person otherwise, close and check it again."""
    meeting = attendance.reopen(Meeting.objects.get(title=title), by=cast.tess, reason=reason)
    rows = {}
    for row in attendance.rows_of(meeting):
        zone, times = meeting.zone, (row.arrived_at, row.left_at)
        arrived, left = (moment.astimezone(zone).time() if moment else None for moment in times)
        same = attendance.Line(row.status, arrived, left, established=row.established or "paper", name=row.guest_name,
                               organisation=row.guest_organisation)  # fmt: skip
        rows[row.pk] = line if row.user_id == person.pk else same
    attendance.save_list(meeting, by=cast.hilde, lines=rows)
    attendance.check_meeting(attendance.close_list(meeting, by=cast.hilde), by=cast.tess)


def carried(report: ProgressReport) -> list[dict]:
    return document.draft_of(report).document["figures"]["corrections"]


def effects(correction: dict) -> dict[tuple, tuple]:
    return {tuple(effect["figure"]): (effect["reported"], effect["now"]) for effect in correction["effects"]}


def test_without_a_change_nothing_is_carried(second):
    assert carried(second) == []
    assert [one["name"] for one in document.draft_of(second).document["figures"]["earlier"]] == ["Eerste periode"]


def test_a_correction_goes_into_the_next_report_with_what_who_why_and_its_effect(scene, first, second, client_of):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    [correction] = carried(second)
    [row] = correction["meetings"]
    bram = Participant.objects.get(user=scene.bram).number
    assert (row["title"], row["why"], row["role"]) == ("Kennismaking", "Verkeerd genoteerd", "project")
    [place] = [place for place in row["places"] if place["participant"] == bram]
    assert (place["before"]["status"], place["after"]["status"]) == ("onsite", "excused")
    told = effects(correction)
    assert told["people", str(bram), "minutes"] == (105, 0)
    assert told["totals", "person_minutes"][0] - told["totals", "person_minutes"][1] == 105
    services.ask_figures(second, by=scene.tess)
    client = client_of(scene.tess)
    page = client.get(reverse("reports:report", args=[second.pk])).content.decode()
    assert 'id="corrections"' in page and "Verkeerd genoteerd" in page and "De Smet" not in page
    older = client.get(reverse("reports:changes", args=[first.pk])).content.decode()
    assert scene.tess.name in older and reverse("reports:report", args=[second.pk]) in older


def test_what_one_report_carried_the_next_one_does_not_carry_again(scene, first, second):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    frozen(scene, second)
    hold(scene, plan(scene, scene.network, "Derde sessie", 3), {scene.anna: Status.ONSITE})
    third = begun(scene, "Derde periode", 4, 1)
    assert carried(third) == []
    correct(scene, "Online sessie", scene.zita, attendance.Line(status="absent"), reason="Was er niet")
    [correction] = carried(third)
    zita = str(Participant.objects.get(user=scene.zita).number)
    assert [row["title"] for row in correction["meetings"]] == ["Online sessie"]
    assert effects(correction)["people", zita, "minutes"] == (120, 0)
    assert ("people", str(Participant.objects.get(user=scene.bram).number), "minutes") not in effects(correction)


def test_a_correction_that_is_undone_after_it_was_told_is_told_as_undone(scene, first, second):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    frozen(scene, second)
    third = begun(scene, "Derde periode", 4, 1)
    bram = Participant.objects.get(user=scene.bram).number
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="onsite", established="paper"), reason="Toch wel")
    told = effects(carried(third)[0])
    assert told["people", str(bram), "minutes"] == (0, 165)


def test_sums_of_all_periods_are_what_the_rows_give_and_nothing_counts_twice(scene, first, second):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    frozen(scene, second)
    correct(scene, "Tweede sessie", scene.zita, attendance.Line(status="absent"))
    correct(scene, "Kennismaking", scene.anna, attendance.Line(status="excused"))
    third = begun(scene, "Derde periode", 4, 1)
    found = document.draft_of(third).document["figures"]
    whole = figures.collect(scene.programme, first.period.starts_on, third.period.ends_on)["totals"]
    for name in corrections.ADDED:
        earlier = sum(one["sums"][name] + one["corrected"].get(name, 0) for one in found["earlier"])
        assert earlier + found["totals"][name] == whole[name], name


def test_an_earlier_report_that_is_still_open_carries_them_and_a_later_one_does_not(scene, first, second):
    third = begun(scene, "Derde periode", 4, 1)
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    assert len(carried(second)) == 1 and carried(third) == []


def test_a_meeting_that_is_added_to_a_reported_period_is_told(scene, first, second):
    hold(scene, plan(scene, scene.network, "Vergeten sessie", 45), {scene.anna: Status.ONSITE})
    [correction] = carried(second)
    [row] = correction["meetings"]
    assert row["title"] == "Vergeten sessie" and row["before"] is None and len(row["places"]) >= 1
    assert effects(correction)["totals", "held"] == (3, 4)


def test_handing_in_is_no_correction(scene, first, second):
    Meeting.objects.filter(state=Meeting.State.CHECKED, starts_at__lt=first.frozen_at).update(state=Meeting.State.SUBMITTED)
    assert carried(second) == []


def state_of(title: str) -> str:
    return Meeting.objects.get(title=title).state


def test_what_was_checked_after_its_period_was_reported_is_submitted_with_the_report_that_tells_it(scene, first, second):
    moment = Meeting.objects.get(title="Coachingmoment")
    assert moment.state == "held"
    attendance.check_meeting(moment, by=scene.tess)
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    told = {row["title"]: row["after"] for row in carried(second)[0]["meetings"]}
    assert told["Coachingmoment"] == {"state": "checked"} and "Kennismaking" in told
    assert (state_of("Coachingmoment"), state_of("Kennismaking")) == ("checked", "checked")

    frozen(scene, second)

    assert (state_of("Coachingmoment"), state_of("Kennismaking")) == ("submitted", "submitted")
    assert list(moment.changes.values_list("after", flat=True)[:2]) == ["submitted", "checked"]
    [row] = [row for row in corrections.since(first)["meetings"] if row["title"] == "Coachingmoment"]
    assert row["by"] == str(scene.tess.pk)  # who checked it; handing in is not what changed


def test_a_later_report_submits_nothing_that_an_open_one_between_will_tell(scene, first, second):
    attendance.check_meeting(Meeting.objects.get(title="Coachingmoment"), by=scene.tess)
    frozen(scene, begun(scene, "Derde periode", 4, 1))
    assert state_of("Coachingmoment") == "checked"
    frozen(scene, second)
    assert state_of("Coachingmoment") == "submitted"


def test_every_file_tells_the_corrections_and_the_comparison(scene, first, second):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    source = document.source_of(frozen(scene, second))
    made = {}
    for format in ("pdf", "xlsx", "csv", "json", "zip"):
        made[format] = io.BytesIO()
        exports.write(source, format, made[format], language="en")
        made[format].seek(0)
    assert made["pdf"].getvalue()[:5] == b"%PDF-"
    book = openpyxl.load_workbook(made["xlsx"])
    whys = [row[7].value for row in book["Corrected from earlier"].iter_rows(min_row=2)]
    assert whys and set(whys) == {"Verkeerd genoteerd"}
    [hours] = [row for row in book["Beside earlier periods"].values if row[0] == "hours of participants"]
    assert hours[1] + hours[2] + hours[3] == pytest.approx(hours[4], abs=0.02) and hours[2] == -1.75
    lines = list(csv.DictReader(io.StringIO(made["csv"].getvalue().decode("utf-8-sig")), delimiter=";"))
    [line] = [line for line in lines if line["Corrects"]]
    assert (line["Corrects"], line["Minutes present"], line["Minutes more or less"]) == ("Eerste periode", "", "-105")
    assert json.loads(made["json"].getvalue())["figures"]["corrections"][0]["period"]["name"] == "Eerste periode"


def test_the_bundle_of_a_report_with_corrections_proves_itself(scene, first, second, tmp_path, capsys):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    bundle = tmp_path / "report.zip"
    with bundle.open("wb") as file:
        exports.write(document.source_of(frozen(scene, second)), "zip", file, language="nl")

    call_command("verify_report", str(bundle))


def first_correction(data: dict) -> dict:
    return data["figures"]["corrections"][0]


def effect(data: dict, *key: str) -> dict:
    return next(one for one in first_correction(data)["effects"] if one["figure"] == list(key))


def earlier(name: str, what: str, by: int = 1):
    """A sum of the earlier period that is more."""

    def act(data):
        part = data["figures"]["earlier"][0][what]
        part[name] = part.get(name, 0) + by

    return snapshot(act)


def without_earlier(files: dict) -> None:
    """The snapshot of the earlier period left out, of the manifest too."""
    [name] = [name for name in files if name.startswith("earlier/")]
    del files[name]
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [part for part in manifest["files"] if part["name"] != name]
    files["manifest.json"] = json.dumps(manifest).encode()


def other_earlier(files: dict) -> None:
    """The earlier period's snapshot with another figure."""
    [name] = [name for name in files if name.startswith("earlier/")]
    data = json.loads(files[name])
    data["figures"]["totals"]["held"] += 1
    files[name] = document.canonical(data).encode()


def own(counts: str):
    return snapshot(lambda data: next(one for one in data["figures"]["own"] if one["counts"] == counts).update(since_start=99))


TAMPERED = {
    "held before": (earlier("held", "sums"), "held as reported"),
    "entered before": (earlier("entered", "sums"), "entered as reported"),
    "held per kind": (earlier("network", "held_by_kind"), "held_by_kind network"),
    "corrected since": (earlier("person_minutes", "corrected", 60), "corrected person_minutes"),
    "no earlier report": (without_earlier, "not in the bundle as it was frozen"),
    "another earlier report": (other_earlier, "no earlier report that this one names"),
    "what was reported": (snapshot(lambda data: effect(data, "totals", "person_minutes").update(reported=1)), "as last told"),
    "what it is now": (snapshot(lambda data: effect(data, "totals", "person_minutes").update(now=1)), "minutes of all people"),
    "nothing corrected": (snapshot(lambda data: first_correction(data)["meetings"].clear()), "nobody was corrected"),
    "a correction of nothing": (snapshot(lambda data: first_correction(data).update(report="x")), "not among the earlier"),
    "sessions since the start": (own("network"), "“Sessies” since the start"),
    "hours since the start": (own("hours"), "“Uren” since the start"),
    "participants since the start": (own("participants"), "“Mensen”, since_start"),
    "leaders since the start": (own("leaders"), "“Leidinggevenden”, since_start"),
    "notes since the start": (own(""), "“Publicaties”, noted since the start"),
    "a code since the start": (own("code"), "“Aan het werk”, since_start"),
}  # fmt: skip


def test_what_a_report_says_of_earlier_periods_and_since_the_start_is_counted_again(scene, tmp_path):
    named = {"network": "Sessies", "hours": "Uren", "participants": "Mensen", "leaders": "Leidinggevenden", "services": "Huizen"}
    rows = [OwnIndicator(programme=scene.programme, title=title, counts=counts, target=8) for counts, title in named.items()]
    rows += [OwnIndicator(programme=scene.programme, title="Aan het werk", counts="code", code="CO05", target=8)]
    rows += [OwnIndicator(programme=scene.programme, title="Publicaties", counts="", target=8)]
    for row in rows:
        services.save_own_indicator(row, by=scene.tess)
    one = begun(scene, "Eerste periode", 90, 30)
    services.note_results(one.period, by=scene.tess, values={rows[-1]: 2})
    frozen(scene, one)
    hold(scene, plan(scene, scene.network, "Tweede sessie", 15), {scene.anna: Status.ONSITE, scene.zita: Status.ONSITE})
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    two = begun(scene, "Tweede periode", 29, 5)
    services.note_results(two.period, by=scene.tess, values={rows[-1]: 3})
    source = document.source_of(frozen(scene, two))
    told = {row["title"]: row["since_start"] for row in source.document["figures"]["own"]}
    assert (told["Sessies"], told["Publicaties"], told["Leidinggevenden"]) == (3, 5, 3) and source.document["figures"]["adds_up"]
    bundle = tmp_path / "report.zip"
    with bundle.open("wb") as file:
        exports.write(source, "zip", file, language="nl")
    assert verify(bundle).differences == []
    missed = {}
    for name, (change, word) in TAMPERED.items():
        differences = check(changed(bundle, change)).differences
        if not any(word in line for line in differences):
            missed[name] = differences
    assert not missed


def test_a_draft_with_a_correction_says_it_in_the_order_in_which_it_is_counted_again(scene, second, tmp_path):
    correct(scene, "Kennismaking", scene.bram, attendance.Line(status="excused"))
    bundle = tmp_path / "draft.zip"
    with bundle.open("wb") as file:
        exports.write(document.draft_of(second), "zip", file, language="nl")
    assert verify(bundle).differences == []


def test_where_a_period_lacks_a_bundle_of_earlier_days_says_what_is_not_counted(scene, first, tmp_path):
    row = OwnIndicator(programme=scene.programme, title="Sessies", counts="network", target=8)
    services.save_own_indicator(row, by=scene.tess)
    hold(scene, plan(scene, scene.network, "Tussenin", 20), {scene.anna: Status.ONSITE})
    source = document.draft_of(begun(scene, "Later", 10, 5))
    bundle = tmp_path / "draft.zip"
    with bundle.open("wb") as file:
        exports.write(source, "zip", file, language="nl")
    assert verify(bundle).differences == []
    verdict = check(changed(bundle, snapshot(lambda data: data["figures"].pop("before"))))
    assert verdict.differences == [] and any("a period lacks" in line for line in verdict.checked)
