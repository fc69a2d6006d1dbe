//! Endpoints with a separate URL for clients with certificates.

/// Endpoints for clients with certificates (RFC 8705 §5), by the names of their metadata members.
pub const ALIASES: [(&str, &str); 7] = [
    ("token_endpoint", "/oauth2/token"),
    ("userinfo_endpoint", "/oauth2/userinfo"),
    ("introspection_endpoint", "/oauth2/introspect"),
    ("revocation_endpoint", "/oauth2/revoke"),
    (
        "device_authorization_endpoint",
        "/oauth2/device_authorization",
    ),
    ("pushed_authorization_request_endpoint", "/oauth2/par"),
    (
        "backchannel_authentication_endpoint",
        "/oauth2/bc-authorize",
    ),
];
