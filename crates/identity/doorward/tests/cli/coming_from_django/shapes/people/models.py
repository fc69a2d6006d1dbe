"""A user model of one of the shapes."""

import os

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models

SHAPE = os.environ["SHAPE"]


class People(BaseUserManager):
    """A manager whose `create_user` has no user name, as most of those for sign-in by e-mail."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


if SHAPE == "mixins":

    class Person(AbstractUser):
        username = None
        email = models.EmailField(unique=True)
        USERNAME_FIELD = "email"
        REQUIRED_FIELDS = []
        objects = People()


elif SHAPE == "base":

    class Person(AbstractBaseUser):
        email = models.EmailField(unique=True)
        full_name = models.CharField(max_length=200)
        USERNAME_FIELD = "email"
        objects = People()


elif SHAPE == "names":

    class Person(AbstractBaseUser):
        handle = models.CharField(max_length=40, unique=True)
        contact = models.EmailField(unique=True)
        USERNAME_FIELD = "handle"
        EMAIL_FIELD = "contact"
        objects = BaseUserManager()
