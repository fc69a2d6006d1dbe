//! Dynamic registration of a client (RFC 7591 §3).

use doorward_domain::model::{ClientRegistration, GivenScopes, RegisteredBy, RegistrationToken};
use doorward_protocol::authorization_details::detail_type;
use doorward_protocol::registration::ClientInformation;
use doorward_rules::authorize::Registry;
use doorward_rules::client_power::{self, Power};
use doorward_rules::client_registration::left_out::{self, LeftOut};
use doorward_rules::displayed_name::ProtectedNames;
use doorward_rules::{client_hosts, client_registration as rule};
use serde_json::json;

use super::{logo, sector};
use crate::client_auth;
use crate::clients::build::build;
use crate::clients::error::ClientError;
use crate::clients::input::NewClient;
use crate::clients::registration::{self, ClientLimits};
use crate::prelude::*;

pub const REGISTER: &str = "/oauth2/register";

/// Maximum number of unused clients that are removed in one run.
const MAX_BATCH: u64 = 100;

/// Checks that an initial access token may still be used.
#[boxed(?Send)]
pub async fn check_token(core: &Core, token: &str) -> FlowResult<()> {
    let (read, hash) = (core.db.read(), TokenHash::digest(token));
    let found = repo::registration_tokens::find_live(read, &hash, core.now()).await?;
    check_author(core, read, &found.ok_or_else(bad_token)?).await
}

/// Checks that the author of an initial access token, a user or a client, may still register clients.
/// A token of the command line has no author.
async fn check_author(core: &Core, conn: &Conn, token: &RegistrationToken) -> FlowResult<()> {
    let Some(author) = &token.created_by else {
        return Ok(());
    };
    let mut held = None;
    if let Some(id) = UserId::parse(author) {
        held = effective_roles::of_active_user(core, conn, id, OrgScope::Global).await?;
    }
    if held.is_none()
        && let Some(id) = ClientId::parse(author)
    {
        held = effective_roles::of_active_client(core, conn, &id, OrgScope::Global).await?;
    }
    if held.is_some_and(|held| held.has_permission(core.issuer(), "clients:write")) {
        Ok(())
    } else {
        Err(bad_token())
    }
}

/// Registers a client, with an initial access token, of which it consumes one use, or anonymously.
///
/// # Errors
/// `invalid_token`, and errors in the metadata (RFC 7591 §3.2.2).
#[boxed(?Send)]
pub async fn register(
    context: &Context,
    token: Option<&str>,
    body: &[u8],
    caller: &Caller,
) -> FlowResult<ClientInformation> {
    let core = &context.core;
    let now = core.now();
    let token = token.map(TokenHash::digest);
    let mut request = ClientMetadata::parse(body)?;
    let policy = core.config.client_registration.policy();
    let mut left_out = rule::limit_redirects(&mut request, &policy)?;
    let registered_by = match token {
        Some(_) => RegisteredBy::Token,
        None => RegisteredBy::Anonymous,
    };
    let (mut client, secret) = build_client(context, &request, registered_by, now).await?;
    left_out.extend(left_out::grants_and_scopes(&request, &client));
    // Before the transaction, because another server may be slow.
    let logo = logo::fetch(context, &client.id, &request, now).await;
    client.consent.logo = logo.as_ref().map(|logo| logo.id.clone());
    let own = OpaqueToken::generate(&mut core.rng());
    let stored = ClientRegistration {
        client_id: client.id.clone(),
        access_token_hash: own.hash(),
        metadata: request.metadata,
        given: GivenScopes::default(),
        seen_at: now,
    };
    in_transaction(&core.db, async |tx| {
        let mut event = event(caller, &client.id, "registered by itself", now)
            .by(&client.id)
            .with("registered_by", registered_by.as_str())
            .with("redirect_uris", client.redirect_uris.clone())
            .with(left_out::MEMBER, json!(left_out));
        if let Some(hash) = &token {
            // This statement decides: of concurrent requests, as many pass as there are uses left.
            let claimed = repo::registration_tokens::claim(tx, hash, now).await?;
            let claimed = claimed.ok_or_else(bad_token)?;
            check_author(core, tx, &claimed).await?;
            event = event.with("registration_token", claimed.id.to_string());
        }
        repo::clients::insert(tx, &client).await?;
        logo::store(tx, &client.id, logo.as_ref()).await?;
        repo::client_registrations::insert(tx, &stored).await?;
        repo::audit::insert(tx, &event).await?;
        Ok::<_, FlowError>(())
    })
    .await?;
    let mut created = information(core, &client, &stored, own.expose(), secret.as_ref());
    list_left_out(&mut created, &left_out);
    Ok(created)
}

