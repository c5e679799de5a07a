"""Who is erased is gone for good; the evidence that the law wants stays, under a number."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils.module_loading import import_string

from core.columns import columns
from people.models import PersonKey, User
from reflections import services as reflections
from reflections.models import Reflection
from reporting import clocks, corrections, document, erasing, exports, minimum, sealing, services
from reporting.models import Asking, Characteristic, Erased, Participant
from reporting.verify import verify
from sessions.models import Attendance
from tests.reporting.test_corrections import begun
from tests.reporting.test_corrections import frozen as freeze

ANSWERS = {
    "gender": "woman",
    "birth_date": "1980-02-29",
    "employment": "employed",
    "education": "master",
    "disability": "refused",
}


def test_every_named_eraser_and_exporter_resolves():
    named = {column.eraser for declared in columns().values() for column in declared.values()} - {"none"}
    assert len(named) > 10
    assert all(callable(erasing.eraser(name)) for name in named)
    with pytest.raises(KeyError):
        erasing.eraser("nobody.knows")
    exporters = {column.exporter for declared in columns().values() for column in declared.values()}
    assert all(callable(import_string(name.replace(":", "."))) for name in exporters if ":" in name)


@pytest.fixture
def frozen(scene, report):
    anna = Participant.objects.get(user=scene.anna)
    services.answer(anna, by=scene.anna, moment="entry", answers=ANSWERS, consents=True)
    reflections.write(by=scene.anna, pilot=scene.nest, text="Iets persoonlijks.", audiences=["coaches"])
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    return report


def test_an_erased_person_leaves_the_evidence_and_nothing_else(frozen, scene, client_of, capsys):
    before, browser = frozen.snapshot.sha256, client_of(scene.anna)
    call_command("erase_person", scene.anna.email)
    assert User.objects.get(pk=scene.anna.pk).first_name == "Anna" and "--yes" in capsys.readouterr().out
    call_command("erase_person", str(scene.anna.pk), "--yes")
    gone = User.objects.get(pk=scene.anna.pk)
    assert (gone.first_name, gone.last_name, gone.is_active) == ("", "", False) and "anna" not in gone.email
    assert not Reflection.objects.filter(author=gone).exists() and not PersonKey.objects.filter(pk=gone.pk).exists()
    answers = Characteristic.objects.filter(participant__user=gone)
    assert not answers.exclude(value=None).exists() and answers.filter(refused=True).exists()
    assert Participant.objects.get(user=gone).answers is None
    assert Attendance.objects.filter(user=gone, minutes__gt=0).count() == 3
    frozen.snapshot.refresh_from_db()
    assert frozen.snapshot.sha256 == before
    assert browser.get(reverse("reports:my_data")).status_code == 302
    page = client_of(scene.tess).get(reverse("reports:participants", args=[scene.programme.pk]))
    assert page.status_code == 200 and "Claes" not in page.content.decode()
    with pytest.raises(CommandError):
        call_command("erase_person", "niemand@ilias.example")


def dump() -> bytes:
    """Every cell of every table, as a dump of the database has them."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [cell for row in cursor.fetchall() for cell in row]
    return b"\n".join(bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in cells)


def test_a_dump_of_the_database_holds_the_lawful_minimum_of_who_was_erased(frozen, scene):
    anna = scene.anna
    anna_rows = Characteristic.objects.filter(participant__user=anna, value__isnull=False)
    sealed = [bytes(value) for value in anna_rows.values_list("value", flat=True)]
    sealed += [bytes(row.body) for row in Reflection.objects.filter(author=anna)]
    sealed += [bytes(Participant.objects.get(user=anna).answers), bytes(PersonKey.objects.get(pk=anna.pk).wrapped)]
    said = [anna.last_name.encode(), anna.email.encode(), *sealed]
    before = dump()
    assert len(sealed) >= 7 and all(piece in before for piece in said)
    assert b"1980-02-29" not in before and b"Iets persoonlijks" not in before
    tables = sealing.opened(frozen.snapshot)
    erasing.erase_person(anna, by=None)
    after = dump()
    assert [piece for piece in said if piece in after] == []
    number = Participant.objects.get(user=anna).number
    assert Attendance.objects.filter(user=anna, minutes__gt=0).count() == 3
    assert Characteristic.objects.filter(participant__user=anna, refused=True).count() == 1
    assert Asking.objects.filter(participant__user=anna).exists()
    frozen.snapshot.refresh_from_db()
    assert frozen.snapshot.sha256.encode() in after
    assert sealing.opened(frozen.snapshot) == tables and f"\n{number}," in tables.participants.decode()


