"""The addresses of the guide, and a home page."""

from django.contrib.auth.views import LogoutView
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import path


def home(request):
    user = request.user
    if user.is_authenticated:
        text, action = f"{user.get_full_name()} {user.email}", "/logout/"
    else:
        text, action = "Signed out.", "/oauth/login/oidc/"
    return HttpResponse(
        f'<p>{text}</p><form method="post" action="{action}">'
        f'<input name="csrfmiddlewaretoken" value="{get_token(request)}">'
        "</form>"
    )


urlpatterns = [
    path("logout/", LogoutView.as_view(next_page="/")),
    path("", home),
]

# guide:begin urls
from django.urls import include, path

# First, because a route that matches every path (Wagtail, django CMS, a single-page app) hides later ones.
urlpatterns = [
    path("oauth/", include("social_django.urls", namespace="social")),
    *urlpatterns,
]
# guide:end
