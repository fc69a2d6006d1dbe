//! The providers that people may sign in with.
//!
//! A provider speaks for people: who may write one down can let anybody in as anybody whom it names.

use std::collections::{BTreeMap, HashSet};

use doorward_domain::credentials::signed_secret;
use doorward_domain::model::{
    AuditKind, ClaimNames, OauthEndpoints, Provider, ProviderId, ProviderSettings, SecretSigner,
};
use doorward_domain::rules::provider::{self, Preset};
use doorward_egress::outgoing::check_address;
use doorward_egress::upstream::seal_secret;
use doorward_services::caller::AuditEventExt as _;
use doorward_services::federation::roles::end_issuer;
use doorward_store::{StoreError, WriteTx, repo};
use serde::{Deserialize, Serialize};

use super::operator::{AdminContext, AdminError};

/// A provider as it is written down. What is left out is as the kind has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSpec {
    /// `oidc` (the default), `oauth2`, `google`, `github`, `microsoft`, `apple`, `gitlab` or `facebook`.
    #[serde(default)]
    pub kind: Option<String>,
    /// What the button says.
    #[serde(default)]
    pub name: Option<String>,
    /// The issuer, byte by byte as its ID tokens have it.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Who this server is there.
    pub client_id: String,
    /// What proves it there. Left out, the former one stays; another kind, issuer, client or endpoint
    /// needs it anew.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// The `client_secret` is a private key (PEM, P-256), by which a secret is signed for each use, as
    /// Apple wants it: `team_id` and `key_id`.
    #[serde(default)]
    pub secret_signer: Option<SecretSigner>,
    /// What is asked for.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Where a provider without OpenID Connect is asked.
    #[serde(default)]
    pub endpoints: Option<OauthEndpoints>,
    /// What its claims are called.
    #[serde(default)]
    pub claims: Option<ClaimNames>,
    /// Its answer comes as a form from its own site.
    #[serde(default)]
    pub form_post: Option<bool>,
    /// The addresses that it calls verified are believed.
    #[serde(default)]
    pub trusts_email: Option<bool>,
    /// A verified address joins the account here that has proved the same one, without a question.
    #[serde(default)]
    pub links_by_email: Option<bool>,
    /// Who comes from there for the first time may make an account.
    #[serde(default)]
    pub registers: Option<bool>,
    /// Its word that it saw two factors is believed.
    #[serde(default)]
    pub trusts_mfa: Option<bool>,
    /// Which of its words are which roles here.
    #[serde(default)]
    pub roles: Option<BTreeMap<String, String>>,
    /// Switched off: dead on every path at once.
    #[serde(default)]
    pub disabled: bool,
}

fn invalid(field: &'static str, problem: &'static str) -> AdminError {
    AdminError::invalid(field, problem)
}

