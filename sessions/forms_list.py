"""A list of who was there: a file or pasted lines, read by the house's one reader."""

import csv
import io

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tables import Row, read_table
from sessions.attendance_list import COLUMNS
from sessions.models import Attendance

HOW = [(value, label) for value, label in Attendance.Established.choices if value and value != "self"]


class ListForm(forms.Form):
    """The list, and how one knows."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("CSV or Excel. The first row holds the names of the columns.")
    )
    pasted = forms.CharField(
        label=_("Or paste the list"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    established = forms.ChoiceField(label=_("How do you know who was there?"), choices=HOW, initial="paper")

    def clean(self) -> dict:
        """Either one; the rows end up in `cleaned_data["rows"]`."""
        cleaned = super().clean()
        upload, pasted = cleaned.get("file"), (cleaned.get("pasted") or "").strip()
        if not upload and not pasted:
            raise forms.ValidationError(_("Choose a file, or paste a list."))
        source = upload or SimpleUploadedFile("list.csv", pasted.encode())
        try:
            cleaned["rows"] = read_table(source, columns=COLUMNS, max_rows=200, field="file" if upload else "pasted")
        except DomainError as refusal:
            self.add_error(refusal.field, refusal.message)
        return cleaned


def as_text(rows: list[Row]) -> str:
    """The rows as a list that can be pasted, corrected and sent again."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(names[0] for names in COLUMNS.values())
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return text.getvalue()
