"""The style guide: every piece of templates/ui on one page, for who writes pages and for the tests that look at them."""

import datetime
import uuid
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET


class SampleForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label=_("Name as you want it on the list"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("We send the invitation there."))
    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}), required=False)
    sector = forms.ChoiceField(
        label=_("Sector"), choices=[("", "–"), ("care", _("Childcare 0–3")), ("school", _("Nursery school"))]
    )
    mode = forms.ChoiceField(
        label=_("How do you come?"), widget=forms.RadioSelect, choices=[("site", _("On site")), ("online", _("Online"))]
    )
    readers = forms.MultipleChoiceField(
        label=_("Who may read this?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("pair", _("Your co-leader")), ("coach", _("Your coaches")), ("network", _("The network"))],
        required=False,
        help_text=_("Nobody, as long as you choose nobody."),
    )
    text = forms.CharField(label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
    sheet = forms.FileField(label=_("Scan of the list"), required=False)
    agree = forms.BooleanField(label=_("I have read this"), help_text=_("You can change your mind later."))


@require_GET
@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every piece, twice where it has a good and a bad day."""
    return render(request, "ilias/styleguide.html", _samples())


def _samples() -> dict[str, object]:
    start = datetime.datetime(2026, 3, 26, 8, 0, tzinfo=datetime.UTC)
    job = SimpleNamespace(title=_("Report of session 3"), total=8, progress=3, percent=37, problem="")
    return {
        "states": [
            ("ok", _("held")),
            ("now", _("today")),
            ("next", _("planned")),
            ("wait", _("waiting")),
            ("stop", _("cancelled")),
            ("quiet", _("draft")),
        ],
        "start": start,
        "end": start + datetime.timedelta(hours=3),
        "last": start + datetime.timedelta(days=1, hours=3),
        "today": timezone.localdate(),
        "empty_form": SampleForm(),
        "refused_form": SampleForm({"refused-email": "anna@", "refused-text": "Wij probeerden iets uit."}, prefix="refused"),
        "running": SimpleNamespace(pk=uuid.UUID(int=1), state="running", **vars(job)),
        "ready": SimpleNamespace(pk=uuid.UUID(int=2), state="done", **vars(job)),
        "failed": SimpleNamespace(pk=uuid.UUID(int=3), state="failed", **vars(job)),
        "page": Paginator(range(60), 25).get_page(2),
        "tabs": [
            {"label": _("Programme"), "url": "#tabs", "current": True},
            {"label": _("Attendance"), "url": "#tabs"},
            {"label": _("Minutes"), "url": "#tabs"},
        ],
        "headings": [_("Name"), _("Service"), _("Hours")],
        "rows": [["Anna Peeters", "De Speelboom", "12,5"], ["Bram Claes", "De Speelboom", "9"]],
        "stops": _stops(),
    }


def _stops() -> list[dict[str, object]]:
    said = {"ok": _("held"), "now": _("today"), "next": _("planned")}
    stops = [
        ("ok", _("Session 1"), "14/01/2026"),
        ("ok", _("Coaching moment 1"), "03/02/2026"),
        ("ok", _("Session 2"), "19/02/2026"),
        ("now", _("Session 3"), "26/03/2026"),
        ("next", _("Coaching moment 2"), "05/05/2026"),
        ("next", _("Session 4"), "11/06/2026"),
    ]
    return [
        {"title": title, "url": "#line", "when": day, "state": state, "label": said[state], "moment": place in (1, 4)}
        for place, (state, title, day) in enumerate(stops)
    ]
