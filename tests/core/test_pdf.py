"""PDFs: what readers get, and what a hostile document does not get."""

import base64
import io
import os
import socket
import threading

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image

from core import pdf
from core.pdf import Attachment, PdfFailed, PdfRefused, PdfUnavailable, render, static_file
from core.pdf_marks import ARCHIVABLE

SECRET = "a sentence that stands in a file outside the document"
START = "<html lang=nl><title>Verslag</title><body>"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def picture(alt: str) -> dict[str, str]:
    written = io.BytesIO()
    Image.new("RGB", (60, 30), "navy").save(written, "PNG")
    return {"src": "data:image/png;base64," + base64.b64encode(written.getvalue()).decode(), "alt": alt}


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def structure(node, found=None):
    """(kind, alternative text) of every structure element, in reading order."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Array):
        for child in node:
            structure(child, found)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append((str(node.S), str(node.get("/Alt", ""))))
        if "/K" in node:
            structure(node.K, found)
    return found


def words_of(content: bytes) -> bytes:
    """Everything in the file, unpacked: nothing can hide in a stream."""
    with opened(content) as document:
        return b"\n".join(thing.read_bytes() for thing in document.objects if isinstance(thing, pikepdf.Stream))


@pytest.fixture
def report() -> str:
    context = {
        "title": "Verslag van netwerksessie 3",
        "lang": "nl",
        "emblems": [picture("Europees Sociaal Fonds")],
        "funder_sentence": "Met steun van het Europees Sociaal Fonds.",
        "is_demo": True,
    }
    return render_to_string("core/pdf/base.html", context).replace(
        "<main>",
        "<main><h2>Afspraken</h2><ul><li>Eerst kijken</li></ul><table><caption>Wie</caption>"
        "<thead><tr><th scope=col>Naam</th></tr></thead>"
        "<tbody><tr><th scope=row>Anna</th></tr></tbody></table><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
        "<title>Reflecties per maand</title><rect width='9' height='9'/></svg>",
    )


def test_a_report_can_be_read_aloud_and_names_its_language_and_title(report):
    with opened(render(report)) as document:
        root = document.Root
        assert str(root.Lang) == "nl"
        assert root.ViewerPreferences.DisplayDocTitle
        assert root.MarkInfo.Marked
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == "Verslag van netwerksessie 3"
            assert metadata["pdfuaid:part"] == "1"
        parts = structure(root.StructTreeRoot)
    kinds = [kind for kind, _alt in parts]
    assert {"/H1", "/H2", "/L", "/LI", "/Table", "/Caption", "/TH", "/Figure"} <= set(kinds)
    assert kinds.index("/H1") < kinds.index("/H2")
    assert [alt for kind, alt in parts if kind == "/Figure"] == ["Europees Sociaal Fonds", "Reflecties per maand"]


def test_the_report_is_set_in_our_own_typeface(report):
    with opened(render(report)) as document:
        fonts = {
            str(thing.FontName) for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing
        }
    assert fonts
    assert all("Atkinson" in name for name in fonts), fonts


def test_evidence_is_archivable_and_carries_its_files(report):
    content = render(
        report, variant="pdf/a-3a", attachments=[Attachment("lijst.csv", b"naam;uren", "De aanwezigheidslijst", "Data")]
    )
    with opened(content) as document:
        assert "/OutputIntents" in document.Root
        assert document.attachments["lijst.csv"].get_file().read_bytes() == b"naam;uren"
        assert {str(file.AFRelationship) for file in document.Root.AF} == {"/Data"}
        assert {str(file.EF.F.Subtype) for file in document.Root.AF} == {"/text/csv"}
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")


def test_what_is_archivable_is_accessible_too_and_says_both_in_one_description(report):
    with opened(render(report, variant=ARCHIVABLE)) as document:
        root = document.Root
        assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle and str(root.Lang) == "nl"
        assert "/H1" in [kind for kind, _alt in structure(root.StructTreeRoot)]
        told = root.Metadata.read_bytes().decode()
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")
    assert told.count("<rdf:RDF") == told.count("</rdf:RDF>") == 1
    assert "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in told


def test_a_document_reads_no_file_and_opens_no_connection(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    asked = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    place = f"http://127.0.0.1:{server.getsockname()[1]}/"
    for address in (
        secret.as_uri(),
        place,
        "static:../manage.py",
        "static:css/../../manage.py",
        "static:/etc/passwd",
        "file:///etc/passwd",
    ):
        asked += [
            f"<link rel=attachment href='{address}'>",
            f"<img src='{address}' alt=x>",
            f"<object data='{address}'></object><embed src='{address}'>",
            f"<style>@import '{address}'; p {{ background: url('{address}') }}</style>",
            f"<style>@font-face {{ font-family: x; src: url('{address}') }} p {{ font-family: x }}</style>",
            f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}' width='9' height='9'/></svg>",
            f"<svg xmlns='http://www.w3.org/2000/svg'><use href='{address}#x'/></svg>",
        ]
    asked += [f"<link rel=stylesheet href='{address}'>" for address in (secret.as_uri(), place)]
    content = render(START + "<p>tekst</p>" + "".join(asked))
    with opened(content) as document:
        assert not document.attachments
    assert SECRET.encode() not in words_of(content)
    assert b"root:" not in words_of(content)
    with pytest.raises(TimeoutError):
        server.accept()
    server.close()


def test_a_style_sheet_of_ours_that_is_missing_is_a_failure_and_not_an_ugly_report():
    with pytest.raises(PdfFailed):
        render("<html lang=nl><title>x</title><link rel=stylesheet href='static:css/none.css'><p>x")


def test_only_names_of_our_own_files_are_looked_up():
    assert static_file("css/pdf.css").startswith(b"/*")
    assert static_file("vendor/fonts/atkinson-latin-400-normal.woff2").startswith(b"wOF2")
    for name in (
        "../manage.py",
        "css/../../manage.py",
        "/etc/passwd",
        "css\\pdf.css",
        "css/pdf.css\0.css",
        "css/none.css",
        "manage.py",
        "",
    ):
        assert static_file(name) is None, name


def test_a_picture_inside_the_document_is_a_picture():
    svg = "data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
    lying = "data:image/png;base64," + base64.b64encode(b"<svg/>").decode()
    figures = "".join(f"<img src='{src}' alt='plaatje'>" for src in (picture("x")["src"], svg, lying))
    with opened(render(START + figures)) as document:
        images = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"]
    assert len(images) == 1


@pytest.mark.parametrize("levels", [20, 35])
def test_lists_as_deep_as_people_make_them_are_printed(levels):
    assert render(START + "<ul><li>punt" * levels).startswith(b"%PDF")


@pytest.mark.parametrize("hostile", ["<div>" * 140, "<ul><li>" * 500, "<blockquote>" * 1000, "<b>" * 100])
def test_deeper_documents_are_refused_with_a_sentence_and_the_process_lives(hostile):
    render(START + "<p>warm")
    before = {child.process.pid for child in pdf._pool.idle}
    with pytest.raises(PdfRefused, match="nested too deeply"):
        render(START + hostile + "tekst")
    assert {child.process.pid for child in pdf._pool.idle} == before
    assert render(START + "<p>nog een").startswith(b"%PDF")


@pytest.mark.parametrize("hostile", ["<p>" + "woord " * 200_000, "<table>" + "<tr><td>Anna<td>Peeters" * 3_000, "<p>x" * 50_000])
def test_larger_documents_are_refused_before_they_cost_a_minute(hostile):
    with pytest.raises(PdfRefused, match="too large"):
        render(START + hostile)
    assert render(START + "<p>nog een").startswith(b"%PDF")


def test_a_document_without_language_or_title_is_our_mistake_and_leaves_no_text_in_the_log(caplog):
    for document in ("<title>x</title><p>geheim</p>", "<html lang=nl><p>geheim</p>"):
        with pytest.raises(PdfFailed):
            render(document)
    assert "ValueError" in caplog.text
    assert "geheim" not in caplog.text
    assert render(START + "<p>nog een").startswith(b"%PDF")


def test_a_process_that_died_is_replaced_and_one_is_not_used_for_ever(monkeypatch):
    render(START)
    first = pdf._pool.idle[-1]
    first.process.kill()
    first.process.wait()
    assert render(START).startswith(b"%PDF")
    second = pdf._pool.idle[-1]
    assert second is not first
    second.left = 1
    render(START)
    assert second not in pdf._pool.idle
    assert second.process.poll() is not None


def test_a_process_killed_in_the_middle_is_an_answer_and_not_an_end(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.3)
    with pytest.raises(PdfRefused, match="takes too long"):
        render(START + ("<p>" + "woord en nog " * 150) * 500)
    monkeypatch.undo()
    assert render(START).startswith(b"%PDF")


def test_the_process_is_bounded_and_knows_no_secret(monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "1:geheim")
    pdf._pool.close()
    render(START)
    pid = pdf._pool.idle[-1].process.pid
    with open(f"/proc/{pid}/environ", "rb") as environ:
        assert not {b"FIELD_KEYS", b"SECRET_KEY", b"DATABASE_URL"} & {line.split(b"=")[0] for line in environ.read().split(b"\0")}
    with open(f"/proc/{pid}/limits") as limits:
        assert str(512 * 1024 * 1024) in next(line for line in limits if line.startswith("Max address space"))


def test_threads_get_their_own_documents():
    results: dict[int, bytes] = {}
    threads = [
        threading.Thread(
            target=lambda number=number: results.update({number: render(f"<html lang=nl><title>Nummer {number}</title><p>x")})
        )
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    titles = {}
    for number, content in results.items():
        with opened(content) as document, document.open_metadata() as metadata:
            titles[number] = metadata["dc:title"]
    assert titles == {number: f"Nummer {number}" for number in range(6)}
    assert len(pdf._pool.all) <= pdf.CHILDREN


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_worker_starts_its_own_and_leaves_the_parents_alone():
    render(START)
    parents = {child.process.pid for child in pdf._pool.all}
    reading, writing = os.pipe()
    worker = os.fork()
    if not worker:
        try:
            printed = render(START).startswith(b"%PDF")
            own = {child.process.pid for child in pdf._pool.all}
            pdf._pool.close()
            os.write(writing, b"yes" if printed and own and not own & parents else b"no")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        assert answer.read() == b"yes"
    os.waitpid(worker, 0)
    assert render(START).startswith(b"%PDF")
    assert parents & {child.process.pid for child in pdf._pool.all}


def test_without_pango_the_reader_learns_the_line_that_helps(tmp_path, monkeypatch, settings):
    package = tmp_path / "weasyprint"
    package.mkdir()
    (package / "__init__.py").write_text("raise OSError('cannot load library pango')")
    core = tmp_path / "core"
    core.mkdir()
    (core / "__init__.py").touch()
    for name in ("pdf_child.py", "pdf_marks.py"):
        (core / name).symlink_to(settings.BASE_DIR / "core" / name)
    pdf._pool.close()
    settings.BASE_DIR = tmp_path
    with pytest.raises(PdfUnavailable, match=r"apt-get install .*libpango"):
        render(START)
    assert not pdf._pool.idle


@pytest.mark.long
def test_fifty_long_documents_stay_within_memory():
    for number in range(50):
        render(
            START
            + f"<h1>{number}</h1>"
            + ("<p>" + "woord en nog " * 150) * 40
            + "<table>"
            + "<tr><td>Anna<td>Peeters<td>3" * 200
            + "</table>"
        )


@pytest.mark.long
def test_a_report_as_large_as_allowed_is_printed_in_time():
    assert render(START + "<table>" + "<tr><td>Anna<td>Peeters<td>12<td>13" * 1_400).startswith(b"%PDF")
    assert render(START + ("<p>" + "woord en nog " * 150) * 700).startswith(b"%PDF")