/// Builds the client of a registration request, as allowed by policy and rules.
async fn build_client(
    context: &Context,
    request: &ClientMetadata,
    registered_by: RegisteredBy,
    now: UnixSeconds,
) -> FlowResult<(Client, Option<OpaqueToken>)> {
    let core = &context.core;
    let policy = core.config.client_registration.policy();
    let registry = context.registry().await?;
    let granted = GivenScopes::default();
    let resolved = rule::resolve(request, &policy, &granted, &registry.scopes)?;
    check_served(core, request, &resolved)?;
    check_types(&registry.view(), request, &resolved, None)?;
    check_protected(core, request)?;
    let mut new = NewClient::named(&resolved.name, resolved.kind);
    new.settings.auth_method = Some(resolved.auth_method.into());
    new.settings.claims_in_id_token = Some(core.config.client_registration.claims_in_id_token);
    let (mut client, secret) = build(new, resolved.pkce, now, core.rng());
    client.registered_by = registered_by;
    apply(&registry.view(), &mut client, request, resolved);
    client.pairwise_sector = sector::find(context, request).await?;
    check_name(core.db.read(), &client).await?;
    check(core, core.db.read(), None, &client).await?;
    Ok((client, secret))
}

/// Rejects the name of this service or its staff.
pub(super) fn check_protected(core: &Core, request: &ClientMetadata) -> Result<(), OAuthError> {
    let site = &core.config.branding.name;
    rule::check_protected(request, ProtectedNames { site })
}

/// Rejects the name of a client that an administrator registered: users would take one for the other.
pub(super) async fn check_name(conn: &Conn, client: &Client) -> FlowResult<()> {
    if repo::clients::has_administered_look(conn, &client.name, &client.id).await? {
        return Err(rule::name_taken().into());
    }
    Ok(())
}

/// Rejects settings that require certificates if the server does not accept certificates.
pub(super) fn check_served(
    core: &Core,
    request: &ClientMetadata,
    resolved: &rule::ResolvedRegistration,
) -> Result<(), OAuthError> {
    let is_bound = request.tls_client_certificate_bound_access_tokens;
    let is_served =
        client_auth::serves(core, resolved.auth_method) && (!is_bound || core.config.mtls.is_on());
    if is_served {
        return Ok(());
    }
    let problem = "this server does not accept client certificates";
    Err(OAuthError::new(ErrorCode::InvalidClientMetadata, problem))
}

/// Rejects a type that is not open to dynamic registration (RFC 9396 §10), and for a client that acts
/// for itself also one that gives it access without a user. Types that the client already has
/// (`before`) for the same use may remain.
pub(super) fn check_types(
    registry: &Registry<'_>,
    request: &ClientMetadata,
    resolved: &rule::ResolvedRegistration,
    before: Option<&Client>,
) -> Result<(), OAuthError> {
    let own = GrantType::ClientCredentials;
    let alone = resolved.grant_types.contains(&own);
    let is_held = |name: &String| {
        before.is_some_and(|before| {
            let types = &before.authorization_details_types;
            types.contains(name) && (!alone || before.allows_grant(&own))
        })
    };
    let is_open = |name: &String| {
        let known = detail_type::find(registry.details, name);
        let is_open = known.is_some_and(|known| known.self_registered);
        is_held(name)
            || (is_open && !(alone && client_power::of_type(registry, name) != Power::None))
    };
    if request.authorization_details_types.iter().all(is_open) {
        return Ok(());
    }
    let problem =
        "authorization_details_types names an unknown type, or one not open to registration";
    Err(OAuthError::new(ErrorCode::InvalidClientMetadata, problem))
}

