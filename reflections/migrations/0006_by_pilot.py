"""The last texts of a pilot are found without reading all of them: the picture of the pair's three lines shows a dozen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reflections", "0005_said_on_the_line")]

    operations = [
        migrations.AddIndex(
            model_name="reflection",
            index=models.Index(fields=["pilot", "-created_at"], name="reflections_by_pilot"),
        ),
    ]
