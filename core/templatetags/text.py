"""Template filter for people's text: `{{ note|markdown }}`."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from core import text

register = template.Library()


@register.filter
def markdown(value: str | None) -> SafeString:
    """Markdown as sanitised HTML; the only place that vouches for markup made of a person's text."""
    return mark_safe(text.markdown(value or ""))  # noqa: S308 - nh3 has cleaned it
