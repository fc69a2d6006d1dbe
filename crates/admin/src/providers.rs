//! The identity providers that users may sign in with.
//!
//! A provider authenticates users, so its configuration allows signing in as any user that it
//! names.

use std::collections::{BTreeMap, HashSet};

use doorward_domain::credentials::signed_secret;
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::{
    AuditKind, ClaimNames, OauthEndpoints, Provider, ProviderId, ProviderSettings, SecretSigner,
};
use doorward_domain::random::Generator;
use doorward_domain::rules::provider::{self, Preset};
use doorward_egress::outgoing::check_address;
use doorward_egress::upstream::seal_secret;
use doorward_services::caller::AuditEventExt as _;
use doorward_services::federation::roles::end_issuer;
use doorward_store::{StoreError, WriteTx, repo};
use serde::{Deserialize, Serialize};

use super::operator::{AdminContext, AdminError};

/// The specification of a provider. Omitted members take the defaults of the kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSpec {
    /// `oidc` (the default), `oauth2`, `google`, `github`, `microsoft`, `apple`, `gitlab` or
    /// `facebook`.
    #[serde(default)]
    pub kind: Option<String>,
    /// The label of the button.
    #[serde(default)]
    pub name: Option<String>,
    /// The issuer, byte by byte as in the provider's ID tokens.
    #[serde(default)]
    pub issuer: Option<String>,
    /// This server's client id at the provider.
    pub client_id: String,
    /// This server's client secret at the provider. If omitted, the stored one is kept; a change of
    /// kind, issuer, client or endpoint requires a new one.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Settings for a `client_secret` that is a private key (PEM, P-256), which signs a secret for
    /// each use, as Apple requires it: `team_id` and `key_id`.
    #[serde(default)]
    pub secret_signer: Option<SecretSigner>,
    /// The scopes to request.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Further parameters of the authorization request.
    #[serde(default)]
    pub authorization_parameters: Option<BTreeMap<String, String>>,
    /// The endpoints of a provider without OpenID Connect.
    #[serde(default)]
    pub endpoints: Option<OauthEndpoints>,
    /// The names of the provider's claims.
    #[serde(default)]
    pub claims: Option<ClaimNames>,
    /// Expects the authorization response as a form post from the provider's site.
    #[serde(default)]
    pub form_post: Option<bool>,
    /// Accepts the provider's `email_verified` as proof of the address.
    #[serde(default)]
    pub trusts_email: Option<bool>,
    /// Links a sign-in to the local account with the same verified address without asking the user.
    #[serde(default)]
    pub links_by_email: Option<bool>,
    /// Allows users who sign in for the first time to create an account.
    #[serde(default)]
    pub registers: Option<bool>,
    /// Accepts the provider's statement that the user authenticated with two factors.
    #[serde(default)]
    pub trusts_mfa: Option<bool>,
    /// The mapping from the provider's role names to local roles.
    #[serde(default)]
    pub roles: Option<BTreeMap<String, String>>,
    /// Disables the provider on every path at once.
    #[serde(default)]
    pub disabled: bool,
}

fn invalid(field: &'static str, problem: &'static str) -> AdminError {
    AdminError::invalid(field, problem)
}

/// Builds a provider from the specification, with the stored provider of that id if there is one.
fn build(
    id: &ProviderId,
    spec: &ProviderSpec,
    before: Option<&Provider>,
    key: &ProviderKey,
    (now, mut rng): (i64, Generator<'_>),
) -> Result<Provider, AdminError> {
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
    let name = name.unwrap_or(id.as_str()).trim();
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        return Err(invalid("name", "write 1 to 40 characters"));
    }
    check_credentials(spec)?;
    let fresh = spec.client_secret.as_deref();
    let secret_sealed = match fresh {
        Some(text) => Some(seal_secret(key, id.as_str(), text.trim(), &mut rng)),
        None => kept_secret(before, issuer, &spec.client_id, &settings)?,
    };
    if settings.secret_signer.is_some() && secret_sealed.is_none() {
        return Err(invalid(
            "client_secret",
            "is required with secret_signer: it is the signing key",
        ));
    }
    Ok(Provider {
        id: id.clone(),
        name: name.to_owned(),
        issuer: issuer.to_owned(),
        client_id: spec.client_id.clone(),
        secret_sealed,
        settings,
        disabled_at: match (spec.disabled, before) {
            (false, _) => None,
            (true, Some(before)) => before.disabled_at.or(Some(now)),
            (true, None) => Some(now),
        },
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    })
}

