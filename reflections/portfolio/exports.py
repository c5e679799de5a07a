"""Files that an author takes along, made in the background and sealed for a day: a PDF, one web page, and data with a schema."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, crypto, files, jobs, pdf, uploads
from core.crypto import Unreadable
from core.errors import DomainError
from core.models import Job, StoredFile
from people import keys
from people.models import User
from reflections import attached
from reflections.models import PortfolioPiece, ReflectionFile
from reflections.portfolio.document import PRACTICE, WHOLE, Document, Entry, document_of
from reflections.portfolio.sources import Presence

KIND = "reflections.make_portfolio"
FORMAT, VERSION = "ilias-traject portfolio", 1
ON_PAPER, ON_SCREEN = 1_100, 1_600  # the longer side of a photo in dots
STYLE = "css/portfolio-file.css"


@dataclass(frozen=True)
class Shape:
    """In which form the document is taken along; its name is the end of the file's."""

    name: str
    content_type: str
    word: str | Promise
    written: Callable[[Document], bytes]


def shape_of(job: Job) -> Shape:
    """The form that a job asks for; jobs from before there was a choice ask for a PDF."""
    return SHAPES[job.arguments.get("shape", PDF)]


def name_of(document: Document, extension: str) -> str:
    """A file name that says whose and what it is."""
    what = _("portfolio") if document.which == WHOLE else _("good practice")
    return f"{slugify(document.author.name) or 'portfolio'}-{slugify(what)}-{document.made_on:%Y-%m-%d}.{extension}"


def _with_photos(document: Document, side: int) -> Document:
    """The same document with its photos inside; one that cannot be opened is left out."""
    chapters = [replace(chapter, entries=[_inside(entry, side) for entry in chapter.entries]) for chapter in document.chapters]
    return replace(document, chapters=chapters)


def _inside(entry: Entry, side: int) -> Entry:
    picture = _picture(entry.piece.row.photo, side)
    return replace(entry, src=f"data:image/jpeg;base64,{b64encode(picture).decode()}") if picture else entry


def _picture(photo: ReflectionFile | None, side: int) -> bytes | None:
    if photo is None:
        return None
    try:
        return uploads.shrunk(attached.content_of(photo)[1], side=side)
    except (Unreadable, OSError):
        return None


# -- one web page -----------------------------------------------------------------------------------------------------


def web_page(document: Document) -> str:
    """The document as one file that needs nothing else: styles and photos stand in it, and no script."""
    style = SafeString((pdf.static_file(STYLE) or b"").decode())
    shown = {"document": _with_photos(document, ON_SCREEN), "style": style, "lang": translation.get_language()}
    return render_to_string("reflections/portfolio/file.html", shown)


# -- data -------------------------------------------------------------------------------------------------------------


