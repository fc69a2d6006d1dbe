# guide:begin
from django.http import HttpResponse, JsonResponse
from django.urls import path
from doorward_access import is_user
from doorward_access.django import Guard, check_routes

guard = Guard()
reader = guard.permission("tasks:read")
payer = guard.permission("tasks:write").recent(max_age=300)
everything = guard.permission("tasks:read_all", covered_by="tasks:read").requires(is_user)


@reader
def report(request, caller):
    answer = {"subject": caller.subject, "machine": caller.is_service, "org": caller.org}
    return JsonResponse(answer)


@payer
def pay(request, caller):
    print("paid by", caller.subject)
    return HttpResponse(status=204)


@everything
def all_reports(request, caller):
    return JsonResponse([], safe=False)


@reader
def one_report(request, caller, owner):
    if owner != caller.subject:
        return guard.forbidden(caller, "this report is not yours")
    return JsonResponse({"owner": owner})


def health(request):
    return HttpResponse()


urlpatterns = [
    path("report", report),
    path("payments", pay),
    path("reports", all_reports),
    path("reports/<str:owner>", one_report),
    path("health", health),
]
check_routes(urlpatterns, public=["health"])
# guide:end
