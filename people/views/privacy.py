"""What is kept about oneself: the notice, an overview in plain words, a file to take along."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from people import own_data, services


@require_GET
@login_not_required
def notice(request: HttpRequest) -> HttpResponse:
    """The privacy notice of today, for everybody."""
    return render(request, "people/notice.html", {"notice": services.current_text(services.NOTICE)})


@require_GET
@login_not_required
def my_data(request: HttpRequest) -> HttpResponse:
    """What we keep of this person, why and how long; for a visitor the notice."""
    if not request.user.is_authenticated:
        return notice(request)
    consents = request.user.consents.select_related("text").order_by("-given_at")
    return render(request, "people/my_data.html", {"kept": own_data.overview(request.user), "consents": consents})


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The person's own rows as a file (GDPR art. 15 and 20)."""
    body = json.dumps(own_data.export(request.user), ensure_ascii=False, indent=1)
    name = f"ilias-{timezone.localdate():%Y-%m-%d}.json"
    return HttpResponse(body, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})
