"""The leader's own page: next session, what was agreed, one question, the journey as a line with dots, and nothing else."""

from reflections.models import Prompt
from sessions.models import Attendance
from tests.reflections.places import network_session, text_by_anna


def test_the_journey_shows_meetings_and_own_texts_as_dots_and_asks_one_question(cast, client_of):
    meeting = network_session(cast, question="Wat bleef hangen?")
    Attendance.objects.filter(meeting=meeting, user=cast.anna).update(status=Attendance.PRESENT[0])
    coming = network_session(cast, days=9, title="Sessie 4")
    text_by_anna(cast, "coaches")

    page = client_of(cast.anna).get("/")
    titles = [dot.title for dot in page.context["dots"]]

    assert titles == [meeting.title, "Mijn tekst", coming.title]
    assert page.context["question"].text == "Wat bleef hangen?"
    assert f"/reflections/new/?meeting={meeting.pk}" in page.content.decode()
    assert "Ik dacht" not in page.content.decode(), "the line says that one wrote, not what"
    text_by_anna(cast, meeting=meeting)
    again = client_of(cast.anna).get("/").context["question"]
    assert again.text in Prompt.objects.filter(occasion="monthly").values_list("text_nl", flat=True)


def test_the_home_page_takes_at_most_eight_queries(cast, client_of, django_assert_max_num_queries):
    browser = client_of(cast.anna)
    counts = []
    for _number in range(3):
        meeting = network_session(cast)
        Attendance.objects.filter(meeting=meeting, user=cast.anna).update(status=Attendance.PRESENT[0])
        text_by_anna(cast, meeting=meeting)
        with django_assert_max_num_queries(8) as counted:
            browser.get("/")
        counts.append(len(counted))
    assert len(set(counts)) == 1
