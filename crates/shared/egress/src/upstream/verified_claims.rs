//! The claims of a user: those of the ID token, and those of userinfo, plain or signed.

use doorward_access::jwt::provider_token::{ProviderAlg, ProviderTokenError};
use doorward_domain::model::{Provider, ProviderCause, ProviderClientAuth, Unaccepted};
use doorward_protocol::foreign_json;
use doorward_rules::provider_logout::{self, LogoutStatement};
use doorward_rules::provider_signals::{self, ProviderSignal};
use serde_json::{Map, Value};

use super::dpop::Binding;
use super::error::UpstreamError;
use super::id_token::{
    ExpectedToken, add_userinfo, check_event_token, check_id_token, check_signed_userinfo,
    lacks_claims,
};
use super::metadata_cache::ProviderEndpoints;
use super::relying_party::{RelyingParty, Request};
use super::token_request::Tokens;
use super::transport::UserToken;

type Claims = Map<String, Value>;

/// The claims of a user, and whether there are further ones that could not be read.
pub(super) struct UserClaims {
    pub claims: Claims,
    pub is_partial: bool,
}

/// Returns the claims of a verified ID token. Those of userinfo are added if one that the settings use
/// is missing (OIDC Core §5.4).
pub(super) async fn read(
    party: &RelyingParty<'_>,
    provider: &Provider,
    mut endpoints: ProviderEndpoints,
    request: &Request<'_>,
    tokens: &Tokens,
    binding: Option<&Binding<'_>>,
) -> Result<UserClaims, UpstreamError> {
    let token = tokens.id_token.as_deref().ok_or_else(|| {
        let detail = "the token response has no ID token; the scope openid is required";
        UpstreamError::unaccepted(ProviderCause::Incomplete, detail)
    })?;
    let (alg, claims) = verify(party, provider, &mut endpoints, token)
        .await
        .map_err(|error| unaccepted("the ID token", &error))?;
    let expected = expected(party, provider);
    let nonce = provider.settings.nonce.then_some(request.nonce);
    check_id_token(&claims, &expected, nonce)?;
    check_access_token(&claims, alg, tokens.access_token.as_deref())?;
    let Some(address) = endpoints.userinfo.clone() else {
        return Ok(whole(claims));
    };
    if !lacks_claims(&claims, &provider.settings) {
        return Ok(whole(claims));
    }
    let read = match &tokens.access_token {
        Some(text) => {
            let token = UserToken { text, binding };
            userinfo(party, provider, &mut endpoints, &address, token).await
        }
        None => Err(UpstreamError::unaccepted(
            ProviderCause::Unreadable,
            "there is no access token of the expected type",
        )),
    };
    match read {
        Ok(more) => Ok(whole(add_userinfo(claims, more, &provider.settings)?)),
        Err(UpstreamError::Unaccepted(error)) if !can_do_without(&error) => Err(error.into()),
        Err(error) => {
            tracing::warn!(provider = %provider.id, %error, "UserInfo was not read");
            let is_partial = true;
            Ok(UserClaims { claims, is_partial })
        }
    }
}

const fn whole(claims: Claims) -> UserClaims {
    let is_partial = false;
    UserClaims { claims, is_partial }
}

/// Returns true if the ID token alone is used: userinfo says nothing. One that is forged or about another
/// user ends the sign-in.
const fn can_do_without(error: &Unaccepted) -> bool {
    matches!(
        error.cause,
        ProviderCause::Refused | ProviderCause::Unreadable | ProviderCause::Incomplete
    )
}

fn expected<'a>(party: &RelyingParty<'_>, provider: &'a Provider) -> ExpectedToken<'a> {
    ExpectedToken {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        audiences: &provider.settings.audiences,
        now: party.clock.now(),
    }
}

/// Verifies a signature. If that fails, the provider may have new keys, which are fetched at once, within
/// limits.
async fn verify(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &mut ProviderEndpoints,
    token: &str,
) -> Result<(ProviderAlg, Claims), ProviderTokenError> {
    let verified = match endpoints.keys.verify(token) {
        Err(error) if error.may_be_rotation() => {
            let Some(newer) = party.refetch_endpoints(provider, endpoints).await else {
                return Err(error);
            };
            *endpoints = newer;
            endpoints.keys.verify(token)
        }
        verified => verified,
    };
    let settings = &provider.settings;
    // A client with the FAPI 2.0 Security Profile.
    if settings.client_auth == ProviderClientAuth::PrivateKeyJwt
        && settings.pushed_requests
        && settings.dpop
    {
        verified
            .as_ref()
            .map_or(Ok(()), |(alg, _)| alg.check_fapi())?;
    }
    verified
}

