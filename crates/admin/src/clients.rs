//! Clients: registers, lists, changes and deletes them, and rotates their secrets.

mod exchange;
mod logo;
mod read;

use doorward_domain::model::{AuditKind, Client, ClientId, LogoutUris, SubjectKind};
use doorward_domain::rules::redirect_change;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_services::clients::build::build;
use doorward_services::clients::input::{ClientChange, NewClient};
use doorward_services::clients::registration::{self, audit_details, check};
use doorward_store::{WriteTx, repo};

use self::read::{get_in, may_carry};
use super::operator::{AdminContext, AdminError, difference};

pub use self::logo::{remove_logo, set_logo};
pub use self::read::{deviations, get, get_named, list, page};

/// Registers a client. The secret is only in the return value; the store keeps its hash.
///
/// # Errors
/// [`AdminError::Invalid`] for a value that a client must not have, [`AdminError::Taken`] for a
/// client id in use.
pub async fn create(
    context: &AdminContext<'_>,
    new: NewClient,
) -> Result<(Client, Option<OpaqueToken>), AdminError> {
    context.require_global("clients:write")?;
    let now = context.now();
    if let Some(id) = &new.id {
        registration::check_id(id)?;
    }
    let (client, secret) = build(new, now);
    check(context.db.read(), &client).await?;
    may_carry(context, &client)?;
    let tx = context.begin().await?;
    if repo::clients::find(&tx, &client.id).await?.is_some() {
        return Err(AdminError::conflict("client", &client.id));
    }
    repo::clients::insert(&tx, &client).await?;
    let event = context.event(AuditKind::ClientChanged, &client.id, "created");
    repo::audit::insert(&tx, &event).await?;
    context
        .record_response(&tx, &client.id, secret.as_ref().map(OpaqueToken::expose))
        .await?;
    tx.commit().await?;
    Ok((client, secret))
}

/// Requires the role `admin` to add redirect URIs that lead elsewhere if users have consented to
/// the client. The recipient of codes at the new URI would get that access without a new consent.
async fn may_lead(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &Client,
    after: &Client,
) -> Result<(), AdminError> {
    let elsewhere =
        redirect_change::first_new_destination(&before.redirect_uris, &after.redirect_uris);
    if elsewhere.is_some() && repo::consents::is_any_live(tx, &after.id, context.now()).await? {
        context.must_administer()?;
    }
    Ok(())
}

/// Changes a client.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist, and [`AdminError::Invalid`] for a value that it
/// must not have.
pub async fn update(
    context: &AdminContext<'_>,
    id: &ClientId,
    change: ClientChange,
) -> Result<Client, AdminError> {
    let now = context.now();
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    let mut client = before.clone();
    registration::check_published(&before, &change)?;
    let stated = (change.scopes.is_some(), change.grant_types.is_some());
    let fields = apply(&mut client, change, now);
    if client.document.is_none() {
        check(&tx, &client).await?;
    }
    may_carry(context, &client)?;
    may_lead(context, &tx, &before, &client).await?;
    context.unchanged(&before)?;
    repo::clients::update(&tx, &client).await?;
    registration::record_granted_scopes(&tx, &client, stated).await?;
    if fields.contains(&"pkce") {
        repo::clients::reset_pkce(&tx, id).await?;
    }
    let event = context.event(AuditKind::ClientChanged, id, &fields.join(" "));
    let event = difference(event, &audit_details(&before), &audit_details(&client));
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(client)
}

/// Rotates the secret of a confidential client; the old secret stops working at once.
///
/// # Errors
/// [`AdminError::NotFound`] if the client does not exist, and [`AdminError::Invalid`] for a client
/// without a secret.
pub async fn rotate_secret(
    context: &AdminContext<'_>,
    id: &ClientId,
) -> Result<OpaqueToken, AdminError> {
    let tx = context.begin().await?;
    let mut client = get_in(context, &tx, id).await?;
    context.unchanged(&client)?;
    if !client.auth_method.is_by_secret() {
        // No endpoint would ever check such a secret.
        let problem = format!(
            "a client with auth method {} has no secret",
            client.auth_method.as_str()
        );
        return Err(AdminError::invalid("client", problem));
    }
    let secret = OpaqueToken::generate(&mut rand::rng());
    client.secret_hash = Some(secret.hash());
    client.updated_at = context.now();
    repo::clients::update(&tx, &client).await?;
    let event = context.event(AuditKind::ClientChanged, id, "secret rotated");
    repo::audit::insert(&tx, &event).await?;
    context
        .record_response(&tx, id, Some(secret.expose()))
        .await?;
    tx.commit().await?;
    Ok(secret)
}

