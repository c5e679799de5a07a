"""Templates that were folded say what Django's own nodes say, to each reader."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.template import Context, Engine, Template, engines
from django.template.base import TextNode
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from core.folded import Folded, Folding, Looked, Written, fold


class Thing:
    title = "<b>“Één” & 'twee'</b>"
    number = 1234567
    empty = None
    names = ["An", "Bo"]

    def __str__(self) -> str:
        return "a thing & more"

    def called(self) -> str:
        return "called <once>"

    def wants(self, more: str) -> str:
        return more

    def erase(self) -> str:
        raise AssertionError("never called")

    erase.alters_data = True

    @property
    def missing(self) -> str:
        raise AttributeError("not there")

    @property
    def silent(self) -> str:
        fault = ValueError("nothing to say")
        fault.silent_variable_failure = True
        raise fault


VALUES = {
    "thing": Thing(),
    "things": {"items": "own", 1: "number", "1": "text", "inner": {"day": datetime.date(2026, 11, 30)}},
    "rows": [Thing(), 2, "x"],
    "safe": mark_safe("<i>safe</i>"),
    "lazy": gettext_lazy("Sessions"),
    "moment": datetime.datetime(2026, 11, 30, 12, 30, tzinfo=datetime.UTC),
    "decimal": Decimal("1234.50"),
    "real": 0.5,
    "yes": True,
    "kind": Thing,
    "id": uuid4(),
    "items": lambda: ["from a function"],
}
SAID = [
    "thing", "thing.title", "thing.number", "thing.empty", "thing.names.1", "thing.names.5", "thing.called", "thing.wants",
    "thing.erase", "thing.silent", "thing.nothing", "nothing", "nothing.at.all", "things.items", "things.1", "things.inner.day",
    "rows.0.title", "rows.x", "safe", "lazy", "moment", "moment.year", "decimal", "real", "yes", "kind.title", "id", "items.0",
    "thing.title|lower", "thing.title|safe", "nothing|default:thing.title", "moment|date:'j F Y'", "thing.names|join:', '",
    "thing.names|length", '"fixed <b>"', '_("Sessions")', "True", "None", "3",
]  # fmt: skip


def both(source: str, language: str = "nl", **values: object) -> tuple[str, str]:
    """What Django says, and what is said once folded."""
    plain, folded = (engines["django"].from_string(source).template for _time in range(2))
    fold(folded.nodelist)
    with translation.override(language):
        return tuple(template.render(Context(dict(VALUES, **values))) for template in (plain, folded))  # type: ignore[return-value]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("escapes", ["on", "off"])
def test_a_variable_is_written_as_django_writes_it(said, escapes):
    plain, folded = both("{% autoescape " + escapes + " %}{{ " + said + " }}{% endautoescape %}")

    assert folded == plain


@pytest.mark.parametrize("said", SAID)
def test_a_question_and_a_loop_are_answered_as_django_answers_them(said):
    source = "{% if SAID %}yes{% elif not SAID %}no{% endif %}{% with x=SAID %}{{ x }}{% endwith %}"
    plain, folded = both(source.replace("SAID", said))

    assert folded == plain


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "said",
    [
        "{% blocktranslate with name=thing.title %}Hello {{ name }}{% endblocktranslate %}",
        "{% blocktranslate trimmed count number=n %}{{ number }} meeting{% plural %}{{ number }} meetings{% endblocktranslate %}",
        "{% blocktranslate count number=n %}one{% plural %}many{% endblocktranslate %}",
        "{% blocktranslate count number=yes %}{{ number }} proof{% plural %}{{ number }} proofs{% endblocktranslate %}",
        "{% blocktranslate %}100% of {{ safe }} and {{ lazy }}, {{ nothing }}{% endblocktranslate %}",
        "{% blocktranslate with day=moment|date:'DATE_FORMAT' asvar told %}by {{ day }}{% endblocktranslate %}[{{ told }}]",
    ],
)
def test_a_sentence_with_values_is_what_django_makes_of_it(said, language):
    for number in (0, 1, 2):
        plain, folded = both("{% load i18n %}" + said, language, n=number)
        assert folded == plain


def test_a_fault_of_the_program_is_not_hidden():
    template = engines["django"].from_string("{{ thing.missing }}").template
    fold(template.nodelist)

    with pytest.raises(AttributeError, match="not there"):
        template.render(Context(VALUES))


def test_neighbours_that_say_the_same_become_one_node_for_each_language():
    source = (
        '{% load i18n ui static %}<p>{% translate "Sessions" %} {% icon "plus" %}{# nothing #}'
        '<img src="{% static "img/icon.svg" %}">{% url "sessions:list" %}{% badge "ok" _("open") %}'
        "{% blocktranslate trimmed %}Home{% endblocktranslate %}</p>"
        '{% for row in rows %}<li>{% translate "Home" %}</li>{% endfor %}'
        '{% language "en" %}{% translate "Home" %}!{% endlanguage %}'
    )
    template = engines["django"].from_string(source).template
    fold(template.nodelist)

    assert isinstance(template.nodelist[0], Folded) and len(template.nodelist) == 3
    assert both(source, "nl")[0] == both(source, "nl")[1] != both(source, "en")[1] == both(source, "en")[0]
    for language in ("nl", "en", "nl"):
        with translation.override(language):
            assert template.render(Context(VALUES)) == engines["django"].from_string(source).template.render(Context(VALUES))


def test_what_differs_from_page_to_page_stays_a_node():
    template = engines["django"].from_string("a{{ thing.title }}b{% if thing %}c{{ thing }}{% endif %}{# d #}").template
    fold(template.nodelist)

    first, said, _text, question = template.nodelist
    assert isinstance(first, TextNode) and isinstance(said, Written) and isinstance(said.filter_expression.var, Looked)
    assert isinstance(question.conditions_nodelists[0][1][1], Written)


def test_templates_of_the_house_are_folded_unless_somebody_develops():
    loaders = [("core.folded.Loader", [("django.template.loaders.locmem.Loader", {"x.html": "a{# b #}c{{ d }}"})])]

    folded, written = (Engine(loaders=loaders, debug=debug).get_template("x.html") for debug in (False, True))

    assert isinstance(folded, Template) and [type(node).__name__ for node in folded.nodelist] == ["TextNode", "Written"]
    assert len(written.nodelist) == 4 or "VariableNode" in {type(node).__name__ for node in written.nodelist}
    assert all(isinstance(loader, Folding) for loader in engines["django"].engine.template_loaders)
