//! The specification of an identity provider, and its validation.

use std::collections::BTreeMap;

use doorward_domain::credentials::signed_secret;
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::{
    ClaimNames, OauthEndpoints, Provider, ProviderClientAuth, ProviderId, ProviderSettings,
    SecretSigner,
};
use doorward_domain::random::Generator;
use doorward_egress::outgoing::check_address;
use doorward_egress::upstream::seal_secret;
use doorward_rules::provider::{self, Preset};
use doorward_rules::provider_change;

use crate::checked_value::check_line;
use crate::prelude::*;

/// The configuration of an identity provider. Omitted members have the defaults of the kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderSpec {
    /// Provider ID: 1 to 32 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// Kind: `oidc` (the default), `oauth2`, `google`, `github`, `microsoft`, `apple`, `gitlab` or
    /// `facebook`.
    pub kind: Option<String>,
    /// Label of the button.
    pub name: Option<String>,
    /// Issuer identifier, exactly as in its ID tokens.
    #[schema(format = "uri")]
    pub issuer: Option<String>,
    /// Client ID of this server at the provider.
    pub client_id: String,
    /// Client secret at the provider. If omitted, the current one stays; a change of kind, issuer,
    /// client or endpoint requires it again.
    #[schema(format = Password)]
    pub client_secret: Option<String>,
    /// Signer for a `client_secret` that is a private key (PEM, P-256): a secret is signed for each
    /// use, as Apple requires, with `team_id` and `key_id`.
    #[schema(value_type = Option<Object>)]
    pub secret_signer: Option<SecretSigner>,
    /// Authentication of this server at the provider: `client_secret` (the default) or
    /// `private_key_jwt`, with a key of this server's `jwks_uri` and without a secret.
    #[schema(value_type = Option<String>)]
    pub client_auth: Option<ProviderClientAuth>,
    /// True if authorization requests are pushed (RFC 9126). If the provider requires it, they always are.
    pub pushed_requests: Option<bool>,
    /// True if access tokens of the provider must be bound to a key (DPoP, RFC 9449).
    pub dpop: Option<bool>,
    /// True if signals of the provider about its users (OpenID Shared Signals, pushed to `/login/signals/{id}`) end the
    /// sessions that came from there.
    pub signals: Option<bool>,
    /// Requested scopes.
    pub scopes: Option<Vec<String>>,
    /// Further parameters of the authorization request to the provider, such as
    /// `access_type=offline`: at most 10.
    pub authorization_parameters: Option<BTreeMap<String, String>>,
    /// Endpoints of a provider without OpenID Connect.
    #[schema(value_type = Option<Object>)]
    pub endpoints: Option<OauthEndpoints>,
    /// Names of its claims.
    #[schema(value_type = Option<Object>)]
    pub claims: Option<ClaimNames>,
    /// True if the provider posts its response as a form from its own site.
    pub form_post: Option<bool>,
    /// True if its verified e-mail addresses are trusted.
    pub trusts_email: Option<bool>,
    /// True if a verified address links to the account with the same verified address, without a
    /// prompt.
    pub links_by_email: Option<bool>,
    /// True if users who sign in for the first time may create an account.
    pub registers: Option<bool>,
    /// True if its statement of two factors is trusted.
    pub trusts_mfa: Option<bool>,
    /// Further audiences that its ID tokens may have, such as the ID of a project: at most 20. Not needed
    /// if `azp` is this client.
    pub audiences: Option<Vec<String>>,
    /// False if its ID tokens never contain the nonce of the request.
    pub nonce: Option<bool>,
    /// Mapping of its values to roles.
    pub roles: Option<BTreeMap<String, String>>,
    /// True if it is disabled for every flow.
    #[serde(default)]
    pub disabled: bool,
}

pub(crate) fn invalid(field: &'static str, problem: &'static str) -> AdminError {
    AdminError::invalid(field, problem)
}

