"""Deliveries whose answer somebody waits for: they go before all others."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0002_webhooks"),
    ]

    operations = [
        migrations.AddField(
            "webhookendpoint", "asked", ArrayField(models.BigIntegerField(), default=list, db_default=[])
        ),
    ]
