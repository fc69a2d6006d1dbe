//! Deviations of client registrations from RFC 9700 (OAuth 2.0 Security BCP).
//!
//! Omits what the server enforces for all clients: exact redirect URIs, `iss` in every response,
//! rotation of refresh tokens, audiences.

use doorward_protocol::redirect_uri;
use doorward_protocol::token::GrantType;

use doorward_domain::model::{Client, ClientKind, CodeProtection, PkcePolicy};

doorward_protocol::words! {
    /// The requirement level of RFC 2119.
    #[derive(PartialOrd, Ord)]
    pub enum RequirementLevel {
        Must = "must",
        /// SHOULD or RECOMMENDED.
        Should = "should",
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deviation {
    pub client_id: String,
    /// The section of RFC 9700, or the name and section of another specification.
    pub section: &'static str,
    pub demand: RequirementLevel,
    /// True if the operator has something to do: the registration alone can end the deviation, or a
    /// requirement is violated.
    pub is_due: bool,
    pub what: &'static str,
    pub remediation: &'static str,
}

/// Returns every deviation of a client; none for a disabled one.
pub fn deviations(client: &Client) -> Vec<Deviation> {
    if !client.is_active() {
        return Vec::new();
    }
    let found = [
        pkce(client),
        shared_secret(client),
        localhost(client),
        plain_http(client),
        open_details(client),
    ];
    found.into_iter().flatten().collect()
}

fn finding(
    client: &Client,
    section: &'static str,
    what: &'static str,
    remediation: &'static str,
) -> Deviation {
    Deviation {
        client_id: client.id.as_str().to_owned(),
        section,
        demand: RequirementLevel::Should,
        is_due: false,
        what,
        remediation,
    }
}

/// Checks for PKCE, or at least `nonce` for confidential clients (RFC 9700 §2.1.1).
fn pkce(client: &Client) -> Option<Deviation> {
    if client.requires_pkce() || !client.allows_grant(&GrantType::AuthorizationCode) {
        return None;
    }
    let require = "doorward client update --pkce required";
    let (demand, name, remediation) = match client.code_protection {
        Some(CodeProtection::None) => (
            RequirementLevel::Must,
            "its last sign-in used neither PKCE nor nonce: an injected code is not detected",
            "send code_challenge, or at least nonce",
        ),
        Some(CodeProtection::Nonce) => (
            RequirementLevel::Should,
            "its last sign-in used nonce, which only the client checks, and no PKCE",
            "send code_challenge",
        ),
        Some(CodeProtection::Pkce) => (
            RequirementLevel::Should,
            "its last sign-in used PKCE, which is not required",
            require,
        ),
        None => (
            RequirementLevel::Should,
            "PKCE is not required, and no sign-in is recorded yet",
            require,
        ),
    };
    // With `auto`, sign-ins that use PKCE make it required.
    let can_require =
        client.code_protection == Some(CodeProtection::Pkce) && client.pkce == PkcePolicy::Optional;
    Some(Deviation {
        demand,
        is_due: can_require || demand == RequirementLevel::Must,
        ..finding(client, "2.1.1", name, remediation)
    })
}

/// Checks for asymmetric client authentication, which is RECOMMENDED (RFC 9700 §2.5).
fn shared_secret(client: &Client) -> Option<Deviation> {
    client.auth_method.is_by_secret().then(|| {
        finding(
            client,
            "2.5",
            "it authenticates with a secret that the server receives",
            "register a public key and use private_key_jwt, or a certificate and tls_client_auth",
        )
    })
}

/// Checks for loopback addresses instead of the name `localhost`, which may resolve to another
/// interface (RFC 9700 §4.1.3 with RFC 8252 §8.3).
fn localhost(client: &Client) -> Option<Deviation> {
    let by_name =
        |uri: &String| url::Url::parse(uri).is_ok_and(|url| url.host_str() == Some("localhost"));
    let uses_codes = client.allows_grant(&GrantType::AuthorizationCode);
    let native = client.kind == ClientKind::Public;
    (native && uses_codes && client.redirect_uris.iter().any(by_name)).then(|| {
        finding(
            client,
            "4.1.3",
            "a redirect URI uses the name localhost",
            "register http://127.0.0.1 and http://[::1]",
        )
    })
}

/// Checks for `http` beyond loopback addresses: the network can read the authorization response (RFC 9700
/// §2.6).
fn plain_http(client: &Client) -> Option<Deviation> {
    let uris = client.redirect_uris.iter();
    let mut uris = uris.chain(&client.post_logout_redirect_uris);
    uris.any(|uri| redirect_uri::is_private_http(uri))
        .then(|| Deviation {
            demand: RequirementLevel::Must,
            is_due: true,
            ..finding(
                client,
                "2.6",
                "a redirect URI uses http in a private network",
                "serve the application by https, and register that address",
            )
        })
}

/// Checks for pushed or signed requests: otherwise authorization details pass through the browser
/// unprotected (RFC 9396 §12).
fn open_details(client: &Client) -> Option<Deviation> {
    let asks = !client.authorization_details_types.is_empty();
    let uses_codes = client.allows_grant(&GrantType::AuthorizationCode);
    let is_kept_whole =
        client.require_pushed_authorization_requests || client.require_signed_request_object;
    (asks && uses_codes && !is_kept_whole).then(|| Deviation {
        is_due: true,
        ..finding(
            client,
            "RFC 9396 12",
            "its authorization details may pass through the browser unsigned",
            "push or sign the requests: doorward client update --require-par",
        )
    })
}

#[cfg(test)]
mod tests;
