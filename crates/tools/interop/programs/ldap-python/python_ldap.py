"""Signs users in with python-ldap: see sign_in.sh in ../ldap for the lines."""

import os
import sys

import ldap
import ldap.dn
import ldap.filter

URI = "ldaps://127.0.0.1:" + os.environ["LDAP_PORT"]
API_KEY = os.environ["API_KEY"]
ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, os.environ["LDAP_CA"])


# guide:begin
def groups_after_sign_in(user, password):
    """Returns the groups of the user, or None if the password is wrong."""
    directory = ldap.initialize(URI)
    directory.simple_bind_s("uid=mail-server,ou=users,dc=example,dc=org", API_KEY)
    found = directory.search_s(
        "ou=users,dc=example,dc=org",
        ldap.SCOPE_ONELEVEL,
        ldap.filter.filter_format("(&(objectClass=inetOrgPerson)(uid=%s))", [user]),
        ["memberOf"],
    )
    try:
        [(name, attributes)] = found
        directory.simple_bind_s(name, password)
    except (ValueError, ldap.INVALID_CREDENTIALS):
        return None
    groups = attributes.get("memberOf", [])
    return [ldap.dn.explode_dn(group.decode(), notypes=True)[0] for group in groups]
# guide:end


for line in sys.stdin:
    groups = groups_after_sign_in(*line.rstrip("\n").split(" ", 1))
    print("no" if groups is None else "member" if "engineering" in groups else "user", flush=True)
