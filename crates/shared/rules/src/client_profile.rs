//! Security profiles of clients: what FAPI 2.0 Security Profile (Final) and FAPI 2.0 Message
//! Signing 1.0 (Final) demand of an authorization server, as settings of a client and as limits of
//! its requests.

use doorward_access::jwt::external_keys;
use uuid::Uuid;

use crate::prelude::*;

/// The maximum lifetime of an authorization code, in seconds (FAPI 2.0 SP §5.3.2.1 (11)).
const MAX_CODE_TTL: i64 = 60;

/// A demand of a profile on the settings of a client.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// The first profile that makes the demand; later ones include it.
    pub since: SecurityProfile,
    /// The member of the setting, which names it in errors.
    pub setting: &'static str,
    /// The specification and its section.
    pub section: &'static str,
    /// The demand, as it follows "must".
    pub rule: &'static str,
    /// Returns true if the client meets it.
    pub is_met: fn(&Client) -> bool,
    /// The settings that it decides, by their names in a change.
    pub decides: &'static [&'static str],
    pub pin: fn(&mut Client),
}

/// Every demand, in the order of the checks.
pub const DEMANDS: &[Demand] = &[
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "kind",
        section: "FAPI 2.0 Security Profile, section 5.3.2.1 (3)",
        rule: "be confidential",
        is_met: |client| client.kind == ClientKind::Confidential,
        decides: &[],
        pin: |_| {},
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "auth_method",
        section: "FAPI 2.0 Security Profile, section 5.3.2.1 (6)",
        rule: "authenticate by private_key_jwt, tls_client_auth or self_signed_tls_client_auth",
        is_met: |client| proves_key(client.auth_method),
        decides: &["auth_method"],
        pin: |client| {
            client.auth_method = match client.certificate_subject {
                Some(_) => ClientAuthMethod::TlsClientAuth,
                None => ClientAuthMethod::PrivateKeyJwt,
            }
            .into();
        },
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "assertion_audience",
        section: "FAPI 2.0 Security Profile, section 5.3.2.1 (8)",
        rule: "name the issuer only as audience of its assertions",
        is_met: |client| client.assertion_audience == Some(AssertionAudience::Issuer),
        decides: &["assertion_audience"],
        pin: |client| client.assertion_audience = Some(AssertionAudience::Issuer),
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "dpop_bound_access_tokens",
        section: "FAPI 2.0 Security Profile, section 5.3.2.1 (4) and (5)",
        rule: "have its access tokens bound to a DPoP key or to its certificate",
        is_met: |client| client.dpop_bound_access_tokens || client.certificate_bound_access_tokens,
        decides: &[
            "dpop_bound_access_tokens",
            "certificate_bound_access_tokens",
        ],
        pin: |client| {
            let by_certificate = client.auth_method.is_by_certificate();
            client.certificate_bound_access_tokens = by_certificate;
            client.dpop_bound_access_tokens = !by_certificate;
        },
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "require_pushed_authorization_requests",
        section: "FAPI 2.0 Security Profile, section 5.3.2.2 (3)",
        rule: "push its authorization requests",
        is_met: |client| client.require_pushed_authorization_requests,
        decides: &["require_pushed_authorization_requests"],
        pin: |client| client.require_pushed_authorization_requests = true,
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "request_uris",
        section: "FAPI 2.0 Security Profile, section 5.3.2.2 (3)",
        rule: "have no request_uris, because its requests are pushed",
        is_met: |client| client.request_uris.is_empty(),
        decides: &[],
        pin: |_| {},
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "pkce",
        section: "FAPI 2.0 Security Profile, section 5.3.2.2 (5)",
        rule: "use PKCE with S256 (required)",
        is_met: |client| client.pkce == PkcePolicy::Required,
        decides: &["pkce"],
        pin: |client| client.pkce = PkcePolicy::Required,
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "redirect_uris",
        section: "FAPI 2.0 Security Profile, section 5.3.2.2 (8)",
        rule: "have redirect URIs with https, or http on a loopback address",
        is_met: |client| client.redirect_uris.iter().all(|uri| is_protected(uri)),
        decides: &[],
        pin: |_| {},
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "id_token_signed_response_alg",
        section: ALGS_SECTION,
        rule: "receive ID tokens signed with PS256, ES256 or EdDSA",
        is_met: |client| is_allowed(client.id_token_signed_response_alg),
        decides: &["id_token_signed_response_alg"],
        pin: |client| client.id_token_signed_response_alg = PREFERRED,
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "userinfo_signed_response_alg",
        section: ALGS_SECTION,
        rule: "receive userinfo signed with PS256, ES256 or EdDSA, or not signed",
        is_met: |client| client.userinfo_signed_response_alg.is_none_or(is_allowed),
        decides: &["userinfo_signed_response_alg"],
        pin: |client| client.userinfo_signed_response_alg = Some(PREFERRED),
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "authorization_signed_response_alg",
        section: ALGS_SECTION,
        rule: "receive authorization responses signed with PS256, ES256 or EdDSA, or as requested",
        is_met: |client| {
            client
                .authorization_signed_response_alg
                .is_none_or(is_allowed)
        },
        decides: &["authorization_signed_response_alg"],
        pin: |client| client.authorization_signed_response_alg = Some(PREFERRED),
    },
    Demand {
        since: SecurityProfile::Fapi2,
        setting: "introspection_signed_response_alg",
        section: ALGS_SECTION,
        rule: "receive introspection responses signed with PS256, ES256 or EdDSA",
        is_met: |client| {
            client
                .introspection_signed_response_alg
                .is_some_and(is_allowed)
        },
        decides: &["introspection_signed_response_alg"],
        pin: |client| client.introspection_signed_response_alg = Some(PREFERRED),
    },
    Demand {
        since: SecurityProfile::Fapi2MessageSigning,
        setting: "require_signed_request_object",
        section: "FAPI 2.0 Message Signing, section 5.3.1 (1)",
        rule: "sign its authorization requests",
        is_met: |client| client.require_signed_request_object,
        decides: &["require_signed_request_object"],
        pin: |client| client.require_signed_request_object = true,
    },
];

