"""The Dutch of the interface: complete, and in the plain words that the glossary promises."""

import re

import polib
import pytest

from core import translations

CATALOGUE = translations.ROOT / "locale" / "nl" / "LC_MESSAGES" / "django.po"
LONGEST_SENTENCE = 18
STIFF = re.compile(
    r"\b(gelieve|dien(t|en)? te|indien|teneinde|reeds|tevens|middels|alsmede|derhalve|alvorens|hetgeen|inzake|omtrent|opdat"
    r"|met betrekking tot|ten behoeve van|door middel van|op heden|desbetreffende?|bovenvermelde?)\b",
    re.IGNORECASE,
)
POLITE = re.compile(r"\b(uw|uzelf)\b|(?<!\)s )(?<!\d )\bu\b", re.IGNORECASE)  # not the u of hours in “%(hours)s u”
ONE_WORD = {
    "bewaren": r"\bopslaan|opgeslagen\b",
    "co-leider": r"\bco-leidinggevende",
    "event": r"\bevenement",
    "fases": r"\bfasen\b",
    "je kan": r"\b(je|jij) kunt\b|\bkun je\b",
    "netwerksessie": r"\bnetwerkbijeenkomst",
    "subsidiegever": r"\bfinancier\b|\bsubsidieverstrekker",
    "tools": r"\binstrument(en)?\b",
    "verslagtekst": r"\bnotulen\b",
    "voorziening": r"\binstelling(en)?\b",
}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture(scope="module")
def dutch(catalogue) -> list[str]:
    """Every Dutch text; the formats of dates are no words."""
    entries = [entry for entry in catalogue if not entry.obsolete and "format" not in (entry.msgctxt or "")]
    return [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def test_everything_that_code_and_templates_say_has_its_dutch(capsys):
    """Also: no message is unsure (fuzzy) and none lost a placeholder."""
    assert translations.main() == 0, capsys.readouterr().out


def test_the_catalogue_holds_no_unsure_and_no_obsolete_messages(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []


def test_both_forms_of_a_plural_are_dutch(catalogue):
    plurals = [entry for entry in catalogue if entry.msgid_plural]
    assert plurals
    assert [entry.msgid for entry in plurals if not all(entry.msgstr_plural.get(form) for form in (0, 1))] == []


def test_line_breaks_and_spaces_around_a_message_are_kept(catalogue):
    """Letters are put together from messages; a lost line break glues two paragraphs."""

    def edges(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [entry.msgid for entry in catalogue if entry.msgstr and edges(entry.msgid) != edges(entry.msgstr)] == []


def test_no_stiff_words(dutch):
    assert [text for text in dutch if STIFF.search(text)] == []


def test_everybody_is_je_and_nobody_u(dutch):
    assert [text for text in dutch if POLITE.search(text)] == []


@pytest.mark.parametrize("word", ONE_WORD)
def test_one_thing_has_one_word(dutch, word):
    assert [text for text in dutch if re.search(ONE_WORD[word], text, re.IGNORECASE)] == []


def test_sentences_are_short(dutch):
    """Plain Dutch keeps to about fifteen words; a name in a placeholder counts as one."""
    sentences = [sentence for text in dutch for sentence in re.split(r"(?<=[.!?:;])\s+|\n", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > LONGEST_SENTENCE] == []
