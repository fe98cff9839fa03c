import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chapters", "0023_first_ladders"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="message",
            name="message_tried",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_of_mailing",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_by_address",
        ),
        migrations.AlterField(
            model_name="message",
            name="chapter",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="chapters.chapter",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="mailing",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="chapters.mailing",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("started_at__isnull", False)), fields=["started_at"], name="message_tried"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("mailing__isnull", False)),
                fields=["mailing", "state"],
                name="message_of_mailing",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["email"], name="message_by_address"),
        ),
    ]
