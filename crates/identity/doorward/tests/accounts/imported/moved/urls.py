"""The addresses of the project."""

from django.conf import settings
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from rest_framework_simplejwt.views import TokenObtainPairView
from tasks.views import Me, Notices, Report, Tasks

router = DefaultRouter()
router.register("tasks", Tasks, basename="task")

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/notices/", Notices.as_view()),
    path("api/report/", Report.as_view()),
    path("api/me/", Me.as_view()),
]
if not settings.IS_MOVED:
    urlpatterns += [path("api/token/", TokenObtainPairView.as_view())]