@pytest.fixture
def reported(scene):
    """A report on the days until 30 days ago, in which Anna and Zita were counted; it is frozen."""
    report = begun(scene, "Eerste periode", 90, 30)
    for name, disability in (("anna", "refused"), ("zita", "yes")):
        user = getattr(scene, name)
        given = ANSWERS | {"disability": disability}
        services.answer(Participant.objects.get(user=user), by=user, moment="entry", answers=given, consents=True)
    return freeze(scene, report)


def codes(report, scope: str) -> dict[str, dict]:
    found = document.draft_of(report).document["figures"]["indicators"]
    return {row["code"]: row[scope] for row in found["rows"] if scope in row} | {"complete": found["complete"][scope]}


def test_what_was_counted_stays_counted_after_erasing_and_nothing_can_be_told_from_a_difference(reported, scene):
    report = begun(scene, "Tweede periode", 29, 1)
    before, figures = codes(report, "since_start"), document.draft_of(report).document["figures"]
    assert before["CO05"]["total"] == 2 and before["CO16"]["total"] == 1 and before["complete"]["total"] == 2
    assert figures["corrections"] == []
    for user in (scene.anna, scene.zita):
        erasing.erase_person(user, by=None)
    assert codes(report, "since_start") == before
    after = document.draft_of(report).document["figures"]
    assert after["corrections"] == [] and after["indicators"]["sensitive"] == figures["indicators"]["sensitive"]
    assert corrections.since(reported)["effects"] == []
    assert b"1980-02-29" not in dump()


def test_who_was_in_no_frozen_report_leaves_nothing_behind(scene, report):
    anna = Participant.objects.get(user=scene.anna)
    services.answer(anna, by=scene.anna, moment="entry", answers=ANSWERS | {"disability": "yes"}, consents=True)
    erasing.erase_person(scene.anna, by=None)
    anna.refresh_from_db()
    assert anna.minimum is None and not Erased.objects.exists()
    assert codes(report, "since_start")["CO05"]["total"] == 0


def test_the_minimum_is_sealed_holds_no_sensitive_answer_and_goes_with_the_evidence(reported, scene, settings):
    erasing.erase_person(scene.zita, by=None)
    zita = Participant.objects.get(user=scene.zita)
    kept = minimum.opened(zita.pk, zita.master, zita.minimum, zita.entered_on)
    assert not [key for key in kept if "disability" in key or "background" in key] and kept["entry.education"] == "master"
    assert kept["entry.birth_date"] != "1980-02-29" and b"master" not in bytes(zita.minimum)
    settings.FIELD_KEYS = [*settings.FIELD_KEYS, "2:" + "B" * 43 + "="]
    call_command("rotate_keys")
    zita.refresh_from_db()
    assert zita.master == 2 and Erased.objects.get().master == 2
    assert minimum.opened(zita.pk, 2, zita.minimum, zita.entered_on) == kept
    clocks.end_evidence(scene.programme)
    zita.refresh_from_db()
    assert zita.minimum is None and not Erased.objects.exists()


def test_the_bundle_of_a_report_after_an_erasure_proves_itself(reported, scene, tmp_path):
    report = begun(scene, "Tweede periode", 29, 1)
    for user in (scene.anna, scene.zita):
        erasing.erase_person(user, by=None)
    report = freeze(scene, report)
    path = tmp_path / "r.zip"
    with path.open("wb") as file:
        exports.write(document.source_of(report), "zip", file)
    verdict = verify(path)
    assert verdict.differences == [] and any("1 earlier period" in line for line in verdict.checked)
