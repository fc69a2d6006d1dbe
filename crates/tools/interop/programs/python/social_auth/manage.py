"""Makes the database and serves, in one process."""

import os
from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
execute_from_command_line(["manage.py", "migrate", "--verbosity=0"])
address = f"127.0.0.1:{os.environ['PORT']}"
execute_from_command_line(["manage.py", "runserver", "--noreload", address])
