import datetime

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import chapters.validators


class Migration(migrations.Migration):
    dependencies = [
        ("chapters", "0017_ask_closed"),
    ]

    operations = [
        migrations.AddField(
            model_name="chapter",
            name="mail_address",
            field=models.CharField(blank=True, max_length=300, verbose_name="postal address"),
        ),
        migrations.AddField(
            model_name="chapter",
            name="mail_colour",
            field=models.CharField(
                default="#0F5C4D",
                max_length=7,
                validators=[chapters.validators.validate_colour],
                verbose_name="colour of mail",
            ),
        ),
        migrations.AddField(
            model_name="chapter",
            name="mail_reply_to",
            field=models.EmailField(blank=True, max_length=254, verbose_name="where answers go"),
        ),
        migrations.AddField(
            model_name="chapter",
            name="mails_per_minute",
            field=models.PositiveSmallIntegerField(
                default=120,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(6000),
                ],
                verbose_name="most mails a minute",
            ),
        ),
        migrations.AddField(
            model_name="chapter",
            name="quiet_from",
            field=models.TimeField(default=datetime.time(21, 0), verbose_name="no mail from"),
        ),
        migrations.AddField(
            model_name="chapter",
            name="quiet_until",
            field=models.TimeField(default=datetime.time(8, 0), verbose_name="no mail until"),
        ),
        migrations.AddField(
            model_name="member",
            name="time_zone",
            field=models.CharField(
                blank=True,
                max_length=60,
                validators=[chapters.validators.validate_time_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subjects", models.JSONField(default=dict, verbose_name="subject, by language")),
                ("texts", models.JSONField(default=dict, verbose_name="text, by language")),
                ("group", models.CharField(max_length=60, verbose_name="who gets it")),
                ("group_value", models.CharField(blank=True, max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being written"), ("sent", "sent off"), ("stopped", "stopped")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "previewed_mark",
                    models.CharField(blank=True, max_length=64, verbose_name="the words as looked at"),
                ),
                (
                    "tried_mark",
                    models.CharField(blank=True, max_length=64, verbose_name="the words as sent on trial"),
                ),
                ("planned_count", models.PositiveIntegerField(default=0, verbose_name="planned")),
                (
                    "without_address",
                    models.PositiveIntegerField(default=0, verbose_name="people without an address"),
                ),
                ("sent_off_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "chapter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chapters.chapter"
                    ),
                ),
                (
                    "sent_off_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MailPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("is_off", models.BooleanField(default=True, verbose_name="wants none")),
                ("changed_at", models.DateTimeField()),
                (
                    "chapter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chapters.chapter"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_preferences",
                        to="chapters.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailSuppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.CharField(max_length=64, verbose_name="SHA-256 of chapter and address")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounced", "the mail came back: no such mailbox"),
                            ("complained", "the reader called it spam"),
                            ("unsubscribed", "the reader wants none"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="what was said")),
                ("since", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "chapter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chapters.chapter"
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                ("params", models.JSONField(default=dict, verbose_name="ids and words")),
                ("key", models.CharField(max_length=200, verbose_name="what makes it the same mail")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("unknown", "unknown"),
                            ("dropped", "not sent"),
                        ],
                        default="pending",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("hurry", models.BooleanField(default=False, verbose_name="at any hour")),
                ("planned_at", models.DateTimeField(verbose_name="planned")),
                ("send_after", models.DateTimeField(verbose_name="not before")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="last tried")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("reasons", models.JSONField(default=dict, verbose_name="why it was not sent, by language")),
                (
                    "answer",
                    models.CharField(blank=True, max_length=500, verbose_name="what the mail server said"),
                ),
                ("subject", models.CharField(blank=True, max_length=250, verbose_name="subject as sent")),
                ("text", models.TextField(blank=True, verbose_name="text as sent")),
                ("message_id", models.CharField(blank=True, max_length=255, verbose_name="Message-ID")),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "chapter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chapters.chapter"
                    ),
                ),
                (
                    "mailing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="chapters.mailing",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="chapters.member",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-planned_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=200, verbose_name="what makes it the same reminder")),
                ("params", models.JSONField(default=dict, verbose_name="ids and words")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "try_after",
                    models.DateTimeField(blank=True, null=True, verbose_name="after a failed try, the next"),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="failed tries")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="what went wrong")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                ("planned_count", models.PositiveIntegerField(default=0, verbose_name="messages it planned")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="taken out")),
                (
                    "chapter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chapters.chapter"
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_off_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("sent_off_at__isnull", False)),
                    _connector="OR",
                ),
                name="mailing_sent_off_once_no_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "stopped"), ("stopped_at__isnull", False)),
                    models.Q(models.Q(("state", "stopped"), _negated=True), ("stopped_at__isnull", True)),
                    _connector="OR",
                ),
                name="mailing_stopped_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailpreference",
            constraint=models.UniqueConstraint(fields=("member", "kind"), name="mail_preference_once"),
        ),
        migrations.AddConstraint(
            model_name="mailsuppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("chapter", "mark", "reason"),
                name="mail_suppression_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailsuppression",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", True), ("lifted_at__gte", models.F("since")), _connector="OR"
                ),
                name="mail_suppression_lifted_after_since",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["-hurry", "send_after", "id"],
                name="message_due",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["started_at"], name="message_on_its_way"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["started_at"], name="message_tried"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["chapter", "-planned_at", "-id"], name="message_latest_first"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["mailing", "state"], name="message_of_mailing"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="message_by_its_id",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("chapter"), django.db.models.functions.text.Upper("email"), name="message_by_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("chapter", "key"), name="message_once"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ("pending", "sending"))),
                    models.Q(
                        models.Q(("state__in", ("pending", "sending")), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="message_finished_when_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sending"), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="message_started_when_sending",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", ""), _negated=True), name="message_has_address"
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=["due_at"],
                name="reminder_due",
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["chapter", "kind", "-due_at"], name="reminder_latest_first"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=("chapter", "kind", "key"),
                name="reminder_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                ),
                name="reminder_not_done_and_cancelled",
            ),
        ),
    ]
