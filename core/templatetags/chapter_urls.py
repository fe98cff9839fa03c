"""`{% chapter_url "precincts:block" block_id=block.pk %}`: a page of the chapter at hand."""

from __future__ import annotations

from typing import Any

from django import template

from core.http import chapter_url as reverse_in_chapter

register = template.Library()


@register.simple_tag
def chapter_url(name: str, **kwargs: Any) -> str:
    """The page's address in the chapter in scope, or in the one named by `slug`."""
    return reverse_in_chapter(name, **kwargs)
