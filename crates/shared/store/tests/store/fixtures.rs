//! Rows for the tests.

use doorward_domain::model::id::{AssignmentId, AuditId};
use doorward_domain::model::{
    AccessTokenFormat, Address, ApiKey, ApiKeyId, AssertionAudience, Assignment, AuditEvent,
    AuditKind, Authentication, Client, ClientAuth, ClientId, ClientKind, Code, CodeProtection,
    Consent, ConsentId, ConsentTerms, ExchangeRights, FormerSecret, Grant, GrantId, GrantOrigin,
    Interaction, InteractionId, LastLogin, LogoId, LogoutUris, MetadataDocument, PkcePolicy,
    Profile, RefreshFamily, RegisteredBy, SecurityProfile, Session, SessionId, SubjectKind,
    TotpFactor, User, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::{AuthorizationRequest, ClaimsRequest, ResponseMode};
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::params::Params;
use doorward_protocol::pkce::{CodeChallenge, s256};
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_store::{Db, repo};
use uuid::Uuid;

/// Current time of every test.
pub const NOW: i64 = 1_800_000_000;

pub fn hash(text: &str) -> TokenHash {
    TokenHash::digest(text)
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).expect("a scope")
}

pub fn client_id(text: &str) -> ClientId {
    ClientId::parse(text).expect("a client id")
}

/// Returns an unconfirmed authenticator app.
pub fn totp_factor(user_id: UserId) -> TotpFactor {
    TotpFactor {
        user_id,
        secret_sealed: vec![1, 2, 3],
        confirmed_at: None,
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: NOW,
    }
}

pub fn user(name: &str) -> User {
    User {
        id: UserId::from_uuid(Uuid::new_v4()),
        username: name.to_owned(),
        username_key: name.to_lowercase(),
        email: format!("{name}@Example.org"),
        email_key: format!("{}@example.org", name.to_lowercase()),
        email_verified: true,
        password_hash: Some("$argon2id$one".to_owned()),
        password_changed_at: Some(NOW - 5),
        profile: Profile {
            given_name: Some("Zoë".to_owned()),
            address: Some(Address {
                country: Some("NL".to_owned()),
                ..Address::default()
            }),
            ..Profile::default()
        },
        is_staff: true,
        disabled_at: None,
        deletion_due_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        last_login: LastLogin::default(),
        created_at: NOW - 10,
        updated_at: NOW - 5,
    }
}