/// The settings with one possible value, by their names in a change.
const FIXED: [&str; 4] = [
    "assertion_audience",
    "require_pushed_authorization_requests",
    "pkce",
    "require_signed_request_object",
];

/// The algorithms of every signature of a client with a FAPI profile, and of every response to it
/// (FAPI 2.0 SP §5.4.1 (1)).
pub const ALGS: [SigningAlg; 3] = [SigningAlg::Ps256, SigningAlg::Es256, SigningAlg::EdDsa];
/// The algorithm of responses to a client that names none: the fastest one to sign and verify.
const PREFERRED: SigningAlg = SigningAlg::Es256;
/// Header of requests and responses by which a client and a resource server find each other's log lines (FAPI 1.0
/// Baseline §6.2.1 (11)).
pub const INTERACTION_ID: &str = "x-fapi-interaction-id";
/// The section that lists [`ALGS`].
pub const ALGS_SECTION: &str = "FAPI 2.0 Security Profile, section 5.4.1 (1)";

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a client with the profile {} must {rule} ({section})", profile.as_str())]
pub struct ProfileError {
    pub profile: SecurityProfile,
    pub setting: &'static str,
    pub rule: &'static str,
    pub section: &'static str,
}

/// Returns the demands on a client. That on the audience is for clients that send a browser here: FAPI-CIBA builds on
/// FAPI 1.0 and CIBA Core, where assertions name the token endpoint (OIDC Core §9).
fn demands(client: &Client) -> impl Iterator<Item = &'static Demand> + use<> {
    let has = |grant| client.grant_types.contains(&grant);
    let is_ciba = has(GrantType::Ciba) && !has(GrantType::AuthorizationCode);
    let profile = client.profile;
    DEMANDS.iter().filter(move |demand| {
        demand.since <= profile && !(is_ciba && demand.setting == "assertion_audience")
    })
}

/// Returns the demand that leaves a setting of the client one possible value, if there is one. The
/// setting is given by its name in a change.
pub fn fixed_by(client: &Client, setting: &str) -> Option<&'static Demand> {
    let mut demands = demands(client).filter(|_| FIXED.contains(&setting));
    demands.find(|demand| demand.decides.contains(&setting))
}

/// Sets what the profile of a client demands, except for settings that a change states (`stated`,
/// by their names): those are checked instead.
pub fn pin(client: &mut Client, stated: &[&str]) {
    for demand in demands(client) {
        let is_stated = demand.decides.iter().any(|name| stated.contains(name));
        if !is_stated && !(demand.is_met)(client) {
            (demand.pin)(client);
        }
    }
}

