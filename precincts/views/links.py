"""Addresses of pages that another app may bring, or not."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch

from core.http import chapter_url


def optional_url(name: str, **kwargs: Any) -> str:
    """The page's address, "" while no app has a page of that name."""
    try:
        return chapter_url(name, **kwargs)
    except NoReverseMatch:
        return ""
