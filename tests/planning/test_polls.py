"""Polls for a day: asked, answered by link and on the page, read, and closed once."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from core.errors import DomainError
from core.letters import Obsolete, TooLate
from outbox import services as outbox
from outbox.models import OutgoingMail
from planning import polls
from planning.mails import polls as mails
from planning.models import Poll, PollParticipant
from sessions import mails as invitation
from sessions import services
from sessions.models import Meeting
from tests.cast import person
from tests.sessions.test_planning import ahead
from trajectories import services as trajectories

pytestmark = pytest.mark.usefixtures("no_holiday_ahead")
YES, MAYBE, NO = "yes", "maybe", "no"


@pytest.fixture(autouse=True)
def in_plain_english():
    with translation.override("en"):
        yield


def make(cast, host=None, by=None, days=(20, 21, 22)) -> Poll:
    options = [(ahead(day, 9), ahead(day, 12)) for day in days]
    host, by = host or cast.nest, by or cast.hilde
    return polls.open_poll(by=by, host=host, title="Ruzie in het team", options=options, deadline=ahead(10, 23))


def part(poll, user) -> PollParticipant:
    return PollParticipant.objects.select_related("poll", "user").get(poll=poll, user=user)


def say(poll, user, *words: str) -> None:
    options = list(poll.options.all())
    polls.answer(part(poll, user), choices=dict(zip([each.pk for each in options], words, strict=True)), by=user.pk)


def letters(poll, kind) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.about(poll.pk).filter(kind=f"poll-{kind}").order_by("key"))


def letter(poll, kind, user) -> OutgoingMail:
    return next(mail for mail in letters(poll, kind) if mail.recipient_id == user.pk)


def link(poll, user) -> str:
    return reverse("planning:poll_reply", args=[mails.token_of(part(poll, user))])


def filled(poll, *words: str) -> dict:
    return {option.pk.hex: word for option, word in zip(poll.options.all(), words, strict=True)}


def test_a_coach_asks_on_a_page_and_everybody_who_belongs_gets_one_letter(cast, client_of):
    browser = client_of(cast.hilde)
    address = reverse("planning:poll_new", args=["network", cast.network.pk])
    assert (
        reverse("planning:poll_new", args=["network", cast.network.pk])
        in browser.get(reverse("sessions:new", args=["network", cast.network.pk])).content.decode()
    )
    typed = {"title": "Sessie 4", "deadline": f"{ahead(10):%Y-%m-%d}", "days-TOTAL_FORMS": "3", "days-INITIAL_FORMS": "0"}
    for row, day in enumerate((20, 27)):
        typed |= {f"days-{row}-day": f"{ahead(day):%Y-%m-%d}", f"days-{row}-starts": "09:00", f"days-{row}-ends": "12:00"}
    more = browser.post(address, typed | {"do": "rows"})
    assert more.content.count(b'type="date"') == 8 and Poll.objects.count() == 0
    answer = browser.post(address, typed)
    poll = Poll.objects.get()
    assert answer.url == reverse("planning:poll", args=[poll.pk])
    assert {each.user.first_name for each in poll.participants.all()} == {"Anna", "Bram", "Zita", "Yusuf", "Hilde", "Joris"}
    assert {each.user.first_name for each in poll.participants.filter(is_coach=True)} == {"Hilde", "Joris"}
    assert {mail.recipient_id for mail in letters(poll, "ask")} == {
        user.pk for user in (cast.anna, cast.bram, cast.zita, cast.yusuf, cast.joris)
    }
    assert "Anna" in browser.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"days-1-day": ""}, "at least two"),
        ({"days-1-ends": "08:00"}, "end lies before"),
        ({"deadline": "2020-01-01"}, "in the past"),
        ({"deadline": "2090-01-01"}, "before the first day"),
        ({"days-1-day": "2027-03-28", "days-1-starts": "02:30"}, "clock skips"),
        ({"days-1-starts": ""}, "At what time"),
        ({"days-TOTAL_FORMS": "x"}, "ManagementForm"),
        ({"title": "\x00"}, "Null characters"),
        ({"days-1-day": "1026-01-01"}, "between 2000"),
    ],
)
def test_what_is_wrong_in_a_new_poll_is_said_and_nothing_is_sent(cast, client_of, change, sentence):
    browser = client_of(cast.hilde)
    browser.cookies.load({"django_language": "en"})
    cast.hilde.language = "en"
    cast.hilde.save()
    typed = {"title": "Sessie 4", "deadline": f"{ahead(10):%Y-%m-%d}", "days-TOTAL_FORMS": "2", "days-INITIAL_FORMS": "0"}
    for row, day in enumerate((20, 27)):
        typed |= {f"days-{row}-day": f"{ahead(day):%Y-%m-%d}", f"days-{row}-starts": "09:00", f"days-{row}-ends": "12:00"}
    page = browser.post(reverse("planning:poll_new", args=["pilot", cast.nest.pk]), typed | change)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert Poll.objects.count() == 0


def test_the_letter_asks_in_neutral_words_and_its_link_opens_nothing_but_the_question(cast, client):
    poll = make(cast)
    mail = mails.ask(letter(poll, "ask", cast.anna))
    everything = mail.subject + mail.text + mail.html
    assert "Ruzie" not in everything and "bram@" not in everything
    assert mail.reply_to == "hilde@ilias.example"
    address = re.search(r"/planning/polls/reply/\S+/", mail.text)[0]
    page = client.get(address)
    shown = page.content.decode()
    assert page.status_code == 200
    assert PollParticipant.objects.filter(answered_at__isnull=False).count() == 0
    for hidden in ("Ruzie", "Bram", "Hilde", "@ilias.example"):
        assert hidden not in shown
    assert "no-store" in page["Cache-Control"]


def test_one_answers_by_the_link_without_an_account_and_changes_it_until_the_deadline(cast, client):
    poll = make(cast)
    address = link(poll, cast.anna)
    assert client.post(address, filled(poll, YES, MAYBE, NO)).status_code == 200
    assert [each.choice for each in part(poll, cast.anna).answers.order_by("option__starts_at")] == [YES, MAYBE, NO]
    assert client.get(address).content.count(b"checked") == 3
    assert client.post(address, filled(poll, NO, NO, YES)).status_code == 200
    assert [each.choice for each in part(poll, cast.anna).answers.order_by("option__starts_at")] == [NO, NO, YES]
    missing = client.post(address, filled(poll, NO, NO, YES) | {poll.options.first().pk.hex: "perhaps"})
    assert missing.status_code == 200 and b'role="alert"' in missing.content
    with time_machine.travel(poll.deadline + datetime.timedelta(seconds=1), tick=False):
        late = client.post(address, filled(poll, YES, YES, YES))
    assert late.status_code == 410
    assert [each.choice for each in part(poll, cast.anna).answers.order_by("option__starts_at")] == [NO, NO, YES]


def test_a_link_that_we_did_not_make_and_one_of_who_left_open_nothing(cast, client):
    poll = make(cast)
    address = link(poll, cast.anna)
    assert client.get(address[:-3] + "xx/").status_code == 404
    trajectories.end_seat(cast.anna.seats.get(), by=cast.tess, until=timezone.localdate())
    assert client.get(address).status_code == 410
    assert client.post(address, filled(poll, YES, YES, YES)).status_code == 410
    with pytest.raises(Obsolete):
        mails.ask(letter(poll, "ask", cast.anna))


def test_the_reminder_goes_once_two_days_before_and_only_to_who_has_not_answered(cast, settings, mailoutbox):
    settings.LETTERS_ON_SCREEN = False
    poll = make(cast)
    outbox.deliver_all()
    assert len(mailoutbox) == 3
    mailoutbox.clear()
    say(poll, cast.anna, YES, YES, YES)
    nine = ahead(8, 9)
    with time_machine.travel(nine - datetime.timedelta(minutes=1), tick=False):
        outbox.deliver_all()
        assert mailoutbox == []
    for later in (0, 1, 600):
        with time_machine.travel(nine + datetime.timedelta(minutes=later), tick=False):
            outbox.deliver_all()
    assert sorted(message.to[0] for message in mailoutbox) == [f"{name}@ilias.example" for name in ("bram", "hilde", "joris")]
    with time_machine.travel(poll.deadline + datetime.timedelta(minutes=1), tick=False), pytest.raises(TooLate):
        mails.remind(letter(poll, "remind", cast.bram))


def test_the_maker_hears_once_when_everybody_has_answered_or_the_last_day_has_passed(cast, settings, mailoutbox):
    settings.LETTERS_ON_SCREEN = False
    poll, other = make(cast), make(cast, host=cast.wip, by=cast.karel)
    outbox.deliver_all()
    mailoutbox.clear()
    for user in (cast.anna, cast.bram, cast.hilde, cast.joris):
        say(poll, user, YES, YES, YES)
    outbox.deliver_all()
    assert [message.to for message in mailoutbox] == [["hilde@ilias.example"]]
    assert "4 van 4" in mailoutbox[0].body or "4 of 4" in mailoutbox[0].body
    mailoutbox.clear()
    say(poll, cast.anna, NO, YES, YES)
    OutgoingMail.objects.filter(kind="poll-remind").update(state="stopped")
    with time_machine.travel(other.deadline, tick=False):
        outbox.deliver_all()
    assert [message.to for message in mailoutbox] == [["karel@ilias.example"]]


def test_the_best_day_is_on_top_and_a_day_that_nobody_or_no_coach_can_is_never_chosen(cast, client_of):
    poll = make(cast, days=(20, 21, 22, 23, 24))
    say(poll, cast.hilde, YES, YES, NO, MAYBE, NO)
    say(poll, cast.joris, YES, YES, NO, YES, YES)
    say(poll, cast.anna, MAYBE, NO, YES, YES, YES)
    say(poll, cast.bram, MAYBE, NO, YES, YES, YES)
    rows = polls.results(poll)
    assert [row.option.starts_at for row in rows] == [ahead(day) for day in (23, 20, 24, 21, 22)]
    assert [row.is_choosable for row in rows] == [True, True, True, False, False]
    assert [row.is_best for row in rows] == [True, False, False, False, False]
    browser = client_of(cast.hilde)
    page = browser.get(reverse("planning:poll", args=[poll.pk])).content.decode()
    assert reverse("planning:poll_choose", args=[poll.pk, rows[0].option.pk]) in page
    for row in rows[3:]:
        address = reverse("planning:poll_choose", args=[poll.pk, row.option.pk])
        assert address not in page
        assert browser.post(address, {"title": "x", "mode": "onsite"}).status_code == 200
    assert Meeting.objects.count() == 0


def test_a_day_that_no_coach_has_answered_about_says_so_and_leads_the_coach_to_their_own_answer(cast, client_of):
    poll, browser = make(cast), client_of(cast.hilde)
    waits = "No coach has said yet that they can come that day."

    def why_and_page() -> tuple[list[str], str]:
        with translation.override("en"):
            return [row.why for row in polls.results(poll)], browser.get(
                reverse("planning:poll", args=[poll.pk])
            ).content.decode()

    say(poll, cast.anna, YES, YES, YES)
    why, page = why_and_page()
    assert why == [waits] * 3 and 'href="#mine"' in page
    say(poll, cast.hilde, NO, NO, YES)
    why, page = why_and_page()
    assert why == ["", waits, waits] and 'href="#mine"' not in page
    say(poll, cast.joris, NO, MAYBE, NO)
    assert why_and_page()[0] == ["", "", "No coach can come that day."]


def test_closing_plans_the_session_and_tells_everybody_once(cast, client_of, client):
    poll = make(cast)
    for user in (cast.hilde, cast.anna):
        say(poll, user, NO, YES, YES)
    best = polls.results(poll)[0].option
    address = reverse("planning:poll_choose", args=[poll.pk, best.pk])
    browser = client_of(cast.hilde)
    assert browser.get(address).status_code == 200 and Meeting.objects.count() == 0
    answer = browser.post(address, {"title": "Kijken", "mode": "onsite", "place": "Gent"})
    meeting = Meeting.objects.get()
    assert answer.url == reverse("sessions:meeting", args=[meeting.pk])
    assert (meeting.starts_at, meeting.title, meeting.place, meeting.pilot) == (best.starts_at, "Kijken", "Gent", cast.nest)
    invitations = OutgoingMail.objects.about(meeting.pk).filter(kind="meeting-invite")
    assert {mail.recipient_id for mail in invitations} == {user.pk for user in (cast.anna, cast.bram, cast.hilde, cast.joris)}
    assert not OutgoingMail.objects.about(poll.pk).waiting().exists()
    late = client.post(link(poll, cast.bram), filled(poll, YES, YES, YES))
    assert late.status_code == 410 and part(poll, cast.bram).answered_at is None
    assert meeting.get_mode_display() and client.get(link(poll, cast.bram)).status_code == 410


@pytest.mark.parametrize("mode", ["onsite", "hybrid"])
def test_who_said_yes_to_the_chosen_day_is_not_asked_again_but_where_one_chooses_how(cast, mode):
    poll = make(cast)
    say(poll, cast.hilde, YES, YES, YES)
    say(poll, cast.anna, YES, NO, NO)
    say(poll, cast.bram, MAYBE, YES, YES)
    chosen = poll.options.all()[0]

    meeting = polls.close(poll, by=cast.hilde, option=chosen, mode=mode, place="Gent", link="https://example.org/kamer")

    replies = dict(meeting.attendances.values_list("user__email", "reply"))
    known = "yes" if mode == "onsite" else ""
    assert replies == {cast.hilde.email: known, cast.anna.email: known, cast.bram.email: "", cast.joris.email: ""}
    written = {mail.recipient_id: invitation.invite(mail).text for mail in OutgoingMail.objects.filter(kind="meeting-invite")}
    asks = ["Laat je weten of je komt?" in written[user.pk] for user in (cast.anna, cast.bram)]
    assert asks == [mode == "hybrid", True]


def test_another_place_than_the_suggested_one_is_looked_at_before_the_day_is_chosen(cast, client_of):
    poll = make(cast)
    for user in (cast.hilde, cast.anna):
        say(poll, user, YES, NO, NO)
    best = polls.results(poll)[0].option
    services.plan_meeting(
        by=cast.karel, host=cast.wip, title="Geheim", starts_at=best.starts_at, ends_at=best.ends_at, place="De Boot"
    )
    address = reverse("planning:poll_choose", args=[poll.pk, best.pk])
    browser, taken = client_of(cast.hilde), "Op die plaats is er dan al een andere bijeenkomst."
    typed = {"title": "Kijken", "mode": "onsite", "place": " de boot"}

    assert taken not in browser.get(address).content.decode()
    looked = browser.post(address, typed | {"do": "look"}).content.decode()
    assert taken in looked and "<html" not in looked
    asked = browser.post(address, typed)
    assert taken in asked.content.decode() and "Geheim" not in asked.content.decode()
    assert Poll.objects.get().state == "open"
    assert browser.post(address, typed | {"seen": asked.context["form"].mark}).status_code == 302
    assert Poll.objects.get().meeting.place == "de boot"


def test_two_coaches_who_close_at_once_plan_one_session(cast, client_of):
    poll = make(cast)
    for user in (cast.hilde, cast.anna):
        say(poll, user, YES, YES, YES)
    first, second, _third = poll.options.all()
    stale = Poll.objects.with_host().get(pk=poll.pk)
    polls.close(poll, by=cast.hilde, option=first, mode="onsite")
    with pytest.raises(DomainError, match="closed already"):
        polls.close(stale, by=cast.joris, option=second, mode="onsite")
    browser = client_of(cast.joris)
    address = reverse("planning:poll_choose", args=[poll.pk, second.pk])
    assert browser.post(address, {"title": "x", "mode": "onsite"}).status_code == 200
    assert browser.get(address).url == reverse("planning:poll", args=[poll.pk])
    assert browser.post(reverse("planning:poll_withdraw", args=[poll.pk])).status_code == 302
    assert Poll.objects.get().state == "planned"
    assert Meeting.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="meeting-invite").count() == 4


def test_a_withdrawn_poll_is_told_to_who_had_heard_of_it(cast, client_of, client):
    poll = make(cast)
    OutgoingMail.objects.filter(kind="poll-ask").exclude(recipient_id=cast.bram.pk).update(state="sent")
    browser = client_of(cast.joris)
    assert browser.get(reverse("planning:poll_withdraw", args=[poll.pk])).status_code == 200
    browser.post(reverse("planning:poll_withdraw", args=[poll.pk]))
    told = letters(poll, "withdrawn")
    assert {mail.recipient_id for mail in told} == {cast.anna.pk, cast.hilde.pk}
    cast.hilde.language = "en"
    cast.hilde.save()
    assert "let these days go" in mails.withdrawn(letter(poll, "withdrawn", cast.hilde)).text
    assert client.get(link(poll, cast.anna)).status_code == 410
    with pytest.raises(DomainError, match=r"withdrawn|ingetrokken"):
        polls.close(poll, by=cast.hilde, option=poll.options.first(), mode="onsite")
    with pytest.raises(DomainError, match=r"withdrawn|ingetrokken"):
        say(poll, cast.anna, YES, YES, YES)


def test_who_comes_into_the_group_later_is_asked_too(cast):
    poll = make(cast, host=cast.network)
    today = timezone.localdate()
    trajectories.end_seat(cast.bram.seats.get(), by=cast.tess, until=today - datetime.timedelta(days=1))
    lotte = person("Lotte", "Baert")
    trajectories.seat_person(
        by=cast.tess, user=lotte, programme=cast.programme, role="leader", pilot=cast.nest, place=2, since=today
    )
    assert polls.keep_up(now=timezone.now()) == 1
    assert polls.keep_up(now=timezone.now()) == 0
    assert len(letters(poll, "ask")) == 6
    names = {each.user.first_name for each in polls.asked_in(poll)}
    assert "Lotte" in names and "Bram" not in names


def test_only_who_runs_the_group_sees_what_others_can_and_strangers_see_nothing(cast, client_of):
    poll = make(cast)
    say(poll, cast.bram, YES, YES, YES)
    page = reverse("planning:poll", args=[poll.pk])
    leader = client_of(cast.anna).get(page).content.decode()
    assert "Bram" not in leader and "Ruzie" in leader
    assert client_of(cast.anna).post(reverse("planning:poll_answer", args=[poll.pk]), filled(poll, YES, NO, NO)).url == page
    assert "Bram" in client_of(cast.tess).get(page).content.decode()
    assert client_of(cast.zita).get(page).status_code == 404
    assert (
        client_of(cast.tess).post(reverse("planning:poll_answer", args=[poll.pk]), filled(poll, YES, NO, NO)).status_code == 403
    )
    choose = reverse("planning:poll_choose", args=[poll.pk, poll.options.first().pk])
    assert client_of(cast.anna).get(choose).status_code == 403
    other = make(cast, host=cast.wip, by=cast.karel)
    assert client_of(cast.hilde).get(reverse("planning:poll_choose", args=[poll.pk, other.options.first().pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_the_same_number_of_questions_with_more_rows(cast, client_of, django_assert_max_num_queries, rows):
    browser = client_of(cast.hilde)
    for number in range(rows):
        poll = make(cast, host=cast.network, days=range(20, 22 + number))
    with django_assert_max_num_queries(5):
        assert browser.get(reverse("planning:polls")).status_code == 200
    with django_assert_max_num_queries(12):
        assert browser.get(reverse("planning:poll", args=[poll.pk])).status_code == 200


def test_a_meeting_that_was_planned_by_hand_at_that_very_time_is_said(cast, client_of):
    poll = make(cast)
    for user in (cast.hilde, cast.anna):
        say(poll, user, YES, YES, YES)
    services.plan_meeting(by=cast.joris, host=cast.nest, title="Al gepland", starts_at=ahead(20, 9), ends_at=ahead(20, 12))
    address = reverse("planning:poll_choose", args=[poll.pk, poll.options.first().pk])
    browser, typed = client_of(cast.hilde), {"title": "x", "mode": "onsite"}
    doubted = browser.post(address, typed).context["form"]
    assert len(doubted.doubts) == 4  # each of them is elsewhere then
    page = browser.post(address, typed | {"seen": doubted.mark})
    assert page.status_code == 200 and "Al gepland" in page.content.decode()
    assert Poll.objects.get().state == "open"


def test_the_list_of_letters_says_which_poll_a_letter_is_about_and_keeps_a_moment_s_own_title(cast, client_of):
    make(cast)
    make(cast, host=cast.network)

    page = client_of(cast.tess).get("/outbox/").content.decode()

    assert "Coachingmoment, Het Nest" in page and f"Ruzie in het team, {cast.network}" in page
