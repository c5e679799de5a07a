"""The bare page: who is signed in, so many queries, so many rows of five cells in a plain template, so many bytes."""

from itertools import cycle, islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.safestring import SafeString

from trajectories.models import Seat

_fillers: dict[str, SafeString] = {}


def bare(request: HttpRequest, signed_in: int, queries: int, rows: int, size: int) -> HttpResponse:
    """Takes as many queries as asked for: the person, the rows, and the rest one row each. The session is in the cache."""
    if signed_in and not request.user.is_authenticated:
        return redirect("/")
    wanted = queries - signed_in
    found = list(Seat.objects.select_related("user", "pilot__service")[:rows]) if rows and wanted > 0 else []
    for _query in range(wanted - 1):
        Seat.objects.filter(pk=found[0].pk if found else None).first()
    context = {"seats": list(islice(cycle(found), rows)) if found else [], "filler": _fillers.get(request.path, "")}
    answer = render(request, "bare.html", context)
    if request.path not in _fillers:
        _fillers[request.path] = SafeString("x" * max(size - len(answer.content), 0))
    return answer


urlpatterns = [path("bare/<int:signed_in>/<int:queries>/<int:rows>/<int:size>/", bare)]
