from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_alarm"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["last_name", "first_name", "id"], name="people_user_by_name"),
        ),
    ]
