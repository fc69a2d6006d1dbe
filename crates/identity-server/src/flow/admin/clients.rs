//! Clients: register, list, change, give a new secret, delete.

mod build;
mod consent;
mod exchange;
mod logo;
mod read;
pub(crate) mod registration;

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, AuditKind, Client, ClientAuth, ClientId, ClientKind,
    ConsentTerms, ExchangeRights, LogoutAddresses, PkcePolicy, SubjectKind,
};
use doorward_domain::rules::redirects;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_store::{WriteTx, repo};

pub(crate) use self::build::build;
pub use self::consent::ConsentChange;
pub use self::logo::{remove_logo, set_logo};
pub use self::read::{deviations, get, get_named, list, page};
use self::registration::{check, facts};
use super::standard::ADMIN_SCOPE;
use super::{AdminError, Operator, difference};

/// A client to register. What is `None` or empty gets a fitting default.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the registration"
)]
pub struct NewClient {
    /// A client id of one's own; none for a random one.
    pub id: Option<ClientId>,
    /// Shown to people.
    pub name: String,
    /// Public or confidential.
    pub kind: ClientKind,
    /// How it authenticates; none for its secret in either way, or `none` for a public client.
    pub auth_method: Option<ClientAuth>,
    /// The audiences of its assertions; none for the setting of the deployment.
    pub assertion_audience: Option<AssertionAudience>,
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
    /// Whether its authorization requests need PKCE; none for the default of its kind.
    pub pkce: Option<PkcePolicy>,
    /// The resources that it is the server of.
    pub serves: Vec<String>,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Origins whose scripts may read what it is answered.
    pub allowed_origins: Vec<String>,
    /// ID tokens carry the claims of the scopes.
    pub claims_in_id_token: bool,
    /// Demands a second factor of everybody.
    pub require_mfa: bool,
    /// Its authorization requests have to be pushed.
    pub require_pushed_authorization_requests: bool,
    /// Its authorization requests have to be signed.
    pub require_signed_request_object: bool,
    /// Its access tokens have to be bound to a key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Its access tokens have to be bound to its certificate (RFC 8705 §3.4).
    pub certificate_bound_access_tokens: bool,
    /// What its certificate names (RFC 8705 §2.1.2).
    pub certificate_subject: Option<CertificateSubject>,
    /// By which algorithm its authorization responses are signed (JARM §3).
    pub authorization_signed_response_alg: Option<String>,
    /// Its public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// Where its public keys are fetched, instead.
    pub jwks_uri: Option<String>,
    /// Where it hears that a session has ended.
    pub logout: LogoutAddresses,
    /// The sector in which people have a name of their own (OIDC Core §8.1); none for the usual one.
    pub sector_identifier: Option<String>,
    /// What it may exchange tokens for.
    pub exchange: ExchangeRights,
    /// What the consent page says of it.
    pub consent: ConsentTerms,
    /// The types of authorization details that it may ask for (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
}

impl NewClient {
    /// A client with this name and nothing that its kind does not suggest.
    pub fn named(name: &str, kind: ClientKind) -> Self {
        Self {
            id: None,
            name: name.to_owned(),
            kind,
            auth_method: None,
            assertion_audience: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: None,
            scopes: None,
            first_party: false,
            pkce: None,
            serves: Vec::new(),
            access_token_format: AccessTokenFormat::default(),
            allowed_origins: Vec::new(),
            claims_in_id_token: true,
            require_mfa: false,
            require_pushed_authorization_requests: false,
            require_signed_request_object: false,
            dpop_bound_access_tokens: false,
            certificate_bound_access_tokens: false,
            certificate_subject: None,
            authorization_signed_response_alg: None,
            jwks: None,
            jwks_uri: None,
            logout: LogoutAddresses::default(),
            sector_identifier: None,
            exchange: ExchangeRights::default(),
            consent: ConsentTerms::default(),
            authorization_details_types: Vec::new(),
        }
    }
}

/// What to change about a client; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientChange {
    /// Shown to people.
    pub name: Option<String>,
    /// How it authenticates.
    pub auth_method: Option<ClientAuth>,
    /// The audiences of its assertions, or those of the deployment again.
    pub assertion_audience: Option<Option<AssertionAudience>>,
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
    /// Whether its authorization requests need PKCE; the count of `auto` starts anew.
    pub pkce: Option<PkcePolicy>,
    /// The whole new list.
    pub serves: Option<Vec<String>>,
    /// What its access tokens look like.
    pub access_token_format: Option<AccessTokenFormat>,
    /// The whole new list.
    pub allowed_origins: Option<Vec<String>>,
    /// ID tokens carry the claims of the scopes.
    pub claims_in_id_token: Option<bool>,
    /// Demands a second factor of everybody.
    pub require_mfa: Option<bool>,
    /// Its authorization requests have to be pushed.
    pub require_pushed_authorization_requests: Option<bool>,
    /// Its authorization requests have to be signed.
    pub require_signed_request_object: Option<bool>,
    /// Its access tokens have to be bound to a key.
    pub dpop_bound_access_tokens: Option<bool>,
    /// Its access tokens have to be bound to its certificate.
    pub certificate_bound_access_tokens: Option<bool>,
    /// What its certificate names.
    pub certificate_subject: Option<CertificateSubject>,
    /// By which algorithm its authorization responses are signed; empty for as it asks.
    pub authorization_signed_response_alg: Option<String>,
    /// Its public keys, in place of those that it had and of their address.
    pub jwks: Option<String>,
    /// Where its public keys are fetched, in place of those that it had.
    pub jwks_uri: Option<String>,
    /// Where logout tokens are posted; empty for nowhere any more.
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs `sid` in them.
    pub backchannel_logout_session_required: Option<bool>,
    /// The sector in which people have a name of their own; empty for the usual one.
    pub sector_identifier: Option<String>,
    /// What the browser loads in a frame; empty for nothing any more.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it needs `iss` and `sid` there.
    pub frontchannel_logout_session_required: Option<bool>,
    /// The whole new list of resources that it may exchange tokens for.
    pub exchange_audiences: Option<Vec<String>>,
    /// Whether exchanged tokens may keep silent about who acts.
    pub exchange_impersonation: Option<bool>,
    /// What the consent page says of it.
    pub consent: ConsentChange,
    /// The whole new list.
    pub authorization_details_types: Option<Vec<String>>,
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
    op.need_everywhere("clients:write")?;
    let now = op.now();
    if let Some(id) = &new.id {
        registration::check_id(id)?;
    }
    let (client, secret) = build(new, now);
    check(op.db.read(), &client).await?;
    may_carry(op, &client)?;
    let tx = op.begin().await?;
    if repo::clients::find(&tx, &client.id).await?.is_some() {
        return Err(AdminError::taken("client", &client.id));
    }
    repo::clients::insert(&tx, &client).await?;
    let event = op.event(AuditKind::ClientChanged, &client.id, "created");
    repo::audit::insert(&tx, &event).await?;
    op.made(&tx, &client.id, secret.as_ref().map(OpaqueToken::expose))
        .await?;
    tx.commit().await?;
    Ok((client, secret))
}

