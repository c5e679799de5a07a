"""Files that people bring: judged by content and name together, pictures drawn anew, everything else refused (reliability B4)."""

import io
import re
import unicodedata
import warnings
from pathlib import PurePath
from typing import NamedTuple

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = {"JPEG": 50_000_000, "PNG": 16_000_000}  # a telephone's largest picture, decoded small; a PNG is decoded whole
MAX_SIDE = 2_400  # 20 cm on paper at 300 dots an inch
PICTURE = "picture"
DOCUMENT = "document"
# extension -> what the content must be
EXTENSIONS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "pdf": "application/pdf"}
MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "application/pdf": b"%PDF-"}
CLOSED = re.compile(rb"/Encrypt\b")
PAGE_INSIDE = re.compile(rb"\A.{0,1024}?(<!doctype|<html|<script|<svg|<\?php)", re.IGNORECASE | re.DOTALL)


class Checked(NamedTuple):
    """A file fit to keep: its bytes (a picture's are new), its type and a name without surprises."""

    content: bytes
    content_type: str
    name: str


def check(upload: UploadedFile, *, accept: tuple[str, ...] = (PICTURE, DOCUMENT), field: str | None = None) -> Checked:
    """The upload as it may be stored. DomainError, beside `field`, with a sentence on why not and what to do."""
    content = upload.read(MAX_BYTES + 1)
    if not content:
        raise DomainError(_("This file is empty."), field=field)
    if len(content) > MAX_BYTES:
        raise DomainError(_("This file is larger than 10 MB. Make it smaller, or send it in parts."), field=field)
    extension = PurePath(str(upload.name)).suffix.lstrip(".").lower()
    content_type = EXTENSIONS.get(extension, "")
    if not content_type or (DOCUMENT if extension == "pdf" else PICTURE) not in accept:
        raise DomainError(_wanted(accept), field=field)
    if not content.startswith(MAGIC[content_type]) or content_type not in _sniffed(content):
        sentence = _("The content of this file does not match its name. %(wanted)s")
        raise DomainError(sentence % {"wanted": _wanted(accept)}, field=field)
    if content_type == "application/pdf":
        _check_pdf(content, field)
    else:
        content = _redrawn(content, content_type, field)
    return Checked(content, content_type, safe_name(str(upload.name), extension=extension))


def shrunk(content: bytes, *, side: int) -> bytes:
    """A kept picture as a JPEG that is at most `side` large, for a document; OSError for one that cannot be opened."""
    try:
        picture = _opened(content, "PNG", "JPEG").convert("RGBA")
    except (Image.DecompressionBombError, ValueError, SyntaxError) as error:
        raise OSError("no picture that can be opened") from error
    picture.thumbnail((side, side))
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=82)
    return written.getvalue()


def safe_name(name: str, *, extension: str) -> str:
    """The name people know the file by, without folders, control or direction characters, at most 80 long."""
    stem = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).rpartition(".")[0]
    visible = "".join(sign if unicodedata.category(sign)[0] in "LNM" or sign in " ._-" else " " for sign in stem)
    words = re.sub(r"\s+", " ", visible).strip(" .-_")[:80].strip()
    return f"{words or _('file')}.{'jpg' if extension == 'jpeg' else extension}"


def _wanted(accept: tuple[str, ...]) -> str:
    if accept == (PICTURE,):
        return _("Choose a picture: JPG or PNG.")
    if accept == (DOCUMENT,):
        return _("Choose a PDF.")
    return _("Choose a PDF, or a picture (JPG or PNG).")


def _sniffed(content: bytes) -> set[str]:
    """Every type that the content could be."""
    try:
        found = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()
    return {"image/jpeg" if name == "image/jpg" else name for name in found}


def _check_pdf(content: bytes, field: str | None) -> None:
    if CLOSED.search(content):
        sentence = _(
            "This PDF is protected by a password. Save it without protection, so that it can still be read in ten years."
        )
        raise DomainError(sentence, field=field)
    if PAGE_INSIDE.match(content):
        raise DomainError(_("This file is a PDF and a web page at once. Save or scan it again as a PDF."), field=field)
    if b"%%EOF" not in content[-2048:]:
        raise DomainError(_("This PDF is not complete. Save or scan it again."), field=field)


def _too_large() -> str:
    return _("This picture has too many dots. Make it smaller first, at most 4,000 by 4,000.")


def _opened(content: bytes, *kinds: str) -> Image.Image:
    """The picture, decoded no larger than needed; DecompressionBombError before it is decoded when it has too many dots."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(content), formats=kinds)
        if picture.width * picture.height > MAX_PIXELS[picture.format or ""]:
            raise Image.DecompressionBombError
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.load()
    return picture


def _redrawn(content: bytes, content_type: str, field: str | None) -> bytes:
    """The picture turned upright, at most MAX_SIDE large and written anew: no place, camera, thumbnail or tail survives."""
    kind = "PNG" if content_type == "image/png" else "JPEG"
    try:
        picture = _opened(content, kind)
    except Image.DecompressionBombError:
        raise DomainError(_too_large(), field=field) from None
    except (OSError, ValueError, SyntaxError):
        raise DomainError(_("This picture cannot be opened. Save it again as JPG or PNG."), field=field) from None
    upright = ImageOps.exif_transpose(picture)
    seen_through = kind == "PNG" and (upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info)
    plain = upright.convert("RGBA" if seen_through else "RGB")
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, kind, **({"quality": 85} if kind == "JPEG" else {"optimize": True}))
    return written.getvalue()
