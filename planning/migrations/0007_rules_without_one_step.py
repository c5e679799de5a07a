from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("planning", "0006_rules_of_steps")]

    operations = [migrations.RemoveField(model_name="reminderrule", name="step")]
