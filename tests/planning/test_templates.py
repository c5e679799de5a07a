"""Templates of trajectories: what ships, who sees and changes them, and what a form does to a step."""

import json

import pytest
from django.urls import reverse

from planning import templates, templates_library
from planning.models import Step, TrajectoryTemplate
from tools.models import Tool

VALUE = ["value-facilitators", "value-homogeneous", "value-learning-labs", "value-mixed"]


def ilias() -> TrajectoryTemplate:
    return TrajectoryTemplate.objects.with_steps().get(slug="ilias")


@pytest.fixture
def own(cast):
    made = templates.copy_template(ilias(), by=cast.tess, programme=cast.programme, title_nl="Ons traject")
    return TrajectoryTemplate.objects.with_steps().get(pk=made.pk)


def typed(step: Step, **changes) -> dict:
    """A step's form as the browser sends it, with something changed."""
    lines = list(step.agenda.all())
    weeks, days = divmod(abs(step.offset_days), 7)
    sent = {
        "title_nl": step.title_nl, "aim_nl": step.aim_nl, "minutes": step.minutes, "starts": "09:30", "mode": step.mode,
        "weeks": weeks, "days": days, "direction": "before" if step.offset_days < 0 else "after", "anchor": step.anchor_id or "",
        "third": step.third, "reminders": "7, 1", "question_nl": step.question_nl, "version": step.template.version,
        "tools": [str(row.tool_id) for row in step.tools.all()], "agenda-TOTAL_FORMS": len(lines), "agenda-INITIAL_FORMS": 0,
    }  # fmt: skip
    for place, line in enumerate(lines):
        sent |= {f"agenda-{place}-title_nl": line.title_nl, f"agenda-{place}-minutes": line.minutes}
    return sent | changes


# -- what ships -------------------------------------------------------------------------------------------------------


def test_ilias_and_the_four_value_set_ups_are_there_after_migrate(db):
    assert sorted(TrajectoryTemplate.objects.values_list("slug", flat=True)) == ["ilias", *VALUE]
    steps = ilias().living_steps
    assert [step.is_session for step in steps] == [True] * 8 + [False] * 3
    assert {row.tool.slug for step in steps for row in step.tools.all()} <= set(Tool.objects.values_list("slug", flat=True))
    assert [step.third for step in steps if not step.is_session] == [1, 2, 3]


def test_every_file_of_the_library_is_a_whole_template(db):
    files = sorted(templates_library.LIBRARY.glob("*.json"))
    assert len(files) == 5
    for path in files:
        assert templates_library.problems(json.loads(path.read_text(encoding="utf-8"))) == [], path.name


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda entry: entry["steps"][1].update(key="start"), "same key"),
        (lambda entry: entry["steps"][0].update(anchor="harvest"), "does not come before"),
        (lambda entry: entry["steps"][0]["agenda"][0].update(minutes=300), "does not fit"),
        (lambda entry: entry["steps"][8].update(third=3), "third 3"),
        (lambda entry: entry["steps"][0]["title"].pop("en"), "both languages"),
        (lambda entry: entry.update(weeks=10), "outside the 10 weeks"),
        (lambda entry: entry["steps"][0].update(colour="red"), "colour"),
    ],
)
def test_a_file_that_is_no_whole_template_says_what_is_wrong(spoil, said):
    entry = json.loads((templates_library.LIBRARY / "ilias.json").read_text(encoding="utf-8"))
    spoil(entry)

    assert any(said in problem for problem in templates_library.problems(entry))


def test_loading_again_changes_nothing_and_a_changed_file_changes_its_steps(db, tmp_path):
    assert templates_library.load_library() == 0
    entry = json.loads((templates_library.LIBRARY / "ilias.json").read_text(encoding="utf-8"))
    entry["steps"][0]["title"]["nl"] = "Een andere start"
    entry["steps"] = [step for step in entry["steps"] if step["key"] != "moment-3"]
    (tmp_path / "ilias.json").write_text(json.dumps(entry), encoding="utf-8")

    assert templates_library.load_library(tmp_path) == 1

    steps = ilias().living_steps
    assert [len(steps), steps[0].title_nl] == [10, "Een andere start"]
    assert Step.objects.get(template=ilias(), key="moment-3").removed_at is not None


