//! Where a registration stays behind RFC 9700 (the best current practice of OAuth security).
//!
//! What no registration can weaken here (exact redirect URIs, `iss` in every answer, rotation of
//! refresh tokens, audiences) is not looked at: the server holds it for everybody.

use doorward_protocol::token::GrantType;

use crate::model::{Client, ClientKind, CodeProtection};

/// How much the document asks for what is missing (RFC 2119).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RequirementLevel {
    /// MUST.
    Must,
    /// SHOULD or RECOMMENDED.
    Should,
}

impl RequirementLevel {
    /// The word of RFC 2119.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
        }
    }
}

/// One thing in which a client stays behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deviation {
    /// The client.
    pub client_id: String,
    /// The section of RFC 9700, or of another text, which it names then.
    pub section: &'static str,
    /// How much it asks.
    pub demand: RequirementLevel,
    /// What is weaker than it could be.
    pub what: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Every deviation of one client. One that is switched off is served nothing, and has none.
pub fn deviations(client: &Client) -> Vec<Deviation> {
    if !client.is_active() {
        return Vec::new();
    }
    let found = [
        pkce(client),
        shared_secret(client),
        localhost(client),
        open_details(client),
    ];
    found.into_iter().flatten().collect()
}

fn of(
    client: &Client,
    section: &'static str,
    what: &'static str,
    remedy: &'static str,
) -> Deviation {
    Deviation {
        client_id: client.id.as_str().to_owned(),
        section,
        demand: RequirementLevel::Should,
        what,
        remedy,
    }
}

/// RFC 9700 §2.1.1: PKCE, or for confidential clients at least `nonce`.
fn pkce(client: &Client) -> Option<Deviation> {
    if client.requires_pkce() || !client.allows_grant(&GrantType::AuthorizationCode) {
        return None;
    }
    let require = "doorward client update --pkce required";
    let (demand, what, remedy) = match client.code_protection {
        Some(CodeProtection::None) => (
            RequirementLevel::Must,
            "its last sign-in used neither PKCE nor nonce: an injected code is not detected",
            "let it send code_challenge, or at least nonce",
        ),
        Some(CodeProtection::Nonce) => (
            RequirementLevel::Should,
            "its last sign-in used nonce, which only the client checks, and no PKCE",
            "let it send code_challenge",
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
    Some(Deviation {
        demand,
        ..of(client, "2.1.1", what, remedy)
    })
}

/// RFC 9700 §2.5: asymmetric methods are RECOMMENDED.
fn shared_secret(client: &Client) -> Option<Deviation> {
    client.auth_method.is_by_secret().then(|| {
        of(
            client,
            "2.5",
            "it proves itself with a secret that the server sees",
            "register a public key and use private_key_jwt, or a certificate and tls_client_auth",
        )
    })
}

/// RFC 9700 §4.1.3 with RFC 8252 §8.3: a loopback address rather than the name `localhost`, which
/// somebody else may listen on.
fn localhost(client: &Client) -> Option<Deviation> {
    let by_name =
        |uri: &String| url::Url::parse(uri).is_ok_and(|url| url.host_str() == Some("localhost"));
    let uses_codes = client.allows_grant(&GrantType::AuthorizationCode);
    let native = client.kind == ClientKind::Public;
    (native && uses_codes && client.redirect_uris.iter().any(by_name)).then(|| {
        of(
            client,
            "4.1.3",
            "codes go to the name localhost",
            "register http://127.0.0.1 and http://[::1]",
        )
    })
}

/// RFC 9396 §12: what is asked for in detail goes through the browser, where anybody on the way may
/// change it, unless it is pushed or signed.
fn open_details(client: &Client) -> Option<Deviation> {
    let asks = !client.authorization_details_types.is_empty();
    let uses_codes = client.allows_grant(&GrantType::AuthorizationCode);
    let is_kept_whole =
        client.require_pushed_authorization_requests || client.require_signed_request_object;
    (asks && uses_codes && !is_kept_whole).then(|| {
        of(
            client,
            "RFC 9396 12",
            "what it asks for in detail may come through the browser, unsigned",
            "let it push or sign its requests: doorward client update --require-par",
        )
    })
}

#[cfg(test)]
mod tests;
