"""What the templates of mail need besides words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.one_line import one_line as put_on_one_line

register = template.Library()


@register.filter
def one_line(value: Any) -> str:
    """A person's words on one line, without what could break a header or hide in a text; at most 80 characters."""
    return put_on_one_line(str(value))


@register.filter
def paragraphs(value: Any) -> SafeString:
    """A text that somebody typed as HTML paragraphs; an empty line begins a new one, addresses become links."""
    from django.utils.html import urlize

    parts = [part for part in str(value).replace("\r\n", "\n").split("\n\n") if part.strip()]
    lines = (urlize(escape(part.strip()), nofollow=False).replace("\n", "<br>") for part in parts)
    return mark_safe("".join(f'<p style="margin:0 0 16px">{line}</p>' for line in lines))  # noqa: S308 (escaped above)