/// Demands that the administrator may make, and change, such a client: its redirect URIs and its secret
/// give what it carries. The operator's own apps, those through which people administer, those that
/// exchange tokens and the servers of resources need full power. The permissions of a client that acts
/// for itself are the administrator's to hold: no user stands behind it.
fn may_carry(op: &Operator<'_>, client: &Client) -> Result<(), AdminError> {
    let (administration, _) = ADMIN_SCOPE;
    // A client is the server of the resource of its own name.
    let has_resource = client.document.is_none() && url::Url::parse(client.id.as_str()).is_ok();
    let hears = !client.serves.is_empty() || has_resource;
    // A token of somebody else, or in somebody else's name.
    let strong = [GrantType::TokenExchange, GrantType::JwtBearer];
    let exchanges = strong.iter().any(|grant| client.allows_grant(grant));
    if client.first_party || hears || exchanges || client.scopes.contains(administration) {
        op.must_administer()?;
    }
    if !client.allows_grant(&GrantType::ClientCredentials) {
        return Ok(());
    }
    op.may_give(client.scopes.iter().filter(|name| name.contains(':')))
}

/// The client to change; one that may do more than its administrator stays as it is.
async fn get_in(op: &Operator<'_>, tx: &WriteTx, id: &ClientId) -> Result<Client, AdminError> {
    op.need_everywhere("clients:write")?;
    let found = repo::clients::find(tx, id).await?;
    let client = found.ok_or_else(|| AdminError::not_found("client", id))?;
    may_carry(op, &client)?;
    op.may_change_client(tx, id).await?;
    Ok(client)
}

/// An app to which people have said yes sends codes to a new place by the word of who administers
/// alone: whoever reads them there gets what was allowed to somebody else, and nobody is asked again.
async fn may_lead(
    op: &Operator<'_>,
    tx: &WriteTx,
    before: &Client,
    after: &Client,
) -> Result<(), AdminError> {
    let elsewhere = redirects::leads_elsewhere(&before.redirect_uris, &after.redirect_uris);
    if elsewhere.is_some() && repo::consents::is_any_live(tx, &after.id, op.now()).await? {
        op.must_administer()?;
    }
    Ok(())
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
    let tx = op.begin().await?;
    let before = get_in(op, &tx, id).await?;
    let mut client = before.clone();
    registration::check_published(&before, &change)?;
    let stated = (change.scopes.is_some(), change.grant_types.is_some());
    let fields = apply(&mut client, change, now);
    if client.document.is_none() {
        check(&tx, &client).await?;
    }
    may_carry(op, &client)?;
    may_lead(op, &tx, &before, &client).await?;
    op.unchanged(&before)?;
    repo::clients::update(&tx, &client).await?;
    registration::record_given(&tx, &client, stated).await?;
    if fields.contains(&"pkce") {
        repo::clients::reset_pkce(&tx, id).await?;
    }
    let event = op.event(AuditKind::ClientChanged, id, &fields.join(" "));
    let event = difference(event, &facts(&before), &facts(&client));
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(client)
}

/// Gives a confidential client a new secret; the old one stops working at once.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::Invalid`] for a client without a secret.
pub async fn rotate_secret(op: &Operator<'_>, id: &ClientId) -> Result<OpaqueToken, AdminError> {
    let tx = op.begin().await?;
    let mut client = get_in(op, &tx, id).await?;
    op.unchanged(&client)?;
    if !client.auth_method.is_by_secret() {
        // Nothing would ever ask for it.
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
    op.made(&tx, id, Some(secret.expose())).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Deletes a client with its grants, tokens and consents.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn delete(op: &Operator<'_>, id: &ClientId) -> Result<(), AdminError> {
    let tx = op.begin().await?;
    let client = get_in(op, &tx, id).await?;
    op.unchanged(&client)?;
    repo::roles::unassign_all(&tx, SubjectKind::Client, id.as_str()).await?;
    repo::clients::delete(&tx, id).await?;
    let event = op.event(AuditKind::ClientChanged, id, "deleted");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes where a client hears of ended sessions: for each channel the address, which is removed if it is
/// empty, and whether the client needs the session named. Returns the names of the changed fields.
fn apply_logout(
    logout: &mut LogoutAddresses,
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
        // What its certificate names is of no use any more.
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
