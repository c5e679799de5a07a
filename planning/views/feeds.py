"""My calendar: addresses to subscribe to, each withdrawn at once, and what a calendar program reads there."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.forms import attempt
from planning import access_polls, feeds
from planning.forms_polls import AlarmForm, FeedForm
from planning.models import Feed


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """One's calendars, and a new one: its address stands on the page that answers, and nowhere else ever after."""
    form = FeedForm(request.POST or None, networks=access_polls.networks_followed_by(request.user))
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: feeds.make(by=request.user, **form.values()))
        if made:
            address = settings.SITE_URL + reverse("planning:feed", args=[made[1]])
            shown = {"feed": made[0], "address": address, "webcal": "webcal" + address[address.index(":") :]}
            return render(request, "planning/feed_made.html", shown)
    alarm = AlarmForm(initial={"alarm": request.user.alarm_minutes or ""})
    return render(request, "planning/calendar.html", {"form": form, "alarm": alarm, "feeds": Feed.objects.own(request.user)})


@require_POST
def alarm(request: HttpRequest) -> HttpResponse:
    """An alarm before each meeting, or none."""
    form = AlarmForm(request.POST)
    if form.is_valid():
        feeds.set_alarm(request.user, by=request.user, minutes=form.cleaned_data["alarm"])
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose one of the answers."))
    return redirect("planning:calendar")


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An address that must no longer work."""
    feed = access_polls.own_feed(request.user, pk)
    feeds.withdraw(feed, by=request.user)
    messages.success(request, _("Withdrawn: “%(name)s” gets nothing new any more.") % {"name": feed.name})
    return redirect("planning:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads; the secret in the address is the only key. Unchanged since last time: 304 without a body."""
    found = access_polls.feed_behind(token)
    body = feeds.body_of(found)
    feeds.note_reading(found, now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)
