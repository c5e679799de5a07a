"""Every letter that somebody may do without has a link that stops its kind, without signing in; what must come has none."""

import datetime
import re

import time_machine
from django.test import Client
from django.utils import timezone

from core import letters
from core.letters import Letter
from outbox import services
from outbox.links import token_of
from outbox.message import build
from outbox.models import OutgoingMail
from planning import polls, rules
from planning.models import ReminderRule
from reflections import dialogue
from reflections import services as reflections
from sessions import services as sessions
from tests.sessions.test_planning import ahead

DAY = datetime.timedelta(days=1)
FEWER = re.compile(r"http://localhost:8000(/outbox/fewer/[\w.-]+/)")


def tuesday() -> datetime.datetime:
    """Half past nine on a Tuesday to come: after the hour at which questions go."""
    day = ahead(14, 9) + 30 * datetime.timedelta(minutes=1)
    return day + (1 - day.weekday()) % 7 * DAY


def lived(cast, now: datetime.datetime) -> None:
    """Everything that writes a letter: a session with a rule, a poll, a shared text with an answer, a long silence."""
    hours = {"ends_at": now + 10 * DAY + 3 * DAY / 24, "starts_at": now + 10 * DAY}
    with time_machine.travel(now - 70 * DAY, tick=False):
        reflections.write(by=cast.bram, pilot=cast.nest, text="Lang geleden")
    with time_machine.travel(now - 20 * DAY, tick=False):
        yesterday = {name: when - 11 * DAY for name, when in hours.items()}
        sessions.plan_meeting(by=cast.hilde, host=cast.network, title="Sessie", **yesterday)
    with time_machine.travel(now, tick=False):
        sessions.plan_meeting(by=cast.hilde, host=cast.network, title="Sessie", **hours)
        words = {"subject_nl": "Over {meeting}", "subject_en": "", "text_nl": "Dag {name}", "text_en": "", "is_on": True}
        rule = {"moment": "before", "number": 3, "who": "all", **words}
        rules.save_rule(ReminderRule(programme=cast.programme), by=cast.tess, values=rule)
        rules.keep_up()
        options = [(now + number * DAY, now + number * DAY + DAY / 12) for number in (20, 21)]
        polls.open_poll(by=cast.hilde, host=cast.nest, title="Wanneer?", options=options, deadline=now + 9 * DAY)
        text = reflections.write(by=cast.anna, pilot=cast.nest, text="Vandaag", audiences=["coaches"])
        dialogue.say(text, by=cast.hilde, text="Hoe ging het verder?")
        reflections.ask_the_question(now=timezone.now())
        reflections.remind_who_went_quiet(now=timezone.now())


def one_of_each(now: datetime.datetime) -> dict[str, tuple[OutgoingMail, Letter]]:
    """The first letter of each kind that may go."""
    found: dict[str, tuple[OutgoingMail, Letter]] = {}
    with time_machine.travel(now, tick=False):
        for mail in OutgoingMail.objects.order_by("pk"):
            if mail.kind not in found:
                try:
                    found[mail.kind] = mail, letters.kind(mail.kind).render(mail)
                except (letters.Obsolete, letters.TooLate):
                    continue
    return found


def test_each_letter_that_can_be_declined_is_stopped_by_its_own_link_and_no_other_has_one(cast):
    now = tuesday()
    lived(cast, now)
    offered, silent = set(), set()
    for name, (mail, letter) in one_of_each(now).items():
        content = build(mail, letter).content.decode()
        links = [FEWER.findall(part) for part in (letter.text, letter.html)]
        if not any(links):
            assert "List-Unsubscribe" not in content
            silent.add(name)
            continue
        [link], [same] = links
        assert link == same and f"List-Unsubscribe: <http://localhost:8000{link}>\r\n" in content
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content
        Client().get(link)
        assert name not in services.declined_by(mail.recipient_id), "a mail scanner opens every link"
        assert Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert name in services.declined_by(mail.recipient_id)
        offered.add(name)

    assert offered == {kind.name for kind in letters.kinds().values() if not kind.necessary}
    assert {"meeting-invite", "poll-ask"} <= silent


def test_the_page_behind_the_link_asks_about_one_kind_shows_nothing_else_and_takes_it_back(cast, client_of):
    cast.anna.language = "en"
    cast.anna.save()
    link, browser = f"/outbox/fewer/{token_of(cast.anna.pk, 'reminder-1d')}/", Client()

    page = browser.get(link).content.decode()

    assert "No more of these letters?" in page and "Reminder, a day before" in page
    assert cast.anna.last_name not in page and cast.anna.email not in page and "reflection" not in page.lower()
    services.choose_letters(cast.anna.pk, wanted={"reminder-1d", "question-after"}, by=cast.anna.pk)
    assert "You no longer get these letters" in browser.post(link).content.decode()
    assert "reminder-1d" in services.declined_by(cast.anna.pk) and "question-after" not in services.declined_by(cast.anna.pk)
    assert 'value="reminder-1d" checked' not in client_of(cast.anna).get("/outbox/choices/").content.decode()
    assert "No more of these letters?" in browser.post(link, {"do": "again"}).content.decode()
    assert "reminder-1d" not in services.declined_by(cast.anna.pk)


def test_a_link_that_is_not_ours_or_of_nobody_any_more_says_so(cast):
    good = token_of(cast.anna.pk, "reminder-1d")
    others = [token_of(cast.anna.pk, kind) for kind in ("meeting-invite", "x")]
    for token in (good[:-1], good.replace("1d", "7d"), "x", *others):
        for answer in (Client().get(f"/outbox/fewer/{token}/"), Client().post(f"/outbox/fewer/{token}/")):
            assert answer.status_code == 404 and "Deze link werkt niet" in answer.content.decode(), token
    cast.anna.is_active = False
    cast.anna.save()
    assert Client().get(f"/outbox/fewer/{good}/").status_code == 404
    assert not services.declined_by(cast.anna.pk)
