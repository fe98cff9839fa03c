"""Errors that are part of the domain: their message is written for the person who reads it."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A service refuses; nothing was changed.

    The message says what happened, what is safe and what to do, in the reader's language. Each
    condition is a subclass defined beside the code that raises it.
    """

    def __init__(self, message: Any, *, hint: Any = "") -> None:
        super().__init__(message)
        self._message = message
        self._hint = hint

    @property
    def message(self) -> str:
        return str(self._message)

    @property
    def hint(self) -> str:
        """What to do next, when the message alone does not say it."""
        return str(self._hint)

    @property
    def code(self) -> str:
        """The condition's name, for machines."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
