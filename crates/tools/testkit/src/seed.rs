//! The users, clients, scopes and roles of every [`crate::Stack`].

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock;
use doorward_config::Config;
use doorward_domain::credentials::password::{self, HashMemory, HashParams};
use doorward_domain::keys::{self, KeyRecord};
use doorward_domain::model::{
    AccessTokenFormat, Address, AskedClaims, Assignment, AssignmentId, AuditKind, Client, ClientId,
    ClientKind, LastLogin, Permission, PkcePolicy, Profile, Resource, Role, ScopeEntry,
    SubjectKind, User, UserId,
};
use doorward_domain::secret::{self, KeyPurpose, MasterKey, TokenHash};
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_store::{Db, OpenOptions, WriteTx, repo};

use crate::clock::ManualClock;

/// Password of every user.
pub const PASSWORD: &str = "plum otter lantern 58 drizzle";

/// Default client of the account API.
pub const APP: &str = "first-party-app";

/// User names with their only role.
pub const USERS: [(&str, &str); 4] = [
    ("alice", "developer"),
    ("bob", "developer"),
    ("mona", "manager"),
    ("admin", "admin"),
];

/// Scopes of the identity server itself.
const OWN_SCOPES: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];
/// Scopes of the tasks API, and permissions with the same names.
const TASKS: [&str; 6] = [
    "tasks:read",
    "tasks:write",
    "tasks:delete",
    "tasks:read_all",
    "tasks:write_all",
    "tasks:delete_all",
];
/// Roles with their permissions among [`TASKS`].
const ROLES: [(&str, &[&str]); 4] = [
    ("developer", &["tasks:read", "tasks:write", "tasks:delete"]),
    (
        "manager",
        &[
            "tasks:read",
            "tasks:write",
            "tasks:delete",
            "tasks:read_all",
        ],
    ),
    ("admin", &TASKS),
    ("reader", &["tasks:read"]),
];

/// The authentication method of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Credentials {
    /// HTTP Basic: `client_secret_basic`.
    Basic,
    /// Secret in the body: `client_secret_post`.
    Post,
    /// No authentication: `none`.
    None,
}

/// A registered client with its credentials.
#[derive(Clone, Debug)]
pub struct TestClient {
    pub id: String,
    /// Secret of a confidential client.
    pub secret: Option<String>,
    /// Registered authentication method.
    pub credentials: Credentials,
    /// First redirect URI.
    pub redirect_uri: String,
}

impl TestClient {
    /// Builds a form request with this client's credentials.
    pub fn request(
        &self,
        http: &reqwest::Client,
        url: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let secret = self.secret.as_deref().unwrap_or_default();
        let mut fields = fields.to_vec();
        let mut request = http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded");
        match self.credentials {
            Credentials::Basic => request = request.header("authorization", self.basic()),
            Credentials::Post => {
                fields.extend([("client_id", self.id.as_str()), ("client_secret", secret)]);
            }
            Credentials::None => fields.push(("client_id", &self.id)),
        }
        request.body(crate::agent::encode(fields))
    }

    /// Returns the `Authorization` field of `client_secret_basic`: both parts form-encoded (RFC
    /// 6749 §2.3.1).
    pub fn basic(&self) -> String {
        basic(&self.id, self.secret.as_deref().unwrap_or_default())
    }
}

