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

urlpatterns += [
    path("accounts/", include("allauth.urls")),
]
# guide:end
