//! Clients: register, list, change, give a new secret, delete.

use doorward_domain::model::{AuditKind, Client, ClientId, ClientKind, PkceException};
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::redirect_uri;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_store::db::Conn;
use doorward_store::repo;
use uuid::Uuid;

use super::{AdminError, Operator, PAGE};

/// A client to register. What is `None` or empty gets a fitting default.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// A client id of one's own; none for a random one.
    pub id: Option<ClientId>,
    /// Shown to people.
    pub name: String,
    /// Public or confidential.
    pub kind: ClientKind,
    /// How it authenticates; none for `client_secret_basic`, or `none` for a public client.
    pub auth_method: Option<ClientAuthMethod>,
    /// Where codes may go.
    pub redirect_uris: Vec<String>,
    /// Where people may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask of the token endpoint; none for what its redirect URIs suggest.
    pub grant_types: Option<Vec<GrantType>>,
    /// The scopes that it may ask for; none for the usual ones of a sign-in.
    pub scopes: Option<Scope>,
    /// Belongs to the operator.
    pub first_party: bool,
    /// Leave to go without PKCE for a time.
    pub pkce_exception: Option<PkceException>,
}

/// What to change about a client; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientChange {
    /// Shown to people.
    pub name: Option<String>,
    /// How it authenticates.
    pub auth_method: Option<ClientAuthMethod>,
    /// The whole new list.
    pub redirect_uris: Option<Vec<String>>,
    /// The whole new list.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// The whole new list.
    pub grant_types: Option<Vec<GrantType>>,
    /// The whole new list.
    pub scopes: Option<Scope>,
    /// Belongs to the operator.
    pub first_party: Option<bool>,
    /// A new exception, or none any more.
    pub pkce_exception: Option<Option<PkceException>>,
    /// Switch it off or on.
    pub disabled: Option<bool>,
}

/// Registers a client. The secret is in the answer alone; the store keeps its hash.
///
/// # Errors
/// [`AdminError::Invalid`] for a value that a client must not have, [`AdminError::Taken`] for a
/// client id in use.
pub async fn create(
    op: &Operator<'_>,
    new: NewClient,
) -> Result<(Client, Option<OpaqueToken>), AdminError> {
    let now = op.now();
    let (client, secret) = build(new, now);
    check(op.db.read(), &client, now).await?;
    let tx = op.db.begin_write().await?;
    if repo::clients::find(&tx, &client.id).await?.is_some() {
        return Err(AdminError::taken("client", &client.id));
    }
    repo::clients::insert(&tx, &client).await?;
    let event = op.event(AuditKind::ClientChanged, &client.id, "created");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok((client, secret))
}

/// Every client, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(op: &Operator<'_>) -> Result<Vec<Client>, AdminError> {
    let mut clients = Vec::new();
    loop {
        let after = clients.last().map(|client: &Client| &client.id);
        let page = repo::clients::list(op.db.read(), after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        clients.extend(page);
    }
    clients.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(clients)
}

/// One client.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get(op: &Operator<'_>, id: &ClientId) -> Result<Client, AdminError> {
    let found = repo::clients::find(op.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("client", id))
}

/// Changes a client.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::Invalid`] for a value that it must not have.
pub async fn update(
    op: &Operator<'_>,
    id: &ClientId,
    change: ClientChange,
) -> Result<Client, AdminError> {
    let now = op.now();
    let tx = op.db.begin_write().await?;
    let found = repo::clients::find(&tx, id).await?;
    let mut client = found.ok_or_else(|| AdminError::not_found("client", id))?;
    let fields = apply(&mut client, change, now);
    check(&tx, &client, now).await?;
    repo::clients::update(&tx, &client).await?;
    let event = op.event(AuditKind::ClientChanged, id, &fields.join(" "));
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(client)
}

