from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import HandShakeState, HelpSide
from precincts.models.needs import Need, Offer
from precincts.querysets import HandShakeQuerySet

OPEN_HAND_SHAKES = (HandShakeState.ASKED, HandShakeState.AGREED)
"""States in which a hand-shake holds its need, and a place of its offer."""


class HandShake(ChapterOwned):
    """Two neighbours of whom one may help the other: each is asked, and learns who it is when both agreed.

    Attributes:
        metres: the way on foot between their doors when they were asked.
        need_says, offer_says: each side's answer; None until there is one.
        need_said_by, offer_said_by: who gave a captain the answer; "" when a member answered themself.
    """

    need = models.ForeignKey("precincts.Need", on_delete=models.CASCADE, related_name="hand_shakes")
    offer = models.ForeignKey("precincts.Offer", on_delete=models.CASCADE, related_name="hand_shakes")
    state = models.CharField(_("state"), max_length=10, choices=HandShakeState, default=HandShakeState.ASKED)
    metres = models.PositiveIntegerField(_("way on foot, in metres"))
    asked_on = models.DateField(_("asked on"))
    asked_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    expires_on = models.DateField(_("waits until"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    need_says = models.BooleanField(_("who needs help agrees"), null=True, blank=True)
    need_said_by = models.CharField(_("who said so"), max_length=120, blank=True)
    need_said_on = models.DateField(_("said on"), null=True, blank=True)
    need_answered_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    offer_says = models.BooleanField(_("who offers it agrees"), null=True, blank=True)
    offer_said_by = models.CharField(_("who said so"), max_length=120, blank=True)
    offer_said_on = models.DateField(_("said on"), null=True, blank=True)
    offer_answered_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = HandShakeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=Q(state__in=OPEN_HAND_SHAKES), name="hand_shake_one_for_a_need",
            ),
            models.UniqueConstraint(
                fields=["need", "offer"],
                condition=Q(state__in=(*OPEN_HAND_SHAKES, HandShakeState.DECLINED)),
                name="hand_shake_not_after_a_no",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(HandShakeState.AGREED, HandShakeState.DONE))
                # An unknown answer would let the check pass: it must be there.
                | Q(need_says__isnull=False, need_says=True, offer_says__isnull=False, offer_says=True),
                name="hand_shake_agreed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_HAND_SHAKES, closed_on__isnull=True)
                | (~Q(state__in=OPEN_HAND_SHAKES) & Q(closed_on__isnull=False)),
                name="hand_shake_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(need_says__isnull=True, need_said_on__isnull=True)
                | Q(need_says__isnull=False, need_said_on__isnull=False),
                name="hand_shake_need_said_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(offer_says__isnull=True, offer_said_on__isnull=True)
                | Q(offer_says__isnull=False, offer_said_on__isnull=False),
                name="hand_shake_offer_said_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("asked_on")), name="hand_shake_waits_after_asking"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.need.get_kind_display()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_HAND_SHAKES

    @property
    def shows_names(self) -> bool:
        """Whether each side may know who the other is: both agreed, and both are still on the chapter's lists."""
        both_agreed = self.state in (HandShakeState.AGREED, HandShakeState.DONE)
        return both_agreed and self.need.may_be_named and self.offer.may_be_named

    def line_of(self, side: str) -> Need | Offer:
        """What that side has told."""
        return self.need if side == HelpSide.NEED else self.offer

    def answer_of(self, side: str) -> bool | None:
        """That side's answer, None while it is awaited."""
        return self.need_says if side == HelpSide.NEED else self.offer_says
