"""The table with the `sub` of each user, as docs/guides/protect-a-drf-api.md has it."""

from django.conf import settings
from django.db import models


class DoorwardUser(models.Model):
    """The `sub` of Doorward's tokens for a row of the user table."""

    sub = models.UUIDField(primary_key=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
