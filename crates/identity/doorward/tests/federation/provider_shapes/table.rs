//! The shapes, each with its source.

use doorward_testkit::upstream::{ABSENT, CLIENT_ID, Shape};
use serde_json::json;

/// Name, source, and changes of the usual responses.
pub type Row = (&'static str, &'static str, fn(&mut Shape));

pub const SHAPES: &[Row] = &[
    (
        "Apple: texts for flags",
        "https://github.com/a-tokyo/apple-signin-auth/pull/79",
        |it| {
            it.id_token = json!({
                "email_verified": "true", "is_private_email": "true", "nonce_supported": true,
                "real_user_status": 2, "c_hash": "x", "auth_time": "soon",
            });
            // Apple has no UserInfo and no profile.
            it.discovery = json!({ "userinfo_endpoint": ABSENT, "claims_supported": ["aud"] });
            it.key = json!({ "alg": "RS256", "kid": "lVHdOx8ltR" });
            it.header = json!({ "kid": "lVHdOx8ltR" });
        },
    ),
    (
        "Auth0: updated_at as text",
        "https://github.com/ramosbugs/openidconnect-rs/issues/23",
        |it| {
            it.id_token = json!({
                "updated_at": "2020-06-16T03:23:10.426Z", "nickname": "jane",
                "https://acme.example/roles": [{ "name": "staff" }], "sid": 7,
            });
        },
    ),
    (
        "Cognito: email_verified as text in UserInfo",
        "https://github.com/zitadel/oidc/pull/139",
        |it| {
            it.id_token = json!({
                "email": ABSENT, "email_verified": ABSENT, "cognito:groups": ["a"],
                "cognito:username": "jane", "token_use": "id", "event_id": "e",
                "identities": [{ "userId": "1", "primary": "true", "dateCreated": "1" }],
            });
            it.userinfo = json!({
                "sub": "248289761001", "email": "jane@upstream.example", "email_verified": "true",
                "username": "jane", "custom:age": "7",
            });
        },
    ),
    (
        "Entra: texts in the token response, thumbprint in the header, keys without alg",
        "https://github.com/panva/oauth4webapi/issues/71",
        |it| {
            it.token = json!({
                "expires_in": "3599", "ext_expires_in": "3599", "expires_on": "1778004991",
                "not_before": "1615993049", "resource": "00000002-0000-0000-c000-000000000000",
            });
            it.key =
                json!({ "kid": "nOo3", "x5t": "nOo3", "x5c": ["MIIC"], "issuer": "https://x" });
            it.header = json!({ "kid": "nOo3", "x5t": "nOo3", "typ": "JWT" });
            it.id_token = json!({
                "ver": "2.0", "tid": "9188040d", "oid": "7", "aio": "x", "rh": "0.A", "uti": "u",
                "xms_edov": 1, "at_hash": ABSENT, "nbf": 0, "acct": 0, "email_verified": true,
            });
            it.discovery = json!({
                "tenant_region_scope": null, "kerberos_endpoint": "", "http_logout_supported": "true",
                "cloud_instance_name": 7, "request_uri_parameter_supported": "false",
            });
        },
    ),
    (
        "Entra: more groups than fit in a token",
        "https://github.com/MicrosoftDocs/azure-docs/issues/39289",
        |it| {
            it.id_token = json!({
                "_claim_names": { "groups": "src1" },
                "_claim_sources": { "src1": { "endpoint": "https://graph.example/x" } },
                "hasgroups": "true",
            });
        },
    ),
    (
        "AD FS: texts for numbers, only sub in UserInfo",
        "https://github.com/rustdesk/rustdesk-server-pro/issues/860",
        |it| {
            it.id_token = json!({
                "email": ABSENT, "email_verified": ABSENT, "given_name": ABSENT,
                "upn": "jane@acme.example", "unique_name": "ACME\\jane", "pwd_exp": "00000000",
                "pwd_url": "https://x", "sid": "S-1-5-21", "auth_time": "2026-02-26T15:02:55Z",
                "apptype": "Confidential", "authmethod": ["urn:a", "urn:b"], "amr": "urn:a",
            });
            it.header = json!({ "x5t": "iLFE", "kid": "iLFE" });
            it.key = json!({ "kid": "iLFE", "x5t": "iLFE", "use": "sig", "alg": "RS256" });
            it.token = json!({ "expires_in": "3600", "resource": "urn:microsoft:userinfo" });
            it.discovery = json!({
                "access_token_issuer": "http://adfs.example/adfs/services/trust",
                "as_access_token_token_binding_supported": "true", "op_id_token_token_binding": 1,
                "microsoft_multi_refresh_token": "yes", "capabilities": "kdf_ver2",
            });
        },
    ),
    (
        "LinkedIn: locale as object, no token_type",
        "https://github.com/panva/openid-client/issues/826",
        |it| {
            it.token = json!({ "token_type": ABSENT, "scope": "email,openid,profile" });
            it.id_token = json!({
                "locale": { "country": "US", "language": "en" }, "email_verified": "true",
                "picture": { "url": "https://x" },
            });
        },
    ),
    (
        "PingFederate, IdentityServer: amr and groups as one text",
        "https://github.com/IdentityServer/IdentityServer3/issues/1721",
        |it| {
            it.id_token = json!({ "amr": "password", "acr": 1, "pi.sri": "x", "roles": "staff" });
        },
    ),
    (
        "Okta: profile and groups only in UserInfo",
        "https://github.com/sonar-auth-oidc/sonar-auth-oidc/issues/40",
        |it| {
            it.id_token = json!({
                "email": ABSENT, "email_verified": ABSENT, "given_name": ABSENT, "ver": 1,
                "idp": "00oixa26ycdNcX0VT0h7", "preferred_username": ABSENT,
            });
            it.userinfo = json!({
                "sub": "248289761001", "name": "Jane Doe", "groups": ["Everyone"], "zoneinfo": 1,
                "email": "jane@upstream.example", "email_verified": true, "updated_at": "1574117006",
            });
        },
    ),
    (
        "Zitadel: the project and other clients in aud",
        "https://github.com/zitadel/zitadel/issues/9200",
        |it| {
            it.id_token = json!({
                "aud": ["252855702316398078", CLIENT_ID, "252856053933356542"], "azp": CLIENT_ID,
                "client_id": CLIENT_ID, "urn:zitadel:iam:org:project:roles": { "a": { "1": "x" } },
            });
        },
    ),
    (
        "Keycloak: empty address, key for encryption in the same set",
        "https://github.com/nextcloud/user_oidc/pull/948",
        |it| {
            it.id_token = json!({
                "address": {}, "typ": "ID", "azp": CLIENT_ID, "session_state": "s", "acr": "1",
                "realm_access": { "roles": [] }, "locale": "", "email_verified": true,
            });
            // https://github.com/jpadilla/pyjwt/issues/722
            it.further_keys = json!([
                { "kid": "enc", "kty": "RSA", "alg": "RSA-OAEP", "use": "enc", "n": "xTT6", "e": "AQAB" },
                { "kid": "hs", "kty": "oct", "k": "c2VjcmV0" }, "text", null, {},
            ]);
            it.discovery = json!({ "mtls_endpoint_aliases": { "token_endpoint": 7 } });
        },
    ),
    (
        "ProConnect, FranceConnect: signed UserInfo",
        "https://github.com/suitenumerique/people/pull/804",
        |it| {
            it.alg = "ES256";
            it.header = json!({ "kid": "pkcs11:ES256:hsm" });
            it.key = json!({ "kid": "pkcs11:ES256:hsm" });
            it.id_token =
                json!({ "email": ABSENT, "email_verified": ABSENT, "given_name": ABSENT });
            it.signs_userinfo = true;
            it.userinfo = json!({
                "sub": "248289761001", "given_name": "Jane", "usual_name": "DOE", "siret": "1",
                "email": "jane@upstream.example", "aud": CLIENT_ID, "exp": 9_999_999_999_i64,
                "iat": "x", "organizational_unit": null,
            });
        },
    ),
    (
        "Gluu: members without a value in the metadata",
        "https://github.com/GluuFederation/oxAuth/issues/1823",
        |it| {
            it.discovery = json!({
                "op_policy_uri": "", "op_tos_uri": "relative", "service_documentation": "docs/",
                "claims_parameter_supported": "true", "scopes_supported": "openid",
                "subject_types_supported": null, "id_token_signing_alg_values_supported": {},
            });
        },
    ),
    (
        "Twitch: scope as list",
        "https://github.com/ramosbugs/oauth2-rs/issues/86",
        |it| it.token = json!({ "scope": ["openid", "user:read:email"], "token_type": "bearer" }),
    ),
    (
        "Reddit: decimal expires_in",
        "https://github.com/reddit-archive/reddit/pull/761",
        |it| it.token = json!({ "expires_in": 3600.0, "refresh_token": null }),
    ),
    (
        "Jobber, SSOReady: text/plain",
        "https://github.com/n8n-io/n8n/pull/33018",
        |it| {
            it.media_type = "text/plain; charset=utf-8";
            it.prefix = "\u{feff}";
        },
    ),
    (
        "decimal times",
        "RFC 7519 §2",
        |it| it.id_token = json!({ "iat": 1.5, "exp": 9_999_999_999.5, "nbf": null }),
    ),
    ("clock 59 s behind", "OIDC Core §3.1.3.7 step 9", |it| {
        it.id_token = json!({ "exp": "-59" });
    }),
    ("RS384", "OIDC Core §3.1.3.7 step 7", |it| it.alg = "RS384"),
    ("RS512", "OIDC Core §3.1.3.7 step 7", |it| it.alg = "RS512"),
    ("PS512", "OIDC Core §3.1.3.7 step 7", |it| it.alg = "PS512"),
    ("ES384", "OIDC Core §3.1.3.7 step 7", |it| it.alg = "ES384"),
    ("EdDSA", "OIDC Core §3.1.3.7 step 7", |it| it.alg = "EdDSA"),
    ("no at_hash", "OIDC Core §3.1.3.6", |it| {
        it.id_token = json!({ "at_hash": ABSENT });
    }),
    ("UserInfo that fails", "OIDC Core §5.3.3", |it| {
        it.id_token = json!({ "email": ABSENT, "given_name": null });
        it.userinfo_status = "403 Forbidden";
    }),
    ("UserInfo without sub", "OIDC Core §5.3.2", |it| {
        it.id_token = json!({ "email": ABSENT });
        it.userinfo = json!({ "email": "jane@upstream.example" });
    }),
];

