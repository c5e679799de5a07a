"""What people bring: pictures are drawn anew, PDFs looked at, all else refused with a sentence."""

import io
import struct
import zlib

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import DomainError
from core.uploads import DOCUMENT, MAX_SIDE, PICTURE, check, safe_name, shrunk


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def drawn(kind: str, size=(60, 40), mode="RGB", **options) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def pdf(**options) -> bytes:
    written = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(written, **options)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous."""
    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data)) for name, data in chunks
    )


def test_a_telephone_picture_loses_its_place_its_camera_and_its_tail_and_stands_upright():
    exif = Image.Exif()
    exif[0x010F] = "Camera van Anna"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    content = drawn("JPEG", exif=exif, comment=b"geheim") + b"<script>alert(1)</script>"
    assert b"Camera" in content
    checked = check(SimpleUploadedFile("Foto van Anna.JPEG", content))
    assert (checked.content_type, checked.name) == ("image/jpeg", "Foto van Anna.jpg")
    picture = Image.open(io.BytesIO(checked.content))
    assert picture.size == (40, 60)
    assert not picture.getexif()
    for trace in (b"Camera", b"geheim", b"script", b"Exif"):
        assert trace not in checked.content


def test_a_png_keeps_its_transparency_and_loses_its_texts():
    texts = PngInfo()
    texts.add_text("Comment", "geheim")
    checked = check(SimpleUploadedFile("embleem.png", drawn("PNG", mode="RGBA", pnginfo=texts)))
    assert Image.open(io.BytesIO(checked.content)).mode == "RGBA"
    assert b"geheim" not in checked.content


def test_a_large_picture_is_made_smaller():
    checked = check(SimpleUploadedFile("groot.jpg", drawn("JPEG", (5000, 2500))))
    assert max(Image.open(io.BytesIO(checked.content)).size) == MAX_SIDE


@pytest.mark.parametrize("content", [bomb(60_000, 60_000), bomb(3_000, 3_000), drawn("PNG")[:50], b"", drawn("GIF")])
def test_a_kept_picture_that_cannot_be_drawn_is_an_error_that_everybody_expects(content):
    with pytest.raises(OSError, match=r"picture|image|truncated"):
        shrunk(content, side=600)


def test_a_pdf_is_kept_byte_for_byte():
    content = pdf()
    assert check(SimpleUploadedFile("lijst.pdf", content)) == (content, "application/pdf", "lijst.pdf")


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose a PDF, or a picture"),
        ("x.html", b"<html>", "Choose a PDF, or a picture"),
        ("x.zip", b"PK\3\4", "Choose a PDF, or a picture"),
        ("x.docm", b"PK\3\4", "Choose a PDF, or a picture"),
        ("zonder", drawn("PNG"), "Choose a PDF, or a picture"),
        ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "does not match its name"),
        ("x.png", drawn("JPEG"), "does not match its name"),
        ("x.png", drawn("GIF"), "does not match its name"),
        ("x.pdf", b"PK\3\4" + pdf(), "does not match its name"),
        ("x.jpg", pdf(), "does not match its name"),
        ("x.pdf", b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF", "web page at once"),
        ("x.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "protected by a password"),
        ("x.pdf", pdf()[:120], "not complete"),
        ("x.png", drawn("PNG")[:50], "cannot be opened"),
        ("x.png", bomb(60_000, 60_000), "too many dots"),
        ("x.png", bomb(3_000, 3_000), "cannot be opened"),
        ("x.jpg", b"", "empty"),
        ("x.jpg", b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(name, content, sentence):
    with pytest.raises(DomainError, match=sentence) as refusal:
        check(SimpleUploadedFile(name, content), field="file")
    assert refusal.value.field == "file"


def test_where_only_a_picture_or_only_a_pdf_is_asked_the_other_is_refused():
    with pytest.raises(DomainError, match="Choose a picture"):
        check(SimpleUploadedFile("x.pdf", pdf()), accept=(PICTURE,))
    with pytest.raises(DomainError, match="Choose a PDF"):
        check(SimpleUploadedFile("x.png", drawn("PNG")), accept=(DOCUMENT,))


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_a_name_holds_no_folder_no_control_and_no_turned_direction(name):
    safe = safe_name(name + ".pdf", extension="pdf")
    assert safe.endswith(".pdf")
    assert 5 <= len(safe) <= 84
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\\0\r\n"<>:|?*;\u202e\u2066\u200f')
    safe.encode()


def test_a_name_keeps_what_people_read():
    assert safe_name("C:\\Mijn map\\Verslag Zoë – 3.2.pdf", extension="pdf") == "Verslag Zoë 3.2.pdf"
    assert safe_name("../../etc/passwd\r\n.png", extension="png") == "passwd.png"
    assert safe_name("\u202egnp.exe.jpeg", extension="jpeg") == "gnp.exe.jpg"
