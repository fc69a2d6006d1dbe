//! Valid values for tests. A test changes only the field under test.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use doorward_protocol::authorization_details::{AuthorizationDetails, DetailType};
use doorward_protocol::authorize::{AuthorizationRequest, ClaimsRequest, ResponseMode};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::pkce::{CodeChallenge, s256};
use doorward_protocol::prompt::PromptSet;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use uuid::Uuid;

use super::{
    Authentication, ClaimMapping, ClaimOutput, ClaimSource, Client, ClientId, ClientKind, Code,
    Consent, ConsentId, Grant, GrantId, GrantOrigin, Interaction, InteractionId, LastLogin,
    PkcePolicy, Profile, RefreshFamily, RefreshToken, Resource, ScopeEntry, Session, SessionId,
    User, UserId,
};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The time at which every sample is valid.
pub const NOW: UnixSeconds = 1_800_000_000;
pub const ISSUER: &str = "https://id.example";
/// The resource that has the scopes `tasks:…`.
pub const TASKS: &str = "https://tasks.example/api";
/// The resource that has the scope `bills:read`, which the sample client may not ask for.
pub const BILLS: &str = "https://bills.example/api";
pub const SECRET: &str = "6bT1mJ0q0H0cWc2vE3pQk9nRr5yXz8uA7sLdFgHjKlM";
/// A good PKCE verifier (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The redirect URI of the sample client.
pub const REDIRECT: &str = "https://app.example/callback";
/// The redirect URI of the sample native client.
pub const LOOPBACK: &str = "http://127.0.0.1:7777/callback";

/// Returns a UUID of sixteen equal bytes.
pub const fn uuid(byte: u8) -> Uuid {
    Uuid::from_bytes([byte; 16])
}

pub const fn alice() -> UserId {
    UserId::from_uuid(uuid(0xa1))
}

