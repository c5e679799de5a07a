"""The one way from an id in an address to an object: strangers get 404, insiders without the right a 403 with a sentence."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

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


def among(**ids: set) -> Q:
    """Rows of which one of the columns holds one of its ids. A column without ids is left out; without any id there is no row."""
    asked = [(f"{column}__in", found) for column, found in ids.items() if found]
    return Q(*asked, _connector=Q.OR) if asked else Q(pk__in=[])
