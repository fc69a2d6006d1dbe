"""The addresses of the quick start, and a home page."""

from django.http import HttpResponse
from django.urls import path


def home(request):
    if not request.user.is_authenticated:
        return HttpResponse("<p>You are not signed in.</p>")
    user = request.user
    return HttpResponse(f"<p>{user.get_full_name()} {user.email}</p>")


urlpatterns = [
    path("", home),
]

# guide:begin urls
from django.urls import include, path

# First, because a route that matches every path (Wagtail, django CMS, a single-page app) hides later ones.
urlpatterns = [
    path("accounts/", include("allauth.urls")),
    *urlpatterns,
]
# guide:end
