"""The library, one tool, and one tool on paper."""

from functools import lru_cache
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tools.access import tool_for
from tools.forms import ToolFilter
from tools.models import Tool

PAGE = 24


@require_GET
def tools(request: HttpRequest) -> HttpResponse:
    """The library, narrowed by what somebody looks for."""
    form = ToolFilter(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    words = wanted.pop("q", "")
    found = [tool for tool in Tool.objects.visible_to(request.user).fitting(**wanted).with_titles() if tool.says(words)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    asked = bool(words or any(wanted.values()))
    blank = "" if asked or form.errors else _blank(get_language())
    return render(request, "tools/list.html", {"form": form, "blank": blank, "page": page, "asked": asked})


@lru_cache(maxsize=8)
def _blank(language: str | None) -> str:
    """The form in which nothing is asked yet, as nearly everybody gets it: drawn once for each language."""
    return render_to_string("ui/_form.html", {"form": ToolFilter({}), "method": "get", "save": _("Show")})


@require_GET
def tool(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A tool in the reader's language, or in the one asked for."""
    return render(request, "tools/tool.html", _told(request, pk))


@require_GET
def print_tool(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same on paper."""
    return render(request, "tools/print.html", _told(request, pk))


def _told(request: HttpRequest, pk: UUID) -> dict[str, object]:
    found = tool_for(request.user, pk)
    text = found.text_in(request.GET.get("language") or get_language() or "nl")
    others = [(code, get_language_info(code)["name_local"].capitalize()) for code in found.languages if code != text.language]
    return {"tool": found, "text": text, "others": others}
