//! Documents of every kind that together have every member.

use doorward_admin::json_member::file_text;
use image::ImageFormat;
use serde_json::{Value, json};

use super::super::logo;

/// Returns documents with all members that a document of their kind can have, after those that they name.
pub fn documents() -> Vec<(&'static str, Vec<Value>)> {
    let headers = json!({ "user": "X-User", "groups": "X-Groups", "email": "X-Email", "name": "X-Name", "token": "" });
    vec![
        (
            "profile-fields",
            vec![
                json!({
                    "name": "motto", "label": "Motto", "type": "text", "max_length": 20, "editable_by": "user",
                    "visible_to": "user",
                }),
                json!({
                    "name": "size", "label": "Size", "type": "choice", "choices": ["small", "large"],
                    "editable_by": "admin", "visible_to": "user",
                }),
            ],
        ),
        (
            "resources",
            vec![json!({
                "identifier": "https://bills.example/api", "name": "Bills", "access_token_ttl": 120,
                "token_claims": ["groups", "roles"], "token_signing_alg": "ES256", "token_type": "jwt",
            })],
        ),
        (
            "scopes",
            vec![json!({
                "name": "bills:read", "description": "Reads bills", "resource": "https://bills.example/api",
            })],
        ),
        (
            "permissions",
            vec![json!({
                "codename": "bills:use", "description": "Uses bills", "audience": "https://bills.example/api",
            })],
        ),
        (
            "roles",
            vec![json!({
                "name": "biller", "description": "Bills", "permissions": ["bills:use"], "active": true,
            })],
        ),
        (
            "organizations",
            vec![json!({
                "slug": "globex", "name": "Globex", "active": true, "domain": "login.globex.example",
                "branding": brand(),
            })],
        ),
        (
            "groups",
            vec![json!({
                "organization": "globex", "path": "/bills", "code": "B1", "description": "Bills",
                "roles": ["biller"],
            })],
        ),
        ("clients", clients()),
        (
            "claims",
            vec![json!({
                "id": "department", "claim": "realm", "path": ["department"], "scope": "profile",
                "client_id": "bills", "outputs": ["id_token", "userinfo"],
                "source": { "kind": "constant", "value": { "a": [1, "b"] } },
            })],
        ),
        ("providers", providers()),
        ("saml-clients", vec![saml_client()]),
        (
            "texts",
            vec![
                json!({ "client_id": "bills", "language": "nl", "texts": { "help": "Hallo" } }),
                json!({ "organization": "globex", "language": "nl", "texts": { "help": "Dag" } }),
            ],
        ),
        (
            "sites",
            vec![json!({
                "name": "wiki", "hosts": ["wiki.example.com"], "organization": "globex", "raw_headers": true,
                "headers": headers, "rules": ["/public/* anyone", "/* role=biller"],
            })],
        ),
    ]
}

fn saml_client() -> Value {
    json!({
        "id": "payroll", "name": "Payroll", "entity_id": "https://pay.example",
        "acs": ["https://pay.example/acs", "https://pay.example/other"],
        "acs_numbers": { "1": "https://pay.example/other" }, "logout_url": "https://pay.example/out",
        "logout_response_url": "https://pay.example/done", "signing_certificates": [CERTIFICATE],
        "encryption_certificate": CERTIFICATE, "signed_requests": true, "signed": "both", "encrypted": true,
        "name_id_format": "email", "attribute_names": "basic", "unsolicited": true,
        "metadata_url": "https://pay.example/metadata", "scope": "openid email groups",
        "sector_identifier": "pay.example", "first_party": true, "require_mfa": true, "disabled": true,
        "consent": {
            "optional_scope": "email", "lifetime": 86_400, "publisher": "Pay", "logo": picture(),
            "policy_uri": "https://pay.example/policy", "tos_uri": "https://pay.example/tos",
        },
        "branding": brand(),
    })
}

fn brand() -> Value {
    json!({
        "name": "Globex", "accent": "#c2410c", "accent_dark": "#fdba74", "background": "#ffffff",
        "background_dark": "#1c1917", "support_url": "https://help.globex.example/",
        "privacy_url": "https://globex.example/privacy", "terms_url": "https://globex.example/terms",
        "imprint_url": "https://globex.example/imprint", "default_language": "nl", "logo": picture(),
        "logo_dark": picture(), "favicon": picture(),
    })
}

