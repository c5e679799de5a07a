"""The ZIP as a container: names that are safe, files that are those of the manifest, and the snapshot as it was hashed."""

import json
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from reporting.recount.verdict import Unreadable, Verdict

BUNDLE, DOCUMENT = "ilias-report-bundle/3", "ilias-progress-report/3"
PDF, XLSX, ATTENDANCE, PARTICIPANTS, SENSITIVE, SNAPSHOT, MANIFEST = (
    "report.pdf", "tables.xlsx", "attendance.csv", "participants.csv", "sensitive.csv", "snapshot.json", "manifest.json",
)  # fmt: skip
PARTS = (PDF, XLSX, ATTENDANCE, PARTICIPANTS, SENSITIVE, SNAPSHOT)
EVIDENCE, EARLIER = "evidence/", "earlier/"
MAX_UNPACKED = 4 * 1024**3
PIECE = 1 << 16


def manifest_of(package: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest; raises Unreadable where there is none that can be followed."""
    if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
        raise Unreadable("the bundle is too large when unpacked")
    try:
        manifest = json.loads(package.read(MANIFEST))
        shown = {"schema": manifest["schema"], "files": [(part["name"], part["sha256"]) for part in manifest["files"]]}
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Unreadable(f"{MANIFEST} is missing or damaged ({error})") from error
    if shown["schema"] != BUNDLE:
        raise Unreadable(f"its manifest is of the kind {shown['schema']!r}, not {BUNDLE!r}")
    return manifest


def check_names(package: zipfile.ZipFile, verdict: Verdict) -> None:
    """Names that would leave the folder in which somebody unpacks, doubles, links, and locked parts."""
    for part in package.infolist():
        name = part.filename
        steps = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in steps or ":" in steps[0] or "\\" in part.orig_filename:
            verdict.differs(f"{name!r} would be unpacked outside its folder.")
        if "\0" in part.orig_filename or any(ord(sign) < 32 for sign in name):
            verdict.differs(f"{part.orig_filename!r} hides signs in its name.")
        if stat.S_ISLNK(part.external_attr >> 16):
            verdict.differs(f"{name} is a link, not a file.")
        if part.flag_bits & 1:
            verdict.differs(f"{name} is locked with a password.")
    for name, number in Counter(part.filename.casefold() for part in package.infolist()).items():
        if number > 1:
            verdict.differs(f"{name} is in the bundle twice.")


def check_files(package: zipfile.ZipFile, manifest: dict[str, Any], verdict: Verdict) -> None:
    """Every file against the manifest, the manifest against what a bundle holds."""
    names, listed = set(package.namelist()), {part["name"]: part for part in manifest["files"]}
    if len(listed) < len(manifest["files"]):
        verdict.differs(f"{MANIFEST} names a file twice.")
    for name in sorted(set(PARTS) - set(listed)):
        verdict.differs(f"{name} is not in the manifest.")
    for name in sorted(names - set(listed) - {MANIFEST}):
        verdict.differs(f"{name} is in the bundle, but not in its manifest.")
    for name in sorted(set(listed) - set(PARTS)):
        if not name.startswith((EVIDENCE, EARLIER)):
            verdict.differs(f"{name} is no part of a bundle.")
    for name, part in listed.items():
        if name not in names:
            verdict.differs(f"{name} is missing.")
            continue
        found = _hashed(package, name)
        if found is None:
            verdict.differs(f"{name} is damaged.")
        elif found != (part["sha256"], part.get("size")):
            verdict.differs(f"{name} is not the file that was put in: its hash differs.")
    verdict.checked.append(f"{len(listed)} files against the manifest")


def _hashed(package: zipfile.ZipFile, name: str) -> tuple[str, int] | None:
    total, size = sha256(), 0
    try:
        for piece in pieces(package, name):
            total.update(piece)
            size += len(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return None
    return total.hexdigest(), size


def pieces(package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part, a piece at a time."""
    with package.open(name) as packed:
        while piece := packed.read(PIECE):
            yield piece


def snapshot_of(package: zipfile.ZipFile, manifest: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    """The report's document; its fingerprint goes into the verdict."""
    content = package.read(SNAPSHOT)
    document = json.loads(content)
    verdict.fingerprint, verdict.state = sha256(content).hexdigest(), str(document["state"])
    if json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() != content:
        verdict.differs(f"{SNAPSHOT} is not written as a snapshot is.")
    verdict.compare(f"Kind of {SNAPSHOT}", document.get("schema"), DOCUMENT)
    verdict.compare("Fingerprint of the snapshot in the manifest", verdict.fingerprint, manifest.get("snapshot_sha256"))
    verdict.compare("State in the manifest", verdict.state, manifest.get("state"))
    return document


def check_bound(package: zipfile.ZipFile, document: dict[str, Any], verdict: Verdict) -> None:
    """The tables that the snapshot is bound to: theirs are the hashes that it notes."""
    for name in (ATTENDANCE, PARTICIPANTS, SENSITIVE):
        noted = document.get(name.partition(".")[0])
        if not isinstance(noted, dict) or name not in package.namelist():
            verdict.differs(f"The snapshot is not bound to {name}.")
            continue
        total = sha256()
        for piece in pieces(package, name):
            total.update(piece)
        verdict.compare(f"Hash of {name}", total.hexdigest(), noted.get("sha256"))


def check_evidence(manifest: dict[str, Any], document: dict[str, Any], verdict: Verdict) -> None:
    """Each proof of the report is there as it was, and nothing else is."""
    packed = [part["sha256"] for part in manifest["files"] if part["name"].startswith(EVIDENCE)]
    wanted = Counter(proof["sha256"] for proof in document["evidence"])
    for proof in document["evidence"]:
        if proof["sha256"] not in packed:
            verdict.differs(f"The proof {proof['name']} is not in the bundle as it was.")
    if strange := Counter(packed) - wanted:
        verdict.differs(f"{strange.total()} proofs are in the bundle of which the report says nothing.")
    verdict.checked.append(f"{len(document['evidence'])} proofs")
