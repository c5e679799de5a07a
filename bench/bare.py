"""The bare pages: what Django alone makes of as many queries, rows and bytes, without menu, forms, translated words and rights.

`/bare/…/` is a list: the person, then each of the other queries reads its share of the rows, in an order that has an index, with
what they belong to; a row has a link, a name, an address, a choice in words, the name of a service and a day. Without a query the
table is empty. The rest of the bytes is a text of the template, which costs nothing.
`/bare/sign-in/…/` is Django's own LoginView, its form drawn by Django's form renderer.
`/bare/save/…/` reads and writes as many rows as asked for, one by one in one transaction, once its form is right.
"""

import uuid

from django import forms
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.safestring import SafeString

from core.models import Pulse
from trajectories.models import Seat

_fillers: dict[str, SafeString] = {}


def bare(request: HttpRequest, signed_in: int, queries: int, rows: int, size: int) -> HttpResponse:
    """Takes as many queries as asked for: the person, and the rows in equal shares. The session is in the cache."""
    if signed_in and not request.user.is_authenticated:
        return redirect("/")
    seats: list[Seat] = []
    every = Seat.objects.select_related("user", "pilot__service").order_by("pk")
    for left in range(queries - signed_in, 0, -1):
        share = max(1, -(-(rows - len(seats)) // left))
        seats += every[len(seats) : len(seats) + share]
    answer = render(request, "bare.html", {"seats": seats[:rows], "filler": _fillers.get(request.path, "")})
    _learn(request.path, size, answer.content)
    return answer


@transaction.atomic
def save(request: HttpRequest, fields: int, reads: int, writes: int) -> HttpResponse:
    """The first of the reads is the person; a write is a small row."""
    kinds = {f"field{number}": forms.CharField(max_length=1000) for number in range(fields)}
    form = type("Bare", (forms.Form,), kinds)(request.POST)
    if not (request.user.is_authenticated and form.is_valid()):
        return HttpResponse(status=422)
    for at in range(reads - 1):
        Seat.objects.select_related("user", "pilot__service").order_by("pk")[at : at + 1].get()
    for _each in range(writes):
        Pulse.objects.create(name=uuid.uuid4().hex, at=timezone.now())
    return redirect("/")


def bare_seat(request: HttpRequest, seat: str) -> HttpResponse:
    """Where a row leads; nobody goes there."""
    return HttpResponse(seat, content_type="text/plain")


class SignIn(LoginView):
    """Django's sign-in as it comes, with as many bytes as ours."""

    template_name = "sign_in.html"

    def get_context_data(self, **kwargs: object) -> dict:
        return super().get_context_data(filler=_fillers.get(self.request.path, ""), **kwargs)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer = self.render_to_response(self.get_context_data()).render()
        _learn(request.path, self.kwargs["size"], answer.content)
        return answer


def _learn(path: str, size: int, content: bytes) -> None:
    """How much text this page needs from its second answer on to have the bytes asked for."""
    if path not in _fillers:
        _fillers[path] = SafeString("x" * max(size - len(content), 0))


urlpatterns = [
    path("bare/<int:signed_in>/<int:queries>/<int:rows>/<int:size>/", bare),
    path("bare/sign-in/<int:size>/", SignIn.as_view()),
    path("bare/save/<int:fields>/<int:reads>/<int:writes>/", save),
    path("bare/seat/<uuid:seat>/", bare_seat, name="seat"),
]
