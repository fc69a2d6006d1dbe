//! Parsers for members of a client request.

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientAuth, ClientId, ClientKind, PkcePolicy,
    SecurityProfile,
};
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_web::api::problem::Problem;

use crate::support::{read_alg, wrong};

pub(super) fn client_id(text: &str) -> Result<ClientId, Problem> {
    ClientId::parse(text).ok_or_else(Problem::not_found)
}

pub(super) fn read_scope(text: Option<String>) -> Result<Option<Scope>, Problem> {
    let scope = text.map(|text| Scope::parse(&text)).transpose();
    scope.map_err(|_| {
        wrong(
            "scope",
            "invalid",
            "Must be names separated by single spaces.",
        )
    })
}

pub(super) fn read_method(text: Option<String>) -> Result<Option<ClientAuth>, Problem> {
    let read = |text: String| {
        let detail = "Must be client_secret, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth, \
                      self_signed_tls_client_auth or none.";
        ClientAuth::parse(&text).ok_or_else(|| wrong("auth_method", "invalid", detail))
    };
    text.map(read).transpose()
}

/// Parses the audience of client assertions; `default` is the setting of the deployment.
#[expect(
    clippy::option_option,
    reason = "absent, the deployment's setting, or the client's own"
)]
pub(super) fn read_audience(
    text: Option<String>,
) -> Result<Option<Option<AssertionAudience>>, Problem> {
    let read = |text: String| {
        let detail = "Must be issuer_or_endpoint, issuer or default.";
        AssertionAudience::parse_setting(&text)
            .map_err(|_| wrong("assertion_audience", "invalid", detail))
    };
    text.map(read).transpose()
}

/// Parses the algorithm of ID tokens.
pub(super) fn read_id_token_alg(text: Option<String>) -> Result<Option<SigningAlg>, Problem> {
    let name = "id_token_signed_response_alg";
    text.map(|text| read_alg(name, &text)).transpose()
}

/// Parses the algorithm of other responses; the empty text removes it.
#[expect(clippy::option_option, reason = "absent, none, or an algorithm")]
pub(super) fn read_optional_alg(
    name: &'static str,
    text: Option<String>,
) -> Result<Option<Option<SigningAlg>>, Problem> {
    let read = |text: String| match text.as_str() {
        "" => Ok(None),
        text => read_alg(name, text).map(Some),
    };
    text.map(read).transpose()
}

pub(super) fn read_pkce(text: Option<String>) -> Result<Option<PkcePolicy>, Problem> {
    let read = |text: String| {
        let detail = "Must be required, auto or optional.";
        PkcePolicy::parse(&text).ok_or_else(|| wrong("pkce", "invalid", detail))
    };
    text.map(read).transpose()
}

pub(super) fn read_profile(text: Option<String>) -> Result<Option<SecurityProfile>, Problem> {
    let read = |text: String| {
        let detail = "Must be none, fapi2 or fapi2-message-signing.";
        SecurityProfile::parse(&text).ok_or_else(|| wrong("profile", "invalid", detail))
    };
    text.map(read).transpose()
}

/// Parses the certificate subject (RFC 8705 §2.1.2) from the five members in order.
pub(super) fn read_subject(
    members: [Option<String>; 5],
) -> Result<Option<CertificateSubject>, Problem> {
    CertificateSubject::one_of(members).map_err(|_| {
        wrong(
            "auth_method",
            "invalid",
            "Exactly one tls_client_auth_… member is required.",
        )
    })
}

pub(super) fn read_format(text: Option<String>) -> Result<Option<AccessTokenFormat>, Problem> {
    let read = |text: String| {
        let detail = "Must be jwt or opaque.";
        AccessTokenFormat::parse(&text)
            .ok_or_else(|| wrong("access_token_format", "invalid", detail))
    };
    text.map(read).transpose()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "readers of members have one signature"
)]
pub(super) fn read_grants(names: Option<Vec<String>>) -> Result<Option<Vec<GrantType>>, Problem> {
    Ok(names.map(|names| names.iter().map(|name| GrantType::parse(name)).collect()))
}

pub(super) fn read_kind(text: &str) -> Result<ClientKind, Problem> {
    let detail = "Must be public or confidential.";
    ClientKind::parse(text).ok_or_else(|| wrong("kind", "invalid", detail))
}

/// Parses the ID of a new client; `None`: a random ID.
pub(super) fn read_id(text: Option<&str>) -> Result<Option<ClientId>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let id = ClientId::parse(text);
    id.map(Some)
        .ok_or_else(|| wrong("id", "invalid", "Not a valid client ID."))
}