/// Returns the value of [`INTERACTION_ID`] in the response to a client with a profile: that of its request if it is a
/// UUID, or else the ID of the request.
pub fn interaction_id<'a>(
    client: &Client,
    sent: Option<&'a str>,
    request_id: &'a str,
) -> Option<&'a str> {
    let has_profile = client.profile != SecurityProfile::None;
    let mut ids = sent.into_iter().chain([request_id]);
    ids.find(|id| has_profile && id.len() == 36 && Uuid::try_parse(id).is_ok())
}

/// Checks the settings of a client against its profile.
pub fn check(client: &Client) -> Result<(), ProfileError> {
    let unmet = demands(client).find(|demand| !(demand.is_met)(client));
    unmet.map_or(Ok(()), |demand| {
        Err(ProfileError {
            profile: client.profile,
            setting: demand.setting,
            rule: demand.rule,
            section: demand.section,
        })
    })
}

/// Returns true if the method proves that the client holds a private key.
fn proves_key(method: ClientAuth) -> bool {
    method.is_by_certificate() || method == ClientAuthMethod::PrivateKeyJwt
}

/// Returns true if a response to this URI is encrypted in transit, or does not leave the machine.
fn is_protected(uri: &str) -> bool {
    let here = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    !uri.starts_with("http:")
        || here.iter().any(|host| {
            let rest = uri.strip_prefix(host);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
        })
}

/// Returns true if a client with this profile may sign with the algorithm.
pub fn allows_alg(profile: SecurityProfile, alg: Option<SigningAlg>) -> bool {
    !profile.is_fapi() || alg.is_some_and(is_allowed)
}

/// Returns true if a client with this profile may send this JWT, whose signature was verified.
pub fn allows_jwt(profile: SecurityProfile, jwt: &str) -> bool {
    !profile.is_fapi() || external_keys::algorithm(jwt).is_some_and(is_allowed)
}

fn is_allowed(alg: SigningAlg) -> bool {
    ALGS.contains(&alg)
}

/// Returns the algorithm of a JWT for a client with this profile: the preferred one if the profile
/// allows it, otherwise PS256, or another one if the server does not offer that.
pub fn response_alg(
    profile: SecurityProfile,
    preferred: SigningAlg,
    offered: &[SigningAlg],
) -> SigningAlg {
    if allows_alg(profile, Some(preferred)) {
        return preferred;
    }
    let allowed = ALGS.into_iter().find(|alg| offered.contains(alg));
    allowed.unwrap_or(SigningAlg::Ps256)
}

/// Returns the algorithm of the client's ID tokens, and of its logout tokens (OIDC Back-Channel
/// Logout §2.4).
pub fn id_token_alg(client: &Client) -> SigningAlg {
    response_alg(client.profile, client.id_token_signed_response_alg, &ALGS)
}

/// Returns the algorithm of signed userinfo; none for plain JSON (OIDC Core §5.3.2).
pub fn userinfo_alg(client: &Client) -> Option<SigningAlg> {
    let registered = client.userinfo_signed_response_alg;
    registered.map(|alg| response_alg(client.profile, alg, &ALGS))
}

/// Returns the algorithm of a signed introspection response (RFC 9701 §6: RS256 by default).
pub fn introspection_alg(client: &Client) -> SigningAlg {
    let registered = client.introspection_signed_response_alg.unwrap_or_default();
    response_alg(client.profile, registered, &ALGS)
}

/// Returns the algorithm of an authorization response that the client requests in signed form
/// (JARM §3). Without a registered one it is RS256, or with a profile that of ID tokens.
pub fn authorization_alg(client: &Client) -> SigningAlg {
    let default = if client.profile.is_fapi() {
        client.id_token_signed_response_alg
    } else {
        SigningAlg::Rs256
    };
    let alg = client.authorization_signed_response_alg.unwrap_or(default);
    response_alg(client.profile, alg, &ALGS)
}

/// Returns the error text for a signature with another algorithm; `what` is the signed object.
pub fn alg_problem(what: &str) -> String {
    let names = SigningAlg::list(&ALGS);
    format!("{what} must be signed with one of {names} ({ALGS_SECTION})")
}

/// Returns the lifetime of an authorization code, in seconds.
pub fn code_ttl(profile: SecurityProfile, configured: i64) -> i64 {
    if profile.is_fapi() {
        configured.min(MAX_CODE_TTL)
    } else {
        configured
    }
}

#[cfg(test)]
mod tests;
