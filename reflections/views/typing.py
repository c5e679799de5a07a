"""What is kept while somebody types, for every form with a text of one's own."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.templatetags.ui import clock
from reflections import devices, drafts
from reflections.forms import TextForm


@dataclass(frozen=True)
class Standing:
    """The saved text that a form is about."""

    text: str
    version: int
    heading: str = ""

    def says(self, heading: str, text: str) -> bool:
        return (self.heading, self.text.strip()) == (heading, text)

    def began_with(self, heading: str, text: str) -> bool:
        return self.heading.startswith(heading) and self.text.startswith(text)


def device_key(request: HttpRequest, place: str) -> HttpResponse:
    """For the author's own browser: the name and the key of the sealed copy that it may keep of this form."""
    name, key = devices.key_for(request.user, place)
    return JsonResponse({"name": name, "key": key})


def kept(request: HttpRequest, place: str, form: TextForm, standing: Standing | None) -> HttpResponse:
    """One line of plain text for beside the field: kept, or why not.

    What the saved text (`standing`) says already needs no draft. Nor does the beginning of it, typed in a form from before
    it was saved: that was on its way. In a form of the saved text itself, somebody took the end away.
    """
    given = form.cleaned_data
    text, heading = given.get("text", ""), given.get("title")
    typed = (heading or "").strip(), text.strip()
    by = {"by": request.user, "place": place, "tab": given["tab"], "version": given["draft"]}
    try:
        if standing and any(typed) and given["version"] < standing.version and standing.began_with(*typed):
            pass
        elif standing and standing.says(*typed):
            drafts.keep(text="", **by)
        else:
            emptied = heading is not None and standing is not None and not standing.text.strip()  # only its heading, then
            drafts.keep(text=text, readers=given.get("readers", []), heading=heading, even_empty=emptied, **by)
    except DomainError as refusal:
        return HttpResponse(str(refusal.message), status=422, content_type="text/plain; charset=utf-8")
    said = _("Saved at %(time)s") % {"time": clock(timezone.now())}
    return HttpResponse(said, content_type="text/plain; charset=utf-8")
