"""A bundle proves itself: counted again from the file alone, by code of its own, and every kind of change is named."""

import csv
import datetime
import io
import json
import random
import stat
import subprocess
import sys
import zipfile
from hashlib import sha256

import fastjsonschema
import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core import crypto
from people import keys
from reporting import answers, document, sealing, services, tasks
from reporting.frameworks import definition, framework
from reporting.indicators import ErasedTotals, count
from reporting.models import KeptFigures, Participant, Snapshot
from reporting.records import Member
from reporting.recount import Verdict, check, indicators
from reporting.verify import verify
from tests.reporting.populations import population
from tests.reporting.scene import days
from tests.reporting.test_indicators import END, SHIPPED, START, records

ANSWERS = {
    "anna": {"gender": "woman", "birth_date": "1980-02-29", "employment": "employed", "education": "master", "disability": "yes"},
    "bram": {"gender": "man", "employment": "employed", "education": "bachelor", "background": "refused"},
}  # fmt: skip
ANSWERS["bram"]["birth_date"] = f"{timezone.localdate().year - 24}-01-02"  # 24 or 23 on entry, below 25
DOCS = settings.BASE_DIR / "docs"


@pytest.fixture
def frozen(scene, report):
    for name, given in ANSWERS.items():
        user = getattr(scene, name)
        services.answer(Participant.objects.get(user=user), by=user, moment="entry", answers=given, consents=True)
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    return report


@pytest.fixture
def bundled(frozen, tmp_path):
    path = tmp_path / "r.zip"
    stretch = ["--from", str(frozen.period.starts_on), "--until", str(frozen.period.ends_on)]
    call_command("esf_report", frozen.programme.slug, *stretch, "--format", "zip", "-o", str(path))
    return path


