"""Figures of calls that came in, beside those of dialing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0007_count_slot_figures"),
    ]

    operations = [
        migrations.AddField("slotfigures", "incoming", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("slotfigures", "incoming_taken", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("slotfigures", "incoming_missed", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("slotfigures", "incoming_talk_ms", models.BigIntegerField(default=0, db_default=0)),
    ]