#[expect(clippy::too_many_lines, reason = "each setting")]
pub fn client(id: &str) -> Client {
    Client {
        id: client_id(id),
        name: "Tasks — the app".to_owned(),
        kind: ClientKind::Confidential,
        secret_hash: Some(hash("secret")),
        foreign_secret: None,
        secret_made_at: Some(NOW - 20),
        former_secret: Some(FormerSecret {
            hash: hash("former secret"),
            made_at: Some(NOW - 30),
            ends_at: NOW + 30,
        }),
        profile: SecurityProfile::Fapi2,
        auth_method: ClientAuth::Secret,
        assertion_audience: Some(AssertionAudience::Issuer),
        redirect_uris: vec![
            "https://app.example/cb".to_owned(),
            "http://127.0.0.1/cb".to_owned(),
        ],
        post_logout_redirect_uris: vec!["https://app.example/".to_owned()],
        grant_types: vec![
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::Other("urn:example:grant".to_owned()),
        ],
        scopes: scope("openid profile tasks:read"),
        response_modes: vec![ResponseMode::Query, ResponseMode::FormPost],
        first_party: false,
        pkce: PkcePolicy::Auto,
        pkce_streak: 3,
        code_protection: Some(CodeProtection::Nonce),
        jwks: Some(r#"{"keys":[]}"#.to_owned()),
        jwks_uri: Some("https://app.example/jwks".to_owned()),
        serves: vec!["https://tasks.example/api".to_owned()],
        access_token_format: AccessTokenFormat::Opaque,
        access_token_ttl: Some(1_200),
        id_token_ttl: Some(600),
        allowed_origins: vec!["https://app.example".to_owned()],
        require_mfa: true,
        require_pushed_authorization_requests: true,
        require_signed_request_object: true,
        request_uris: vec!["https://app.example/request#hash".to_owned()],
        claims_in_id_token: false,
        dpop_bound_access_tokens: true,
        certificate_bound_access_tokens: true,
        certificate_subject: Some(CertificateSubject::Dn("CN=tasks,C=NL".to_owned())),
        id_token_signed_response_alg: SigningAlg::Es256,
        userinfo_signed_response_alg: Some(SigningAlg::Ps256),
        authorization_signed_response_alg: Some(SigningAlg::Rs256),
        introspection_signed_response_alg: Some(SigningAlg::EdDsa),
        logout: LogoutUris {
            backchannel: Some("https://app.example/bye".to_owned()),
            backchannel_session_required: true,
            frontchannel: Some("https://app.example/frame".to_owned()),
            frontchannel_session_required: true,
        },
        consent: ConsentTerms {
            optional_scopes: scope("profile"),
            lifetime: Some(86_400),
            publisher: Some("Example Ltd".to_owned()),
            policy_uri: Some("https://app.example/privacy".to_owned()),
            tos_uri: Some("https://app.example/terms".to_owned()),
            logo: LogoId::parse("Zk3s9QyV0cX1bT7mZk3s9Q"),
        },
        backchannel_client_notification_endpoint: Some("https://app.example/ping".to_owned()),
        exchange: ExchangeRights {
            audiences: vec!["https://tasks.example/api".to_owned()],
            impersonation: true,
        },
        document: Some(MetadataDocument {
            fetched_at: NOW,
            fresh_until: NOW + 300,
        }),
        default_max_age: Some(600),
        default_acr_values: vec!["aal2".to_owned()],
        authorization_details_types: vec!["payment".to_owned()],
        pairwise_sector: Some("app.example".to_owned()),
        registered_by: RegisteredBy::Token,
        operator_urls: vec!["https://app.example/jwks".to_owned()],
        disabled_at: Some(NOW),
        created_at: NOW - 10,
        updated_at: NOW,
    }
}

pub fn authentication() -> Authentication {
    Authentication {
        auth_time: NOW - 3,
        acr: "urn:example:pwd".to_owned(),
        amr: vec!["pwd".to_owned(), "otp".to_owned()],
    }
}

pub fn session(user: &User, cookie: &str) -> Session {
    Session {
        id: SessionId::from_uuid(Uuid::new_v4()),
        token_hash: hash(cookie),
        user_id: user.id,
        created_at: NOW,
        last_seen_at: NOW,
        idle_expires_at: NOW + 100,
        expires_at: NOW + 1000,
        authentication: authentication(),
        remember: true,
        user_agent: "Browser/1".to_owned(),
        ip: "192.0.2.1".to_owned(),
        ended_at: None,
        end_reason: None,
    }
}

pub fn interaction(byte: char) -> Interaction {
    let params = Params::parse(
        b"response_type=code&client_id=app&scope=openid&state=xyz&prompt=login&max_age=60\
          &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
          &claims=%7B%22userinfo%22%3A%7B%22email%22%3Anull%7D%7D",
    )
    .expect("parameters");
    let redirect_uri = "https://app.example/cb".to_owned();
    Interaction {
        id: InteractionId::parse(&byte.to_string().repeat(22)).expect("an id"),
        browser_hash: hash("browser"),
        request: AuthorizationRequest::parse(&params, redirect_uri).expect("a request"),
        client_id: client_id("app"),
        session_id: None,
        authenticated_at: None,
        account_chosen: false,
        consented: None,
        created_at: NOW,
        expires_at: NOW + 600,
        completed_at: None,
    }
}

/// Returns an ID of this time.
fn uuid_v7() -> Uuid {
    let seconds = NOW.unsigned_abs();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0))
}

