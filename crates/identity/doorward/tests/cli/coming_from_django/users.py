"""Makes the two hundred users of the site: `manage.py shell < users.py`. Writes users.json: what signs in."""

import json

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

users = []
with transaction.atomic():
    editors = Group.objects.create(name="Editors")
    editors.permissions.add(Permission.objects.get(codename="add_post"))
    for number in range(200):
        password = f"Correct-Horse-{number}-ü"
        # Some sites use the address as login name, and some of those have no other address.
        login = f"user{number}@shop.example" if number % 10 < 2 else f"User{number}"
        email = "" if number % 10 == 0 else f"user{number}@shop.example"
        user = User.objects.create_user(login, email, password, first_name="Zoë", last_name="O'Neill")
        user.is_superuser = user.is_staff = number == 199
        user.save()
        if number % 3 == 0:
            user.groups.add(editors)
        users.append({"pk": user.pk, "login": login, "password": password})
with open("users.json", "w", encoding="utf-8") as file:
    json.dump(users, file)