/// Returns the stored secret if it is still sent to the same endpoints, for the same client. The
/// endpoints of a kind are part of its settings, so another kind counts as other endpoints.
fn kept_secret(
    before: Option<&Provider>,
    issuer: &str,
    client_id: &str,
    settings: &ProviderSettings,
) -> Result<Option<Vec<u8>>, AdminError> {
    let Some((before, secret)) =
        before.and_then(|before| Some((before, before.secret_sealed.clone()?)))
    else {
        return Ok(None);
    };
    let signs = |settings: &ProviderSettings| settings.secret_signer.is_some();
    let is_same = before.issuer == issuer
        && before.client_id == client_id
        && before.settings.endpoints == settings.endpoints
        && signs(&before.settings) == signs(settings);
    if is_same {
        return Ok(Some(secret));
    }
    let problem =
        "write it again: kind, client_id, issuer, secret_signer or an endpoint has changed";
    Err(invalid("client_secret", problem))
}

/// Returns the defaults of the kind, overridden by the specification.
fn resolve_settings(spec: &ProviderSpec, preset: Preset) -> Result<ProviderSettings, AdminError> {
    let mut settings = preset.settings();
    settings.secret_signer.clone_from(&spec.secret_signer);
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

fn check_credentials(spec: &ProviderSpec) -> Result<(), AdminError> {
    let id = spec.client_id.as_str();
    if !(1..=255).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_graphic()) {
        let problem = "write the client id that the provider has given";
        return Err(invalid("client_id", problem));
    }
    let secret = spec.client_secret.as_ref();
    if secret.is_some_and(|text| text.len() > 4096 || text.trim().is_empty()) {
        return Err(invalid("client_secret", "write 1 to 4096 characters"));
    }
    let signs = spec.secret_signer.is_some();
    if secret.is_some_and(|text| signs && !signed_secret::is_key(text.trim())) {
        let problem = "write the private key that signs: PEM, P-256";
        return Err(invalid("client_secret", problem));
    }
    Ok(())
}

fn id_of(text: &str) -> Result<ProviderId, AdminError> {
    let problem = "write 1 to 32 of a-z, 0-9 and -";
    ProviderId::parse(text).ok_or_else(|| invalid("id", problem))
}

/// Requires the role `admin`: an identity provider gives roles, and names the user who signs in
/// (decision 36).
fn require_admin(context: &AdminContext<'_>) -> Result<(), AdminError> {
    context.require_global("providers:write")?;
    context.must_administer()
}

/// Checks that the administrator may assign every role of the provider's mapping.
async fn check_mapping(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    provider: &Provider,
) -> Result<(), AdminError> {
    for name in provider.settings.roles.values() {
        if let Some(role) = repo::roles::find(tx, name).await? {
            context.check_role_delegation(&role)?;
        }
    }
    Ok(())
}

/// Creates or replaces a provider. The flag is true if it is new.
///
/// # Errors
/// [`AdminError::Invalid`] by field, [`AdminError::Taken`] if another provider has the issuer.
pub async fn put(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    id: &str,
    spec: &ProviderSpec,
) -> Result<(Provider, bool), AdminError> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let put = put_in(context, &tx, key, (id, spec)).await?;
    tx.commit().await?;
    Ok(put)
}

/// Creates or replaces all of these providers in one transaction. If `keep` is false, it only
/// checks them and rolls back.
///
/// # Errors
/// As [`put`].
pub async fn put_all(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    specs: &[(String, ProviderSpec)],
    keep: bool,
) -> Result<Vec<(Provider, bool)>, AdminError> {
    require_admin(context)?;
    let mut names = HashSet::new();
    if !specs.iter().all(|(id, _)| names.insert(id)) {
        return Err(invalid("id", "must be unique"));
    }
    let tx = context.begin().await?;
    let mut all = Vec::new();
    for (id, spec) in specs {
        all.push(put_in(context, &tx, key, (id, spec)).await?);
    }
    if keep {
        tx.commit().await?;
    }
    Ok(all)
}