pub fn grant(user: &User, client: &Client, session: &Session) -> Grant {
    Grant {
        id: GrantId::from_uuid(uuid_v7()),
        origin: GrantOrigin::AccountApi,
        user_id: user.id,
        subject: None,
        client_id: client.id.clone(),
        session_id: session.id,
        scope: scope("openid offline_access tasks:read"),
        resources: vec!["https://tasks.example/api".to_owned()],
        authorization_details: details(&["1"]),
        org: None,
        claims: ClaimsRequest::parse(r#"{"id_token":{"acr":{"essential":true}}}"#)
            .expect("a claims request"),
        nonce: Some("n-0S6".to_owned()),
        authentication: authentication(),
        created_at: NOW,
        expires_at: NOW + 10_000,
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
        issuer: Some("https://ci.example".to_owned()),
    }
}

pub fn code(text: &str) -> Code {
    Code {
        hash: hash(text),
        redirect_uri: "https://app.example/cb".to_owned(),
        redirect_uri_given: true,
        code_challenge: CodeChallenge::from_s256(&s256(&"v".repeat(43))),
        dpop_jkt: Some("a thumbprint".to_owned()),
        expires_at: NOW + 60,
        used_at: None,
        problem: None,
    }
}

pub fn refresh_family(text: &str, generation: u32) -> RefreshFamily {
    RefreshFamily {
        generation,
        hash: hash(text),
        sealed: (generation > 1).then(|| b"\x00sealed\xff".to_vec()),
        dpop_jkt: Some("a thumbprint".to_owned()),
        certificate_thumbprint: Some("of a certificate".to_owned()),
        issued_at: NOW,
        expires_at: NOW + 5000,
    }
}

/// Returns authorization details with one object for each of these resources.
pub fn details(identifiers: &[&str]) -> AuthorizationDetails {
    let item = |entry: &&str| format!(r#"{{"type":"payment","identifier":"{entry}"}}"#);
    let items: Vec<String> = identifiers.iter().map(item).collect();
    AuthorizationDetails::parse(&format!("[{}]", items.join(","))).expect("authorization details")
}

pub fn consent(user: &User, client: &Client, names: &str) -> Consent {
    Consent {
        id: ConsentId::from_uuid(Uuid::new_v4()),
        user_id: user.id,
        client_id: client.id.clone(),
        scope: scope(names),
        declined: scope("phone"),
        resources: vec!["https://tasks.example/api".to_owned()],
        authorization_details: details(&["1"]),
        granted_at: NOW,
        expires_at: Some(NOW + 500),
        revoked_at: None,
    }
}

pub fn assignment(kind: SubjectKind, subject: &str, role: &str) -> Assignment {
    Assignment {
        id: AssignmentId::from_uuid(Uuid::new_v4()),
        subject_kind: kind,
        subject_id: subject.to_owned(),
        role: role.to_owned(),
        org: None,
        assigned_by: Some("root".to_owned()),
        expires_at: None,
        active: true,
        created_at: NOW,
    }
}

pub fn event(number: u128, kind: AuditKind) -> AuditEvent {
    let mut detail = serde_json::Map::new();
    detail.insert("reason".to_owned(), "test".into());
    AuditEvent {
        id: AuditId::from_uuid(Uuid::from_u128(number)),
        at: NOW,
        kind,
        actor: Some("actor".to_owned()),
        subject: Some("subject".to_owned()),
        client_id: Some("app".to_owned()),
        ip: Some("2001:db8::1".parse().expect("an address")),
        user_agent: None,
        success: false,
        detail,
        request_id: Some("r1".to_owned()),
    }
}

/// A stored user with a session, a client and a grant.
pub struct Scene {
    pub user: User,
    pub client: Client,
    pub session: Session,
    pub grant: Grant,
}

impl Scene {
    pub async fn store(db: &Db) -> Self {
        let user = user("Alice");
        let client = client("app");
        let session = session(&user, "cookie");
        let grant = grant(&user, &client, &session);
        let tx = db.begin_write().await.expect("a transaction begins");
        repo::users::insert(&tx, &user)
            .await
            .expect("the user is stored");
        repo::clients::insert(&tx, &client)
            .await
            .expect("the client is stored");
        repo::sessions::insert(&tx, &session)
            .await
            .expect("the session is stored");
        repo::grants::insert(&tx, &grant)
            .await
            .expect("the grant is stored");
        tx.commit().await.expect("the transaction commits");
        Self {
            user,
            client,
            session,
            grant,
        }
    }
}

pub fn api_key(id: &str, user: UserId) -> ApiKey {
    ApiKey {
        id: ApiKeyId::parse(id).unwrap(),
        hash: hash(id),
        user_id: user,
        org: None,
        name: "Laptop — Zoë".to_owned(),
        scopes: scope("tasks:read tasks:write"),
        networks: vec![
            "192.0.2.0/24".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ],
        created_at: NOW - 100,
        expires_at: NOW + 100,
        last_used_at: Some(NOW - 70),
        last_used_from: Some("192.0.2.7".parse().unwrap()),
        revoked_at: None,
    }
}

/// Returns a grant with its user and session.
pub async fn grant_context(
    db: &Db,
    id: GrantId,
) -> Result<Option<repo::grants::GrantContext>, doorward_store::StoreError> {
    let found = repo::grants::find_redeemable(db.read(), id, false, None, NOW).await?;
    Ok(found.map(|found| found.context))
}
