"""The addresses of the project in `docs/guides/protect-a-drf-api.md`."""

from django.urls import path
from views import AllReports, OneReport, Payments, Reports

urlpatterns = [
    path("report", Reports.as_view()),
    path("payments", Payments.as_view()),
    path("reports", AllReports.as_view()),
    path("reports/<str:owner>", OneReport.as_view()),
]
