//! The servers beside Doorward: oidc-provider, Keycloak and Hydra, as `cargo xtask bench --page` installs
//! them, with HTTPS on the first core.

use std::process::Command;
use std::time::{Duration, Instant};

use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::{Credentials, PASSWORD, TestClient, UserAgent, rows};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use crate::certificate::Certificate;
use crate::console_rows::{Column, copy, same};
use crate::cores::FirstCore;
use crate::database;
use crate::target::{Operation, Target};

const HOST: &str = "localhost";
const CLIENT: &str = "bench";
const REDIRECT_URI: &str = "https://client.example/callback";
const RESOURCE: &str = "https://api.example";
/// Keycloak creates its tables at the first start.
const LONGEST_START: Duration = Duration::from_mins(8);

/// A server that may be installed.
#[derive(Clone, Copy)]
pub enum Kind {
    Keycloak,
    OidcProvider,
    Hydra,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Keycloak, Self::OidcProvider, Self::Hydra];

    /// Returns the name with the pinned version.
    pub fn name(self) -> String {
        let (name, pins, before, after) = match self {
            Self::Keycloak => (
                "Keycloak",
                include_str!("../../../peers/keycloak/pom.xml"),
                "<keycloak.version>",
                '<',
            ),
            Self::OidcProvider => (
                "oidc-provider",
                include_str!("../../../peers/node/package.json"),
                "\"oidc-provider\": \"",
                '"',
            ),
            Self::Hydra => (
                "Hydra",
                include_str!("../../../peers/hydra/go.mod"),
                "github.com/ory/hydra/v2 v",
                '\n',
            ),
        };
        let version = pins.split_once(before).map(|(_, rest)| rest);
        let version = version.and_then(|rest| rest.split(after).next());
        format!("{name} {}", version.expect("a pinned version"))
    }

    /// Returns the variable with the path of the installed program.
    const fn variable(self) -> &'static str {
        match self {
            Self::Keycloak => "DOORWARD_PEER_KEYCLOAK",
            Self::OidcProvider => "DOORWARD_PEER_NODE",
            Self::Hydra => "DOORWARD_PEER_HYDRA",
        }
    }

    /// Starts the server with so many users; `None` if it is not installed.
    pub async fn start(self, users: u32) -> Option<Peer> {
        let program = std::env::var(self.variable()).ok()?;
        let peer = match self {
            Self::Keycloak => Box::pin(keycloak(&program, users)).await,
            Self::OidcProvider => Box::pin(oidc_provider(&program)).await,
            Self::Hydra => Box::pin(hydra(&program)).await,
        };
        Some(peer)
    }
}

/// A running server; killed when dropped.
pub struct Peer {
    pub target: Target,
    _process: Process,
    _certificate: Certificate,
    _directory: TempDir,
}

impl Peer {
    /// Starts a server and waits until a URL responds.
    async fn start(
        command: &mut Command,
        certificate: Certificate,
        directory: TempDir,
        (issuer, ready): (&str, &str),
    ) -> Self {
        command.current_dir(directory.path());
        let core = FirstCore::take();
        let mut process = Process::start(command);
        drop(core);
        wait_for(&mut process, ready).await;
        Self {
            target: target(issuer, process.id()),
            _process: process,
            _certificate: certificate,
            _directory: directory,
        }
    }
}