def data(document: Document) -> str:
    """The document as JSON, as docs/portfolio.schema.json describes it."""
    seats = [
        {
            "programme": seat.programme.name,
            "service": seat.pilot.service.name if seat.pilot else "",
            "function": seat.function,
            "since": seat.since.isoformat(),
            "until": seat.until.isoformat() if seat.until else None,
        }
        for seat in document.path.seats
    ]
    told = {
        "format": FORMAT,
        "version": VERSION,
        "made": timezone.now().isoformat(timespec="seconds"),
        "language": translation.get_language(),
        "author": {"name": document.author.name, "seats": seats},
        "parts": [
            {"part": chapter.part, "title": chapter.title, "pieces": [_piece(entry) for entry in chapter.entries]}
            for chapter in document.chapters
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _piece(entry: Entry) -> dict[str, object]:
    row = entry.piece.row
    told: dict[str, object] = {
        "kind": row.kind,
        "title": entry.piece.title,
        "text": entry.piece.text,
        "date": row.happened_on.isoformat() if row.happened_on else None,
    }
    if row.kind == PortfolioPiece.Kind.MEETINGS:
        told["meetings"] = [_meeting(one) for one in entry.been]
    if row.kind == PortfolioPiece.Kind.GROWTH:
        told["moments"] = [{"date": one.row.made_on.isoformat(), "scores": dict(one.scores)} for one in entry.moments]
    if picture := _picture(row.photo, ON_SCREEN):
        told["photo"] = {"type": "image/jpeg", "content": b64encode(picture).decode()}
    return told


def _meeting(one: Presence) -> dict[str, object]:
    return {"title": one.title, "kind": one.kind, "date": one.on.isoformat(), "minutes": one.minutes}


# -- PDF --------------------------------------------------------------------------------------------------------------


def on_paper(document: Document) -> str:
    """The HTML that becomes the PDF."""
    shown = {
        "lang": translation.get_language(),
        "title": document.title,
        "author": document.author.name,
        "description": _("Made by its author from what they wrote and did"),
        "is_demo": document.is_demo,
        "document": _with_photos(document, ON_PAPER),
    }
    return render_to_string("reflections/pdf/portfolio.html", shown)


PDF = "pdf"
SHAPES = {
    shape.name: shape
    for shape in (
        Shape(PDF, "application/pdf", "PDF", lambda document: pdf.render(on_paper(document))),
        Shape("html", "text/html; charset=utf-8", gettext_lazy("web page"), lambda document: web_page(document).encode()),
        Shape("json", "application/json", gettext_lazy("data"), lambda document: data(document).encode()),
    )
}


# -- asked for, made, opened ------------------------------------------------------------------------------------------


def ask(*, by: User, which: str, language: str, shape: str = PDF) -> Job:
    """Have a file made; asked again while it is being made, it is made once. DomainError when nothing was chosen."""
    if which not in (WHOLE, PRACTICE) or shape not in SHAPES:
        raise DomainError(_("This is not there any more."))
    if document_of(by, which=which).is_empty:
        raise DomainError(_("There is nothing in it yet. Choose or write something first."))
    title = _("My learning portfolio") if which == WHOLE else _("A good practice")
    job = jobs.ask(KIND, by=by.pk, title=title, which=which, language=language, shape=shape)
    audit.record(by=by.pk, verb="portfolio.asked", target=job, which=which, shape=shape)
    return job


def make(job: Job) -> None:
    """The worker's part: the file as its author chose it, sealed with the author's key and gone after a day."""
    author, shape = User.objects.get(pk=job.requested_by), shape_of(job)
    with translation.override(job.arguments["language"]):
        document = document_of(author, which=job.arguments["which"])
        content, name = shape.written(document), name_of(document, shape.name)
    sealed = crypto.seal(keys.key_of(author.pk), content, about=_about(job))
    _keep(job, sealed, name, shape)


@transaction.atomic
def _keep(job: Job, sealed: bytes, name: str, shape: Shape) -> None:
    """The job names the bytes, so that bytes of an attempt that was killed here are replaced by the next one's."""
    owner = Job.objects.select_for_update().get(pk=job.pk).requested_by
    job.result = StoredFile.objects.filter(pk=job.pk).first() or files.store(
        sealed, name=name, content_type=shape.content_type, by=owner, sealed_for=owner, days=1, pk=job.pk
    )


def opened(job: Job) -> bytes:
    """The bytes of a finished file, for its author; Unreadable when the key is gone."""
    assert job.result is not None
    key = keys.keys_of([job.result.sealed_for]).get(job.result.sealed_for) if job.result.sealed_for else None
    if key is None:
        raise Unreadable(_about(job))
    return crypto.unseal(key, files.read(job.result), about=_about(job))


def _about(job: Job) -> str:
    return f"portfolio-file:{job.pk}"


def recent(user: User) -> list[Job]:
    """What this person asked for and is still there or still being made, newest first."""
    wanted = Job.objects.asked_by(user).filter(kind=KIND).select_related("result").order_by("-created_at")[:10]
    now = timezone.now()
    return [
        job
        for job in wanted
        if job.state != Job.State.DONE or (job.result and job.result.expires_at and job.result.expires_at > now)
    ]