/// Applies a registration request to a client; settings that only an administrator makes remain.
pub(super) fn apply(
    registry: &Registry<'_>,
    client: &mut Client,
    request: &ClientMetadata,
    resolved: rule::ResolvedRegistration,
) {
    let known = registry.scopes.iter().map(|scope| scope.name.as_str());
    rule::apply(client, request, resolved, &known.collect());
}

/// Checks the rules for every client, and reports errors with the codes of RFC 7591 §3.2.2.
pub(super) async fn check(
    core: &Core,
    conn: &Conn,
    before: Option<&Client>,
    client: &Client,
) -> FlowResult<()> {
    client_hosts::check(before, client).map_err(|problem| {
        let text = format!("{}: {problem}", problem.setting);
        OAuthError::new(ErrorCode::InvalidClientMetadata, text)
    })?;
    let limits = ClientLimits {
        algorithms: &core.config.keys.algorithms,
        redirects: (&core.config.client_registration.redirect_schemes).into(),
    };
    match registration::check(conn, before, client, limits).await {
        Ok(()) => Ok(()),
        Err(ClientError::Invalid { field, problem, .. }) => {
            let code = match field {
                "redirect_uris" => ErrorCode::InvalidRedirectUri,
                _ => ErrorCode::InvalidClientMetadata,
            };
            Err(OAuthError::new(code, format!("{field}: {problem}")).into())
        }
        Err(ClientError::Store(error)) => Err(error.into()),
    }
}

/// Builds the client information response (RFC 7591 §3.2.1).
pub(super) fn information(
    core: &Core,
    client: &Client,
    stored: &ClientRegistration,
    token: &str,
    secret: Option<&OpaqueToken>,
) -> ClientInformation {
    let id = client.id.as_str();
    ClientInformation {
        client_id: id.to_owned(),
        client_id_issued_at: client.created_at,
        client_secret: secret.map(|secret| secret.expose().to_owned()),
        client_secret_expires_at: secret.map(|_| 0),
        registration_access_token: token.to_owned(),
        registration_client_uri: format!("{}{REGISTER}/{id}", core.issuer()),
        metadata: rule::metadata(client, &stored.metadata),
    }
}

/// Adds what was requested and not registered to the response.
pub(super) fn list_left_out(information: &mut ClientInformation, left_out: &[LeftOut]) {
    if !left_out.is_empty() {
        let member = left_out::MEMBER.to_owned();
        information.metadata.insert(member, json!(left_out));
    }
}

/// Returns the error for any problem with the token (RFC 6750 §3.1, RFC 7592 §3).
pub(super) fn bad_token() -> FlowError {
    let problem = "the token is unknown, expired or exhausted";
    OAuthError::new(ErrorCode::InvalidToken, problem).into()
}

/// Removes unused clients that registered anonymously; returns their number.
#[boxed(?Send)]
pub async fn drop_unused(core: &Core) -> Result<u64> {
    let now = core.now();
    let before = now - core.config.client_registration.unused_ttl;
    let mut last = None;
    loop {
        let recorded: FlowResult<_> = in_transaction(&core.db, async |tx| {
            let after = last.as_deref();
            let next = repo::client_registrations::record_use_after(tx, after, MAX_BATCH, now);
            Ok(next.await?)
        })
        .await;
        last = recorded.map_err(FlowError::into_server_error)?;
        if last.is_none() {
            break;
        }
    }
    let done: FlowResult<u64> = in_transaction(&core.db, async |tx| {
        let unused = repo::client_registrations::list_unused(tx, before, MAX_BATCH).await?;
        let mut removed = 0;
        for id in &unused {
            removed += u64::from(repo::clients::delete(tx, id, now).await?);
            let event = event(&Caller::of_server(&core.random), id, "removed unused", now);
            repo::audit::insert(tx, &event).await?;
        }
        Ok(removed)
    })
    .await;
    done.map_err(FlowError::into_server_error)
}

/// Builds the event of a change of a registration, apart from its actor.
pub(super) fn event(caller: &Caller, id: &ClientId, change: &str, now: UnixSeconds) -> AuditEvent {
    let event = caller.event(AuditKind::ClientChanged, true, now);
    event.about(id).with("change", change)
}
