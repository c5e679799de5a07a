"""Doors of accounting that are taken away; `test_removed_checks` tries each."""

from core.doors import through
from reporting import access as reporting
from reporting.models import CharacteristicReader, OwnIndicator, ProgressReport


def of_any_parent(model):
    """A nested door that forgets its parent."""
    return lambda _parent, pk: through(model.objects.all(), pk=pk)


# what is taken away: where, its name, what stands there instead, and the address at which it must be seen
REMOVED = [
    (reporting, "report_read_by", lambda _user, pk: through(ProgressReport.objects.all(), pk=pk), "reports:meetings"),
    (reporting, "report_for", lambda _user, pk: through(ProgressReport.objects.all(), pk=pk), "reports:gaps"),
    (reporting, "report_opened_by", reporting.report_for, "reports:indicator"),
    (reporting, "own_indicator_of", of_any_parent(OwnIndicator), "reports:own_edit"),
    (reporting, "reader_of", of_any_parent(CharacteristicReader), "reports:reader_withdraw"),
]
