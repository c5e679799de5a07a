"""What was frozen, as it was kept: the attendance rows that a snapshot is bound to."""

import io
from collections.abc import Iterator
from hashlib import sha256

from django.utils.translation import gettext as _

from core import files
from core.errors import DomainError
from core.models import StoredFile
from reporting.models import ProgressReport, ReportFile
from reporting.rows import AttendanceRow, read_canonical

CANONICAL = ""  # the language of the rows that a snapshot is bound to: none


def rows_of(report: ProgressReport, sha256_noted: str) -> Iterator[AttendanceRow]:
    """The frozen rows; DomainError when they no longer have the fingerprint that was noted."""
    frozen = report.files.filter(format=ReportFile.Format.CSV, is_frozen=True, language=CANONICAL)
    content = files.read(StoredFile.objects.get(pk__in=frozen.values("file")))
    if sha256(content).hexdigest() != sha256_noted:
        raise DomainError(_("The frozen attendance no longer has the fingerprint that was noted. Tell whoever keeps this site."))
    return read_canonical(io.BytesIO(content))
