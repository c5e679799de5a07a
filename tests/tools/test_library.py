"""The library of tools: loaded from files, read by everybody with a seat, printed in two languages."""

import json
import shutil
import uuid

import pytest
from django.core.management import call_command
from django.urls import reverse

from tools import services
from tools.models import Tool, ToolVersion

LIST = "/tools/"


@pytest.fixture
def tool(db):
    return Tool.objects.get(slug="uniqueness-belonging-square")


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    shutil.copytree(services.LIBRARY, folder)
    return folder


def test_after_migrate_the_eight_tools_are_there_in_two_languages(db):
    assert Tool.objects.published().count() == 8
    assert set(ToolVersion.objects.values_list("language", "number")) == {("nl", 1), ("en", 1)}
    assert ToolVersion.objects.count() == 16


def test_loading_again_changes_nothing(db, capsys):
    call_command("load_tools")

    assert capsys.readouterr().out == "0 new tools, 0 new texts\n"
    assert ToolVersion.objects.count() == 16


def test_a_changed_text_is_the_next_version_and_the_old_one_stays(tool, library):
    path = library / "uniqueness-belonging-square.json"
    entry = json.loads(path.read_text(encoding="utf-8"))
    entry["texts"]["nl"]["summary"] = "Een andere samenvatting."
    entry["minutes"] = 80
    path.write_text(json.dumps(entry), encoding="utf-8")

    loaded = services.load_library(library)

    tool = Tool.objects.with_texts().get(pk=tool.pk)
    assert (loaded.tools, loaded.texts) == (0, 1)
    assert sorted(tool.versions.values_list("language", "number")) == [("en", 1), ("nl", 1), ("nl", 2)]
    assert tool.text_in("nl").summary == "Een andere samenvatting."
    assert tool.minutes == 80


@pytest.mark.parametrize("name", ["tess", "hilde", "anna", "ada", "petra", "zita"])
def test_everybody_with_a_seat_reads_and_prints_every_tool(cast, client_of, name):
    browser = client_of(getattr(cast, name))
    tools = Tool.objects.all()

    assert len(tools) == 8
    for tool in tools:
        for address in (f"/tools/{tool.pk}/", f"/tools/{tool.pk}/print/"):
            assert browser.get(address).status_code == 200


def test_who_has_left_sees_no_tools_and_a_stranger_signs_in_first(cast, client, client_of, tool):
    gone = client_of(cast.els).get(LIST)

    assert gone.status_code == 200
    assert tool.text_in("nl").title not in gone.content.decode()
    missing = client_of(cast.els).get(f"/tools/{uuid.uuid4()}/")
    refused = client_of(cast.els).get(f"/tools/{tool.pk}/")
    assert (refused.status_code, refused.content) == (404, missing.content)
    assert client_of(cast.els).get(f"/tools/{tool.pk}/print/").status_code == 404
    assert client.get(LIST).url.startswith(reverse("account_login"))


def test_a_draft_is_seen_by_coaches_and_the_project_team_only(cast, client_of, tool):
    Tool.objects.filter(pk=tool.pk).update(published_at=None)

    assert client_of(cast.hilde).get(f"/tools/{tool.pk}/").status_code == 200
    assert client_of(cast.anna).get(f"/tools/{tool.pk}/").status_code == 404
    assert str(tool.pk) not in client_of(cast.anna).get(LIST).content.decode()


def test_the_reader_chooses_the_other_language(cast, client_of, tool):
    browser = client_of(cast.anna)
    nl, en = tool.text_in("nl").title, tool.text_in("en").title

    own = browser.get(f"/tools/{tool.pk}/").content.decode()
    other = browser.get(f"/tools/{tool.pk}/?language=en").content.decode()
    on_paper = browser.get(f"/tools/{tool.pk}/print/?language=en").content.decode()
    nonsense = browser.get(f"/tools/{tool.pk}/?language=xx%00").content.decode()

    assert f'<h1 lang="nl">{nl}</h1>' in own and 'href="?language=en"' in own
    assert f'<h1 lang="en">{en}</h1>' in other and 'href="?language=nl"' in other
    assert f'<h1 lang="en">{en}</h1>' in on_paper
    assert f'<h1 lang="nl">{nl}</h1>' in nonsense


def titles(answer):
    return {tool.slug for tool in answer.context["page"]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("theme=observation", {"shared-observation"}),
        ("theme=feedback&theme=observation", {"shared-observation"}),
        ("minutes=45", {"asking-for-the-minority-voice"}),
        ("q=minderheid", {"asking-for-the-minority-voice"}),
        ("q=MINDERHEID+beslissing", {"asking-for-the-minority-voice"}),
        ("q=minderheid+xylofoon", set()),
        ("setting=online&theme=observation", set()),
    ],
)
def test_the_library_is_narrowed(cast, client_of, asked, found):
    assert titles(client_of(cast.hilde).get(f"{LIST}?{asked}")) == found


def test_what_is_met_online_leaves_out_what_needs_a_room(cast, client_of):
    browser = client_of(cast.hilde)

    online, onsite = titles(browser.get(f"{LIST}?setting=online")), titles(browser.get(f"{LIST}?setting=onsite"))

    assert onsite - online == {"shared-observation"}
    assert len(onsite) == 8


@pytest.mark.parametrize(
    "asked", ["theme=nonsense", "minutes=-1", "minutes=abc", "q=%00", "q=" + "x" * 5000, "page=abc", "page=-3"]
)
def test_nonsense_in_the_address_never_breaks_the_library(cast, client_of, asked):
    assert client_of(cast.hilde).get(f"{LIST}?{asked}").status_code == 200


def test_the_library_costs_the_same_with_one_and_eight_tools(cast, client_of, django_assert_max_num_queries):
    browser = client_of(cast.anna)
    with django_assert_max_num_queries(6) as eight:
        assert len(titles(browser.get(LIST))) == 8
    Tool.objects.exclude(slug="shared-observation").update(published_at=None)

    with django_assert_max_num_queries(6) as one:
        assert len(titles(browser.get(LIST))) == 1
    assert len(one) == len(eight) == 5


def test_a_tool_page_costs_at_most_six_queries(cast, client_of, tool, django_assert_max_num_queries):
    browser = client_of(cast.anna)
    for address in (f"/tools/{tool.pk}/", f"/tools/{tool.pk}/print/"):
        with django_assert_max_num_queries(6):
            browser.get(address)
