"""The main job in a real browser, on an empty installation: plan, meet, reflect, account.

1. The first project member comes in, sets up the programme in forms and invites people by a list.
2. A leader comes in without a password. 3. A coach plans a session; everybody gets one mail with a calendar, and is reminded.
4. The session is held: attendance, minutes, agreements, one report. 5. A leader writes about it on a phone and chooses readers.
6. The team makes the progress report, proposed by one and frozen by another. 7. An adviser sees the programme in short.
"""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from ilias.timetable import tick
from networks.models import LearningNetwork
from people.models import User
from reflections.models import Reflection
from reporting.models import ProgressReport, ReportFile, ReportingPeriod
from sessions.models import Attendance, Meeting, SessionReport
from tests.story.hands import Person
from tests.waiting import wait_until
from tools.models import Tool
from trajectories.models import Pilot, Programme, Seat

LIST = """rol;voornaam;familienaam;e-mail;taal;pilot;rol in tandem
projectteam;Tom;Jacobs;tom@ilias.example;nl;;
coach;Hilde;Vermeulen;hilde@ilias.example;nl;Het Nest;inhoud
coach;Joris;Aerts;joris@ilias.example;nl;Het Nest;proces
leidinggevende;Anna;Claes;anna@ilias.example;nl;Het Nest;
leidinggevende;Bram;De Smet;bram@ilias.example;en;Het Nest;
leidinggevende;Zita;Maes;zita@ilias.example;nl;De Wip;
leidinggevende;Yusuf;Demir;yusuf@ilias.example;nl;De Wip;
adviseur;Ada;Willems;ada@ilias.example;nl;;
"""
NEST_NOTE = "Vandaag liet ik de stilte eens duren."


@pytest.fixture
def people(new_page, smtp_sink):
    """`people("anna")`: a person with a browser of their own."""

    def meet(name: str, **options) -> Person:
        return Person(f"{name}@ilias.example", new_page(**options), smtp_sink)

    return meet


def test_the_main_job_from_invitation_to_frozen_report(celery_worker, smtp_sink, people, settings):
    settings.DEMO = False
    call_command("start_programme", "Proefprogramma", "--email", "tess@ilias.example", "--first-name", "Tess")
    programme = Programme.objects.get()

    tess = people("tess")
    tess.comes_in_by_invitation(second_step=True)
    set_up(tess, programme)
    invite(tess, programme)
    make_network(tess, programme)

    anna = people("anna", phone=True)
    anna.comes_in_by_invitation(second_step=False)
    hilde = people("hilde")
    hilde.comes_in_by_invitation(second_step=True)

    session = plan_session(hilde)
    check_letters(smtp_sink, session)
    plan_moment(hilde, smtp_sink)
    pass_time(session)
    hold_session(hilde, session)
    make_report(hilde, session)

    reflect(anna, session)
    read_what_is_shared(hilde, people("zita"))

    account(tess, people("tom"), programme)
    advise(people("ada"), session)


def set_up(tess: Person, programme: Programme) -> None:
    setup = f"/trajectories/{programme.pk}/setup/"
    tess.goes(f"{setup}sector/")
    tess.fill(name_nl="Opvang van baby’s en peuters", name_en="Childcare for babies and toddlers")
    tess.save()
    tess.goes(f"{setup}basics/")
    tess.fill(funder_sentence="Met steun van het Europees Sociaal Fonds")
    tess.save()
    tess.goes(f"{setup}phase/")
    tess.fill(name="Uitvoering", starts_on=programme.starts_on.isoformat(), ends_on=programme.ends_on.isoformat())
    tess.save()
    tess.goes(f"{setup}milestone/")
    tess.fill(title="Slotevent", due_on=programme.ends_on.isoformat())
    tess.save()
    for name in ("Het Nest", "De Wip"):
        tess.goes(f"{setup}pilot/")
        tess.fill(name=name, municipality="Gent", sector=str(programme.sectors.get().pk))
        tess.save()
    tess.reads("Het Nest", "De Wip", "Uitvoering", "Slotevent")


def invite(tess: Person, programme: Programme) -> None:
    faulty = LIST.replace("zita@ilias.example", "zita").replace("De Wip;\nadviseur", "De Wap;\nadviseur")
    tess.goes(f"/people/list/?programme={programme.pk}")
    tess.fill(pasted=faulty)
    tess.save()
    assert tess.page.locator("main td .status-stop").count() == 2
    tess.fill(pasted=LIST)
    tess.save()
    tess.page.locator('main button[name="invite"]').click()
    tess.page.wait_for_load_state()
    assert Seat.objects.filter(programme=programme).values("user").distinct().count() == 9


