"""The words and pieces of every page: dates, states, forms, progress."""

import datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

THURSDAY = datetime.datetime(2026, 3, 26, 8, 0, tzinfo=datetime.UTC)
NOON = THURSDAY + datetime.timedelta(hours=3)


def render(source: str, **context: object) -> str:
    template = engines["django"].from_string("{% load ui %}" + source)
    return template.render(context, RequestFactory().get("/sessions/?sector=care"))


def test_a_meeting_is_told_in_english_words_in_the_zone_of_the_page():
    with translation.override("en"):
        said = render("{% when start end %}", start=THURSDAY, end=NOON)

    assert said == '<time datetime="2026-03-26T09:00+01:00">Thursday 26 March 2026, 09:00–12:00</time>'


def test_a_meeting_elsewhere_names_the_zone_and_one_over_two_days_names_both():
    with translation.override("en"):
        london = render("{% when start end 'Europe/London' %}", start=THURSDAY, end=NOON)
        same_clock = render("{% when start end 'Europe/Ljubljana' %}", start=THURSDAY, end=NOON)
        two_days = render("{% when start end %}", start=THURSDAY, end=NOON + datetime.timedelta(days=1))

    assert "08:00–11:00 (London time)" in london
    assert "time)" not in same_clock
    assert "from Thursday 26 March 2026, 09:00 until Friday 27 March 2026, 12:00" in two_days


def test_a_status_is_a_word_with_a_shape_and_an_unknown_one_is_quiet():
    assert render("{% badge 'ok' 'held' %}") == '<span class="status status-ok">held</span>'
    assert render("{% badge 'odd' word %}", word="<b>") == '<span class="status status-quiet">&lt;b&gt;</span>'


def test_the_next_page_keeps_the_filters():
    assert render("{% page_link 3 %}") == "?sector=care&amp;page=3"


@pytest.mark.parametrize("name,letters", [("Anna van den Broeck", "AB"), ("Anna", "A"), ("", "")])
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert render("{{ name|initials }}", name=name) == letters


class Invite(forms.Form):
    email = forms.EmailField(help_text="We write there.")
    note = forms.CharField(required=False)

    def clean(self):
        raise forms.ValidationError("Nobody may come.")


def test_a_refused_form_keeps_what_was_typed_and_says_why_on_top_and_beside_the_field():
    page = render('{% include "ui/_form.html" %}', form=Invite({"email": "anna@", "note": "Welkom"}))

    assert 'role="alert"' in page and '<a href="#id_email">Email</a>' in page and "Nobody may come." in page
    assert 'value="anna@"' in page and 'value="Welkom"' in page
    assert 'aria-describedby="id_email_helptext id_email_error"' in page and 'aria-invalid="true"' in page
    assert page.index('id="id_email_error"') < page.index('name="email"')
    assert "csrfmiddlewaretoken" in page and page.count("<form") == 1


def test_work_that_runs_asks_again_and_ready_work_does_not():
    job = {"pk": UUID(int=1), "title": "Report", "total": 8, "progress": 2, "percent": 25, "problem": "No paper."}
    piece = '{% include "ui/_progress.html" with job=job download="/f/" %}'

    running = render(piece, job=SimpleNamespace(state="running", **job))
    done = render(piece, job=SimpleNamespace(state="done", **job))
    failed = render(piece, job=SimpleNamespace(state="failed", **job))

    assert "hx-get" in running and 'value="2"' in running and "/f/" not in running
    assert "hx-get" not in done and "/f/" in done
    assert "hx-get" not in failed and "No paper." in failed


def test_the_options_of_a_list_are_escaped_and_the_chosen_one_is_marked():
    nest, wip = UUID(int=1), UUID(int=2)
    rows = [(nest, "Het <Nest>"), (wip, "De Wip & co")]

    assert render("{% options rows chosen %}", rows=rows, chosen=wip) == (
        f'<option value="{nest}">Het &lt;Nest&gt;</option><option value="{wip}" selected>De Wip &amp; co</option>'
    )
    assert " selected" not in render("{% options rows chosen %}", rows=rows, chosen=None)
