//! Clients: register, list, change, give a new secret, delete.

mod consent;
mod exchange;
mod logo;
mod read;
pub(crate) mod registration;

use doorward_domain::model::{
    AccessTokenFormat, AuditKind, Client, ClientId, ClientKind, ConsentTerms, ExchangeRights,
    LogoutAddresses, PkceException, SubjectKind,
};
use doorward_domain::rules::redirects;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_store::{WriteTx, repo};
use uuid::Uuid;

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
    /// The resources that it is the server of.
    pub serves: Vec<String>,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Origins whose scripts may read what it is answered.
    pub allowed_origins: Vec<String>,
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
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: None,
            scopes: None,
            first_party: false,
            pkce_exception: None,
            serves: Vec::new(),
            access_token_format: AccessTokenFormat::default(),
            allowed_origins: Vec::new(),
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
    /// The whole new list.
    pub serves: Option<Vec<String>>,
    /// What its access tokens look like.
    pub access_token_format: Option<AccessTokenFormat>,
    /// The whole new list.
    pub allowed_origins: Option<Vec<String>>,
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
    check(op.db.read(), &client, now).await?;
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

/// Whether this administrator may make such a client, and change it in any way: whoever has its
/// redirect URIs or its secret has what it carries.
///
/// The operator's own apps, those through which people administer, those that exchange tokens, and
/// those that are told whose token they were shown belong to who administers. What a client that acts for itself may do by its
/// scopes, its administrator has to hold: nobody else stands behind it.
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
    let fields = apply(&mut client, change, now);
    if client.document.is_none() {
        check(&tx, &client, now).await?;
    }
    may_carry(op, &client)?;
    may_lead(op, &tx, &before, &client).await?;
    op.unchanged(&before)?;
    repo::clients::update(&tx, &client).await?;
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
    if !has_secret(client.auth_method) {
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
    let elsewhere = [GrantType::DeviceCode, GrantType::Ciba];
    let asks_people = interactive || elsewhere.iter().any(|one| grant_types.contains(one));
    let scopes = new.scopes.unwrap_or_else(|| {
        let usual: &[&str] = if asks_people {
            &["openid", "profile", "email", "offline_access"]
        } else {
            &[]
        };
        usual.iter().copied().collect()
    });
    let id = new.id.unwrap_or_else(random_id);
    let client = Client {
        secret_hash: secret.as_ref().map(OpaqueToken::hash),
        auth_method,
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        grant_types,
        scopes,
        first_party: new.first_party,
        pkce_exception: new.pkce_exception,
        jwks: new.jwks,
        jwks_uri: new.jwks_uri,
        serves: new.serves,
        access_token_format: new.access_token_format,
        allowed_origins: new.allowed_origins,
        require_mfa: new.require_mfa,
        require_pushed_authorization_requests: new.require_pushed_authorization_requests,
        require_signed_request_object: new.require_signed_request_object,
        dpop_bound_access_tokens: new.dpop_bound_access_tokens,
        certificate_bound_access_tokens: new.certificate_bound_access_tokens,
        certificate_subject: new.certificate_subject,
        authorization_signed_response_alg: new
            .authorization_signed_response_alg
            .filter(|alg| !alg.is_empty()),
        logout: new.logout,
        exchange: new.exchange,
        consent: new.consent,
        authorization_details_types: new.authorization_details_types,
        pairwise_sector: new.sector_identifier,
        ..Client::new(id, new.name.trim().to_owned(), new.kind, now)
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
    set!(first_party, pkce_exception, serves, access_token_format);
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
    set!(
        require_pushed_authorization_requests,
        require_signed_request_object
    );
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
    if let Some(address) = change.backchannel_logout_uri {
        client.logout.backchannel = Some(address).filter(|address| !address.is_empty());
        fields.push("backchannel_logout_uri");
    }
    if let Some(required) = change.backchannel_logout_session_required {
        client.logout.backchannel_session_required = required;
        fields.push("backchannel_logout_session_required");
    }
    if let Some(sector) = change.sector_identifier {
        client.pairwise_sector = Some(sector).filter(|sector| !sector.is_empty());
        fields.push("sector_identifier");
    }
    if let Some(address) = change.frontchannel_logout_uri {
        client.logout.frontchannel = Some(address).filter(|address| !address.is_empty());
        fields.push("frontchannel_logout_uri");
    }
    if let Some(required) = change.frontchannel_logout_session_required {
        client.logout.frontchannel_session_required = required;
        fields.push("frontchannel_logout_session_required");
    }
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

pub(crate) const fn has_secret(method: ClientAuthMethod) -> bool {
    matches!(
        method,
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost
    )
}
