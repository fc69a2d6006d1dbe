"""The permission classes of the API. The move to Doorward does not change them."""

from rest_framework.permissions import SAFE_METHODS, BasePermission


class IsOwnerOrStaff(BasePermission):
    """Owners and staff may use a task."""

    def has_object_permission(self, request, view, task):
        return request.user.is_staff or task.owner == request.user


class IsEditorOrReadOnly(BasePermission):
    """Editors may write; every user may read."""

    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or request.user.groups.filter(name="Editors").exists()
