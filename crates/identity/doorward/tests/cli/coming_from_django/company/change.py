"""What happens at the site until the cut-over: one user is deactivated, one is deleted, one joins."""

from people.models import Person

Person.objects.filter(email="person3@shop.example").update(is_active=False)
Person.objects.filter(email="person5@shop.example").delete()
Person.objects.create_user("late@shop.example", "Correct-Horse-late", full_name="Late Comer", is_verified=True)