async fn wait_for(process: &mut Process, url: &str) {
    let agent = UserAgent::accepting_any_certificate();
    let begun = Instant::now();
    while begun.elapsed() < LONGEST_START {
        assert!(!process.has_ended(), "the server ended at its start");
        let response = agent.http().get(url).send().await;
        if response.is_ok_and(|response| response.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the server did not answer at {url}");
}

/// Describes a server with one client for everything.
fn target(issuer: &str, process: u32) -> Target {
    let client = TestClient {
        id: CLIENT.to_owned(),
        secret: Some("a-secret-of-the-measurement-58".to_owned()),
        credentials: Credentials::Basic,
        redirect_uri: REDIRECT_URI.to_owned(),
    };
    Target {
        process,
        databases: Vec::new(),
        authorization: format!("{issuer}/auth"),
        token: format!("{issuer}/token"),
        introspection: format!("{issuer}/token/introspection"),
        service: client.clone(),
        web: client.clone(),
        resource_server: client,
        service_scope: None,
        web_scope: "openid",
        resource: None,
        login_field: "username",
        users: 0,
        operations: &Operation::ALL,
    }
}

fn secret(target: &Target) -> &str {
    target.service.secret.as_deref().unwrap_or_default()
}

/// Starts oidc-provider, which signs the user in without a password.
async fn oidc_provider(directory_of_program: &str) -> Peer {
    let certificate = Certificate::new(HOST);
    let issuer = format!("https://{HOST}:{}", free_port());
    let planned = target(&issuer, 0);
    let mut command = Command::new("node");
    command.arg(format!("{directory_of_program}/provider.mjs"));
    command.args([&issuer, &certificate.chain, &certificate.key]);
    command.args([CLIENT, secret(&planned), REDIRECT_URI, RESOURCE]);
    command.env("NODE_ENV", "production");
    let directory = TempDir::new().expect("a directory");
    let ready = format!("{issuer}/.well-known/openid-configuration");
    let mut peer = Peer::start(&mut command, certificate, directory, (&issuer, &ready)).await;
    peer.target.service_scope = Some("tasks:read");
    peer.target.web_scope = "openid tasks:read";
    peer.target.resource = Some(RESOURCE);
    peer.target.operations = &[
        Operation::ClientCredentials,
        Operation::NewConnections,
        Operation::Refresh,
        Operation::CodeCycle,
        Operation::Introspection,
    ];
    peer
}

/// Creates an empty database on the PostgreSQL of the measurement; returns its URL.
async fn create_database(name: &str) -> String {
    let server = std::env::var(doorward_testkit::postgres::POSTGRES_URL);
    let server = server.expect("a PostgreSQL: run `cargo xtask bench --page`");
    for statement in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name}"),
    ] {
        rows::execute(&server, &statement).await;
    }
    database::url_of(&server, name)
}