impl From<&Provider> for ProviderSpec {
    /// Describes a stored provider without its secret, so that it is kept.
    fn from(provider: &Provider) -> Self {
        let kind = if provider.is_oidc() {
            Preset::Oidc
        } else {
            Preset::Oauth2
        };
        let settings = provider.settings.clone();
        Self {
            id: provider.id.to_string(),
            kind: Some(kind.as_str().to_owned()),
            name: Some(provider.name.clone()),
            issuer: Some(provider.issuer.clone()),
            client_id: provider.client_id.clone(),
            client_secret: None,
            secret_signer: settings.secret_signer,
            client_auth: Some(settings.client_auth),
            pushed_requests: Some(settings.pushed_requests),
            dpop: Some(settings.dpop),
            signals: Some(settings.signals),
            scopes: Some(settings.scopes),
            authorization_parameters: Some(settings.authorization_parameters),
            endpoints: settings.endpoints,
            claims: Some(settings.claims),
            form_post: Some(settings.form_post),
            trusts_email: Some(settings.trusts_email),
            links_by_email: Some(settings.links_by_email),
            registers: Some(settings.registers),
            trusts_mfa: Some(settings.trusts_mfa),
            audiences: Some(settings.audiences),
            nonce: Some(settings.nonce),
            roles: Some(settings.roles),
            disabled: !provider.is_active(),
        }
    }
}

impl ProviderSpec {
    /// Returns this specification with other values of these members; `claims.email` is a member of
    /// `claims`.
    pub fn with_values(&self, values: Map<String, Value>) -> Result<Self> {
        let mut body = json!(self);
        for (member, value) in values {
            match member.split_once('.') {
                Some((outer, inner)) => body[outer][inner] = value,
                None => body[member] = value,
            }
        }
        Ok(serde_path_to_error::deserialize(body)?)
    }
}

pub(crate) fn build(
    id: &ProviderId,
    spec: &ProviderSpec,
    before: Option<&Provider>,
    key: &ProviderKey,
    now: UnixSeconds,
    rng: &mut Generator<'_>,
) -> Result<Provider> {
    let mut provider = describe(id, spec, before, now)?;
    provider.secret_sealed = match spec.client_secret.as_deref() {
        Some(secret) => {
            check_secret(secret, &provider)?;
            Some(seal_secret(key, id.as_str(), secret.trim(), rng))
        }
        None => kept_secret(before, &provider)?,
    };
    check_signing_key(&provider)?;
    Ok(provider)
}

pub(crate) fn rebuild(
    spec: &ProviderSpec,
    before: &Provider,
    now: UnixSeconds,
) -> Result<Provider> {
    let mut provider = describe(&before.id, spec, Some(before), now)?;
    provider.secret_sealed = kept_secret(Some(before), &provider)?;
    check_signing_key(&provider)?;
    Ok(provider)
}

fn check_signing_key(provider: &Provider) -> Result<()> {
    if provider.settings.secret_signer.is_some() && provider.secret_sealed.is_none() {
        let problem = "is required with secret_signer: it is the signing key";
        return Err(invalid("client_secret", problem));
    }
    Ok(())
}

pub(crate) fn describe(
    id: &ProviderId,
    spec: &ProviderSpec,
    before: Option<&Provider>,
    now: UnixSeconds,
) -> Result<Provider> {
    let kind = spec.kind.as_deref().unwrap_or("oidc");
    let known = "write oidc, oauth2, google, github, microsoft, apple, gitlab or facebook";
    let preset = Preset::parse(kind).ok_or_else(|| invalid("kind", known))?;
    let issuer = spec.issuer.as_deref().or(preset.issuer());
    let issuer = issuer.ok_or_else(|| invalid("issuer", "name the issuer"))?;
    let is_plain = check_address(issuer).is_ok_and(|url| url.query().is_none());
    if !is_plain {
        let problem = "write an https URL without query and fragment";
        return Err(invalid("issuer", problem));
    }
    let settings = resolve_settings(spec, preset)?;
    let name = spec.name.as_deref().or(preset.name());
    let name = check_line("name", name.unwrap_or(id.as_str()), 40)?;
    check_client_id(&spec.client_id)?;
    Ok(Provider {
        id: id.clone(),
        name,
        issuer: issuer.to_owned(),
        client_id: spec.client_id.clone(),
        secret_sealed: None,
        settings,
        operator_urls: Vec::new(),
        disabled_at: match (spec.disabled, before) {
            (false, _) => None,
            (true, Some(before)) => before.disabled_at.or(Some(now)),
            (true, None) => Some(now),
        },
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    })
}