/// Gives a confidential client a new secret; the old one stops working at once.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::Invalid`] for a client without a secret.
pub async fn rotate_secret(op: &Operator<'_>, id: &ClientId) -> Result<OpaqueToken, AdminError> {
    let tx = op.db.begin_write().await?;
    let found = repo::clients::find(&tx, id).await?;
    let mut client = found.ok_or_else(|| AdminError::not_found("client", id))?;
    if !has_secret(client.auth_method) {
        let problem = format!(
            "a client with auth method {} has no secret",
            client.auth_method.as_str()
        );
        return Err(AdminError::invalid("client", problem));
    }
    let secret = OpaqueToken::generate(&mut rand::rng());
    client.secret_hash = Some(secret.hash());
    client.updated_at = op.now();
    repo::clients::update(&tx, &client).await?;
    let event = op.event(AuditKind::ClientChanged, id, "secret rotated");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Deletes a client with its grants, tokens and consents.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn delete(op: &Operator<'_>, id: &ClientId) -> Result<(), AdminError> {
    let tx = op.db.begin_write().await?;
    if !repo::clients::delete(&tx, id).await? {
        return Err(AdminError::not_found("client", id));
    }
    let event = op.event(AuditKind::ClientChanged, id, "deleted");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Fills in the defaults.
pub(crate) fn build(new: NewClient, now: UnixSeconds) -> (Client, Option<OpaqueToken>) {
    let auth_method = new.auth_method.unwrap_or(match new.kind {
        ClientKind::Public => ClientAuthMethod::None,
        ClientKind::Confidential => ClientAuthMethod::ClientSecretBasic,
    });
    let secret = has_secret(auth_method).then(|| OpaqueToken::generate(&mut rand::rng()));
    let interactive = !new.redirect_uris.is_empty();
    let grant_types = new.grant_types.unwrap_or_else(|| {
        if interactive {
            vec![GrantType::AuthorizationCode, GrantType::RefreshToken]
        } else {
            vec![GrantType::ClientCredentials]
        }
    });
    let scopes = new.scopes.unwrap_or_else(|| {
        let usual: &[&str] = if interactive {
            &["openid", "profile", "email", "offline_access"]
        } else {
            &[]
        };
        usual.iter().copied().collect()
    });
    let client = Client {
        id: new.id.unwrap_or_else(random_id),
        name: new.name.trim().to_owned(),
        kind: new.kind,
        secret_hash: secret.as_ref().map(OpaqueToken::hash),
        auth_method,
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        grant_types,
        scopes,
        response_modes: ResponseMode::ALL.to_vec(),
        first_party: new.first_party,
        pkce_exception: new.pkce_exception,
        jwks: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    (client, secret)
}

/// 128 bits, in the hyphenated form that people know how to copy.
#[expect(clippy::expect_used, reason = "a hyphenated UUID is printable ASCII")]
fn random_id() -> ClientId {
    ClientId::parse(&Uuid::new_v4().to_string()).expect("printable ASCII")
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
    set!(first_party, pkce_exception);
    if let Some(disabled) = change.disabled {
        client.disabled_at = disabled.then(|| client.disabled_at.unwrap_or(now));
        fields.push(if disabled { "disabled" } else { "enabled" });
    }
    client.updated_at = now;
    fields
}

const fn has_secret(method: ClientAuthMethod) -> bool {
    matches!(
        method,
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost
    )
}

/// What no client may be, whoever asks for it.
async fn check(conn: &impl Conn, client: &Client, now: UnixSeconds) -> Result<(), AdminError> {
    if client.name.is_empty() || client.name.chars().count() > 100 {
        return Err(AdminError::invalid("name", "write 1 to 100 characters"));
    }
    if client.name.chars().any(char::is_control) {
        return Err(AdminError::invalid("name", "leave out control characters"));
    }
    check_redirects(client)?;
    check_grants(client)?;
    check_authentication(client)?;
    if let Some(exception) = &client.pkce_exception {
        // RFC 9700 §2.1.1: a public client has no way around PKCE.
        if client.kind == ClientKind::Public {
            return Err(AdminError::invalid(
                "no-pkce",
                "a public client must use PKCE",
            ));
        }
        if exception.reason.trim().is_empty() {
            return Err(AdminError::invalid(
                "reason",
                "say why this client cannot use PKCE",
            ));
        }
        if exception.until <= now {
            return Err(AdminError::invalid("until", "write a date in the future"));
        }
    }
    let known = repo::scopes::list_all(conn).await?;
    if let Some(name) = client
        .scopes
        .iter()
        .find(|name| known.iter().all(|s| s.name != *name))
    {
        let names: Vec<_> = known.iter().map(|scope| scope.name.as_str()).collect();
        let problem = format!("{name:?} is not registered; there are {}", names.join(" "));
        return Err(AdminError::invalid("scope", problem));
    }
    Ok(())
}

fn check_redirects(client: &Client) -> Result<(), AdminError> {
    for uri in &client.redirect_uris {
        redirect_uri::check_registration(uri)
            .map_err(|problem| AdminError::invalid("redirect-uri", format!("{uri}: {problem}")))?;
    }
    for uri in &client.post_logout_redirect_uris {
        redirect_uri::check_post_logout(uri).map_err(|problem| {
            AdminError::invalid("post-logout-redirect-uri", format!("{uri}: {problem}"))
        })?;
    }
    let uses_code = client.allows_grant(&GrantType::AuthorizationCode);
    match (uses_code, client.redirect_uris.is_empty()) {
        (true, true) => Err(AdminError::invalid(
            "redirect-uri",
            "a client with the grant authorization_code needs at least one",
        )),
        (false, false) => Err(AdminError::invalid(
            "grant",
            "redirect URIs are of no use without authorization_code",
        )),
        _ => Ok(()),
    }
}

fn check_grants(client: &Client) -> Result<(), AdminError> {
    let supported = [
        GrantType::AuthorizationCode,
        GrantType::RefreshToken,
        GrantType::ClientCredentials,
    ];
    if let Some(grant) = client
        .grant_types
        .iter()
        .find(|grant| !supported.contains(grant))
    {
        let names: Vec<_> = supported.iter().map(GrantType::as_str).collect();
        let problem = format!(
            "{:?} is not supported; write {}",
            grant.as_str(),
            names.join(", ")
        );
        return Err(AdminError::invalid("grant", problem));
    }
    if client.grant_types.is_empty() {
        return Err(AdminError::invalid("grant", "a client needs at least one"));
    }
    let refreshes = client.allows_grant(&GrantType::RefreshToken);
    if refreshes && !client.allows_grant(&GrantType::AuthorizationCode) {
        let problem = "refresh_token is of no use without authorization_code";
        return Err(AdminError::invalid("grant", problem));
    }
    // RFC 6749 §4.4: confidential clients only.
    let alone = client.allows_grant(&GrantType::ClientCredentials);
    if alone && client.kind == ClientKind::Public {
        let problem = "client_credentials is for confidential clients";
        return Err(AdminError::invalid("grant", problem));
    }
    Ok(())
}

fn check_authentication(client: &Client) -> Result<(), AdminError> {
    let problem = match (client.kind, client.auth_method) {
        (ClientKind::Public, ClientAuthMethod::None) => return Ok(()),
        (ClientKind::Public, _) => "a public client authenticates with none",
        (ClientKind::Confidential, ClientAuthMethod::None) => {
            "a confidential client needs client_secret_basic or client_secret_post"
        }
        (ClientKind::Confidential, method) if has_secret(method) => {
            if client.secret_hash.is_some() {
                return Ok(());
            }
            "the client has no secret; give it one with `doorward client rotate-secret`"
        }
        (ClientKind::Confidential, _) => "not supported yet; write client_secret_basic",
    };
    Err(AdminError::invalid("auth-method", problem))
}
