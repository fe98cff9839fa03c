"""`{{ session.user_agent|browser }}`."""

from __future__ import annotations

from django import template

from chapters.browsers import describe_browser

register = template.Library()


@register.filter
def browser(agent: str) -> str:
    """The browser and the system in a few words."""
    return describe_browser(agent)
