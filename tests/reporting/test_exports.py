"""Files of a report: whole, typed, harmless, from the snapshot alone once it is frozen, and able to prove themselves."""

import csv
import datetime
import io
import json
from hashlib import sha256

import openpyxl
import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core import files
from core.errors import DomainError
from core.models import Job
from reporting import document, exports, services, tasks
from reporting.frozen import CANONICAL
from reporting.models import ReportFile
from sessions.models import Attendance, Meeting
from tests.reporting.scene import days

EVIL = '=HYPERLINK("https://example.org";"klik")'


@pytest.fixture
def frozen(scene, report):
    Meeting.objects.filter(title="Online sessie").update(title=EVIL)
    services.save_section(report, by=scene.tess, name="summary", body="@SUM(A1) Het ging goed.", version=0)
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    return report


def written(source, format: str, language: str = "nl") -> io.BytesIO:
    file = io.BytesIO()
    exports.write(source, format, file, language=language)
    file.seek(0)
    return file


def test_the_workbook_has_typed_cells_and_no_formula(frozen):
    book = openpyxl.load_workbook(written(document.source_of(frozen), "xlsx", "en"))
    assert book.sheetnames[0] == "Overview" and book.sheetnames[-1] == "Attendance"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert EVIL in [cell.value for cell in cells]
    attendance = list(book["Attendance"].iter_rows(min_row=2, values_only=True))
    assert {type(row[0]) for row in attendance} == {datetime.datetime} and {type(row[12]) for row in attendance} == {int}
    hours = {row[0]: row[6] for row in book["Hours per participant"].iter_rows(min_row=2, values_only=True)}
    assert sorted(hours) == [1, 2, 3] and hours[3] == 2.0


def test_the_csv_has_a_row_per_person_and_meeting_and_nobodys_name(frozen, scene):
    content = written(document.source_of(frozen), "csv").read()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    expected = Attendance.objects.filter(meeting__programme=scene.programme).count()
    assert len(rows) == expected + 1
    assert f"'{EVIL}" in {row[4] for row in rows} and EVIL not in {row[4] for row in rows}
    for person in scene.people().values():
        assert person.last_name not in content.decode() and person.email not in content.decode()
    assert "Gast Een" not in content.decode()


def test_the_rows_bound_to_a_snapshot_survive_being_written_and_read(frozen):
    handed_in = {"submitted": "checked"}  # freezing itself does that to what was checked
    live = [row._replace(state=handed_in.get(row.state, row.state)) for row in document.draft_of(frozen).rows()]
    assert list(document.source_of(frozen).rows()) == live and len(live) > 10
    kept = frozen.files.get(language=CANONICAL)
    assert f'"\'{EVIL.replace(chr(34), chr(34) * 2)}"' in files.read(kept.file).decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pdf_opens_in_both_languages(frozen, language):
    source = document.source_of(frozen)
    with pikepdf.open(written(source, "pdf", language)) as book:
        assert len(book.pages) >= 4
        assert book.Root.Lang == language
        assert frozen.period.name in str(book.open_metadata().get("dc:title"))


def test_files_of_a_frozen_report_do_not_follow_later_corrections(frozen, scene):
    before = written(document.source_of(frozen), "json").read()
    rows = written(document.source_of(frozen), "csv").read()
    Attendance.objects.filter(user=scene.anna).update(minutes=1, status="absent")
    Meeting.objects.filter(title="Kennismaking").update(title="Anders")
    assert written(document.source_of(frozen), "json").read() == before
    assert written(document.source_of(frozen), "csv").read() == rows
    assert sha256(before).hexdigest() == frozen.snapshot.sha256


def test_a_snapshot_that_was_tampered_with_gives_no_file(frozen):
    text = frozen.snapshot.data.replace('"held":3', '"held":4')
    assert text != frozen.snapshot.data
    type(frozen.snapshot).objects.update(data=text)
    frozen.refresh_from_db()
    with pytest.raises(DomainError):
        document.source_of(frozen)


def test_a_file_is_made_in_the_background_and_offered_only_when_complete(frozen, scene, client_of):
    client, url = client_of(scene.tess), reverse("reports:files", args=[frozen.pk])
    assert client.post(url, {"format": "xlsx", "language": "nl"}).status_code == 302
    wanted = ReportFile.objects.get(format="xlsx")
    address = reverse("reports:file", args=[frozen.pk, wanted.pk])
    assert client.get(address).status_code == 404
    assert client.post(url, {"format": "xlsx", "language": "nl"}).status_code == 302
    assert Job.objects.filter(kind="reporting.make_file").count() == 1
    tasks.make_file(str(wanted.job_id))
    assert Job.objects.get().state == Job.State.DONE
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    openpyxl.load_workbook(io.BytesIO(answer.content))
    assert address in client.get(url).content.decode()
    for name in ("hilde", "anna", "ada", "omar"):
        assert client_of(getattr(scene, name)).get(address).status_code == 404
        assert client_of(getattr(scene, name)).post(url, {"format": "pdf", "language": "nl"}).status_code == 404


def test_a_new_draft_takes_the_place_of_the_old_one(report, scene):
    for _time in range(2):
        wanted = services.ask_file(report, by=scene.tess, format="json", language="nl")
        tasks.make_file(str(wanted.job_id))
    assert ReportFile.objects.filter(report=report).count() == 1
    assert json.loads(bytes_of(report))["state"] == "draft"


def bytes_of(report) -> bytes:
    return files.read(report.files.get().file)


@pytest.mark.parametrize("format", ["pdf", "xlsx", "csv", "json", "zip"])
def test_the_command_writes_each_format_for_any_days(scene, tmp_path, format):
    target = tmp_path / f"r.{format}"
    stretch = ["--from", str(days(70)), "--until", str(days(3))]
    call_command("esf_report", str(scene.programme.pk), *stretch, "--format", format, "-o", str(target))
    start = {"pdf": b"%PDF", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "json": b"{", "zip": b"PK"}[format]
    assert target.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_the_command_says_what_is_wrong(scene, tmp_path):
    target = str(tmp_path / "r.pdf")
    with pytest.raises(CommandError, match="no programme"):
        call_command("esf_report", "nergens", "--from", "2021-01-01", "--until", "2021-06-30", "-o", target)
    with pytest.raises(CommandError, match="before"):
        call_command("esf_report", scene.programme.slug, "--from", "2021-07-01", "--until", "2021-06-30", "-o", target)
