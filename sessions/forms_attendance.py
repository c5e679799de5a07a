"""The attendance list as people type it: one small form per person, checked against the meeting's times."""

from collections import Counter

from django import forms
from django.http import QueryDict
from django.utils import dateformat
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core import text
from core.errors import DomainError
from people.models import User
from sessions import attendance, invitations
from sessions.attendance import Line, OthersSaved
from sessions.models import Attendance, Meeting

Established, Reply, Status = Attendance.Established, Attendance.Reply, Attendance.Status
CHOICES = [(value, label) for value, label in Status.choices if value]
HOW = [(value, label) for value, label in Established.choices if value]
EMPTY_GUESTS = 2


class LineForm(forms.Form):
    """One line of the list. `row` is empty for a guest who is being added."""

    status = forms.ChoiceField(label=_("Attendance"), choices=CHOICES, required=False)
    arrived = forms.TimeField(label=_("From"), required=False)
    left = forms.TimeField(label=_("To"), required=False)
    remark = forms.CharField(label=_("Remark"), required=False, max_length=200)
    established = forms.ChoiceField(label=_("How do you know?"), choices=[("", ""), *HOW], required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=160)
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=160)
    remove = forms.BooleanField(label=_("Take this guest off the list"), required=False)
    seen = forms.CharField(required=False, max_length=16)

    def __init__(
        self, data: QueryDict | None, *, meeting: Meeting, prefix: str, row: Attendance | None, usual: str, all_: str = ""
    ) -> None:
        self.meeting, self.row, self.usual = meeting, row, usual
        preset = _preset(meeting, row, usual)
        if row is not None and (all_ == "present" or (all_ == "rest-absent" and not row.status)):
            preset["status"] = _way_in(meeting, row) if all_ == "present" else Status.ABSENT
        super().__init__(data, prefix=prefix, initial=preset)

    @property
    def is_guest(self) -> bool:
        return self.row is None or self.row.is_guest

    @property
    def title(self) -> str:
        return self.row.name if self.row else ""

    @property
    def affiliation(self) -> str:
        return attendance.affiliation(self.row) if self.row else ""

    @property
    def noted(self) -> dict[str, object]:
        """How the row was established, by whom (an id) and when; nothing when it was not noted yet."""
        if self.row is None or self.row.recorded_at is None:
            return {}
        return {"how": self.row.get_established_display(), "by": self.row.recorded_by, "at": self.row.recorded_at}

    @property
    def late(self) -> int:
        return self.row.late_minutes(self.meeting) if self.row else 0

    @property
    def is_open(self) -> bool:
        """Whether the times and the remark are shown at once: something about them is not as usual."""
        values = {name: self[name].value() or "" for name in ("arrived", "left", "remark", "established")}
        usual = {
            "arrived": _wall(self.meeting.local_start),
            "left": _wall(self.meeting.local_end),
            "remark": "",
            "established": "",
        }
        return bool(self.errors) or any(values[name] not in {"", usual[name]} for name in usual)

    def was_sent(self) -> bool:
        """A row that somebody else added after this page was made is not in its answer."""
        return f"{self.prefix}-status" in self.data

    def is_empty(self) -> bool:
        return self.row is None and not (self["name"].value() or "").strip() and not (self["organisation"].value() or "").strip()

    def clean_remark(self) -> str:
        return text.clean_text(self.cleaned_data["remark"])

    def clean(self) -> dict:
        """A status and, for a guest, a name; times that fit the meeting."""
        cleaned = super().clean()
        if not cleaned.get("status") and "status" not in self.errors:
            self.add_error("status", _("Choose what applies."))
        if self.is_guest and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Fill in the guest's name."))
        if not self.errors:
            try:
                attendance.stretch(self.meeting, self.line())
            except DomainError as refusal:
                self.add_error(refusal.field, refusal.message)
        return cleaned

    def line(self) -> Line:
        """What was typed, for the service."""
        cleaned = self.cleaned_data
        return Line(
            status=cleaned["status"],
            arrived=cleaned["arrived"],
            left=cleaned["left"],
            remark=cleaned["remark"],
            established=cleaned["established"] or self.usual,
            name=text.clean_text(cleaned["name"]) if self.is_guest else "",
            organisation=text.clean_text(cleaned["organisation"]) if self.is_guest else "",
            seen=cleaned["seen"],
        )


class ListForm(forms.Form):
    """What goes for the whole list."""

    usual = forms.ChoiceField(label=_("How do you know who was there?"), choices=HOW)
    person = forms.ModelChoiceField(
        label=_("Somebody else of the programme was there too"), queryset=User.objects.none(), required=False
    )


