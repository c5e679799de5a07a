"""Words and addresses that templates say again and again are those of Django's own tags."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.template import engines
from django.template.defaultfilters import floatformat
from django.urls import NoReverseMatch, reverse
from django.utils import translation


def render(source: str, **context: object) -> str:
    return str(engines["django"].from_string(source).render(context))


def test_one_template_says_its_words_in_the_language_of_each_reader():
    template = engines["django"].from_string('{% load i18n %}{% translate "Sessions" %}|{% translate "Sessions" noop %}')

    said = []
    for language in ("en", "nl", "en"):
        with translation.override(language):
            said.append(template.render({}))

    assert said == ["Sessions|Sessions", "Sessies|Sessions", "Sessions|Sessions"]


def test_words_that_differ_from_page_to_page_are_asked_each_time():
    template = engines["django"].from_string(
        '{% load i18n %}{% translate word %}|{% translate "may" context "x" %}|{% translate "Home" as here %}{{ here }}'
    )

    with translation.override("nl"):
        assert [template.render({"word": word}) for word in ("Sessions", "<b>")] == ["Sessies|may|Start", "&lt;b&gt;|may|Start"]


def test_addresses_are_those_that_reverse_gives():
    one, two = uuid4(), uuid4()
    source = "{% url 'sessions:meeting' pk %}"

    assert [render(source, pk=pk) for pk in (one, two, str(one))] == [
        reverse("sessions:meeting", args=[pk]) for pk in (one, two, one)
    ]
    assert render("{% url 'sessions:list' %}") == reverse("sessions:list")
    assert render("{% url name pk %}", name="sessions:meeting", pk=one) == reverse("sessions:meeting", args=[one])
    assert render("{% url 'tools:print' pk 'nl' as there %}[{{ there }}]", pk=one).startswith("[")


@pytest.mark.parametrize(
    "source", ["{% url 'sessions:nowhere' %}", "{% url 'sessions:list' pk %}", "{% url 'sessions:meeting' %}"]
)
def test_an_address_that_does_not_exist_is_refused(source):
    with pytest.raises(NoReverseMatch):
        render(source, pk=uuid4())


@pytest.mark.parametrize("form", [-1, "-1", 0, 1, "2g"])
def test_numbers_are_those_of_django_in_the_language_of_each_reader(form):
    numbers = [1, 1.0, Decimal("1.0"), 2.25, -0.0, 1234.5, float("inf"), True, "3.14", "word", None]
    for language in ("nl", "en", "nl"):
        with translation.override(language):
            for number in numbers:
                assert render("{{ number|floatformat:form }}", number=number, form=form) == floatformat(number, form)
                assert render("{{ number|floatformat }}", number=number) == floatformat(number)
