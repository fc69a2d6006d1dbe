"""Users who sign in by e-mail, in a tree of departments, some with a second factor."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Department(models.Model):
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)


class People(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email):
        return self.get(email=email)


class Person(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.SET_NULL)

    USERNAME_FIELD = "email"
    objects = People()

    def natural_key(self):
        return (self.email,)


class TwoFactor(models.Model):
    user = models.OneToOneField(Person, on_delete=models.CASCADE)
    secret = models.CharField(max_length=32)
    backup_codes = models.JSONField(default=list)
    is_enabled = models.BooleanField(default=False)