/// The subject of a certificate has one of five members, and keys are given by value or by their address.
fn clients() -> Vec<Value> {
    let full = json!({
        "id": "bills", "name": "Bills", "kind": "confidential", "auth_method": "client_secret", "profile": "none",
        "redirect_uris": ["https://bills.example/cb"], "post_logout_redirect_uris": ["https://bills.example/bye"],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials", TOKEN_EXCHANGE],
        "scope": "bills:read email openid profile", "first_party": true, "serves": ["https://bills.example/api"],
        "access_token_format": "opaque", "access_token_ttl": 60, "id_token_ttl": 90,
        "assertion_audience": "issuer", "claims_in_id_token": true, "pkce": "required",
        "allowed_origins": ["https://bills.example"], "require_mfa": true, "dpop_bound_access_tokens": true,
        "tls_client_certificate_bound_access_tokens": false,
        "authorization_details_types": [], "require_pushed_authorization_requests": true,
        "require_signed_request_object": false, "request_uris": ["https://bills.example/request"],
        "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "ES256",
        "authorization_signed_response_alg": "ES256", "introspection_signed_response_alg": "ES256",
        "sector_identifier": "bills.example", "backchannel_logout_uri": "https://bills.example/out",
        "backchannel_logout_session_required": true, "frontchannel_logout_uri": "https://bills.example/frame",
        "frontchannel_logout_session_required": true,
        "backchannel_client_notification_endpoint": "https://bills.example/ping", "exchange_audiences": ["https://bills.example/api"],
        "exchange_impersonation": true, "disabled": true, "roles": ["biller", "biller@globex"],
        "consent": {
            "logo": picture(), "optional_scope": "profile", "lifetime": 86_400, "publisher": "Globex",
            "policy_uri": "https://bills.example/policy", "tos_uri": "https://bills.example/tos",
        },
        "branding": brand(), "client_secret": "0123456789abcdef0123456789abcdef",
    });
    let with = |id: &str, members: Value| {
        let mut client = json!({ "id": id, "name": id, "redirect_uris": ["https://a.example/cb"] });
        for (name, value) in members.as_object().unwrap() {
            client[name] = value.clone();
        }
        client
    };
    let subjects = [
        ("subject_dn", "CN=a"),
        ("san_dns", "a.example"),
        ("san_uri", "https://a.example/"),
        ("san_ip", "203.0.113.1"),
        ("san_email", "a@a.example"),
    ];
    let subjects = subjects.map(|(name, value)| {
        let member = format!("tls_client_auth_{name}");
        with(
            &name.replace('_', "-"),
            json!({ "auth_method": "tls_client_auth", member: value }),
        )
    });
    let key = json!({
        "kty": "EC", "crv": "P-256", "kid": "a", "alg": "ES256", "use": "sig",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let keys = [
        ("keys", json!({ "jwks": { "keys": [key] } })),
        ("keys-url", json!({ "jwks_uri": "https://a.example/keys" })),
    ];
    let keys = keys.map(|(id, mut members)| {
        members["auth_method"] = "private_key_jwt".into();
        with(id, members)
    });
    std::iter::once(full).chain(subjects).chain(keys).collect()
}

/// The grant that audiences of an exchange need.
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

fn providers() -> Vec<Value> {
    let mut corp = json!({
        "id": "corp", "kind": "oidc", "name": "Corp", "issuer": "https://corp.example", "client_id": "x",
        "client_secret": "secret", "scopes": ["openid", "email"], "audiences": ["y"], "nonce": false,
        "authorization_parameters": { "prompt": "consent" }, "claims": { "email": "mail" }, "form_post": true,
        "trusts_email": true, "links_by_email": true, "registers": true, "trusts_mfa": true,
        "roles": { "staff": "biller" }, "disabled": true,
        "pushed_requests": true, "dpop": true, "signals": true,
    });
    let mut forge = corp.clone();
    forge["id"] = "forge".into();
    forge["kind"] = "oauth2".into();
    forge["issuer"] = "https://forge.example".into();
    forge["endpoints"] = json!({
        "authorization": "https://corp.example/a", "token": "https://corp.example/t",
        "userinfo": "https://corp.example/u",
    });
    for member in [
        "nonce",
        "audiences",
        "trusts_mfa",
        "pushed_requests",
        "dpop",
        "signals",
    ] {
        forge.as_object_mut().unwrap().remove(member);
    }
    let apple = json!({
        "id": "apple", "kind": "apple", "client_id": "x", "client_secret": KEY,
        "secret_signer": { "team_id": "ABCDE12345", "key_id": "FGHIJ67890" },
    });
    corp["name"] = "Corp".into();
    let bank = json!({
        "id": "bank", "kind": "oidc", "issuer": "https://bank.example", "client_id": "x",
        "client_auth": "private_key_jwt",
    });
    vec![corp, forge, apple, bank]
}

const KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----
";

/// Returns an object of each kind that can be created after the others.
pub fn minimal() -> Vec<(&'static str, Value)> {
    vec![
        (
            "profile-fields",
            json!({ "name": "company", "label": "Company" }),
        ),
        (
            "resources",
            json!({ "identifier": "https://a.example/api", "name": "A" }),
        ),
        ("scopes", json!({ "name": "a:read", "description": "Read" })),
        (
            "permissions",
            json!({ "codename": "a:b", "audience": "https://a.example/api" }),
        ),
        ("roles", json!({ "name": "assistant" })),
        (
            "organizations",
            json!({ "slug": "initech", "name": "Initech" }),
        ),
        ("groups", json!({ "path": "/staff" })),
        (
            "clients",
            json!({ "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"] }),
        ),
        (
            "claims",
            json!({
                "id": "a", "claim": "floor", "outputs": ["id_token"],
                "source": { "kind": "constant", "value": "x" },
            }),
        ),
        (
            "providers",
            json!({ "id": "a", "kind": "google", "client_id": "x" }),
        ),
        (
            "texts",
            json!({ "language": "de", "texts": { "help": "Hallo" } }),
        ),
        ("sites", json!({ "name": "a", "hosts": ["a.example.com"] })),
        (
            "saml-clients",
            json!({ "id": "sp", "name": "SP", "entity_id": "https://sp.example", "acs": ["https://sp.example/acs"] }),
        ),
    ]
}

/// Returns a picture in base64url.
fn picture() -> String {
    file_text(&logo::picture(ImageFormat::Png))
}

/// A certificate in base64 of DER.
const CERTIFICATE: &str = "\
MIIC/zCCAeegAwIBAgIUZibV+PixsyQGPhh+03Z4Ih+jzL4wDQYJKoZIhvcNAQELBQAwDjEMMAoGA1UEAwwDcGF5MCAXDTI2MTEz\
MDA2NTczMFoYDzIxMjYxMTA2MDY1NzMwWjAOMQwwCgYDVQQDDANwYXkwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCi\
go0YJ3HptjgkLcwCxeM8rNf/xzLG3/2n1bR9x3pZREHX+7Rhm4hwRyQhgMjCNWZX6uYLVA/o/THGJ+51nAh65TwvSCltV+is/bg3\
uuVfnQAq87AXwinXAk7ilmMunnkzi+TD+Rgejrk0as/i0s5SrFe4weI+lKv96j7aUrXn9ILFrSaGn2/QlKXZqt5GYW3qGgAw3DSf\
95Q41GD+APxsEjKmkXii4JbTq8cmAiVlavG8PeyQBMWYobo5Z7da1oX9FtSxAwe1M7kAHaZ3j7lP2de5JQNWO2pDDO3rEVFKkWHY\
slF4DTvS8e3yq6E/WCJ1VTn3Fff7ssr1KqTIGQhNAgMBAAGjUzBRMB0GA1UdDgQWBBTQ9oHanmDV/M4472Mkyko5tbxeazAfBgNV\
HSMEGDAWgBTQ9oHanmDV/M4472Mkyko5tbxeazAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQB37pWGJH5vo75y\
x8TIInkbii+/KqFPfGEjcAqIK0eHvMxHqWYCQtKfyiVIF9Bwo4gxUbppBTKa8noLYcNTyTnPf0RsTm0eACQYmHqoNqEsWVDaMirt\
Dd8pPe2Wp1ffdxrLVTsZcP5qHZhXPrxxl2nN3DWNlxdquXipb3avZ2wcjtpzyxLV+55b22olPlAIcB0CQNW6gK94FcMnlrnvJ2DL\
WcI5GsJVLLYkzlQgrjX/FU1ej3ssBr9Wa9dfqacY+zIewrMOsW4Z1h2Hfq3zMA5o0zS79z1DdxAhcbhKyARduMhgF9fccJAcvrfN\
RSbEY/ZJ6UdBrDWktkFfh0qeKhAL";
