"""How the documentation of mozilla-django-oidc keeps more than the address of a user."""

# guide:begin backend
from mozilla_django_oidc.auth import OIDCAuthenticationBackend


class Backend(OIDCAuthenticationBackend):
    def verify_claims(self, claims):
        is_verified = claims.get("email_verified") is True
        return is_verified and super().verify_claims(claims)

    def create_user(self, claims):
        user = super().create_user(claims)
        user.first_name = claims.get("given_name", "")
        user.last_name = claims.get("family_name", "")
        user.save()
        return user
# guide:end