/// Returns another user's id.
pub const fn bob() -> UserId {
    UserId::from_uuid(uuid(0xb0))
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

pub fn client_id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

/// Converts literals to strings.
pub fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub fn claims(json: &str) -> ClaimsRequest {
    ClaimsRequest::parse(json).unwrap()
}

/// Returns the challenge of [`VERIFIER`].
pub fn challenge() -> CodeChallenge {
    CodeChallenge::parse(Some(&s256(VERIFIER)), Some("S256"))
        .unwrap()
        .unwrap()
}

/// Returns a confidential third-party web client.
pub fn client() -> Client {
    let (name, kind) = ("Web App".to_owned(), ClientKind::Confidential);
    Client {
        secret_hash: Some(TokenHash::digest(SECRET)),
        redirect_uris: strings(&[REDIRECT]),
        post_logout_redirect_uris: strings(&["https://app.example/bye"]),
        grant_types: vec![
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::ClientCredentials,
        ],
        scopes: scope("openid profile email offline_access tasks:read tasks:write"),
        response_modes: vec![ResponseMode::Query, ResponseMode::FormPost],
        pkce: PkcePolicy::Required,
        ..Client::new(client_id("web"), name, kind, NOW - 1000)
    }
}

/// Returns a public third-party client on a user's machine.
pub fn native_client() -> Client {
    Client {
        id: client_id("native"),
        kind: ClientKind::Public,
        secret_hash: None,
        auth_method: ClientAuthMethod::None.into(),
        redirect_uris: strings(&[LOOPBACK]),
        ..client()
    }
}

pub fn scope_entry(name: &str, audience: Option<&str>) -> ScopeEntry {
    ScopeEntry {
        name: name.to_owned(),
        description: format!("Allows {name}"),
        audience: audience.map(str::to_owned),
        created_at: NOW - 1000,
    }
}

/// Returns a mapping of all clients, for every output: the name of the claim and of the members below
/// it.
pub fn claim_mapping(id: &str, path: &[&str], source: ClaimSource) -> ClaimMapping {
    let mut names = path.iter().map(|&name| name.to_owned());
    ClaimMapping {
        id: id.to_owned(),
        claim: names.next().unwrap_or_default(),
        path: names.collect(),
        client_id: None,
        source,
        outputs: ClaimOutput::ALL.into_iter().collect(),
        scope: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn scopes() -> Vec<ScopeEntry> {
    let own = [
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
    ];
    let tasks = ["tasks:read", "tasks:write", "tasks:delete"];
    own.into_iter()
        .map(|name| scope_entry(name, None))
        .chain(tasks.into_iter().map(|name| scope_entry(name, Some(TASKS))))
        .chain([scope_entry("bills:read", Some(BILLS))])
        .collect()
}

/// Returns the registry of resources; one of them has no scopes.
pub fn resources() -> Vec<Resource> {
    [TASKS, BILLS, "https://bare.example"]
        .into_iter()
        .map(|identifier| Resource::new(identifier.to_owned(), identifier.to_owned(), NOW - 1000))
        .collect()
}

/// Returns a user with an empty profile.
pub fn user() -> User {
    User {
        id: alice(),
        username: "Alice".to_owned(),
        username_key: "alice".to_owned(),
        email: "Alice@example.com".to_owned(),
        email_key: "alice@example.com".to_owned(),
        email_verified: true,
        password_hash: None,
        password_changed_at: None,
        profile: Profile::default(),
        is_staff: false,
        disabled_at: None,
        deletion_due_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        last_login: LastLogin::default(),
        created_at: NOW - 1000,
        updated_at: NOW - 500,
    }
}

/// Returns a password authentication of a minute ago.
pub fn authentication() -> Authentication {
    Authentication {
        auth_time: NOW - 60,
        acr: "aal1".to_owned(),
        amr: strings(&["pwd"]),
    }
}

/// Returns a live session of Alice.
pub fn session() -> Session {
    Session {
        id: SessionId::from_uuid(uuid(0x51)),
        token_hash: TokenHash::digest("session"),
        user_id: alice(),
        created_at: NOW - 60,
        last_seen_at: NOW - 60,
        idle_expires_at: NOW + 1000,
        expires_at: NOW + 10_000,
        authentication: authentication(),
        remember: false,
        user_agent: "Firefox".to_owned(),
        ip: "192.0.2.1".to_owned(),
        ended_at: None,
        end_reason: None,
    }
}

/// Returns the request of [`client`] for `openid tasks:read`.
pub fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: "web".to_owned(),
        redirect_uri: REDIRECT.to_owned(),
        redirect_uri_given: true,
        response_mode: ResponseMode::Query,
        scope: scope("openid tasks:read"),
        state: Some("state".to_owned()),
        nonce: Some("nonce".to_owned()),
        prompt: PromptSet::default(),
        max_age: None,
        login_hint: None,
        id_token_hint: None,
        ui_locales: Vec::new(),
        acr_values: Vec::new(),
        claims: ClaimsRequest::default(),
        resource: strings(&[TASKS]),
        organization: None,
        authorization_details: AuthorizationDetails::default(),
        code_challenge: Some(challenge()),
        dpop_jkt: None,
        former_issuer: None,
        foreign: None,
    }
}

/// Returns an interaction for a request, with no step done.
pub fn interaction(request: AuthorizationRequest) -> Interaction {
    Interaction {
        id: InteractionId::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap(),
        browser_hash: TokenHash::digest("browser"),
        client_id: client_id(&request.client_id),
        request,
        session_id: None,
        authenticated_at: None,
        account_chosen: false,
        consented: None,
        created_at: NOW - 5,
        expires_at: NOW + 1800,
        completed_at: None,
    }
}

/// Returns two types of authorization details: one remembered with the consent, one asked each
/// time.
pub fn details() -> Vec<DetailType> {
    let kind = |name: &str| DetailType {
        name: name.to_owned(),
        sentence: "Something".to_owned(),
        locations: strings(&[BILLS]),
        ..DetailType::default()
    };
    vec![
        DetailType {
            actions: strings(&["read", "write"]),
            without_person: true,
            ..kind("folders")
        },
        DetailType {
            always_ask: true,
            ..kind("payment")
        },
    ]
}

/// Returns Alice's earlier consent to [`client`]: all of [`request`].
pub fn consent() -> Consent {
    Consent {
        id: ConsentId::from_uuid(uuid(0xc0)),
        user_id: alice(),
        client_id: client_id("web"),
        scope: scope("openid tasks:read"),
        declined: Scope::default(),
        resources: strings(&[TASKS]),
        authorization_details: AuthorizationDetails::default(),
        granted_at: NOW - 100,
        expires_at: None,
        revoked_at: None,
    }
}

/// Returns the grant of [`request`].
pub fn grant() -> Grant {
    Grant {
        id: GrantId::from_uuid(uuid(0x61)),
        origin: GrantOrigin::Authorization,
        user_id: alice(),
        subject: None,
        client_id: client_id("web"),
        session_id: session().id,
        scope: scope("openid tasks:read"),
        resources: strings(&[TASKS]),
        authorization_details: AuthorizationDetails::default(),
        org: None,
        claims: ClaimsRequest::default(),
        nonce: Some("nonce".to_owned()),
        authentication: authentication(),
        created_at: NOW - 30,
        expires_at: NOW + 5000,
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
        issuer: None,
    }
}

/// Returns the code of [`grant`], presented just now.
pub fn code() -> Code {
    Code {
        hash: TokenHash::digest("code"),
        redirect_uri: REDIRECT.to_owned(),
        redirect_uri_given: true,
        code_challenge: Some(challenge()),
        dpop_jkt: None,
        expires_at: NOW + 30,
        used_at: None,
        problem: None,
    }
}

/// Returns the refresh tokens of [`grant`], the first of which is unused.
pub fn refresh_family() -> RefreshFamily {
    RefreshFamily {
        generation: 1,
        hash: TokenHash::digest("refresh"),
        sealed: None,
        dpop_jkt: None,
        certificate_thumbprint: None,
        issued_at: NOW - 30,
        expires_at: NOW + 1000,
    }
}

/// Returns an unused refresh token of [`grant`].
pub fn refresh_token() -> RefreshToken {
    refresh_family().current()
}