/// Returns the whole specification of a new provider, without its secret.
pub(crate) fn described(spec: &ProviderSpec, now: UnixSeconds) -> Result<ProviderSpec> {
    let id = ProviderId::parse(&spec.id);
    let id = id.ok_or_else(|| invalid("id", "write 1 to 32 of a-z, 0-9 and -"))?;
    Ok(ProviderSpec::from(&describe(&id, spec, None, now)?))
}

/// Returns the stored secret if it is still sent to the same endpoints, for the same client.
fn kept_secret(before: Option<&Provider>, after: &Provider) -> Result<Option<Vec<u8>>> {
    let Some(before) = before.filter(|_| !after.signs_assertions()) else {
        return Ok(None);
    };
    if !provider_change::needs_secret(before, after) {
        return Ok(before.secret_sealed.clone());
    }
    let problem =
        "write it again: kind, client_id, issuer, secret_signer or an endpoint has changed";
    Err(invalid("client_secret", problem))
}

fn resolve_settings(spec: &ProviderSpec, preset: Preset) -> Result<ProviderSettings> {
    let mut settings = preset.settings();
    settings.secret_signer.clone_from(&spec.secret_signer);
    take(&mut settings.client_auth, spec.client_auth.as_ref());
    take(&mut settings.pushed_requests, spec.pushed_requests.as_ref());
    take(&mut settings.dpop, spec.dpop.as_ref());
    take(&mut settings.signals, spec.signals.as_ref());
    take(&mut settings.scopes, spec.scopes.as_ref());
    take(
        &mut settings.authorization_parameters,
        spec.authorization_parameters.as_ref(),
    );
    take(&mut settings.claims, spec.claims.as_ref());
    take(&mut settings.form_post, spec.form_post.as_ref());
    take(&mut settings.trusts_email, spec.trusts_email.as_ref());
    take(&mut settings.links_by_email, spec.links_by_email.as_ref());
    take(&mut settings.registers, spec.registers.as_ref());
    take(&mut settings.trusts_mfa, spec.trusts_mfa.as_ref());
    take(&mut settings.audiences, spec.audiences.as_ref());
    take(&mut settings.nonce, spec.nonce.as_ref());
    take(&mut settings.roles, spec.roles.as_ref());
    if spec.endpoints.is_some() {
        settings.endpoints.clone_from(&spec.endpoints);
    } else if preset == Preset::Oauth2 {
        return Err(invalid("endpoints", "is required for the kind oauth2"));
    }
    if let Some(endpoints) = &settings.endpoints {
        let addresses = [
            &endpoints.authorization,
            &endpoints.token,
            &endpoints.userinfo,
        ];
        let mut all = addresses.into_iter().chain(&endpoints.emails);
        if all.any(|address| check_address(address).is_err()) {
            return Err(invalid("endpoints", "write https URLs"));
        }
    }
    match provider::first_invalid_setting(&settings) {
        Some((field, problem)) => Err(invalid(field, problem)),
        None => Ok(settings),
    }
}

fn take<T: Clone>(place: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        place.clone_from(value);
    }
}

fn check_client_id(id: &str) -> Result<()> {
    if (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    let problem = "write the client id that the provider has given";
    Err(invalid("client_id", problem))
}

/// Checks a client secret, or the private key that signs one for each use.
pub(crate) fn check_secret(secret: &str, provider: &Provider) -> Result<()> {
    if provider.signs_assertions() {
        let problem = "is not used with private_key_jwt: leave it out";
        return Err(invalid("client_secret", problem));
    }
    if secret.len() > 4096 || secret.trim().is_empty() {
        return Err(invalid("client_secret", "write 1 to 4096 characters"));
    }
    let signs = provider.settings.secret_signer.is_some();
    if signs && !signed_secret::is_key(secret.trim()) {
        let problem = "write the private key that signs: PEM, P-256";
        return Err(invalid("client_secret", problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
