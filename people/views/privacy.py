"""What is kept about oneself: the notice, an overview in plain words, a file to take along."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

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
    consents = list(request.user.consents.select_related("text").order_by("-given_at"))
    shown = {
        "kept": own_data.overview(request.user),
        "consents": consents,
        "photo": services.current_text(services.PHOTO),
        "agrees_to_photos": any(row.text.kind == services.PHOTO and row.withdrawn_at is None for row in consents),
    }
    return render(request, "people/my_data.html", shown)


@require_POST
def photos(request: HttpRequest) -> HttpResponse:
    """Agree to be in photos, or no longer."""
    agrees = request.POST.get("agrees") == "yes"
    services.set_photo_consent(request.user, by=request.user, agrees=agrees)
    messages.success(request, _("Noted: photos are fine.") if agrees else _("Noted: no photos of you."))
    return redirect("people:my_data")


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The person's own rows as a file (GDPR art. 15 and 20)."""
    body = json.dumps(own_data.export(request.user), ensure_ascii=False, indent=1)
    name = f"ilias-{timezone.localdate():%Y-%m-%d}.json"
    return HttpResponse(body, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})
