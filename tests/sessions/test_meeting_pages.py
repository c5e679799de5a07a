"""The pages of meetings: planned, changed, answered and listed through the browser; who may and who may not."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from outbox.models import OutgoingMail
from sessions import invitations, mails, minutes, services
from sessions.models import Attendance, Meeting
from sessions.planning import AgendaLine
from tests.sessions.test_planning import ahead, letters, plan
from tools.models import Tool, ToolVersion

pytestmark = pytest.mark.usefixtures("no_holiday_ahead")


def typed(**changes) -> dict:
    day = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
    shown = {
        "title": "Samen kijken", "day": day, "starts": "09:00", "ends": "12:00", "break_minutes": "15", "mode": "onsite",
        "place": "Zaal De Boot", "link": "", "aim": "", "question": "", "version": "1", "seen": "", "do": "plan",
        "agenda-TOTAL_FORMS": "2", "agenda-INITIAL_FORMS": "0", "agenda-MIN_NUM_FORMS": "0", "agenda-MAX_NUM_FORMS": "60",
        "agenda-0-title": "Welkom", "agenda-0-minutes": "10", "agenda-0-aim": "", "agenda-0-owner": "",
        "agenda-1-title": "", "agenda-1-minutes": "", "agenda-1-aim": "", "agenda-1-owner": "",
    }  # fmt: skip
    return shown | changes


def new(name, host) -> str:
    return reverse("sessions:new", args=[name, host.pk])


@pytest.fixture
def tool(db):
    tool = Tool.objects.create(slug="vierkant", theme="traits", minutes=45, people_min=2, people_max=20)
    ToolVersion.objects.create(tool=tool, language="nl", title="Het vierkant", summary="Kort", body="Lang")
    return tool


def test_a_coach_plans_a_session_with_agenda_and_tools_and_everybody_gets_a_letter(cast, client_of, tool):
    client = client_of(cast.hilde)
    assert client.get(new("network", cast.network)).status_code == 200
    answer = client.post(new("network", cast.network), typed(tools=[str(tool.pk)]), follow=True)
    meeting = Meeting.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("sessions:meeting", args=[meeting.pk])
    assert (meeting.state, meeting.network, meeting.break_minutes) == ("planned", cast.network, 15)
    assert [line.title for line in meeting.agenda.all()] == ["Welkom"]
    assert [line.tool for line in meeting.tools.all()] == [tool]
    assert len(letters(meeting, kind="meeting-invite")) == 6
    page = answer.content.decode()
    for word in ("Samen kijken", "Zaal De Boot", "Welkom", "Het vierkant", "Anna Claes"):
        assert word in page


def test_a_draft_is_kept_without_a_letter_and_planned_later(cast, client_of):
    client = client_of(cast.hilde)
    client.post(new("pilot", cast.nest), typed(do="keep"))
    meeting = Meeting.objects.get()
    assert (meeting.state, OutgoingMail.objects.count()) == ("draft", 0)
    client.post(reverse("sessions:edit", args=[meeting.pk]), typed(do="plan", title="Nu echt"))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.title) == ("planned", "Nu echt")
    assert len(letters(meeting, kind="meeting-invite")) == 4


def test_doubts_are_shown_once_and_going_on_is_allowed(cast, client_of):
    plan(cast.network, cast.hilde)
    client = client_of(cast.hilde)
    page = client.post(new("pilot", cast.nest), typed()).content.decode()
    assert Meeting.objects.count() == 1
    assert "Anna Claes" in page
    assert "Samen kijken" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    client.post(new("pilot", cast.nest), typed(seen=seen))
    assert Meeting.objects.count() == 2


def test_more_lines_keep_what_was_typed_even_when_it_is_wrong(cast, client_of, tool):
    page = client_of(cast.hilde).post(
        new("network", cast.network), typed(do="rows", ends="08:00", tools=[str(tool.pk)])
    ).content.decode()  # fmt: skip
    assert Meeting.objects.count() == 0
    assert 'value="Samen kijken"' in page
    assert 'value="08:00"' in page
    assert page.count('-title"') // 2 >= 6
    assert f'value="{tool.pk}" ' in page
    assert "checked" in page


def test_a_conflict_keeps_both_versions_and_the_second_save_counts(cast, client_of):
    meeting = plan(cast.nest, cast.hilde)
    client = client_of(cast.hilde)
    address = reverse("sessions:edit", args=[meeting.pk])
    services.change_meeting(meeting, by=cast.joris, version=1, title="Van Joris")
    answer = client.post(address, typed(title="Van Hilde", do="keep"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Van Joris" in page
    assert 'value="Van Hilde"' in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert client.post(address, typed(title="Van Hilde", do="keep", version=version)).status_code == 302
    meeting.refresh_from_db()
    assert meeting.title == "Van Hilde"


def test_cancelling_asks_why_and_tells(cast, client_of):
    meeting = plan(cast.nest, cast.hilde)
    OutgoingMail.objects.filter(kind="meeting-invite").update(state="sent")
    address = reverse("sessions:cancel", args=[meeting.pk])
    client = client_of(cast.hilde)
    assert client.post(address, {"reason": "", "version": "1"}).status_code == 200
    assert client.post(address, {"reason": "Ziekte", "version": "1"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.state_reason) == ("cancelled", "Ziekte")
    assert len(letters(meeting, kind="meeting-cancel")) == 4
    assert "Ziekte" in client_of(cast.anna).get(reverse("sessions:meeting", args=[meeting.pk])).content.decode()


PAGES = ["meeting", "edit", "cancel", "tools", "invited", "calendar"]


def test_zita_never_sees_annas_moment_and_the_adviser_neither(cast, client_of):
    moment = plan(cast.nest, cast.hilde)
    for name in PAGES:
        address = reverse(f"sessions:{name}", args=[moment.pk])
        for stranger in (cast.zita, cast.karel, cast.ada, cast.petra, cast.els, cast.omar, cast.kim):
            assert client_of(stranger).get(address).status_code == 404, (name, stranger)
        assert client_of(cast.hilde).get(address).status_code == 200
    for leader in (cast.anna, cast.bram):
        status = {name: client_of(leader).get(reverse(f"sessions:{name}", args=[moment.pk])).status_code for name in PAGES}
        assert status == {"meeting": 200, "calendar": 200, "edit": 403, "cancel": 403, "tools": 403, "invited": 403}
    assert "Samen kijken" not in client_of(cast.zita).get(reverse("sessions:list")).content.decode()


@pytest.mark.parametrize(
    ("name", "host", "allowed", "insiders", "strangers"),
    [
        ("network", "network", "hilde joris tess", "anna zita", "karel ada omar els"),
        ("pilot", "nest", "hilde joris tess", "anna bram", "zita karel ada omar els"),
        ("advisory", "advisers", "tess", "", "hilde anna ada omar"),
        ("partner", "partner", "tess", "", "hilde anna petra omar"),
        ("programme", "programme", "tess", "hilde anna ada petra", "omar els"),
    ],
)
def test_who_plans_what(cast, client_of, name, host, allowed, insiders, strangers):
    address = new(name, getattr(cast, host))
    for people, status in ((allowed, 200), (insiders, 403), (strangers, 404)):
        for person in people.split():
            assert client_of(getattr(cast, person)).get(address).status_code == status, person
    for person in (insiders + " " + strangers).split():
        client_of(getattr(cast, person)).post(address, typed())
    assert Meeting.objects.count() == 0


def test_an_address_of_another_kind_of_host_is_not_found(cast, client_of):
    assert client_of(cast.tess).get(new("network", cast.nest)).status_code == 404
    assert client_of(cast.tess).get(reverse("sessions:new", args=["nothing", cast.nest.pk])).status_code == 404


def test_an_adviser_sees_who_comes_to_the_advisory_group_and_a_coach_does_not(cast, client_of):
    meeting = plan(cast.advisers, cast.tess)
    address = reverse("sessions:meeting", args=[meeting.pk])
    assert "Tess Peeters" in client_of(cast.ada).get(address).content.decode()
    assert "Ada Willems" in client_of(cast.tess).get(address).content.decode()
    assert client_of(cast.hilde).get(address).status_code == 404


@pytest.mark.parametrize("kind", ["network", "event"])
def test_an_adviser_who_was_asked_along_reads_no_word_and_no_name(cast, client_of, kind):
    host = cast.network if kind == "network" else cast.programme
    meeting = plan(host, cast.tess, days=-1)
    if kind == "network":
        invitations.invite(meeting, by=cast.tess, people=[cast.ada])
    minutes.save(meeting, by=cast.tess, body="Iedereen zweeg.", version=0)
    for person, reads in ((cast.ada, False), (cast.anna, True)):
        client = client_of(person)
        page = client.get(reverse("sessions:meeting", args=[meeting.pk])).content.decode()
        assert ("Anna Claes" in page) is reads
        assert client.get(reverse("sessions:minutes", args=[meeting.pk])).status_code == (200 if reads else 403)


def test_answering_on_the_page(cast, client_of):
    meeting = plan(cast.network, cast.hilde, mode="hybrid")
    address = reverse("sessions:answer", args=[meeting.pk])
    assert client_of(cast.anna).get(address).status_code == 405
    client_of(cast.anna).post(address, {"reply": "online"})
    assert meeting.attendances.get(user=cast.anna).reply == "online"
    client_of(cast.anna).post(address, {"reply": "nonsense"})
    assert meeting.attendances.get(user=cast.anna).reply == "online"
    assert client_of(cast.tess).post(address, {"reply": "yes"}).status_code == 403
    assert client_of(cast.omar).post(address, {"reply": "yes"}).status_code == 404


def place_and_link(cast, meeting):
    place = meeting.attendances.select_related("meeting").get(user=cast.anna)
    return place, reverse("sessions:reply", args=[mails.reply_token(place)])


def test_the_link_of_a_letter_shows_only_the_question_and_only_a_post_answers(cast, client):
    moment = plan(cast.nest, cast.hilde, place="Bij Het Nest", aim="Geheim doel")
    Meeting.objects.update(title="Ruzie in het team")
    place, link = place_and_link(cast, moment)
    answer = client.get(link)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Bij Het Nest" in page
    for hidden in ("Ruzie", "Geheim", "Anna", "Hilde", "anna@"):
        assert hidden not in page
    assert "no-store" in answer["Cache-Control"]
    place.refresh_from_db()
    assert place.reply == ""
    assert client.post(link, {"reply": "no"}).status_code == 200
    place.refresh_from_db()
    assert place.reply == "no"
    client.post(link, {"reply": "online"})
    place.refresh_from_db()
    assert place.reply == "no"


def test_a_link_that_no_longer_holds_says_so_and_changes_nothing(cast, client):
    moment = plan(cast.nest, cast.hilde)
    place, link = place_and_link(cast, moment)
    assert client.get(link[:-3] + "xx/").status_code == 404
    changes = [
        (Meeting, {"sequence": 1}, {"sequence": 0}),
        (Meeting, {"state": "cancelled"}, {"state": "planned"}),
        (Meeting, {"starts_at": timezone.now() - datetime.timedelta(hours=1)}, {"starts_at": moment.starts_at}),
        (Attendance, {"is_invited": False}, {"is_invited": True}),
    ]
    sentences = set()
    for model, change, back in changes:
        model.objects.update(**change)
        assert client.post(link, {"reply": "yes"}).status_code == 410
        answer = client.get(link)
        assert answer.status_code == 410
        sentences.add(re.search(r'class="lead">(.*?)</p>', answer.content.decode())[1])
        model.objects.update(**back)
    cast.anna.seats.update(until=timezone.localdate() - datetime.timedelta(days=1))
    assert client.get(link).status_code == 410
    place.refresh_from_db()
    assert place.reply == ""
    assert len(sentences) == 4


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("when", ["", "?when=past"])
def test_the_list_takes_as_many_queries_for_one_as_for_three(cast, client_of, django_assert_num_queries, number, when):
    for step in range(number):
        meeting = plan(cast.network, cast.hilde, days=20 + step)
        if when:
            Meeting.objects.filter(pk=meeting.pk).update(
                starts_at=ahead(-10 - step), ends_at=ahead(-10 - step, 12), title="Voorbij"
            )
    client = client_of(cast.anna)
    client.get(reverse("sessions:list") + when)
    with django_assert_num_queries(5):
        page = client.get(reverse("sessions:list") + when)
    assert page.content.decode().count('<a href="/sessions/') >= number
    assert len(page.context["page"].object_list) == number


def test_the_list_is_filtered_and_searched(cast, client_of):
    plan(cast.network, cast.hilde), plan(cast.nest, cast.hilde, days=31)
    services.plan_meeting(by=cast.tess, host=cast.programme, title="Slotdag", starts_at=ahead(50), ends_at=ahead(50, 12))
    client = client_of(cast.tess)

    def titles(query):
        return [row.kind for row in client.get(reverse("sessions:list") + query).context["page"].object_list]

    assert titles("") == ["network", "coaching", "event"]
    assert titles("?kind=coaching") == ["coaching"]
    assert titles("?q=slot") == ["event"]
    assert titles("?q=nest") == ["coaching"]
    assert titles("?q=%00&kind=zzz&page=99") == ["network", "coaching", "event"]
    assert titles("?when=past") == []


@pytest.mark.parametrize(("state", "limit"), [("planned", 11), ("held", 13)])
def test_the_page_of_a_meeting_takes_a_fixed_number_of_queries(cast, client_of, django_assert_num_queries, tool, state, limit):
    small = plan(cast.nest, cast.hilde, tools=[tool])
    large = plan(cast.network, cast.hilde, tools=[tool], days=40, agenda=[AgendaLine("Start", 10, owner_id=cast.anna.pk)] * 3)
    services.change_meeting(large, by=cast.joris, version=1, title="Anders")
    Meeting.objects.update(state=state)
    client = client_of(cast.hilde)
    client.get(reverse("sessions:meeting", args=[small.pk]))
    for meeting in (small, large):
        with django_assert_num_queries(limit):
            assert client.get(reverse("sessions:meeting", args=[meeting.pk])).status_code == 200


def test_people_are_invited_and_taken_off_by_hand(cast, client_of):
    meeting = plan(cast.network, cast.hilde)
    client = client_of(cast.hilde)
    address = reverse("sessions:invited", args=[meeting.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"people": [str(cast.karel.pk)]})
    place = meeting.attendances.get(user=cast.karel)
    assert place.is_invited
    client.post(reverse("sessions:withdraw", args=[meeting.pk, place.pk]))
    place.refresh_from_db()
    assert not place.is_invited
    other = plan(cast.wip, cast.karel)
    foreign = other.attendances.first()
    assert client.post(reverse("sessions:withdraw", args=[meeting.pk, foreign.pk])).status_code == 404
    assert client_of(cast.anna).post(address, {"people": [str(cast.omar.pk)]}).status_code == 403
    client.post(address, {"people": [str(cast.omar.pk)]})
    assert not meeting.attendances.filter(user=cast.omar).exists()


def test_tools_are_taken_along_until_the_meeting_is_checked(cast, client_of, tool):
    meeting = plan(cast.network, cast.hilde)
    client, address = client_of(cast.hilde), reverse("sessions:tools", args=[meeting.pk])
    assert client.post(address, {"tools": [str(tool.pk)]}).status_code == 302
    assert "Het vierkant" in client_of(cast.anna).get(reverse("sessions:meeting", args=[meeting.pk])).content.decode()
    Meeting.objects.update(state="checked")
    client.post(address, {"tools": []})
    assert meeting.tools.count() == 1


def test_the_calendar_file_downloads(cast, client_of):
    meeting = plan(cast.nest, cast.hilde)
    answer = client_of(cast.anna).get(reverse("sessions:calendar", args=[meeting.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"METHOD:PUBLISH" in answer.content
    assert b"ATTENDEE" not in answer.content


NUMBERS = ["-1", "99999999999999999999", "1e9", "0001-01-01", "9999-12-31", "2026-02-30", "25:00", "02:30"]
TEXTS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "👩🏽‍🏫" * 50,
    "שלום \u202e עולם",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "x" * 10_000,
    "=1+1",
]
LINKS = ["javascript:alert(1)", "http://[", "https://x"]
ODD = st.one_of(st.sampled_from(NUMBERS + TEXTS + LINKS), st.text(max_size=200))
FIELDS = sorted(typed(last_day="", reason="", tools="", **{"agenda-0-owner": ""}))


@given(changes=st.dictionaries(st.sampled_from(FIELDS), ODD, min_size=1, max_size=6), which=st.integers(0, 2), rows=st.booleans())
def test_whatever_is_typed_is_answered_with_a_page(odd_clients, changes, which, rows):
    address, client = odd_clients[which]
    values = typed(**changes) | ({"do": "rows"} if rows else {})
    assert client.post(address, values).status_code in {200, 302, 409}


@pytest.fixture
def odd_clients(cast, client_of):
    client = client_of(cast.tess)
    meeting = plan(cast.nest, cast.tess)
    return [
        (new("programme", cast.programme), client),
        (new("network", cast.network), client),
        (reverse("sessions:edit", args=[meeting.pk]), client),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": "08:00"}, "ends"),
        ({"day": "2027-03-28", "starts": "02:30"}, "starts"),
        ({"day": "0001-01-01"}, "day"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://example.org/x"}, "link"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"break_minutes": "999"}, "break_minutes"),
        ({"mode": "mars"}, "mode"),
        ({"tools": "no-uuid"}, "tools"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(cast, client_of, changes, field):
    answer = client_of(cast.hilde).post(new("network", cast.network), typed(**changes))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert Meeting.objects.count() == 0
    assert answer.context["form"]["place"].value() == "Zaal De Boot"


def test_the_hour_that_comes_twice_is_the_first_one_and_is_said(cast, client_of):
    client = client_of(cast.tess)
    values = typed(day="2027-10-31", starts="02:30", ends="05:00")
    page = client.post(new("programme", cast.programme), values)
    assert page.context["form"].doubts
    client.post(new("programme", cast.programme), values | {"seen": page.context["form"].mark})
    assert Meeting.objects.get().starts_at == datetime.datetime(2027, 10, 31, 0, 30, tzinfo=datetime.UTC)
