"""The views of the API. The move to Doorward does not change them."""

from rest_framework import generics, serializers, viewsets
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Task
from .permissions import IsEditorOrReadOnly, IsOwnerOrStaff


class TaskSerializer(serializers.ModelSerializer):
    """A task as JSON."""

    owner = serializers.ReadOnlyField(source="owner.username")

    class Meta:
        model = Task
        fields = ["id", "owner", "title", "is_done"]


class Tasks(viewsets.ModelViewSet):
    """The tasks of the caller; staff sees every task."""

    serializer_class = TaskSerializer
    permission_classes = [IsAuthenticated, IsOwnerOrStaff]

    def get_queryset(self):
        tasks = Task.objects.order_by("id")
        if self.action == "list" and not self.request.user.is_staff:
            return tasks.filter(owner=self.request.user)
        return tasks

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)


class Notices(APIView):
    """Every user reads notices; editors write them."""

    permission_classes = [IsAuthenticated, IsEditorOrReadOnly]

    def get(self, request):
        return Response([])

    def post(self, request):
        return Response({"by": request.user.username}, status=201)


class Report(generics.GenericAPIView):
    """The number of tasks, for staff."""

    permission_classes = [IsAdminUser]

    def get(self, request):
        return Response({"tasks": Task.objects.count()})


class Me(APIView):
    """The row of the caller."""

    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({"id": request.user.pk, "username": request.user.username})
