from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chapters.enums import OPEN_ASK_RESULTS, AskEnd, AskResult
from chapters.models.base import ChapterOwned
from chapters.querysets import AskQuerySet
from core.words import in_readers_language

_COME_BACK = (AskResult.MAYBE, AskResult.LATER)


class Ask(ChapterOwned):
    """One person asks another for something by a day, and what came of it.

    Whoever is asked may be none of the chapter's people; then only the name stands here.
    """

    asked = models.ForeignKey(
        "chapters.Member",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="asks",
        verbose_name=_("the person asked, when one of ours"),
    )
    asked_name = models.CharField(_("who is asked"), max_length=180)
    asked_by = models.ForeignKey(
        "chapters.Member", on_delete=models.PROTECT, related_name="asks_made", verbose_name=_("who asks")
    )
    step = models.ForeignKey(
        "chapters.LadderStep",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="asks",
        verbose_name=_("the step of the ladder"),
    )
    whats = models.JSONField(_("for what, by language"), default=dict)
    asked_on = models.DateField(_("since"))
    due_on = models.DateField(_("to be asked by"))
    result = models.CharField(
        _("answer"), max_length=10, choices=AskResult, default=AskResult.OPEN, blank=True
    )
    closed_as = models.CharField(_("why it was closed"), max_length=10, choices=AskEnd, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    follow_up_on = models.DateField(_("come back on"), null=True, blank=True)
    note = models.TextField(_("what they said"), blank=True)
    made_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "step"],
                condition=Q(result__in=OPEN_ASK_RESULTS),
                name="ask_open_once_for_a_step",
            ),
            models.CheckConstraint(condition=~Q(asked_name=""), name="ask_names_somebody"),
            models.CheckConstraint(condition=~Q(asked=F("asked_by")), name="ask_of_somebody_else"),
            models.CheckConstraint(condition=Q(due_on__gte=F("asked_on")), name="ask_due_after_asking"),
            models.CheckConstraint(
                condition=Q(result=AskResult.OPEN, answered_on__isnull=True)
                | (~Q(result=AskResult.OPEN) & Q(answered_on__isnull=False, answered_on__gte=F("asked_on"))),
                name="ask_answered_after_asking",
            ),
            models.CheckConstraint(
                condition=Q(
                    result__in=_COME_BACK, follow_up_on__isnull=False, follow_up_on__gt=F("answered_on")
                )
                | (~Q(result__in=_COME_BACK) & Q(follow_up_on__isnull=True)),
                name="ask_comes_back_after_answer",
            ),
            models.CheckConstraint(
                condition=(Q(result=AskResult.CLOSED) & ~Q(closed_as=""))
                | (~Q(result=AskResult.CLOSED) & Q(closed_as="")),
                name="ask_closed_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_by", "due_on"], name="ask_open", condition=Q(result__in=OPEN_ASK_RESULTS)
            )
        ]

    def __str__(self) -> str:
        return self.asked_name

    @property
    def what(self) -> str:
        """For what, in the reader's language."""
        return in_readers_language(self.whats)

    @property
    def answer(self) -> str:
        """What came of it, in words: the answer, or why it was closed without one."""
        if self.result != AskResult.CLOSED:
            return str(self.get_result_display())
        return gettext("closed: %(why)s") % {"why": self.get_closed_as_display()}

    @property
    def is_open(self) -> bool:
        return self.result in OPEN_ASK_RESULTS

    @property
    def next_on(self) -> date | None:
        """The day on which somebody has to come back to it; None once it is settled."""
        return (self.follow_up_on or self.due_on) if self.is_open else None
