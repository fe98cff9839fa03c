from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import OPEN_MESSAGE_STATES, MessageState, SuppressionReason
from chapters.models.base import ChapterOwned
from chapters.querysets import MessageQuerySet
from core.words import in_readers_language


class Message(ChapterOwned):
    """One mail to one person. This row is the truth about it: what it says was sent is never sent again.

    It is committed as being sent before the mail server hears a word. Whether one was taken whose sender died in
    between nobody knows; it is unknown, and goes again only when a person releases it.
    """

    # Ten thousand are planned at once: what another index begins with has none of its own.
    chapter = models.ForeignKey(
        "chapters.Chapter", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=60)
    member = models.ForeignKey(
        "chapters.Member", on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=8)
    time_zone = models.CharField(_("time zone"), max_length=60)
    params = models.JSONField(_("ids and words"), default=dict)
    key = models.CharField(_("what makes it the same mail"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=MessageState, default=MessageState.PENDING)
    hurry = models.BooleanField(_("at any hour"), default=False)
    planned_at = models.DateTimeField(_("planned"))
    send_after = models.DateTimeField(_("not before"))
    started_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    finished_at = models.DateTimeField(_("settled"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    reasons = models.JSONField(_("why it was not sent, by language"), default=dict)
    answer = models.CharField(_("what the mail server said"), max_length=500, blank=True)
    subject = models.CharField(_("subject as sent"), max_length=250, blank=True)
    text = models.TextField(_("text as sent"), blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=255, blank=True)
    mailing = models.ForeignKey(
        "chapters.Mailing",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    released_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "key"], name="message_once"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_MESSAGE_STATES, finished_at__isnull=True)
                | (~Q(state__in=OPEN_MESSAGE_STATES) & Q(finished_at__isnull=False)),
                name="message_finished_when_settled",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENDING) | Q(started_at__isnull=False),
                name="message_started_when_sending",
            ),
            models.CheckConstraint(condition=~Q(email=""), name="message_has_address"),
        ]
        indexes = [
            models.Index(
                fields=["-hurry", "send_after", "id"],
                name="message_due",
                condition=Q(state=MessageState.PENDING),
            ),
            models.Index(
                fields=["started_at"], name="message_on_its_way", condition=Q(state=MessageState.SENDING)
            ),
            models.Index(fields=["started_at"], name="message_tried", condition=Q(started_at__isnull=False)),
            models.Index(fields=["chapter", "-planned_at", "-id"], name="message_latest_first"),
            models.Index(
                fields=["mailing", "state"], name="message_of_mailing", condition=Q(mailing__isnull=False)
            ),
            models.Index(fields=["message_id"], name="message_by_its_id", condition=~Q(message_id="")),
            models.Index(fields=["email"], name="message_by_address"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_MESSAGE_STATES

    @property
    def reason(self) -> str:
        """Why it was not sent, in the reader's language."""
        return in_readers_language(self.reasons)


class MailPreference(ChapterOwned):
    """What a person has said about one kind of mail; a kind nobody spoke of is sent."""

    member = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=60)
    is_off = models.BooleanField(_("wants none"), default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="mail_preference_once")]

    def __str__(self) -> str:
        return self.kind


class MailSuppression(ChapterOwned):
    """An address that a chapter's mail no longer goes to, from a day on until somebody lifts it.

    Kept as a mark and not in plain, so that it outlives the person's data and a later file cannot bring the address
    back into use.
    """

    mark = models.CharField(_("SHA-256 of chapter and address"), max_length=64)
    reason = models.CharField(max_length=12, choices=SuppressionReason)
    detail = models.CharField(_("what was said"), max_length=300, blank=True)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "mark", "reason"],
                condition=Q(lifted_at__isnull=True),
                name="mail_suppression_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("since")),
                name="mail_suppression_lifted_after_since",
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
