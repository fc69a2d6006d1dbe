"""Signed-in users by Doorward's tokens."""

# guide:begin
from django.contrib.auth import get_user_model
from doorward_access import drf
from rest_framework.exceptions import AuthenticationFailed


class Authentication(drf.Authentication):
    """Finds the row of the user table by the `sub` of the token."""

    def get_user(self, principal):
        users = get_user_model().objects.filter(is_active=True)
        user = users.filter(doorwarduser__sub=principal.subject).first()
        if user is None:
            raise AuthenticationFailed("no user of this site has this account")
        return user
# guide:end
