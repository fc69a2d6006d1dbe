# guide:begin
from doorward_access.drf import HasPermission, IsUser, ObjectPermission, RecentAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView


class Reports(APIView):
    permission_classes = [HasPermission("tasks:read")]

    def get(self, request):
        caller = request.auth
        return Response({"subject": caller.subject, "machine": caller.is_service})


class Payments(APIView):
    permission_classes = [HasPermission("tasks:write"), RecentAuthentication(max_age=300)]

    def post(self, request):
        return Response(status=204)


class AllReports(APIView):
    permission_classes = [IsUser, HasPermission("tasks:read_all", covered_by="tasks:read")]

    def get(self, request):
        return Response([])
# guide:end


# guide:begin object
class IsOwner(ObjectPermission):
    def allows(self, request, principal, report):
        return report["owner"] == principal.subject


class OneReport(APIView):
    permission_classes = [HasPermission("tasks:read"), IsOwner]

    def get(self, request, owner):
        report = find_report(owner)
        self.check_object_permissions(request, report)
        return Response(report)
# guide:end


def find_report(owner):
    return {"owner": owner}
