"""The API of the site."""

from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView


class Me(APIView):
    def get(self, request):
        return Response({"email": request.user.email})


urlpatterns = [path("api/me/", Me.as_view())]