/// What the specification makes of a provider, with the former one of that name.
fn made_of(
    id: &ProviderId,
    spec: &ProviderSpec,
    before: Option<&Provider>,
    key: &[u8; 32],
    now: i64,
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
    let settings = settings_of(spec, preset)?;
    let name = spec.name.as_deref().or(preset.name());
    let name = name.unwrap_or(id.as_str()).trim();
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        return Err(invalid("name", "write 1 to 40 characters"));
    }
    check_credentials(spec)?;
    let fresh = spec.client_secret.as_deref();
    let secret_sealed = match fresh {
        Some(text) => Some(seal_secret(key, id.as_str(), text.trim())),
        None => kept_secret(before, issuer, &spec.client_id, &settings)?,
    };
    if settings.secret_signer.is_some() && secret_sealed.is_none() {
        return Err(invalid("client_secret", "it is the key that signs"));
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

/// Returns the former secret if it is still sent to the same endpoints, for the same client. The
/// endpoints of a kind are part of its settings, so that another kind is another place as well.
fn kept_secret(
    before: Option<&Provider>,
    issuer: &str,
    client_id: &str,
    settings: &ProviderSettings,
) -> Result<Option<Vec<u8>>, AdminError> {
    let Some((before, secret)) = before.and_then(|one| Some((one, one.secret_sealed.clone()?)))
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
        "write it anew: kind, client_id, issuer, secret_signer or an endpoint is another one";
    Err(invalid("client_secret", problem))
}

/// What the kind has, with what the specification says otherwise.
fn settings_of(spec: &ProviderSpec, preset: Preset) -> Result<ProviderSettings, AdminError> {
    let mut settings = preset.settings();
    settings.secret_signer.clone_from(&spec.secret_signer);
    take(&mut settings.scopes, spec.scopes.as_ref());
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
        return Err(invalid("endpoints", "say where it is asked"));
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
    match provider::flaw(&settings) {
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

/// Demands the role `admin`: an identity provider gives roles, and names the user who signs in
/// (decision 36).
fn may_write(op: &AdminContext<'_>) -> Result<(), AdminError> {
    op.require_global("providers:write")?;
    op.must_administer()
}

/// Demands that the administrator may give every role of the provider's table.
async fn may_map(
    op: &AdminContext<'_>,
    tx: &WriteTx,
    provider: &Provider,
) -> Result<(), AdminError> {
    for name in provider.settings.roles.values() {
        if let Some(role) = repo::roles::find(tx, name).await? {
            op.may_give_role(&role)?;
        }
    }
    Ok(())
}

/// Writes a provider down, or writes another one in its place; whether it is new.
///
/// # Errors
/// [`AdminError::Invalid`] by field, [`AdminError::Taken`] where another one has the issuer.
pub async fn put(
    op: &AdminContext<'_>,
    key: &[u8; 32],
    id: &str,
    spec: &ProviderSpec,
) -> Result<(Provider, bool), AdminError> {
    may_write(op)?;
    let tx = op.begin().await?;
    let put = put_in(op, &tx, key, (id, spec)).await?;
    tx.commit().await?;
    Ok(put)
}

/// Writes all of these down at once, or none of them.
///
/// # Errors
/// As [`put`].
pub async fn put_all(
    op: &AdminContext<'_>,
    key: &[u8; 32],
    specs: &[(String, ProviderSpec)],
    keep: bool,
) -> Result<Vec<(Provider, bool)>, AdminError> {
    may_write(op)?;
    let mut names = HashSet::new();
    if !specs.iter().all(|(id, _)| names.insert(id)) {
        return Err(invalid("id", "each once"));
    }
    let tx = op.begin().await?;
    let mut all = Vec::new();
    for (id, spec) in specs {
        all.push(put_in(op, &tx, key, (id, spec)).await?);
    }
    if keep {
        tx.commit().await?;
    }
    Ok(all)
}

async fn put_in(
    op: &AdminContext<'_>,
    tx: &WriteTx,
    key: &[u8; 32],
    (id, spec): (&str, &ProviderSpec),
) -> Result<(Provider, bool), AdminError> {
    let id = id_of(id)?;
    let before = repo::providers::find(tx, &id).await?;
    let provider = made_of(&id, spec, before.as_ref(), key, op.now())?;
    may_map(op, tx, &provider).await?;
    let stored = match &before {
        Some(_) => repo::providers::update(tx, &provider).await.map(|_| ()),
        None => repo::providers::insert(tx, &provider).await,
    };
    stored.map_err(|error| taken(error, &provider))?;
    if let Some(before) = before.as_ref().filter(|one| one.issuer != provider.issuer) {
        end_issuer(tx, &before.issuer, &op.caller, op.now()).await?;
    }
    let is_new = before.is_none();
    note(
        op,
        tx,
        &provider,
        if is_new { "created" } else { "changed" },
    )
    .await?;
    Ok((provider, is_new))
}

fn taken(error: StoreError, provider: &Provider) -> AdminError {
    if error.is_conflict_on("issuer") {
        AdminError::taken("provider with the issuer", &provider.issuer)
    } else {
        error.into()
    }
}

async fn note(
    op: &AdminContext<'_>,
    tx: &WriteTx,
    provider: &Provider,
    change: &'static str,
) -> Result<(), AdminError> {
    let settings = &provider.settings;
    let event = op
        .event(AuditKind::ProviderChanged, &provider.id, change)
        .with("issuer", provider.issuer.as_str())
        .with("active", provider.is_active())
        .with("trusts_email", settings.trusts_email)
        .with("links_by_email", settings.links_by_email)
        .with("trusts_mfa", settings.trusts_mfa);
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// All of them, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(op: &AdminContext<'_>) -> Result<Vec<Provider>, AdminError> {
    op.require_global("providers:read")?;
    Ok(repo::providers::list(op.db.read()).await?)
}

/// One of them.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get(op: &AdminContext<'_>, id: &str) -> Result<Provider, AdminError> {
    op.require_global("providers:read")?;
    let found = match ProviderId::parse(id) {
        Some(id) => repo::providers::find(op.db.read(), &id).await?,
        None => None,
    };
    found.ok_or_else(|| AdminError::not_found("provider", id))
}

/// How many people have an account with this provider linked.
///
/// # Errors
/// When the store cannot be read.
pub async fn count_people(op: &AdminContext<'_>, provider: &Provider) -> Result<u64, AdminError> {
    Ok(repo::linked_accounts::count_of_issuer(op.db.read(), &provider.issuer).await?)
}

/// Switches one on or off. Off, it is dead on every path at once; what is linked stays.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn switch(op: &AdminContext<'_>, id: &str, on: bool) -> Result<Provider, AdminError> {
    may_write(op)?;
    let mut provider = get(op, id).await?;
    if provider.is_active() == on {
        return Ok(provider);
    }
    let tx = op.begin().await?;
    provider.disabled_at = (!on).then(|| op.now());
    provider.updated_at = op.now();
    if !repo::providers::update(&tx, &provider).await? {
        return Err(AdminError::not_found("provider", id));
    }
    note(op, &tx, &provider, if on { "enabled" } else { "disabled" }).await?;
    tx.commit().await?;
    Ok(provider)
}

/// Removes one. What people have linked stays, and opens nothing until the issuer is written down again;
/// the roles that its words gave are taken.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn delete(op: &AdminContext<'_>, id: &str) -> Result<(), AdminError> {
    may_write(op)?;
    let provider = get(op, id).await?;
    let tx = op.begin().await?;
    if !repo::providers::delete(&tx, &provider.id).await? {
        return Err(AdminError::not_found("provider", id));
    }
    end_issuer(&tx, &provider.issuer, &op.caller, op.now()).await?;
    note(op, &tx, &provider, "removed").await?;
    tx.commit().await?;
    Ok(())
}
