"""Personal links: signed with the server's key, good for one purpose and for a time; nothing of them is kept.

What a link stands for is read from it, so no table holds anything that would let its reader in. Whoever must be able
to take a link back gives its row a random code and signs that instead of the id.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.http import Http404


def sign_link(purpose: str, subject: str | int) -> str:
    """The part of an address that stands for `subject` ("412"), for one purpose ("chapters.unsubscribe")."""
    return _signer(purpose).sign(str(subject))


def read_link(purpose: str, token: str, *, good_for: timedelta) -> str:
    """What the link stands for.

    Raises:
        Http404: it is made up, made for another purpose, or too old; the answer does not say which.
    """
    try:
        return _signer(purpose).unsign(token, max_age=good_for)
    except signing.BadSignature:
        raise Http404 from None


def _signer(purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(sep=".", salt=f"link:{purpose}")  # mail programs end a link at a colon
