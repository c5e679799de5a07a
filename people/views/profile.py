"""One's own things: the first sign-in, the second step, name and language."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import services
from people.forms import ProfileForm


def _next(request: HttpRequest) -> str:
    """Where the person was going; home for an address that is not ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else "/"


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The privacy notice, to be read once per version before anything else."""
    if request.method == "POST":
        services.acknowledge_notice(request.user)
        if request.POST.get("photos") == "yes":
            services.set_photo_consent(request.user, by=request.user, agrees=True)
        return HttpResponseRedirect(_next(request))
    notice = services.current_text(services.NOTICE)
    shown = {"notice": notice, "photo": services.current_text(services.PHOTO), "next": _next(request)}
    return render(request, "people/welcome.html", shown)


@require_GET
def second_step(request: HttpRequest) -> HttpResponse:
    """Why project team and coaches sign in with a second step, and the two ways to have one."""
    return render(request, "people/second_step.html", {"next": _next(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name and language, and the doors to how one signs in."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user, languages=settings.LANGUAGES)
    if request.method == "POST" and form.is_valid():
        services.change_profile(request.user, by=request.user, **form.cleaned_data)
        with override(request.user.language):
            messages.success(request, _("Saved."))
        return redirect("people:profile")
    keys = Authenticator.objects.filter(user=request.user)
    ways = set(keys.values_list("type", flat=True))
    return render(request, "people/profile.html", {"form": form, "ways": ways, "seats": request.user.living_seats})


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """A sign of life from a shared device: the middleware has noted it."""
    return HttpResponse(status=204)
