from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_conversations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("amd_status", ""), _negated=True),
                fields=["amd_status", "-id"],
                name="call_detected",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("mode", "predictive"), _negated=True), fields=["mode", "-id"], name="call_mode"
            ),
        ),
    ]