/// Deletes a client with its grants, tokens and consents.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist.
pub async fn delete(context: &AdminContext<'_>, id: &ClientId) -> Result<(), AdminError> {
    let tx = context.begin().await?;
    let client = get_in(context, &tx, id).await?;
    context.unchanged(&client)?;
    repo::roles::unassign_all(&tx, SubjectKind::Client, id.as_str()).await?;
    repo::clients::delete(&tx, id).await?;
    let event = context.event(AuditKind::ClientChanged, id, "deleted");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes the logout URIs of a client. For each channel: the URI (an empty one is removed), and
/// whether the client requires the session id. Returns the names of the changed fields.
fn apply_logout(
    logout: &mut LogoutUris,
    (backchannel, backchannel_session): (Option<String>, Option<bool>),
    (frontchannel, frontchannel_session): (Option<String>, Option<bool>),
) -> Vec<&'static str> {
    let mut fields = Vec::new();
    if let Some(address) = backchannel {
        logout.backchannel = Some(address).filter(|address| !address.is_empty());
        fields.push("backchannel_logout_uri");
    }
    if let Some(required) = backchannel_session {
        logout.backchannel_session_required = required;
        fields.push("backchannel_logout_session_required");
    }
    if let Some(address) = frontchannel {
        logout.frontchannel = Some(address).filter(|address| !address.is_empty());
        fields.push("frontchannel_logout_uri");
    }
    if let Some(required) = frontchannel_session {
        logout.frontchannel_session_required = required;
        fields.push("frontchannel_logout_session_required");
    }
    fields
}

fn apply(client: &mut Client, change: ClientChange, now: UnixSeconds) -> Vec<&'static str> {
    let mut fields = Vec::new();
    macro_rules! set {
        ($($field:ident),*) => {$(
            if let Some(value) = change.$field {
                client.$field = value;
                fields.push(stringify!($field));
            }
        )*};
    }
    set!(
        name,
        auth_method,
        redirect_uris,
        post_logout_redirect_uris,
        grant_types,
        scopes
    );
    set!(
        first_party,
        serves,
        access_token_format,
        assertion_audience,
        claims_in_id_token
    );
    if let Some(pkce) = change.pkce {
        client.pkce = pkce;
        (client.pkce_streak, client.code_protection) = (0, None);
        fields.push("pkce");
    }
    set!(allowed_origins, require_mfa, dpop_bound_access_tokens);
    set!(certificate_bound_access_tokens, authorization_details_types);
    if let Some(subject) = change.certificate_subject {
        client.certificate_subject = Some(subject);
        fields.push("certificate_subject");
    }
    if client.auth_method != ClientAuthMethod::TlsClientAuth && fields.contains(&"auth_method") {
        // The certificate subject is only used with `tls_client_auth`.
        client.certificate_subject = None;
    }
    set!(require_pushed_authorization_requests);
    set!(require_signed_request_object);
    if let Some(jwks) = change.jwks {
        client.jwks = Some(jwks);
        client.jwks_uri = None;
        fields.push("jwks");
    }
    if let Some(address) = change.jwks_uri {
        client.jwks_uri = Some(address);
        client.jwks = None;
        fields.push("jwks_uri");
    }
    if let Some(alg) = change.authorization_signed_response_alg {
        client.authorization_signed_response_alg = Some(alg).filter(|alg| !alg.is_empty());
        fields.push("authorization_signed_response_alg");
    }
    if let Some(sector) = change.sector_identifier {
        client.pairwise_sector = Some(sector).filter(|sector| !sector.is_empty());
        fields.push("sector_identifier");
    }
    fields.extend(apply_logout(
        &mut client.logout,
        (
            change.backchannel_logout_uri,
            change.backchannel_logout_session_required,
        ),
        (
            change.frontchannel_logout_uri,
            change.frontchannel_logout_session_required,
        ),
    ));
    let rights = (change.exchange_audiences, change.exchange_impersonation);
    fields.extend(exchange::apply(&mut client.exchange, rights));
    if change.consent.apply(&mut client.consent) {
        fields.push("consent");
    }
    if let Some(disabled) = change.disabled {
        client.disabled_at = disabled.then(|| client.disabled_at.unwrap_or(now));
        fields.push(if disabled { "disabled" } else { "enabled" });
    }
    client.updated_at = now;
    fields
}