/// Returns an `Authorization` field for an ID and a secret (RFC 6749 §2.3.1).
pub fn basic(id: &str, secret: &str) -> String {
    let [id, secret] = [id, secret]
        .map(|half| url::form_urlencoded::byte_serialize(half.as_bytes()).collect::<String>());
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The records of a new stack.
#[derive(Clone, Debug)]
pub struct Seed {
    /// Resource identifier of the tasks API.
    pub audience: String,
    /// Confidential third-party client with `client_secret_basic`, which needs consent. Its secret
    /// requires every kind of encoding.
    pub web: TestClient,
    /// Confidential third-party client with `client_secret_post`.
    pub post: TestClient,
    /// Confidential first-party client with `client_secret_basic`: no consent page.
    pub trusted: TestClient,
    /// Public client with a loopback redirect URI whose port may vary (RFC 8252 §7.3).
    pub native: TestClient,
    /// Confidential first-party client that need not use PKCE.
    pub excepted: TestClient,
    /// Client that acts for itself, with the role `manager`.
    pub service: TestClient,
    /// Web client of the tasks server.
    pub tasks_web: TestClient,
    /// Client of the tasks server for introspection of API keys and reference tokens.
    pub tasks_api: TestClient,
    /// Confidential first-party client with opaque access tokens.
    pub opaque: TestClient,
    /// Public first-party client: the default client of the account API.
    pub app: TestClient,
    /// Public third-party client on a device without a browser (RFC 8628).
    pub device: TestClient,
}

impl Seed {
    /// Creates the seed for a tasks server at this origin.
    pub fn new(tasks: &str) -> Self {
        let client = |id: &str, credentials, redirect_uri: &str| TestClient {
            id: id.to_owned(),
            secret: (credentials != Credentials::None).then(|| format!("{id}-{SECRET}")),
            credentials,
            redirect_uri: redirect_uri.to_owned(),
        };
        let callback = "https://client.example/callback";
        Self {
            audience: format!("{tasks}/api"),
            web: client("web-app", Credentials::Basic, callback),
            post: client(
                "post-app",
                Credentials::Post,
                "https://post.example/callback?fixed=1",
            ),
            trusted: client(
                "trusted-app",
                Credentials::Basic,
                "https://trusted.example/cb",
            ),
            native: client("native-app", Credentials::None, "http://127.0.0.1/callback"),
            excepted: client(
                "excepted-app",
                Credentials::Basic,
                "https://excepted.example/cb",
            ),
            service: client("service", Credentials::Basic, "https://service.example/cb"),
            tasks_web: client(
                "tasks-web",
                Credentials::Basic,
                &format!("{tasks}/web/callback"),
            ),
            tasks_api: client("tasks-api", Credentials::Basic, "https://api.example/cb"),
            opaque: client(
                "opaque-app",
                Credentials::Basic,
                "https://opaque.example/cb",
            ),
            app: client(APP, Credentials::None, "http://127.0.0.1/callback"),
            device: client("device-app", Credentials::None, ""),
        }
    }

    pub fn clients(&self) -> [&TestClient; 11] {
        [
            &self.web,
            &self.post,
            &self.trusted,
            &self.native,
            &self.excepted,
            &self.service,
            &self.tasks_web,
            &self.tasks_api,
            &self.opaque,
            &self.app,
            &self.device,
        ]
    }
}

/// Part of every secret: characters that need form encoding, twice in `client_secret_basic`.
const SECRET: &str = "Wq0 9+x%2F:k=&/?~é_Zt7";

/// Seeds a new database.
pub async fn insert_all(config: &Config, seed: &Seed, clock: &ManualClock) {
    fill(config, seed, clock, None).await;
}

/// Seeds a new database, and adds the first signing key, as the server with this configuration
/// would at its start.
pub(crate) async fn insert_with_key(config: &Config, seed: &Seed, clock: &ManualClock) {
    let key = config.secret_key.as_ref().expect("a secret key");
    let key = MasterKey::from_base64(key.expose()).expect("a secret key");
    fill(config, seed, clock, Some(key)).await;
}

async fn fill(config: &Config, seed: &Seed, clock: &ManualClock, secret_key: Option<MasterKey>) {
    let db = Db::open(config.database.url.expose(), OpenOptions::for_command())
        .await
        .expect("the database");
    let now = clock.now();
    let params = HashParams {
        m: config.passwords.hash_memory_kib,
        t: config.passwords.hash_iterations,
        p: config.passwords.hash_parallelism,
    };
    let hash = password_hash(&params);

    let tx = db.begin_write().await.expect("a transaction");
    insert_registries(&tx, seed, now).await;
    for (name, role) in USERS {
        let user = user(name, &hash, now);
        repo::users::insert(&tx, &user).await.expect("a user");
        assign(&tx, SubjectKind::User, &user.id.to_string(), role, now).await;
    }
    for client in seed.clients() {
        repo::clients::insert(&tx, &registration(client, seed, now))
            .await
            .expect("a client");
    }
    assign(&tx, SubjectKind::Client, &seed.service.id, "manager", now).await;
    if let Some(secret_key) = secret_key {
        insert_signing_keys(&tx, &secret_key, now).await;
    }
    tx.commit().await.expect("commit");
    db.close().await.expect("close");
}

/// Returns the hash of [`PASSWORD`], cached for every stack of this process with these parameters.
fn password_hash(params: &HashParams) -> String {
    static MADE: Mutex<BTreeMap<[u32; 3], String>> = Mutex::new(BTreeMap::new());
    let mut created = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = created.entry([params.m, params.t, params.p]);
    let hash = entry.or_insert_with(|| {
        let mut memory = HashMemory::default();
        password::hash(PASSWORD, params, &mut memory, &mut rand::rng()).expect("a hash")
    });
    hash.clone()
}

/// Inserts the first signing key of each algorithm. Every stack of this process has the same ones,
/// encrypted with its own secret key: generating RSA keys took a quarter of the suite's time.
async fn insert_signing_keys(tx: &WriteTx, own: &MasterKey, now: i64) {
    static MADE: OnceLock<(MasterKey, Vec<KeyRecord>)> = OnceLock::new();
    let (master, created) = MADE.get_or_init(|| {
        let master = MasterKey::generate(&mut rand::rng());
        let generate = |alg| keys::generate(alg, &master, now, now, &mut rand::rng());
        let created = SigningAlg::ALL.map(|alg| generate(alg).expect("a signing key"));
        (master, created.to_vec())
    });
    let key = |master: &MasterKey| master.derive(KeyPurpose::KeyEncryption);
    let sealed = |created: &KeyRecord| {
        let kid = created.kid.as_bytes();
        let pem = secret::open(&key(master), &created.private_sealed, kid);
        let pem = pem.expect("the private key");
        KeyRecord {
            private_sealed: secret::seal(&key(own), &pem, kid, &mut rand::rng()),
            created_at: now,
            active_at: now,
            ..created.clone()
        }
    };
    let records: Vec<KeyRecord> = created.iter().map(sealed).collect();
    let inserted = repo::keys::insert_if_unchanged(tx, &records, &[]).await;
    assert!(
        inserted.expect("the signing keys"),
        "the store has no key yet"
    );
    for record in &records {
        let event = Caller::default().event(AuditKind::KeyChanged, true, now);
        let event = event.about(&record.kid).with("change", "generated");
        let event = event.with("algorithm", record.algorithm.as_str());
        repo::audit::insert(tx, &event)
            .await
            .expect("an audit event");
    }
}

async fn insert_registries(tx: &WriteTx, seed: &Seed, now: i64) {
    let mut resource = Resource::new(seed.audience.clone(), "Tasks".to_owned(), now);
    resource.token_claims = AskedClaims::FORMER;
    repo::resources::upsert(tx, &resource)
        .await
        .expect("a resource");
    let registered = OWN_SCOPES.into_iter().chain(["groups", "roles"]);
    let scopes: Vec<_> = registered
        .chain(TASKS)
        .map(|name| ScopeEntry {
            name: name.to_owned(),
            description: format!("Use {name}"),
            audience: name.starts_with("tasks:").then(|| seed.audience.clone()),
            created_at: now,
        })
        .collect();
    repo::scopes::upsert_all(tx, &scopes)
        .await
        .expect("the scopes");
    let permissions = TASKS.map(|codename| Permission {
        codename: codename.to_owned(),
        description: format!("May {codename}"),
        audience: seed.audience.clone(),
    });
    repo::roles::upsert_permissions(tx, &permissions)
        .await
        .expect("the permissions");
    for (name, permissions) in ROLES {
        let role = Role {
            name: name.to_owned(),
            description: format!("The role {name}"),
            active: true,
            permissions: permissions.iter().map(|&it| it.to_owned()).collect(),
        };
        repo::roles::upsert(tx, &role).await.expect("a role");
    }
}

/// Assigns a role globally, without expiry.
pub async fn assign(tx: &WriteTx, kind: SubjectKind, subject: &str, role: &str, now: i64) {
    let assignment = Assignment {
        id: AssignmentId::generate(now, &mut rand::rng()),
        subject_kind: kind,
        subject_id: subject.to_owned(),
        role: role.to_owned(),
        org: None,
        assigned_by: None,
        expires_at: None,
        active: true,
        created_at: now,
    };
    repo::roles::assign(tx, &assignment)
        .await
        .expect("an assignment");
}

fn user(name: &str, hash: &str, now: i64) -> User {
    let capital = name[..1].to_uppercase() + &name[1..];
    let email = format!("{name}@example.org");
    User {
        id: UserId::generate(now, &mut rand::rng()),
        username: name.to_owned(),
        username_key: name.to_owned(),
        email: email.clone(),
        email_key: email,
        email_verified: true,
        password_hash: Some(hash.to_owned()),
        password_changed_at: Some(now),
        profile: Profile {
            given_name: Some(capital),
            family_name: Some("Example".to_owned()),
            locale: Some("en".to_owned()),
            zoneinfo: Some("Europe/Berlin".to_owned()),
            phone_number: Some("+49301234567".to_owned()),
            phone_number_verified: true,
            address: Some(Address {
                street_address: Some("Long Road 1".to_owned()),
                locality: Some("Berlin".to_owned()),
                ..Address::default()
            }),
            ..Profile::default()
        },
        is_staff: name == "admin",
        disabled_at: None,
        deletion_due_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        last_login: LastLogin::default(),
        created_at: now,
        updated_at: now,
    }
}

fn registration(client: &TestClient, seed: &Seed, now: i64) -> Client {
    let id = client.id.as_str();
    let grants = match id {
        "service" => vec![GrantType::ClientCredentials],
        "device-app" => vec![GrantType::DeviceCode, GrantType::RefreshToken],
        _ => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
    };
    // A device has no redirect URI.
    let redirect_uri = Some(&client.redirect_uri).filter(|uri| !uri.is_empty());
    let bye = |uri: &String| uri.replace("callback", "").replace("/cb", "/bye");
    let scopes: Scope = OWN_SCOPES
        .into_iter()
        .filter(|_| id != "service")
        .chain(TASKS)
        .collect();
    let name = match id {
        "tasks-web" => "Tasks".to_owned(),
        id => format!("The {id}"),
    };
    let kind = match client.secret {
        Some(_) => ClientKind::Confidential,
        None => ClientKind::Public,
    };
    let id = ClientId::parse(id).expect("a client id");
    Client {
        secret_hash: client.secret.as_deref().map(TokenHash::digest),
        auth_method: match client.credentials {
            Credentials::Basic => ClientAuthMethod::ClientSecretBasic,
            Credentials::Post => ClientAuthMethod::ClientSecretPost,
            Credentials::None => ClientAuthMethod::None,
        }
        .into(),
        redirect_uris: redirect_uri.cloned().into_iter().collect(),
        post_logout_redirect_uris: redirect_uri.map(bye).into_iter().collect(),
        grant_types: grants,
        scopes,
        response_modes: vec![ResponseMode::Query, ResponseMode::FormPost],
        first_party: [&seed.trusted, &seed.excepted, &seed.opaque, &seed.app]
            .map(|it| &it.id)
            .contains(&&client.id),
        pkce: if client.id == seed.excepted.id {
            PkcePolicy::Optional
        } else {
            PkcePolicy::Required
        },
        serves: if client.id == seed.tasks_api.id {
            vec![seed.audience.clone()]
        } else {
            Vec::new()
        },
        access_token_format: if client.id == seed.opaque.id {
            AccessTokenFormat::Opaque
        } else {
            AccessTokenFormat::Jwt
        },
        ..Client::new(id, name, kind, now)
    }
}

/// Deletes every role assignment of a subject.
pub async fn unassign_all(tx: &WriteTx, kind: SubjectKind, subject: &str) {
    let held = repo::roles::assignments(tx, kind, subject).await;
    for assignment in held.expect("a query") {
        let deleted = repo::roles::delete_assignment(tx, assignment.id).await;
        assert!(deleted.expect("a deletion"));
    }
}

/// Disables an account at `disabled_at`, or enables it.
pub async fn set_disabled(tx: &WriteTx, id: UserId, disabled_at: Option<i64>) {
    let user = repo::users::find_by_id(tx, id).await;
    let user = user.expect("a query").expect("a user");
    let changed = User {
        disabled_at,
        updated_at: disabled_at.unwrap_or(user.updated_at),
        ..user
    };
    assert!(repo::users::update(tx, &changed).await.expect("an update"));
}
