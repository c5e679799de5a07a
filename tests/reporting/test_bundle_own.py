"""A bundle proves the programme's own indicators, what was noted by hand, and what is missing: what is changed is told."""

import json
import zipfile
from pathlib import Path

import fastjsonschema
import pytest
from django.core.management import call_command

from reporting import services
from reporting.models import OwnIndicator, ProgressReport, ReportingPeriod
from reporting.recount import check
from tests.reporting.scene import days
from tests.reporting.test_bundle import DOCS, cell, changed, figure, snapshot

OWN = {
    "Netwerksessies": "network", "Coachingmomenten": "coaching", "Uren": "hours", "Diensten": "services",
    "Leiders": "leaders", "Deelnemers": "participants", "Publicaties": "",
}  # fmt: skip


@pytest.fixture
def periods(scene) -> list[ReportingPeriod]:
    """Two periods, with an own indicator of each kind, and publications noted in both."""
    for title, counts in OWN.items():
        services.save_own_indicator(OwnIndicator(programme=scene.programme, title=title, counts=counts, target=8), by=scene.tess)
    found, noted = [], OwnIndicator.objects.get(title="Publicaties")
    for name, first, last, value in (("Vroeger", 90, 50, 2), ("Later", 49, 1, 3)):
        period = ReportingPeriod(programme=scene.programme, name=name, starts_on=days(first), ends_on=days(last))
        found.append(services.save_period(period, by=scene.tess))
        services.note_results(period, by=scene.tess, values={noted: value})
    return found


def bundle_of(scene, period: ReportingPeriod, folder: Path) -> Path:
    report = services.start_report(period, by=scene.tess)
    services.propose(report, by=scene.tess)
    services.freeze(ProgressReport.objects.get(pk=report.pk), by=scene.tom)
    path = folder / f"{period.name}.zip"
    stretch = ["--from", str(period.starts_on), "--until", str(period.ends_on)]
    call_command("esf_report", scene.programme.slug, *stretch, "--format", "zip", "-o", str(path))
    return path


def said(path: Path) -> dict:
    with zipfile.ZipFile(path) as package:
        return json.loads(package.read("snapshot.json"))


def own(title: str, *path: object, by: int = 1):
    """A figure of an own indicator that is one more."""

    def act(data):
        place = next(row for row in data["figures"]["own"] if row["title"] == title)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] += by

    return snapshot(act)


def without(what: str):
    """The list of what is missing without one kind."""

    def act(data):
        figures = data["figures"]
        figures["gaps"] = [gap for gap in figures["gaps"] if gap["what"] != what]

    return snapshot(act)


def untold(path: Path, changes: dict) -> dict:
    """The changes that a check of the bundle does not name by the word that belongs to them."""
    found = {name: (word, check(changed(path, change)).differences) for name, (change, word) in changes.items()}
    return {name: (word, told) for name, (word, told) in found.items() if not any(word in line for line in told)}


CHANGES = {
    **{
        f"{title}, {scope}": (own(title, scope), f"Own indicator “{title}”")
        for title in OWN for scope in ("stretch", "since_start")
    },
    "a noted row": (own("Publicaties", "noted", 1, "value"), "noted in this period"),
    "a noted row of another period": (own("Publicaties", "noted", 0, "value"), "noted since the start"),
    "a service": (cell("participants.csv", "service", "Elders"), "Participant 1, service"),
    "a gap more": (figure("gaps", 0, "count"), "missing: "),
    "a gap gone": (snapshot(lambda data: data["figures"]["gaps"].pop(0)), "missing: "),
    "a presence proven": (figure("meetings", 0, "weak", by=-1), "weak"),
    "a proof noted": (figure("meetings", 0, "proofs"), "proofs"),
    "nobody at two meetings": (without("overlap"), "at two meetings at once"),
    "complete records": (without("incomplete"), "Incomplete records"),
}  # fmt: skip


def test_own_figures_and_noted_ones_are_tried_where_an_earlier_period_was_reported(scene, periods, tmp_path):
    bundle_of(scene, periods[0], tmp_path)
    path = bundle_of(scene, periods[1], tmp_path)
    told = said(path)
    rows = {row["title"]: (row["stretch"], row["since_start"]) for row in told["figures"]["own"]}
    assert told["figures"]["adds_up"] and "before" not in told["figures"]
    assert rows["Diensten"] == (1, 2) and rows["Netwerksessies"] == (1, 2) and rows["Publicaties"] == (3, 5)
    fastjsonschema.compile(json.loads((DOCS / "esf-report.schema.json").read_text(encoding="utf-8")))(told)
    assert check(path).differences == []
    assert untold(path, CHANGES) == {}
    both = snapshot(
        lambda data: [
            row["noted"][0].update(value=4) or row.update(since_start=7) for row in data["figures"]["own"] if "noted" in row
        ]
    )
    assert any("as reported: the report says 4" in line for line in check(changed(path, both)).differences)


def test_where_no_earlier_period_was_reported_the_rows_of_earlier_meetings_are_in_the_bundle(scene, periods, tmp_path):
    path = bundle_of(scene, periods[1], tmp_path)
    told = said(path)
    fastjsonschema.compile(json.loads((DOCS / "esf-report.schema.json").read_text(encoding="utf-8")))(told)
    assert not told["figures"]["adds_up"] and [row["kind"] for row in told["figures"]["before"]] == ["network"]
    rows = {row["title"]: (row["stretch"], row["since_start"]) for row in told["figures"]["own"]}
    assert rows["Netwerksessies"] == (1, 2) and rows["Uren"][1] > rows["Uren"][0]
    assert check(path).differences == []
    earlier = {
        "an earlier meeting": (snapshot(lambda data: data["figures"]["before"].clear()), "Own indicator “Netwerksessies”"),
        "its minutes": (figure("before", 0, "minutes", by=90), "Own indicator “Uren”"),
        "its day": (snapshot(lambda data: data["figures"]["before"][0].update(day=str(days(3)))), "before the period"),
    }
    assert untold(path, CHANGES | earlier) == {}