def changed(path, change, *, mend: bool = True):
    """A copy in which `change(files)` was done; with `mend` every hash that stands somewhere is made to fit again."""
    with zipfile.ZipFile(path) as package:
        files = {name: package.read(name) for name in package.namelist()}
    change(files)
    if mend:
        said = json.loads(files["snapshot.json"])
        for name in ("attendance", "participants", "sensitive"):
            said[name]["sha256"] = sha256(files[f"{name}.csv"]).hexdigest()
        files["snapshot.json"] = document.canonical(said).encode()
        manifest = json.loads(files["manifest.json"])
        for part in manifest["files"]:
            part["sha256"], part["size"] = sha256(files[part["name"]]).hexdigest(), len(files[part["name"]])
        manifest["snapshot_sha256"] = sha256(files["snapshot.json"]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return target


def snapshot(act):
    """A change of the snapshot."""

    def change(files):
        data = json.loads(files["snapshot.json"])
        act(data)
        files["snapshot.json"] = document.canonical(data).encode()

    return change


def manifest(act):
    def change(files):
        data = json.loads(files["manifest.json"])
        act(data)
        files["manifest.json"] = json.dumps(data).encode()

    return change


def cell(table: str, column: str, value: str, having: str = ""):
    """Another value in the first row (of those that hold a word) of one of the tables."""

    def change(files):
        rows = list(csv.reader(io.StringIO(files[table].decode(), newline="")))
        row = next(row for row in rows[1:] if having in ",".join(row))
        row[rows[0].index(column)] = value
        files[table] = written(rows)

    return change


def without(table: str):
    """One row less."""

    def change(files):
        rows = list(csv.reader(io.StringIO(files[table].decode(), newline="")))
        del rows[1]
        files[table] = written(rows)

    return change


def written(rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def flip(name):
    def change(files):
        content = bytearray(files[name])
        content[len(content) // 2] ^= 1
        files[name] = bytes(content)

    return change


def code(data, name: str) -> dict:
    return next(row for row in data["figures"]["indicators"]["rows"] if row["code"] == name)


def figure(*path, by: int = 1):
    """A figure of the snapshot that is one more."""

    def act(data):
        place = data["figures"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] += by

    return snapshot(act)


UNMENDED = {
    **{f"a byte of {name}": (flip(name), name) for name in (
        "report.pdf", "tables.xlsx", "attendance.csv", "participants.csv", "sensitive.csv", "snapshot.json")},
    "an extra file": (lambda files: files.update({"evidence/more.pdf": b"%PDF"}), "evidence/more.pdf is in the bundle"),
    "an extra name": (lambda files: files.update({"notes.txt": b"x"}), "notes.txt is in the bundle"),
    "a missing file": (lambda files: files.pop("report.pdf"), "report.pdf is missing"),
    "a missing table": (lambda files: files.pop("participants.csv"), "participants.csv is missing"),
    "the snapshot's mark": (manifest(lambda data: data.update(snapshot_sha256="0" * 64)), "Fingerprint of the snapshot"),
    "the state": (manifest(lambda data: data.update(state="draft")), "State in the manifest"),
    "a file out of the manifest": (manifest(lambda data: data["files"].pop(0)), "attendance.csv is not in the manifest"),
    "a size": (manifest(lambda data: data["files"][0].update(size=1)), "attendance.csv is not the file"),
    "a path outside": (lambda files: files.update({"../../etc/cron.d/x": b"x"}), "outside its folder"),
    "an absolute path": (lambda files: files.update({"/etc/passwd": b"x"}), "outside its folder"),
    "a path of Windows": (lambda files: files.update({"C:\\x": b"x"}), "outside its folder"),
    "a name that differs by case": (lambda files: files.update({"REPORT.pdf": b"x"}), "report.pdf is in the bundle twice"),
}  # fmt: skip
MENDED = {
    "minutes of somebody": (figure("people", 0, "minutes", by=60), "Participant 1, minutes"),
    "meetings held": (figure("totals", "held"), "Total “held”"),
    "presence at a meeting": (figure("meetings", 0, "participants"), "participants"),
    "an activity": (figure("activities", 0, "planned"), "planned"),
    "a sector": (figure("sectors", 0, "services"), "services"),
    "a total": (snapshot(lambda data: code(data, "CO05")["stretch"].update(total=3)), "CO05, stretch, total"),
    "a gender moved": (snapshot(lambda data: code(data, "CO05")["stretch"].update(woman=2, man=0)), "CO05, stretch, woman"),
    "a sensitive code": (snapshot(lambda data: code(data, "CO16")["since_start"].update(total=0, woman=0)), "CO16, since_start"),
    "the complete ones": (figure("indicators", "complete", "stretch", "total"), "complete, stretch, total"),
    "a refusal": (figure("indicators", "sensitive", 0, "refused"), "Sensitive question"),
    "a code gone": (snapshot(lambda data: data["figures"]["indicators"]["rows"].pop(4)), "Codes of the framework"),
    "a rule": (snapshot(lambda data: data["framework"]["indicators"][5]["rule"].update({"to": 22})), "CO06, "),
    "an arrival": (cell("attendance.csv", "minutes", "1", having="leader,Het Nest,1,onsite,"), "minutes"),
    "a status": (cell("attendance.csv", "status", "absent", having="leader,Het Nest,1,onsite,"), "present"),
    "a title": (cell("attendance.csv", "title", "Iets anders"), "title"),
    "a row of attendance": (without("attendance.csv"), "Number of rows of attendance.csv"),
    "a row of participants": (without("participants.csv"), "Number of rows of participants.csv"),
    "an age": (cell("participants.csv", "entry.birth_date.age", "60"), "CO07, "),
    "a diploma": (cell("participants.csv", "entry.education", "primary"), "CO09, "),
    "an entry": (cell("participants.csv", "entered_on", "2019-01-01"), "Participant 1, entered_on"),
    "an exit before entry": (cell("participants.csv", "left_on", "2019-01-01"), "left before entering"),
    "a sensitive total": (cell("sensitive.csv", "people", "0", having="CO16,counts,since_start,woman"), "CO16, "),
    "more than there are": (cell("sensitive.csv", "people", "7", having="CO16,counts,since_start,woman"), "csv allows"),
    "a part above the whole": (cell("sensitive.csv", "people", "2", having="CO16,counts,stretch,woman"), "CO16, "),
    "how a question was answered": (cell("sensitive.csv", "people", "0", having="entry.disability,answered"), "entry.disability"),
    "a break": (figure("meetings", 0, "break_minutes"), "net minutes"),
    "net minutes": (figure("meetings", 1, "net_minutes"), "net minutes"),
    "who was asked": (figure("meetings", 0, "asked"), "asked"),
    "an invitation": (cell("attendance.csv", "invited", "0", having=",1,onsite,"), "asked"),
    "a beginning": (snapshot(lambda data: data["figures"]["meetings"][0].update(starts="2001-01-01T09:00+01:00")), "starts"),
    "a proof": (snapshot(lambda data: data["evidence"].append({"sha256": "0" * 64, "name": "lijst.pdf"})), "lijst.pdf"),
    "a meeting of another period": (snapshot(lambda data: data["figures"]["meetings"][0].update(day="2001-01-01")), "period"),
}  # fmt: skip


def test_report_and_manifest_keep_to_their_schemas(bundled, frozen, scene):
    texts = {name: (DOCS / f"esf-{name}.schema.json").read_text(encoding="utf-8") for name in ("report", "bundle")}
    schemas = {name: fastjsonschema.compile(json.loads(text)) for name, text in texts.items()}
    with zipfile.ZipFile(bundled) as package:
        told, noted = (json.loads(package.read(name)) for name in ("snapshot.json", "manifest.json"))
    schemas["report"](told)
    schemas["bundle"](noted)
    draft = document.live(scene.programme, days(60), days(1)).document
    schemas["report"](json.loads(document.canonical(draft)))
    assert told["figures"]["meetings"] and told["figures"]["people"] and told["figures"]["gaps"] and told["evidence"]
    for change in (
        lambda data: data["figures"]["totals"].update(held="3"),
        lambda data: data["figures"]["people"][0].update(name="Anna"),
        lambda data: data.pop("frozen_on"),
    ):
        wrong = json.loads(frozen.snapshot.data)
        schemas["report"](wrong)
        change(wrong)
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            schemas["report"](wrong)
    noted["files"][0]["name"] = "../x"
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        schemas["bundle"](noted)


def test_every_kind_of_change_is_named(bundled):
    """One bundle, tried with each change; with mended hashes it is the counting that must find it."""
    assert check(bundled).differences == []
    found = {}
    for mend, changes in ((False, UNMENDED), (True, MENDED)):
        for name, (change, word) in changes.items():
            told = check(changed(bundled, change, mend=mend)).differences
            if not any(word in line for line in told):
                found[name] = (word, told)
    assert not found
    assert len(UNMENDED) + len(MENDED) > 40


def test_links_and_doubles_and_what_is_no_bundle_are_named(bundled, tmp_path, capsys):
    with zipfile.ZipFile(bundled, "a") as package:
        link = zipfile.ZipInfo("evidence/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("report.pdf", b"%PDF-other")
    told = check(bundled).differences
    assert "evidence/link is a link, not a file." in told and "report.pdf is in the bundle twice." in told
    for content in (b"", b"PK\x03\x04 broken", b"plain text"):
        bundled.write_bytes(content)
        with pytest.raises(CommandError, match="no report bundle"):
            call_command("verify_report", str(bundled))
    with zipfile.ZipFile(bundled, "w") as package:
        package.writestr("manifest.json", '{"schema": "other/1", "files": []}')
    with pytest.raises(CommandError, match="other/1"):
        call_command("verify_report", str(bundled))


def test_a_changed_cell_of_the_workbook_is_found_and_an_untouched_bundle_names_its_fingerprint(bundled, frozen, capsys):
    call_command("verify_report", str(bundled))
    said = capsys.readouterr().out
    assert frozen.snapshot.sha256 in said and "differs" not in said and "counted again from 3 participants" in said

    def other(files):
        book = openpyxl.load_workbook(io.BytesIO(files["tables.xlsx"]))
        book.worksheets[3]["G2"] = 99
        out = io.BytesIO()
        book.save(out)
        files["tables.xlsx"] = out.getvalue()

    assert any("99 instead of" in line for line in verify(changed(bundled, other)).differences)


def test_python_alone_counts_a_bundle_again(bundled):
    """No database, no Django: the modules that were imported are told by the process itself."""
    program = (
        "import sys; from reporting.recount.__main__ import main; told = main(sys.argv[1]);"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'sessions', 'core', 'psycopg', 'openpyxl'}));"
        "sys.exit(told)"
    )
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run([*command, str(bundled)], cwd=settings.BASE_DIR, capture_output=True, text=True, env={})
    assert done.returncode == 0 and done.stdout.strip().endswith("[]"), done.stdout + done.stderr
    broken = changed(bundled, figure("totals", "held"))
    done = subprocess.run([*command, str(broken)], cwd=settings.BASE_DIR, capture_output=True, text=True, env={})
    assert done.returncode == 1 and "differs: Total “held”" in done.stdout


def test_nobody_is_named_and_sensitive_answers_are_totals_alone(bundled, scene):
    with zipfile.ZipFile(bundled) as package:
        people, sensitive = (package.read(name).decode() for name in ("participants.csv", "sensitive.csv"))
        everything = b"".join(package.read(name) for name in package.namelist() if not name.endswith((".pdf", ".xlsx"))).decode()
    for person in scene.people().values():
        assert person.last_name not in everything and person.email not in everything and str(person.pk) not in everything
    assert "1980-02-29" not in everything and "entry.birth_date.age" in people
    assert "disability" not in people.splitlines()[0] and "number" not in sensitive.splitlines()[0]
    assert not any(row["entered_on"] in sensitive for row in csv.DictReader(io.StringIO(people)))
    rows = list(csv.DictReader(io.StringIO(sensitive)))
    assert list(rows[0]) == ["what", "told", "scope", "gender", "people"], (
        "a row tells of one answer, never of two beside each other"
    )
    assert {row["what"]: row["people"] for row in rows if row["told"] == "refused"}["entry.background"] == "1"


def test_only_who_accounts_by_name_asks_and_opens_the_bundle(frozen, scene, client_of):
    address = reverse("reports:files", args=[frozen.pk])
    asked = {"format": "zip", "language": "nl"}
    assert client_of(scene.tess).post(address, asked).status_code == 403
    assert b'value="zip"' not in client_of(scene.tess).get(reverse("reports:report", args=[frozen.pk])).content
    assert client_of(scene.hilde).post(address, asked).status_code == 404
    services.name_reader(scene.programme, by=scene.tom, user=scene.tess)
    assert b'value="zip"' in client_of(scene.tess).get(reverse("reports:report", args=[frozen.pk])).content
    assert client_of(scene.tess).post(address, asked).status_code == 302
    wanted = frozen.files.get(format="zip")
    tasks.make_file(str(wanted.job_id))
    file = reverse("reports:file", args=[frozen.pk, wanted.pk])
    assert client_of(scene.tess).get(file).status_code == 200
    assert client_of(scene.tom).get(file).status_code == 403 and client_of(scene.hilde).get(file).status_code == 404


def test_frozen_answers_are_sealed_survive_rotation_and_do_not_follow_later_answers(frozen, scene, settings, capsys):
    kept = sealing.opened(frozen.snapshot)
    assert b"master" not in bytes(frozen.snapshot.answers) and b"master" in kept.participants
    anna = Participant.objects.get(user=scene.anna)
    services.answer(anna, by=scene.anna, moment="entry", answers=ANSWERS["anna"] | {"education": "primary"}, consents=True)
    assert document.source_of(frozen).answers() == kept
    settings.FIELD_KEYS = [*settings.FIELD_KEYS, "2:" + "B" * 43 + "="]
    call_command("rotate_keys")
    assert "still wraps" not in capsys.readouterr().out
    settings.FIELD_KEYS = settings.FIELD_KEYS[-1:]
    frozen.snapshot.refresh_from_db()
    assert frozen.snapshot.master == 2 and sealing.opened(frozen.snapshot) == kept
    assert KeptFigures.objects.get(report=frozen).master == 2
    Snapshot.objects.update(answers=crypto.wrap(b"other", about=frozen.snapshot.about_answers)[1])
    assert keys.key_of(scene.anna.pk)


@pytest.mark.parametrize("name", SHIPPED)
def test_random_populations_are_counted_again_from_their_tables_and_one_changed_answer_is_found(name, pytestconfig):
    chosen, tried = framework(name), 0
    for seed in range(1000 if pytestconfig.getoption("--long") else 60):
        dice = random.Random(seed)
        days = [(START, END), (datetime.date(2022, 7, 1), datetime.date(2022, 12, 31))][seed % 2]
        found = [row for row in records(population(seed, name)) if row.entered_on <= days[1]]
        members = [Member(number, "", {}, record) for number, record in enumerate(found, start=1)]
        made = answers.tables(chosen, members, ErasedTotals(), *days)
        said = count(chosen, found, *days)
        people, totals = (list(csv.DictReader(io.StringIO(table.decode()))) for table in made[:2])
        assert again(name, said, people, totals, days, found) == [], f"population {seed}"
        needed = ("entry.gender", "entry.birth_date.age", "entry.employment", "entry.education")
        whole = [row for row in people if all(row[name] for name in needed)]  # an incomplete record counts in the total alone
        if whole:
            row = dice.choice(whole)
            row["entry.employment"] = "unemployed" if row["entry.employment"] != "unemployed" else "employed"
            tried += 1
            assert again(name, said, people, totals, days, found), f"population {seed}"
    assert tried > 40


def again(name, said, people, totals, days, found) -> list[str]:
    """The differences when the tables are counted by the code of the bundle's check."""
    left = [row.left_on.isoformat() if row.left_on and row.left_on <= days[1] else "" for row in found]
    shown = [
        {"number": number, "service": "", "entered_on": row.entered_on.isoformat(), "left_on": day}
        for number, (row, day) in enumerate(zip(found, left, strict=True), start=1)
        if row.left_on is None or row.left_on >= days[0]
    ]
    report = {
        "framework": definition(name),
        "stretch": {"from": days[0].isoformat(), "until": days[1].isoformat()},
        "figures": {"people": shown, "indicators": json.loads(json.dumps(said))},
    }
    verdict = Verdict()
    indicators.recount(iter(people), totals, report, verdict)
    return verdict.differences
