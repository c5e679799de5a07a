"""Line breaks of a template are layout (docs/decisions/0060)."""

from pathlib import Path

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.utils import translation

LOADERS = [("core.layout.Loader", ["django.template.loaders.filesystem.Loader"])]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(dirs=[str(tmp_path)], debug=True, loaders=LOADERS, libraries={"i18n": "core.templatetags.said"})


def shown(engine: Engine, source: str, name: str = "page.html", **context: object) -> str:
    """What a file with this source gives."""
    (Path(engine.dirs[0]) / name).write_text(source, encoding="utf-8")
    return engine.get_template(name).render(Context(context))


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<ul>\n  <li>\n    {{ a }}\n  </li>\n\n  <li>b</li>\n</ul>\n", "<ul><li>1</li><li>b</li></ul>"),
        ("{% if a %}\n  {{ a }}\n{% else %}\n  b\n{% endif %}\n{{ a }}\n", "11"),
        ("{# why #}\n<p>\n", "<p>"),
        ("<a>x</a> <a>y</a>\n<a>z</a>", "<a>x</a> <a>y</a><a>z</a>"),
        ("{{ a }} {{ a }}  {{ a }}", "1 1  1"),
        ("{% if a %} {# space #}\n  <a>x</a> {# space #}\n  <a>y</a>\n{% endif %}", " <a>x</a> <a>y</a>"),
        ("<p>Words\n   of, {{ a }}\n  and <b>more</b>\n  words.</p>", "<p>Words of, 1 and <b>more</b> words.</p>"),
        ('<a class="b"\n   href="/">\n  x</a>', '<a class="b" href="/"> x</a>'),
        ('<a class="b"{% if a %}\n    href="/"{% endif %}>\n</a>', '<a class="b" href="/"></a>'),
        ("<p>\r\n\t<b>x</b>\r\n</p>", "<p><b>x</b></p>"),
    ],
)
def test_a_break_between_tags_vanishes_and_beside_a_word_it_is_one_space(engine: Engine, source: str, seen: str) -> None:
    assert shown(engine, source, a=1) == seen


@pytest.mark.parametrize(
    "kept",
    [
        "<pre>\n  <b>\n  </b>\n</pre>",
        '<textarea name="a">\n1</textarea>',
        '<TEXTAREA name="a">\n\n1\n</TEXTAREA>',
        "<script>\n  one()\n  two()\n</script>",
        "<style>\n  a { b: c }\n\n</style>",
        "\n  {{ a }}\n  {% if %}\n  ",
    ],
)
def test_what_stands_as_written_is_not_touched(engine: Engine, kept: str) -> None:
    said = kept if kept.startswith("<") else f"{{% verbatim %}}{kept}{{% endverbatim %}}"
    assert shown(engine, f"<p>\n  {said}\n</p>\n<p>\n  {{{{ a }}}}\n</p>", a=1) == f"<p>{kept}</p><p>1</p>"


def test_a_text_area_keeps_its_value_and_its_own_tag_may_be_laid_out(engine: Engine) -> None:
    source = '<textarea name="a"{% if a %} required{% endif %}\n    rows="3">\n{{ a }}\n</textarea>\n<b>'
    assert shown(engine, source, a="\n1") == '<textarea name="a" required rows="3">\n\n1\n</textarea><b>'


def test_a_sentence_to_translate_keeps_its_msgid(engine: Engine) -> None:
    source = (
        "{% load i18n %}\n<p>\n  {% blocktranslate trimmed with n=a %}\n    Page\n    {{ n }}\n  {% endblocktranslate %}\n</p>"
    )
    with translation.override(None):
        assert shown(engine, source, a=1) == "<p>Page 1</p>"
        assert shown(engine, "{% load i18n %}{% blocktranslate %}a\n  b{% endblocktranslate %}", "raw.html") == "a\n  b"


def test_a_letter_in_plain_text_stands_as_written(engine: Engine) -> None:
    assert shown(engine, "{{ a }}\n\n{{ a }}\n", "body.txt", a=1) == "1\n\n1\n"


def test_only_layout_leaves_no_nodes(engine: Engine) -> None:
    shown(engine, "{% load i18n %}\n\n{% if a %}\n  {{ a }}\n{% endif %}\n<b>x</b> {# space #}\n<b>y</b>\n")
    assert len(engine.get_template("page.html").nodelist) == 3


def test_a_mistake_names_its_line_in_the_file(engine: Engine) -> None:
    with pytest.raises(TemplateSyntaxError, match="Unclosed tag on line 3: 'if'") as caught:
        shown(engine, "<p>\n</p>\n{% if a %}\n<b>\n")
    assert caught.value.template_debug["line"] == 3  # type: ignore[attr-defined]
