"""The addresses of the site: a page that names the user, and those of mozilla-django-oidc after the move."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path


def home(request):
    return HttpResponse(f"user {request.user.pk} {request.user.get_username()}")


urlpatterns = [path("", home)]
if "mozilla_django_oidc" in settings.INSTALLED_APPS:
    urlpatterns += [path("oidc/", include("mozilla_django_oidc.urls"))]