# -- who sees and changes them ------------------------------------------------------------------------------------------


def test_a_programmes_own_template_is_for_its_team_and_coaches_only(cast, client_of, own):
    page = reverse("planning:template", args=[own.pk])
    found = {name: client_of(user).get(page).status_code for name, user in cast.people().items()}
    assert {name for name, status in found.items() if status == 200} == {"tess", "tom", "hilde", "joris", "karel"}
    assert {status for status in found.values() if status != 200} == {404}

    change = reverse("planning:template_change", args=[own.pk])
    assert client_of(cast.tom).get(change).status_code == 200
    assert client_of(cast.hilde).get(change).status_code == 403
    shipped = reverse("planning:template_change", args=[ilias().pk])
    assert client_of(cast.tom).get(shipped).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_and_a_page_take_a_fixed_number_of_queries(cast, client_of, django_assert_max_num_queries, number):
    for _row in range(number):
        made = templates.copy_template(ilias(), by=cast.tess, programme=cast.programme)
    browser = client_of(cast.tess)

    with django_assert_max_num_queries(5):
        listed = browser.get(reverse("planning:templates"))
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("planning:template", args=[made.pk]))

    assert listed.content.decode().count("card-link") == number + 5
    assert page.status_code == 200


def test_a_page_shows_both_rhythms_with_their_distances(cast, client_of):
    page = client_of(cast.hilde).get(reverse("planning:template", args=[ilias().pk])).content.decode()

    assert page.count("<svg") >= 2
    assert "12 weken" in page or "12 weeks" in page
    assert "Het vierkant" in page


# -- changing ----------------------------------------------------------------------------------------------------------


def test_a_copy_keeps_every_step_and_counts_from_its_own_steps(own):
    steps = own.living_steps
    assert len(steps) == 11
    assert all(step.anchor.template_id == own.pk for step in steps if step.anchor)
    assert [step.offset_days for step in steps] == [step.offset_days for step in ilias().living_steps]
    assert [len(step.agenda.all()) for step in steps] == [len(step.agenda.all()) for step in ilias().living_steps]
    assert own.copied_from == ilias()


def test_a_step_is_changed_in_a_form_with_its_agenda_and_tools(cast, client_of, own):
    step = own.living_steps[1]
    tool = Tool.objects.get(slug="six-traits-self-look")
    sent = typed(step, title_nl="Wie zijn wij?", weeks=10, days=1, direction="before", tools=[str(tool.pk)], reminders="14,2")
    sent |= {"agenda-TOTAL_FORMS": 2, "agenda-1-title_nl": "Nieuw deel", "agenda-1-minutes": 25}

    answer = client_of(cast.tess).post(reverse("planning:step", args=[own.pk, step.pk]), sent)

    assert answer.status_code == 302
    step.refresh_from_db()
    assert [step.title_nl, step.offset_days, step.reminders] == ["Wie zijn wij?", -71, [14, 2]]
    assert [row.title_nl for row in step.agenda.all()] == ["Aankomen en kort delen hoe het gaat", "Nieuw deel"]
    assert [row.tool for row in step.tools.all()] == [tool]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 20}, "agenda"),
        ({"min_weeks": 9, "max_weeks": 3}, "weeks"),
        ({"reminders": "morgen"}, "reminders"),
        ({"title_nl": " "}, "title_nl"),
        ({"weeks": 9999}, "weeks"),
    ],
)
def test_a_step_that_cannot_be_is_refused_and_nothing_typed_is_lost(cast, client_of, own, changes, said):
    step = own.living_steps[1]

    answer = client_of(cast.tess).post(
        reverse("planning:step", args=[own.pk, step.pk]), typed(step, question_nl="Mijn woorden", **changes)
    )

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Mijn woorden" in page and "note-error" in page
    assert Step.objects.get(pk=step.pk).question_nl == step.question_nl


