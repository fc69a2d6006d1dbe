"""The tables of the API."""

from django.conf import settings
from django.db import models


class Task(models.Model):
    """A task of a user."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    is_done = models.BooleanField(default=False)


# guide:begin models
class DoorwardUser(models.Model):
    """The `sub` of Doorward's tokens for a row of the user table."""

    sub = models.UUIDField(primary_key=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
# guide:end
