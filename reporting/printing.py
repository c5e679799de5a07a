"""The report on paper."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import files, pdf
from core.models import StoredFile
from reporting.document import Source
from reporting.reading import Reading
from sessions.letterhead import PICTURES, Picture, data_address, place_of_emblem


def pdf_of(source: Source, language: str) -> bytes:
    """The PDF: fit for keeping (PDF/A-3a) once frozen, accessible (PDF/UA-1) as a draft."""
    return pdf.render(html_of(source, language), variant="pdf/a-3a" if source.is_frozen else "pdf/ua-1")


def html_of(source: Source, language: str) -> str:
    """What is printed, in the language that is active."""
    programme, stretch = source.document["programme"], source.document["stretch"]
    context = {
        "lang": language,
        "title": stretch["name"] or _("Progress report"),
        "kicker": _("Progress report %(programme)s") % {"programme": programme["name"]},
        "author": programme["promoter"] or programme["name"],
        "funder_sentence": programme["funder_sentence"],
        "is_demo": programme["is_demo"],
        "mark": "" if source.is_frozen else _("Draft: these figures can still change."),
        "emblems": _emblems(programme),
        "programme": programme,
        "source": source,
        "document": source.document,
        "reading": Reading(source.document),
    }
    return render_to_string("reporting/pdf/report.html", context)


def _emblems(programme: dict) -> list[Picture]:
    """The emblems that the document names, as pictures inside it; in a demo without any, a frame that marks their place."""
    named = {emblem["file"]: emblem["alt"] for emblem in programme["emblems"]}
    stored = {str(row.pk): row for row in StoredFile.objects.filter(pk__in=named, content_type__in=PICTURES)}
    shown = [
        Picture(data_address(stored[pk].content_type, files.read(stored[pk])), alt) for pk, alt in named.items() if pk in stored
    ]
    if not shown and programme["is_demo"]:
        shown = [place_of_emblem()]
    return shown
