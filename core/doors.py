"""The one way from an id in an address to an object: strangers get 404, insiders without the right a 403 with a sentence."""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.compiled import Compiled

M = TypeVar("M", bound=Model)


def through(seen: QuerySet[M], allowed: QuerySet[M] | None = None, *, sentence: str = "", **lookup: object) -> M:
    """The object that `lookup` names among those the person may see; 404 otherwise.

    With `allowed`, the object must be among those too: who sees it and may not do this gets 403 with `sentence`.
    """
    if allowed is not None:
        found = allowed.filter(**lookup).first()
        if found is not None:
            return found
    found = get_object_or_404(seen, **lookup)
    if allowed is not None:
        raise PermissionDenied(sentence or _("You can read this, but you cannot change it."))
    return found


def let_in(seen: Compiled, allowed: Compiled | None = None, *, sentence: str = "", **values: object) -> Any:
    """`through` questions that are compiled once, which are asked with these values: whom the page is for pays one query."""
    found = (allowed or seen).first(**values)
    if found is not None:
        return found
    if allowed is None or seen.first(**values) is None:
        raise Http404
    raise PermissionDenied(sentence or _("You can read this, but you cannot change it."))


def among(**ids: set) -> Q:
    """Rows of which one of the columns holds one of its ids. A column without ids is left out; without any id there is no row."""
    asked = [(f"{column}__in", found) for column, found in ids.items() if found]
    return Q(*asked, _connector=Q.OR) if asked else Q(pk__in=[])