/// Creates or replaces a provider in a transaction of the caller, who has checked the permission.
///
/// # Errors
/// As [`put`].
pub async fn put_in(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    key: &ProviderKey,
    (id, spec): (&str, &ProviderSpec),
) -> Result<(Provider, bool), AdminError> {
    let id = id_of(id)?;
    let before = repo::providers::find(tx, &id).await?;
    let provider = build(
        &id,
        spec,
        before.as_ref(),
        key,
        (context.now(), context.rng()),
    )?;
    check_mapping(context, tx, &provider).await?;
    let stored = match &before {
        Some(_) => repo::providers::update(tx, &provider).await.map(|_| ()),
        None => repo::providers::insert(tx, &provider).await,
    };
    stored.map_err(|error| to_error(error, &provider))?;
    if let Some(before) = before
        .as_ref()
        .filter(|before| before.issuer != provider.issuer)
    {
        end_issuer(tx, &before.issuer, &context.caller, context.now()).await?;
    }
    let is_new = before.is_none();
    record_event(
        context,
        tx,
        &provider,
        if is_new { "created" } else { "changed" },
    )
    .await?;
    Ok((provider, is_new))
}

fn to_error(error: StoreError, provider: &Provider) -> AdminError {
    if error.is_conflict_on("issuer") {
        AdminError::conflict("provider with the issuer", &provider.issuer)
    } else {
        error.into()
    }
}

async fn record_event(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    provider: &Provider,
    change: &'static str,
) -> Result<(), AdminError> {
    let settings = &provider.settings;
    let event = context
        .event(AuditKind::ProviderChanged, &provider.id, change)
        .with("issuer", provider.issuer.as_str())
        .with("active", provider.is_active())
        .with("trusts_email", settings.trusts_email)
        .with("links_by_email", settings.links_by_email)
        .with("trusts_mfa", settings.trusts_mfa);
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// Lists all providers, ordered by name.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<Provider>, AdminError> {
    context.require_global("providers:read")?;
    Ok(repo::providers::list(context.db.read()).await?)
}

/// Returns a provider.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist.
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<Provider, AdminError> {
    context.require_global("providers:read")?;
    let found = match ProviderId::parse(id) {
        Some(id) => repo::providers::find(context.db.read(), &id).await?,
        None => None,
    };
    found.ok_or_else(|| AdminError::not_found("provider", id))
}

/// Returns the number of users with a linked account at this provider.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn count_users(
    context: &AdminContext<'_>,
    provider: &Provider,
) -> Result<u64, AdminError> {
    Ok(repo::linked_accounts::count_by_issuer(context.db.read(), &provider.issuer).await?)
}

/// Enables or disables a provider. A disabled provider is rejected on every path at once; linked
/// accounts remain.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist.
pub async fn switch(
    context: &AdminContext<'_>,
    id: &str,
    on: bool,
) -> Result<Provider, AdminError> {
    require_admin(context)?;
    let mut provider = get(context, id).await?;
    if provider.is_active() == on {
        return Ok(provider);
    }
    let tx = context.begin().await?;
    provider.disabled_at = (!on).then(|| context.now());
    provider.updated_at = context.now();
    if !repo::providers::update(&tx, &provider).await? {
        return Err(AdminError::not_found("provider", id));
    }
    record_event(
        context,
        &tx,
        &provider,
        if on { "enabled" } else { "disabled" },
    )
    .await?;
    tx.commit().await?;
    Ok(provider)
}

/// Deletes a provider. Linked accounts remain, but cannot be used until a provider with the issuer
/// exists again; the roles that the provider gave are removed.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist.
pub async fn delete(context: &AdminContext<'_>, id: &str) -> Result<(), AdminError> {
    require_admin(context)?;
    let provider = get(context, id).await?;
    let tx = context.begin().await?;
    if !repo::providers::delete(&tx, &provider.id).await? {
        return Err(AdminError::not_found("provider", id));
    }
    end_issuer(&tx, &provider.issuer, &context.caller, context.now()).await?;
    record_event(context, &tx, &provider, "removed").await?;
    tx.commit().await?;
    Ok(())
}
