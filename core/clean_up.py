"""What is deleted each night: every app names what of its own nobody needs any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

CleanUp = Callable[[datetime], object]
_handlers: list[CleanUp] = []
logger = logging.getLogger(__name__)


def register_clean_up(handler: CleanUp) -> CleanUp:
    """Let an app delete what it kept long enough; called each night with the time."""
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def clean_up(at: datetime) -> None:
    """Let every app clean up; what one cannot do tonight does not hold up the others."""
    for handler in _handlers:
        try:
            handler(at)
        except (
            Exception
        ):  # each has its own reasons; the log has the traceback, and tomorrow is another night
            logger.exception("%s.%s could not clean up.", handler.__module__, handler.__name__)
