from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("precincts", "0022_move_facts")]

    operations = [
        migrations.RenameField("importreject", "reason", "said"),
        migrations.AlterField(
            "importreject",
            "said",
            models.CharField(
                blank=True, max_length=200, verbose_name="the reason as it was said when it was kept in words"
            ),
        ),
        migrations.AddField(
            "importreject",
            "part",
            models.CharField(blank=True, max_length=100, verbose_name="file inside the archive"),
        ),
        migrations.AddField(
            "importreject", "code", models.CharField(blank=True, max_length=24, verbose_name="reason")
        ),
        migrations.AddField(
            "importreject",
            "detail",
            models.CharField(blank=True, max_length=100, verbose_name="what the reason is about"),
        ),
    ]