def make_network(tess: Person, programme: Programme) -> None:
    tess.goes(f"/networks/new/{programme.pk}/")
    tess.fill(name="Lerend netwerk", agreements="Wat we hier vertellen, blijft hier.")
    tess.tick("pilots", *(str(pk) for pk in Pilot.objects.values_list("pk", flat=True)))
    coaches = Seat.objects.filter(role=Seat.Role.COACH, pilot=None).values_list("pk", flat=True)
    tess.tick("coaches", *(str(pk) for pk in coaches))
    tess.save()
    assert LearningNetwork.objects.get().memberships.count() == 2


def plan_session(hilde: Person) -> Meeting:
    network = LearningNetwork.objects.get()
    day = timezone.localdate() + datetime.timedelta(days=10)
    hilde.goes(f"/sessions/new/network/{network.pk}/")
    hilde.fill(title="Wie spreekt er?", day=day.isoformat(), starts="09:00", ends="12:00", place="Gent", question="Wie zweeg er?")
    hilde.fill(**{"agenda-0-title": "Aankomen", "agenda-0-minutes": "15", "agenda-1-title": "Casus", "agenda-1-minutes": "90"})
    tools = [str(pk) for pk in Tool.objects.values_list("pk", flat=True)[:2]]
    hilde.tick("tools", *tools)
    hilde.page.locator('main button[name="do"][value="plan"]').click()
    hilde.page.wait_for_load_state()
    session = Meeting.objects.get(kind="network")
    assert (session.state, session.tools.count(), session.agenda.count()) == ("planned", 2, 2)
    assert (session.local_start.date(), session.local_start.hour) == (day, 9)
    return session


def check_letters(smtp_sink, session: Meeting) -> None:
    for name in ("anna", "bram", "zita", "yusuf", "hilde", "joris"):
        address = f"{name}@ilias.example"
        invitation = Person(address, None, smtp_sink).letter(about=session.title, holding="text/calendar")
        calendar = next(part for part in invitation.walk() if part.get_content_type() == "text/calendar")
        text = calendar.get_content()
        assert calendar.get_param("method") == "REQUEST" and "METHOD:REQUEST" in text
        assert text.count("ATTENDEE") == 1 and "TZID=Europe/Brussels" in text
        assert invitation["Content-Language"] == ("en" if name == "bram" else "nl")
    before = len(smtp_sink.to("bram@ilias.example"))
    for days in (7, 1):
        morning = datetime.datetime.combine(session.local_start.date(), datetime.time(9, 5), session.zone)
        tick(morning - datetime.timedelta(days=days))
        tick(morning - datetime.timedelta(days=days))
    assert len(smtp_sink.to("bram@ilias.example")) == before + 2


def plan_moment(hilde: Person, smtp_sink) -> None:
    """A coaching moment of the pair: invited are the two leaders and the tandem, and its title stays out of the calendar."""
    nest = Pilot.objects.get(service__name="Het Nest")
    hilde.goes(f"/sessions/new/pilot/{nest.pk}/")
    day = timezone.localdate() + datetime.timedelta(days=20)
    hilde.fill(title="Over de stille collega", day=day.isoformat(), starts="13:30", ends="15:30", place="Gent")
    hilde.page.locator('main button[name="do"][value="plan"]').click()
    hilde.page.wait_for_load_state()
    moment = Meeting.objects.get(kind="coaching")
    asked = {place.user.first_name for place in moment.attendances.all()}
    assert asked == {"Anna", "Bram", "Hilde", "Joris"}
    before = [letter["Subject"] for letter in smtp_sink.to("zita@ilias.example")]
    assert not any("stille collega" in subject for subject in before)


def pass_time(session: Meeting) -> None:
    """Ten days and a morning go by: what was to come was yesterday."""
    shift = datetime.timedelta(days=11)
    session.starts_at -= shift
    session.ends_at -= shift
    session.save(update_fields=["starts_at", "ends_at"])
    Seat.objects.update(since=timezone.localdate() - datetime.timedelta(days=30))


def hold_session(hilde: Person, session: Meeting) -> None:
    hilde.goes(f"/sessions/{session.pk}/attendance/")
    anna = Attendance.objects.get(meeting=session, user__email="anna@ilias.example")
    yusuf = Attendance.objects.get(meeting=session, user__email="yusuf@ilias.example")
    hilde.page.locator(f'[name="p{yusuf.pk.hex}-status"][value="excused"]').check(force=True)
    late = hilde.page.locator(f'[name="p{anna.pk.hex}-arrived"]')
    late.evaluate("node => { const box = node.closest('details'); if (box) box.open = true }")
    late.fill("09:30")
    hilde.page.locator('main button[name="close"]').click()
    hilde.page.wait_for_load_state()
    anna.refresh_from_db()
    session.refresh_from_db()
    assert (anna.status, anna.minutes, anna.late_minutes(session)) == ("onsite", 150, 30)
    assert session.state == "held"

    hilde.goes(f"/sessions/{session.pk}/minutes/")
    hilde.fill(body="# Wat we zagen\n\n- De stilste stem had het idee.")
    hilde.save()
    hilde.goes(f"/sessions/{session.pk}/actions/")
    hilde.fill(text="Eén vergadering starten met een schrijfvraag", owner=str(anna.user_id))
    hilde.save()
    assert session.actions.get().owner_id == anna.user_id


