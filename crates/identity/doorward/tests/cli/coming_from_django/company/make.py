"""Makes the 500 users of the site: `manage.py shell < make.py`. Writes users.json: what signs in, and old tokens."""

import json
import secrets
from base64 import b32encode

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from knox.models import get_token_model
from people.models import Department, Person, TwoFactor
from rest_framework_simplejwt.tokens import AccessToken
from shop.models import Order

users = []
with transaction.atomic(using="people"):
    engineering = Department.objects.create(name="Engineering")
    backend = Department.objects.create(name="Backend", parent=engineering)
    editors = Group.objects.create(name="Editors")
    editors.permissions.add(Permission.objects.get(codename="add_post"))
    for number in range(500):
        password = f"Correct-Horse-{number}-ü"
        person = Person.objects.create_user(
            f"person{number}@shop.example",
            password,
            full_name=f"Zoë van Number{number}",
            is_verified=number % 2 == 0,
            department=backend if number % 10 == 0 else None,
        )
        if number % 3 == 0:
            person.groups.add(editors)
        user = {"pk": person.pk, "email": person.email, "password": password, "is_verified": person.is_verified}
        if number % 50 == 0:
            user["secret"] = b32encode(secrets.token_bytes(20)).decode()
            user["code"] = secrets.token_hex(4).upper()
            TwoFactor.objects.create(
                user=person, secret=user["secret"], backup_codes=[user["code"]], is_enabled=True
            )
        if number % 100 == 1:
            user["jwt"] = str(AccessToken.for_user(person))
            user["knox"] = get_token_model().objects.create(person)[1]
        users.append(user)
with transaction.atomic(using="default"):
    Order.objects.create(customer_id=users[0]["pk"], total=1)
with open("users.json", "w", encoding="utf-8") as file:
    json.dump(users, file)
