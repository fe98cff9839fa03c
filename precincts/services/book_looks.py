"""How far somebody has seen the news of a block book."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.models import Block, BookLook, VoterChange


class LookWithoutAccount(DomainError):
    """Only a person with an account looks at a book."""


@transaction.atomic
def remember_look(*, block: Block, through: int, by: Actor, at: datetime) -> BookLook:
    """Remember that somebody has seen the news of a block up to a change; never backwards.

    Args:
        through: the number of the newest change they saw; what was imported after it stays news.

    Raises:
        LookWithoutAccount: the actor is no person with an account.
    """
    if by.user_id is None:
        raise LookWithoutAccount(_("Only a person with an account can say what they have seen."))
    newest = (
        VoterChange.objects.filter(chapter_id=block.chapter_id).aggregate(newest=Max("pk"))["newest"] or 0
    )
    through = min(through, newest)
    look, made = BookLook.objects.select_for_update().get_or_create(
        block=block,
        user_id=by.user_id,
        defaults={"chapter_id": block.chapter_id, "through": through, "looked_at": at},
    )
    if not made:
        look.through, look.looked_at = max(look.through, through), at
        look.save(update_fields=["through", "looked_at"])
    audit.record(
        by=by, verb="precincts.news_seen", row=block,
        summary=lambda: _("Has seen the news of block %(block)s in precinct %(code)s")
        % {"block": block, "code": block.precinct.code},
    )  # fmt: skip
    return look