fn unaccepted(what: &str, error: &ProviderTokenError) -> Unaccepted {
    use ProviderTokenError as Error;
    let cause = match error {
        Error::Encrypted | Error::Malformed(_) | Error::Critical => ProviderCause::Unreadable,
        Error::Algorithm(_) | Error::NotFapi(_) | Error::UnknownKey(_) | Error::Signature => {
            ProviderCause::Signature
        }
    };
    Unaccepted::new(cause, format!("{what}: {error}"))
}

/// Compares `at_hash`, if the ID token has one, with the access token (OIDC Core §3.1.3.8).
fn check_access_token(
    claims: &Claims,
    alg: ProviderAlg,
    access_token: Option<&str>,
) -> Result<(), Unaccepted> {
    let Some(access_token) = access_token else {
        return Ok(());
    };
    match claims.get("at_hash") {
        None | Some(Value::Null) => Ok(()),
        Some(hash) if hash.as_str() == Some(&alg.token_hash(access_token)) => Ok(()),
        Some(_) => {
            let detail = "at_hash is not that of the access token";
            Err(Unaccepted::new(ProviderCause::Request, detail))
        }
    }
}

/// Reads userinfo: a JSON object, or a JWT that the provider has signed (OIDC Core §5.3.2).
async fn userinfo(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &mut ProviderEndpoints,
    address: &str,
    access_token: UserToken<'_>,
) -> Result<Claims, UpstreamError> {
    let http = party.http_of(provider);
    let body = http.about_user(address, access_token).await?;
    let claims = if let Some(claims) = foreign_json::object(&body) {
        claims
    } else {
        let token = std::str::from_utf8(&body).unwrap_or_default().trim();
        let verified = verify(party, provider, endpoints, token).await;
        let (_, claims) = verified.map_err(|error| unaccepted("UserInfo", &error))?;
        check_signed_userinfo(&claims, &expected(party, provider))?;
        claims
    };
    if !foreign_json::has_value(&claims, "sub") {
        let detail = "UserInfo has no sub";
        return Err(UpstreamError::unaccepted(ProviderCause::Incomplete, detail));
    }
    Ok(claims)
}

/// Verifies a logout token, and returns what ended at the provider.
pub(super) async fn read_logout(
    party: &RelyingParty<'_>,
    provider: &Provider,
    token: &str,
) -> Result<LogoutStatement, UpstreamError> {
    let claims = read_event(party, provider, token, "the logout token").await?;
    Ok(provider_logout::read(&claims, party.clock.now())?)
}

/// Verifies a security event token, and returns what it says.
pub(super) async fn read_signal(
    party: &RelyingParty<'_>,
    provider: &Provider,
    token: &str,
) -> Result<ProviderSignal, UpstreamError> {
    let claims = read_event(party, provider, token, "the security event token").await?;
    let (issuer, now) = (&provider.issuer, party.clock.now());
    Ok(provider_signals::read(&claims, issuer, now)?)
}

async fn read_event(
    party: &RelyingParty<'_>,
    provider: &Provider,
    token: &str,
    what: &str,
) -> Result<Claims, UpstreamError> {
    let mut endpoints = party.endpoints(provider).await?;
    let verified = verify(party, provider, &mut endpoints, token).await;
    let (_, claims) = verified.map_err(|error| unaccepted(what, &error))?;
    check_event_token(&claims, &expected(party, provider))?;
    Ok(claims)
}

/// Returns the claims from the endpoints of a provider without OpenID Connect.
pub(super) async fn read_plain(
    party: &RelyingParty<'_>,
    provider: &Provider,
    tokens: &Tokens,
) -> Result<UserClaims, UpstreamError> {
    let Some(endpoints) = &provider.settings.endpoints else {
        let detail = "it has no endpoints";
        return Err(UpstreamError::unaccepted(ProviderCause::Settings, detail));
    };
    let text = tokens.access_token.as_deref().ok_or_else(|| {
        let detail = "the token response has no access token of the type Bearer";
        UpstreamError::unaccepted(ProviderCause::Incomplete, detail)
    })?;
    let binding = None;
    let token = UserToken { text, binding };
    let http = party.http_of(provider);
    let mut claims = super::transport::claims(http, &endpoints.userinfo, token).await?;
    if let Some(emails) = &endpoints.emails {
        let names = &provider.settings.claims;
        let (email, verified) = super::transport::primary_email(http, emails, token).await?;
        claims.insert(
            names.email.clone(),
            email.map_or(Value::Null, Value::String),
        );
        claims.insert(names.email_verified.clone(), Value::Bool(verified));
    }
    Ok(whole(claims))
}
