//! Maps command line options, which the administration names in errors, to members of a request
//! body.

use doorward_http_common::problem::FieldError;

/// Options and members with different names. A member of an object is a path.
const MEMBERS: &[(&str, &[&str])] = &[
    ("auth-method", &["auth_method"]),
    (
        "authorization-signed-response-alg",
        &["authorization_signed_response_alg"],
    ),
    ("backchannel-logout-uri", &["backchannel_logout_uri"]),
    (
        "bind-to-certificate",
        &["tls_client_certificate_bound_access_tokens"],
    ),
    ("consent-lifetime", &["consent", "lifetime"]),
    ("exchange-audience", &["exchange_audiences"]),
    ("expires", &["expires_at"]),
    ("frontchannel-logout-uri", &["frontchannel_logout_uri"]),
    ("grant", &["grant_types"]),
    ("jwks-uri", &["jwks_uri"]),
    ("optional-scope", &["consent", "optional_scope"]),
    ("org", &["organization"]),
    ("origin", &["allowed_origins"]),
    ("permission", &["permissions"]),
    ("policy-uri", &["consent", "policy_uri"]),
    ("post-logout-redirect-uri", &["post_logout_redirect_uris"]),
    ("publisher", &["consent", "publisher"]),
    ("redirect-uri", &["redirect_uris"]),
    ("require-request-object", &["require_signed_request_object"]),
    ("sector-identifier", &["sector_identifier"]),
    ("tos-uri", &["consent", "tos_uri"]),
];

/// Returns the error with the JSON pointer of the member (RFC 6901): `/redirect_uris/0`.
pub(super) fn error(option: &'static str, at: Option<usize>, problem: String) -> FieldError {
    let known = MEMBERS.iter().find(|(name, _)| *name == option);
    let mut path = known.map_or_else(|| vec![option], |(_, path)| path.to_vec());
    let field = path.last().copied().unwrap_or_default().to_owned();
    let position = at.map(|at| at.to_string());
    path.extend(position.as_deref());
    FieldError {
        field,
        ..FieldError::at(&path, "invalid", problem)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Checks that each member belongs to a schema of the document.
    #[test]
    fn each_member_is_in_document() {
        let document = serde_json::to_value(crate::api::document()).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let is_member = |name: &str| {
            let has = |schema: &Value| schema["properties"].get(name).is_some();
            schemas.values().any(has)
        };
        for (option, path) in MEMBERS {
            assert!(
                path.iter().all(|name| is_member(name)),
                "{option}: {path:?}"
            );
        }
    }

    #[test]
    fn list_value_error_has_position() {
        let error = error("redirect-uri", Some(1), "https only".to_owned());
        let received = serde_json::to_value(&error).unwrap();
        assert_eq!(received["pointer"], "/redirect_uris/1");
        assert_eq!(received["field"], "redirect_uris");
    }

    #[test]
    fn option_with_hyphen_is_in_table() {
        let sources = [
            include_str!("../../../../services/src/clients/registration.rs"),
            include_str!("../../../../services/src/clients/consent.rs"),
        ];
        let quoted = sources
            .iter()
            .flat_map(|source| source.split('"').skip(1).step_by(2));
        let is_option = |text: &&str| {
            text.contains('-') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        };
        // The API has no member for the exemption from PKCE.
        for option in quoted
            .filter(is_option)
            .filter(|quoted| *quoted != "no-pkce")
        {
            let known = MEMBERS.iter().any(|(name, _)| *name == option);
            assert!(known, "{option} has no member");
        }
    }
}