def test_steps_never_count_from_each_other_in_a_ring(cast, client_of, own):
    first, second = own.living_steps[:2]

    answer = client_of(cast.tess).post(reverse("planning:step", args=[own.pk, first.pk]), typed(first, anchor=second.pk))

    assert answer.status_code == 200
    assert Step.objects.get(pk=first.pk).anchor is None


def test_a_session_cannot_count_from_a_moment_of_one_pilot(cast, client_of, own):
    session, moment = own.living_steps[1], own.living_steps[-1]

    answer = client_of(cast.tess).post(reverse("planning:step", args=[own.pk, session.pk]), typed(session, anchor=moment.pk))

    assert answer.status_code == 200
    assert Step.objects.get(pk=session.pk).anchor == session.anchor


def test_who_saved_in_between_is_not_overwritten(cast, client_of, own):
    step = own.living_steps[0]
    sent = typed(step, title_nl="Van Tess")
    templates.change_template(own, by=cast.tom, version=own.version, title_nl="Van Tom")
    browser, url = client_of(cast.tess), reverse("planning:step", args=[own.pk, step.pk])

    first = browser.post(url, sent)

    assert first.status_code == 409
    assert "Van Tess" in first.content.decode()
    assert Step.objects.get(pk=step.pk).title_nl != "Van Tess"
    again = browser.post(url, sent | {"version": TrajectoryTemplate.objects.get(pk=own.pk).version})
    assert again.status_code == 302
    assert Step.objects.get(pk=step.pk).title_nl == "Van Tess"


def test_steps_are_put_in_order_taken_out_and_put_back_without_a_mouse(cast, client_of, own):
    browser, (first, second) = client_of(cast.tess), own.living_steps[:2]
    order = lambda: [step.pk for step in TrajectoryTemplate.objects.get(pk=own.pk).living_steps[:2]]  # noqa: E731

    browser.post(reverse("planning:step_move", args=[own.pk, second.pk]), {"to": "earlier"})
    assert order() == [second.pk, first.pk]
    browser.post(reverse("planning:step_move", args=[own.pk, second.pk]), {"to": "earlier"})
    assert order() == [second.pk, first.pk]

    browser.post(reverse("planning:step_remove", args=[own.pk, second.pk]))
    assert order()[0] == first.pk
    page = browser.get(reverse("planning:template", args=[own.pk])).content.decode()
    assert reverse("planning:step_put_back", args=[own.pk, second.pk]) in page
    browser.post(reverse("planning:step_put_back", args=[own.pk, second.pk]))
    assert order() == [second.pk, first.pk]


def test_a_new_template_grows_step_by_step(cast, client_of):
    browser = client_of(cast.tess)
    browser.post(reverse("planning:template_new", args=[cast.programme.pk]), {"title_nl": "Kort traject", "weeks": 20})
    made = TrajectoryTemplate.objects.get(title_nl="Kort traject")
    sent = {
        "title_nl": "Eerste", "minutes": 120, "starts": "10:00", "mode": "online", "weeks": 1, "days": 0, "direction": "after",
        "reminders": "", "version": 1, "agenda-TOTAL_FORMS": 0, "agenda-INITIAL_FORMS": 0,
    }  # fmt: skip

    more = browser.post(reverse("planning:step_new", args=[made.pk, "network"]), sent | {"do": "rows"})
    answer = browser.post(reverse("planning:step_new", args=[made.pk, "network"]), sent)

    assert "Eerste" in more.content.decode()
    assert answer.status_code == 302
    step = made.steps.get()
    assert [step.title_nl, step.offset_days, step.mode, step.reminders] == ["Eerste", 7, "online", []]
    assert browser.get(reverse("planning:step_new", args=[made.pk, "banquet"])).status_code == 404