/// Starts Keycloak with a new realm, and `users` copies of its user.
async fn keycloak(program: &str, users: u32) -> Peer {
    let certificate = Certificate::new(HOST);
    let url = create_database("bench_keycloak").await;
    let parsed = Url::parse(&url).expect("a URL");
    let (host, port) = (parsed.host_str(), parsed.port());
    let port_of_server = free_port();
    let origin = format!("https://{HOST}:{port_of_server}");
    let mut command = Command::new("bash");
    command.args([program, "start", "--db=postgres", "--cache=local"]);
    command.arg(format!(
        "--db-url=jdbc:postgresql://{}:{}/bench_keycloak",
        host.expect("a host"),
        port.expect("a port")
    ));
    command.arg(format!("--db-username={}", parsed.username()));
    let password = parsed.password().unwrap_or("unused");
    command.arg(format!("--db-password={password}"));
    command.arg(format!("--hostname={origin}"));
    command.args(["--http-host=127.0.0.1", "--log-level=warn"]);
    command.arg(format!("--https-port={port_of_server}"));
    command.arg(format!("--https-certificate-file={}", certificate.chain));
    command.arg(format!("--https-certificate-key-file={}", certificate.key));
    command.env("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    command.env("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
    let directory = TempDir::new().expect("a directory");
    let issuer = format!("{origin}/realms/bench/protocol/openid-connect");
    let ready = format!("{origin}/realms/master");
    let mut peer = Peer::start(&mut command, certificate, directory, (&issuer, &ready)).await;
    create_realm(&origin, secret(&peer.target)).await;
    fill_keycloak(&url, users).await;
    peer.target.introspection = format!("{issuer}/token/introspect");
    peer.target.users = usize::try_from(users).expect("a count");
    peer.target.databases = database::process_of(&url, "postgres").into_iter().collect();
    peer
}

/// Creates the realm with the client and one user, as the administrator that the start created.
async fn create_realm(origin: &str, secret: &str) {
    let agent = UserAgent::accepting_any_certificate();
    let fields = [
        ("grant_type", "password"),
        ("client_id", "admin-cli"),
        ("username", "admin"),
        ("password", PASSWORD),
    ];
    let url = format!("{origin}/realms/master/protocol/openid-connect/token");
    let page = agent.send(agent.http().post(url).form(&fields)).await;
    let token = page.member("access_token");
    let token = token.unwrap_or_else(|| panic!("{}", page.dump()));
    let request = agent.http().post(format!("{origin}/admin/realms"));
    let page = agent
        .send(request.bearer_auth(token).json(&realm(secret)))
        .await;
    assert_eq!(page.status, 201, "{}", page.dump());
}

fn realm(secret: &str) -> Value {
    // A client may introspect the tokens that are for it.
    let audience = json!({
        "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
        "config": {
            "included.client.audience": CLIENT, "access.token.claim": "true",
            "introspection.token.claim": "true",
        },
    });
    json!({
        "realm": "bench", "enabled": true,
        "clients": [{
            "clientId": CLIENT, "secret": secret, "enabled": true, "publicClient": false,
            "protocol": "openid-connect", "standardFlowEnabled": true,
            "serviceAccountsEnabled": true, "redirectUris": [REDIRECT_URI],
            "protocolMappers": [audience],
        }],
        "users": [{
            "username": "alice", "enabled": true, "email": "alice@bench.example",
            "emailVerified": true, "firstName": "Alice", "lastName": "Example",
            "credentials": [{ "type": "password", "value": PASSWORD }],
        }],
    })
}

/// Copies the user with the password and the roles.
async fn fill_keycloak(database: &str, users: u32) {
    if users == 0 {
        return;
    }
    let id = |column: &'static str| -> Column<'static> {
        same(
            column,
            "'00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0')",
        )
    };
    let email = "'user' || n || '@bench.example'";
    let of_users = [
        id("id"),
        same("username", "'user' || n"),
        same("email", email),
        same("email_constraint", email),
    ];
    let condition = "t.username = 'alice'";
    copy(database, "user_entity", condition, users, &of_users).await;
    let of_alice = "t.user_id = (SELECT id FROM user_entity WHERE username = 'alice')";
    let of_credentials = [same("id", "gen_random_uuid()::text"), id("user_id")];
    copy(database, "credential", of_alice, users, &of_credentials).await;
    let of_roles = [id("user_id")];
    copy(database, "user_role_mapping", of_alice, users, &of_roles).await;
    rows::execute(database, "VACUUM ANALYZE").await;
}

/// Starts Hydra, which has no sign-in without another program, with one client.
async fn hydra(program: &str) -> Peer {
    let certificate = Certificate::new(HOST);
    let url = create_database("bench_hydra").await;
    // By default it has two connections for each core, and creates its keys within a transaction that waits
    // for another one: on one core it blocks itself.
    let dsn = format!("{url}?sslmode=disable&max_conns=20");
    let (public, admin) = (free_port(), free_port());
    let issuer = format!("https://{HOST}:{public}");
    let admin_origin = format!("https://{HOST}:{admin}");
    let mut migration = Command::new(program);
    migration.args(["migrate", "sql", "up", "--read-from-env", "--yes"]);
    let output = migration.env("DSN", &dsn).output();
    let output = output.expect("Hydra");
    let failure = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{failure}");
    let mut command = Command::new(program);
    command.args(["serve", "all", "--sqa-opt-out"]);
    command.envs([
        ("DSN", dsn.as_str()),
        ("URLS_SELF_ISSUER", &issuer),
        ("SERVE_PUBLIC_HOST", "127.0.0.1"),
        ("SERVE_PUBLIC_PORT", &public.to_string()),
        ("SERVE_ADMIN_HOST", "127.0.0.1"),
        ("SERVE_ADMIN_PORT", &admin.to_string()),
        ("SERVE_TLS_ENABLED", "true"),
        ("SERVE_TLS_CERT_PATH", &certificate.chain),
        ("SERVE_TLS_KEY_PATH", &certificate.key),
        ("STRATEGIES_ACCESS_TOKEN", "jwt"),
        ("SECRETS_SYSTEM", "a secret of the measurement"),
        ("LOG_LEVEL", "error"),
    ]);
    let directory = TempDir::new().expect("a directory");
    let ready = format!("{admin_origin}/health/ready");
    let mut peer = Peer::start(&mut command, certificate, directory, (&issuer, &ready)).await;
    let client = json!({
        "client_id": CLIENT, "client_secret": secret(&peer.target),
        "grant_types": ["client_credentials"], "scope": "tasks:read",
        "token_endpoint_auth_method": "client_secret_basic",
    });
    let agent = UserAgent::accepting_any_certificate();
    let request = agent.http().post(format!("{admin_origin}/admin/clients"));
    let page = agent.send(request.json(&client)).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    peer.target.token = format!("{issuer}/oauth2/token");
    peer.target.introspection = format!("{admin_origin}/admin/oauth2/introspect");
    peer.target.service_scope = Some("tasks:read");
    peer.target.databases = database::process_of(&url, "postgres").into_iter().collect();
    peer.target.operations = &[
        Operation::ClientCredentials,
        Operation::NewConnections,
        Operation::Introspection,
    ];
    peer
}