def make_report(hilde: Person, session: Meeting) -> None:
    hilde.goes(f"/sessions/{session.pk}/report/")
    hilde.save()
    letter = Person("anna@ilias.example", hilde.page, hilde.mailbox).letter(about=session.title, holding="application/pdf")
    report = SessionReport.objects.get()
    assert report.file and report.sent_at
    names = [part.get_filename() for part in letter.walk() if part.get_content_type() == "application/pdf"]
    assert names
    hilde.goes(f"/sessions/{session.pk}/report/")
    with hilde.page.expect_download() as download:
        hilde.page.locator(f'main a[href*="/reports/{report.pk}/"]').first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def reflect(anna: Person, session: Meeting) -> None:
    tick(datetime.datetime.combine(session.local_end.date() + datetime.timedelta(days=1), datetime.time(9, 5), session.zone))
    asked = anna.letter(holding="/reflections/new/")
    anna.open_link(asked, holding="/reflections/")
    anna.reads("Wie zweeg er?")
    anna.page.locator("main textarea").fill(NEST_NOTE)
    anna.tick("readers", "coaches")
    anna.reads("Hilde Vermeulen", "Joris Aerts")
    anna.save()
    reflection = Reflection.objects.get()
    assert reflection.meeting_id == session.pk
    assert {grant.reader.first_name for grant in reflection.grants.all()} == {"Hilde", "Joris"}
    assert NEST_NOTE.encode() not in bytes(reflection.body)


def read_what_is_shared(hilde: Person, zita: Person) -> None:
    reflection = Reflection.objects.get()
    hilde.goes("/reflections/shared/")
    hilde.goes(f"/reflections/{reflection.pk}/")
    hilde.reads(NEST_NOTE)
    zita.comes_in_by_invitation(second_step=False)
    assert zita.page.goto(f"/reflections/{reflection.pk}/").status == 404


def account(tess: Person, tom: Person, programme: Programme) -> None:
    today = timezone.localdate()
    tess.goes(f"/reports/periods/{programme.pk}/add/")
    first, last = today - datetime.timedelta(days=60), today - datetime.timedelta(days=1)
    tess.fill(name="Eerste periode", starts_on=first.isoformat(), ends_on=last.isoformat())
    tess.save()
    period = ReportingPeriod.objects.get()
    tess.goes("/reports/")
    tess.page.locator("main .next-step button").first.click()
    tess.page.wait_for_load_state()
    report = ProgressReport.objects.get(period=period)
    tess.goes(f"/reports/{report.pk}/")
    tess.page.locator(f'main form[action$="/{report.pk}/propose/"] button').click()
    tess.page.wait_for_load_state()

    tom.comes_in_by_invitation(second_step=True)
    tom.goes(f"/reports/{report.pk}/")
    tom.page.locator(f'main form[action$="/{report.pk}/freeze/"] button').click()
    tom.page.wait_for_load_state()
    report.refresh_from_db()
    assert (report.state, report.proposed_by.first_name, report.frozen_by.first_name) == ("frozen", "Tess", "Tom")
    assert len(report.snapshot.sha256) == 64
    for format, first_bytes in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        assert report_file(tom, report, format).startswith(first_bytes)


def report_file(tom: Person, report: ProgressReport, format: str) -> bytes:
    """Ask for the report in a format; the worker makes it, and the page gives it."""
    tom.goes(f"/reports/{report.pk}/")
    tom.fill(format=format)
    tom.page.locator("main form.file-form button").click()
    tom.page.wait_for_load_state()
    made = ReportFile.objects.filter(report=report, format=format).latest("created_at")
    wait_until(ReportFile.objects.filter(pk=made.pk, file__isnull=False).exists, "the worker makes the file")
    made.refresh_from_db()
    assert made.is_frozen
    tom.goes(f"/reports/{report.pk}/")
    with tom.page.expect_download() as download:
        tom.page.locator(f'main a[href$="/files/{made.pk}/"]').first.click()
    return download.value.path().read_bytes()


def advise(ada: Person, session: Meeting) -> None:
    ada.comes_in_by_invitation(second_step=False)
    ada.goes(f"/trajectories/{session.programme_id}/")
    ada.reads("Proefprogramma")
    assert ada.page.goto(f"/sessions/{session.pk}/").status == 404
    assert ada.page.goto("/reports/").status in (200, 403, 404)
    assert User.objects.get(email=ada.email).activated_at
