"""One ZIP that proves itself: report, tables, attendance, answers under numbers, evidence, snapshot, and a manifest of hashes.

docs/esf.md lists the parts; `manage.py verify_report` recomputes from the bundle alone.
"""

import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any, BinaryIO

from core import files
from core.models import StoredFile
from core.tables import write_xlsx
from reporting import printing, sheets
from reporting.document import Source, canonical, digest, earlier_snapshots
from reporting.rows import write_canonical

SCHEMA = "ilias-report-bundle/3"
PDF, XLSX, CSV, SNAPSHOT, MANIFEST = "report.pdf", "tables.xlsx", "attendance.csv", "snapshot.json", "manifest.json"
PARTICIPANTS, SENSITIVE = "participants.csv", "sensitive.csv"
STAMP = (1980, 1, 1, 0, 0, 0)  # the ZIP carries no times of its own


def write(source: Source, file: BinaryIO, *, language: str) -> None:
    """Write the bundle; a draft's too, so that it can be tried before freezing."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        parts: list[dict[str, Any]] = []
        bound: dict[str, Any] = {}

        def rows(part: BinaryIO) -> None:
            bound["rows"], bound["sha256"] = write_canonical(part, source.rows())

        _add(package, parts, CSV, rows)
        answers = source.answers()
        _add(package, parts, PARTICIPANTS, lambda part: part.write(answers.participants))
        _add(package, parts, SENSITIVE, lambda part: part.write(answers.sensitive))
        document = source.document if source.is_frozen else source.document | {"attendance": bound} | answers.bound
        text = canonical(document)
        _add(package, parts, SNAPSHOT, lambda part: part.write(text.encode()))
        _add(package, parts, XLSX, lambda part: write_xlsx(part, sheets.sheets(source)))
        _add(package, parts, PDF, lambda part: part.write(printing.pdf_of(source, language)))
        for name, frozen in earlier_snapshots(document):
            _add(package, parts, f"earlier/{name}.json", lambda part, frozen=frozen: part.write(frozen.encode()))
        for number, proof in enumerate(document["evidence"], start=1):
            _add_proof(package, parts, number, proof)
        manifest = {
            "schema": SCHEMA,
            "state": document["state"],
            "language": language,
            "snapshot_sha256": digest(text),
            "files": parts,
        }
        package.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _add(package: zipfile.ZipFile, parts: list[dict[str, Any]], name: str, make: Callable[[BinaryIO], Any]) -> None:
    """Make one part on the side, then pack it, hashed on the way."""
    with tempfile.TemporaryFile() as part:
        make(part)
        part.seek(0)
        total, size = sha256(), 0
        with package.open(_entry(name), "w", force_zip64=True) as packed:
            while piece := part.read(1 << 16):
                total.update(piece)
                size += len(piece)
                packed.write(piece)
    parts.append({"name": name, "size": size, "sha256": total.hexdigest()})


def _add_proof(package: zipfile.ZipFile, parts: list[dict[str, Any]], number: int, proof: dict[str, Any]) -> None:
    """A scan or mail bound to a meeting; one that is no longer there is left out, and the check of the bundle says so."""
    stored = StoredFile.objects.filter(pk=proof["file"]).first()
    if stored is not None:
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", proof["name"]).strip("-.")[-60:] or "file"
        _add(package, parts, f"evidence/{number:03d}-{safe}", lambda part: part.write(files.read(stored)))
