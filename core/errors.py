"""Errors that are part of the domain: their message is written for the person who reads it."""

from __future__ import annotations

from core.words import Saying, say


class DomainError(Exception):
    """A service refuses; nothing was changed.

    The message says what happened, what is safe and what to do, in the reader's language; what a job refuses
    with is read later, perhaps in another one (see `core.words`). Each condition is a subclass defined beside
    the code that raises it.
    """

    def __init__(self, message: Saying, *, hint: Saying = "") -> None:
        super().__init__(message)
        self._message = message
        self._hint = hint

    @property
    def message(self) -> str:
        return say(self._message)

    @property
    def hint(self) -> str:
        """What to do next, when the message alone does not say it."""
        return say(self._hint)

    @property
    def code(self) -> str:
        """The condition's name, for machines."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