class Grid:
    """The list as one form. Everybody who was not noted yet stands on present: what was different is what you change."""

    def __init__(self, meeting: Meeting, data: QueryDict | None = None, *, all_: str = "") -> None:
        rows = attendance.rows_of(meeting)
        self.meeting = meeting
        self.form = ListForm(data, initial={"usual": _usual(rows)})
        self.form.fields["person"].queryset = invitations.invitable(meeting).exclude(
            pk__in=[row.user_id for row in rows if row.user_id]
        )
        usual = data.get("usual", "") if data is not None else _usual(rows)
        usual = usual if usual in Established.values and usual else Established.COACH
        self.lines = [LineForm(data, meeting=meeting, prefix=f"p{row.pk.hex}", row=row, usual=usual, all_=all_) for row in rows]
        self.guests = [LineForm(data, meeting=meeting, prefix=f"new{n}", row=None, usual=usual) for n in range(EMPTY_GUESTS)]
        self.is_preset = any(row.status == Status.UNKNOWN for row in rows)
        self.refusal = ""
        self.times = {"start": _clock(meeting.local_start), "end": _clock(meeting.local_end)}

    def is_valid(self) -> bool:
        """Every line that was sent holds; guests' lines that nobody filled in do not count."""
        self.lines = [form for form in self.lines if form.was_sent()]
        self.added = [form for form in self.guests if form.was_sent() and not form.is_empty()]
        answers = [form.is_valid() for form in (self.form, *self.lines, *self.added)]
        return all(answers)

    def typed(self) -> dict[str, object]:
        """The arguments of `attendance.save_list`."""
        person = self.form.cleaned_data["person"]
        return {
            "lines": {form.row.pk: form.line() for form in self.lines if form.row},
            "guests": [form.line() for form in self.added],
            "people": [person] if person else [],
            "removed": [form.row.pk for form in self.lines if form.row and form.is_guest and form.cleaned_data["remove"]],
        }

    def refuse(self, refusal: DomainError) -> None:
        """Show why nothing was saved; beside the lines where somebody else noted something else, what stands there now."""
        self.refusal = str(refusal.message)
        others = {row.pk: row for row in refusal.rows} if isinstance(refusal, OthersSaved) else {}
        for form in self.lines:
            row: Attendance | None = others.get(form.row.pk) if form.row else None
            if row is not None:
                form.data = form.data.copy()
                form.data[f"{form.prefix}-seen"] = attendance.mark_of(row)
                form.add_error(
                    "status",
                    _now("It now says: %(what)s. Save again to put yours in its place.") % {"what": _in_words(self.meeting, row)},
                )

    def names(self) -> dict:
        """Who noted something on this list, by id (one query)."""
        ids = {line.noted.get("by") for line in self.lines} - {None}
        return {person.pk: person.name for person in User.objects.filter(pk__in=ids)} if ids else {}

    @property
    def has_guests(self) -> bool:
        """Whether a guest is being added."""
        return any(not form.is_empty() for form in self.guests)

    @property
    def refused_lines(self) -> list[LineForm]:
        return [form for form in (*self.lines, *self.guests) if form.is_bound and not form.is_empty() and form.errors]


class ReopenForm(forms.Form):
    """Why a checked meeting is opened again."""

    reason = forms.CharField(label=_("Why do you reopen it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_reason(self) -> str:
        return text.clean_text(self.cleaned_data["reason"])


def _preset(meeting: Meeting, row: Attendance | None, usual: str) -> dict[str, str]:
    """The line as the page shows it first: present from start to end, unless something else was noted or answered."""
    preset = {"arrived": _wall(meeting.local_start), "left": _wall(meeting.local_end)}
    if row is None:
        return preset | {"status": _way_in(meeting, None)}
    preset |= {
        "remark": row.remark,
        "name": row.guest_name,
        "organisation": row.guest_organisation,
        "seen": attendance.mark_of(row),
    }
    preset["status"] = row.status or _way_in(meeting, row)
    preset["established"] = "" if row.established in {"", usual} else row.established
    if row.arrived_at:
        preset["arrived"] = _wall(row.arrived_at.astimezone(meeting.zone))
    if row.left_at:
        preset["left"] = _wall(row.left_at.astimezone(meeting.zone))
    return preset


def _way_in(meeting: Meeting, row: Attendance | None) -> str:
    if row and row.reply == Reply.NO:
        return Status.EXCUSED
    online = meeting.mode == Meeting.Mode.ONLINE or (row is not None and row.reply == Reply.ONLINE)
    return Status.ONLINE if online else Status.ONSITE


def _usual(rows: list[Attendance]) -> str:
    """How most of the list was established."""
    noted = Counter(row.established for row in rows if row.established)
    return noted.most_common(1)[0][0] if noted else Established.COACH


def _wall(moment) -> str:
    return f"{moment:%H:%M}"


def _clock(moment) -> str:
    return dateformat.format(moment, pgettext("time, Django's date format", "H:i"))


def _in_words(meeting: Meeting, row: Attendance) -> str:
    said = str(row.get_status_display())
    if row.arrived_at and row.left_at:
        said += f", {_clock(row.arrived_at.astimezone(meeting.zone))}–{_clock(row.left_at.astimezone(meeting.zone))}"
    return f"{said} ({row.remark})" if row.remark else said