/// A shape, and the text of the page that names the cause.
pub type Unusable = (&'static str, fn(&mut Shape), &'static str);

/// Responses that arrive, but sign in no user: never "does not answer".
pub const UNUSABLE: &[Unusable] = &[
    (
        "no sub",
        |it| it.id_token = json!({ "sub": ABSENT }),
        "does not say who you are",
    ),
    (
        "no iat",
        |it| it.id_token = json!({ "iat": ABSENT }),
        "does not say who you are",
    ),
    (
        "exp as text",
        |it| it.id_token = json!({ "exp": "x" }),
        "does not say who you are",
    ),
    (
        "no ID token",
        |it| it.token = json!({ "id_token": ABSENT }),
        "does not say who you are",
    ),
    (
        "expired",
        |it| it.id_token = json!({ "exp": 1 }),
        "has expired",
    ),
    (
        "not yet",
        |it| it.id_token = json!({ "nbf": 9_999_999_999_i64 }),
        "has expired",
    ),
    (
        "issuer",
        |it| it.id_token = json!({ "iss": "https://x.example" }),
        "another provider",
    ),
    (
        "aud",
        |it| it.id_token = json!({ "aud": ["x"] }),
        "another app",
    ),
    (
        "nonce",
        |it| it.id_token = json!({ "nonce": null }),
        "another sign-in",
    ),
    (
        "no JWT",
        |it| it.token = json!({ "id_token": "text" }),
        "cannot be read",
    ),
    (
        "encrypted",
        |it| it.token = json!({ "id_token": "a.b.c.d.e" }),
        "cannot be read",
    ),
    (
        "no key",
        |it| {
            it.header = json!({ "kid": "new" });
            it.key = json!({ "kid": "old" });
        },
        "no valid signature",
    ),
    (
        "no keys",
        |it| it.key = json!({ "use": "enc" }),
        "no valid signature",
    ),
    (
        "refused",
        |it| it.token = json!({ "error": "invalid_client" }),
        "rejected the request",
    ),
    (
        "keys",
        |it| it.discovery = json!({ "jwks_uri": "" }),
        "not set up for each other",
    ),
    (
        "other issuer",
        |it| it.discovery = json!({ "issuer": "https://x" }),
        "not set up",
    ),
    (
        "no JSON",
        |it| it.prefix = "<html>",
        "not set up for each other",
    ),
];
