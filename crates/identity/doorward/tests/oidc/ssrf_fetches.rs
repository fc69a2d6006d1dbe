//! Triggers for everything that the identity server fetches, with any address.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    AuditKind, Client, ClientId, ClientKind, OauthEndpoints, Provider, ProviderId,
    ProviderSettings, RegisteredBy,
};
use doorward_domain::secret::TokenHash;
use doorward_egress::outgoing::Resolver;
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::client_auth::{ClientAuthMethod, JWT_BEARER};
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{
    Authorization, Backend, Credentials, Page, Stack, TestClient, UserAgent, agent,
};
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use crate::client_document;
use crate::registration::{initial_token, register, web_client};
use crate::support_documents::{Answer, DocumentServer};
use crate::support_keys::TestKey;

const CALLBACK: &str = "https://app.example/callback";
/// Never routed (RFC 5737): a connection to it fails.
const DOCUMENTATION: &str = "203.0.113.1";
/// The address of a provider's other endpoints, which is allowed.
const ALLOWED: &str = "127.0.0.2";
const DISCOVERY: &str = "/.well-known/openid-configuration";
const TIMEOUT: Duration = Duration::from_mins(1);

/// A fetch of an address that a client, an administrator or the operator has configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fetch {
    /// The `jwks_uri` of a client (RFC 7591 §2).
    ClientKeys,
    /// The `sector_identifier_uri` of a dynamic registration (OIDC Core §8.1).
    Sector,
    /// A client metadata document at its `client_id`.
    Document,
    /// A request object at a registered `request_uri` of a client (OIDC Core §6.2).
    RequestObject,
    /// The `jwks_uri` of an issuer that the operator trusts (RFC 7523 §2.1).
    IssuerKeys,
    /// The logout token for a client (OIDC Back-Channel Logout §2.5).
    Logout,
    /// The discovery document of an identity provider (OIDC Discovery §4).
    ProviderDiscovery,
    /// The `jwks_uri` in the discovery document.
    ProviderKeys,
    /// The token endpoint of an identity provider.
    ProviderToken,
    /// The `UserInfo` endpoint of an identity provider.
    ProviderPerson,
}

impl Fetch {
    /// All fetches; `tests/architecture/words.rs` ensures that there are no others.
    pub const ALL: [Self; 10] = [
        Self::ClientKeys,
        Self::Sector,
        Self::Document,
        Self::RequestObject,
        Self::IssuerKeys,
        Self::Logout,
        Self::ProviderDiscovery,
        Self::ProviderKeys,
        Self::ProviderToken,
        Self::ProviderPerson,
    ];

    /// Returns the path of the document for an address.
    pub fn path_for(self, path: &str) -> String {
        match self {
            Self::ProviderDiscovery => format!("{path}{DISCOVERY}"),
            _ => path.to_owned(),
        }
    }
}

/// A resolver with the names that a test defines.
#[derive(Debug, Default)]
pub struct Names(Mutex<BTreeMap<String, usize>>);

impl Names {
    /// Returns how often this name was resolved.
    pub fn asked(&self, host: &str) -> usize {
        self.0.lock().unwrap().get(host).copied().unwrap_or(0)
    }
}

#[async_trait]
impl Resolver for Names {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let before = self.asked(host);
        self.0.lock().unwrap().insert(host.to_owned(), before + 1);
        let addresses: &[&str] = match host.split('.').next().unwrap() {
            "rebind" if before == 0 => &[DOCUMENTATION],
            "mixed" => &[DOCUMENTATION, "127.0.0.1"],
            "six" => &["::1"],
            "mapped" => &["::ffff:127.0.0.1"],
            "metadata" => &["169.254.169.254"],
            "near" => &["fe80::1"],
            "private" => &["10.0.0.1"],
            _ => &["127.0.0.1"],
        };
        Ok(addresses.iter().map(|text| text.parse().unwrap()).collect())
    }
}

/// A stack in which every fetch is enabled.
pub struct World<'a> {
    pub stack: &'a Stack,
    pub names: Arc<Names>,
    pub key: TestKey,
    directory: TempDir,
    token: String,
    /// The other endpoints of each identity provider.
    near: DocumentServer,
}

/// Runs a check with these allowed networks.
pub fn run(backend: Backend, networks: &str, check: impl AsyncFnOnce(&World<'_>)) {
    run_with(backend, networks, None, check);
}

/// Runs a check with different allowed networks for URLs of third parties.
pub fn run_with(
    backend: Backend,
    networks: &str,
    of_third_parties: Option<&str>,
    check: impl AsyncFnOnce(&World<'_>),
) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("issuers.toml");
    std::fs::write(&path, "").unwrap();
    let networks = format!("{networks},{ALLOWED}/32");
    let mut settings = vec![
        (
            "DOORWARD__AUTHORIZATION__TRUSTED_ISSUERS",
            path.to_str().unwrap(),
        ),
        ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", networks.as_str()),
        ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
        ("DOORWARD__CLIENT_METADATA_DOCUMENTS__SCOPES", "openid"),
        ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    ];
    if let Some(networks) = of_third_parties {
        settings.push(("DOORWARD__OUTGOING__THIRD_PARTY_NETWORKS", networks));
    }
    doorward_testkit::stack::block_on(async {
        let names = Arc::new(Names::default());
        let known = Arc::clone(&names);
        let stack = Stack::start_with_names(backend, &settings, known).await;
        let world = World {
            token: initial_token(&stack, 1000).await,
            key: TestKey::new("ES256", "one"),
            stack: &stack,
            names,
            directory,
            near: DocumentServer::start_at(ALLOWED).await,
        };
        world.serve_near();
        check(&world).await;
    });
}

/// Returns the ID of the client for an address.
pub fn client_for(fetch: Fetch, address: &str) -> String {
    let mut name = format!("{fetch:?}").to_lowercase();
    name.extend(address.chars().filter(char::is_ascii_alphanumeric));
    name
}

impl World<'_> {
    /// Returns the document that makes the fetch succeed.
    pub fn document(&self, fetch: Fetch, address: &str) -> String {
        match fetch {
            Fetch::ClientKeys | Fetch::IssuerKeys | Fetch::ProviderKeys => self.key.jwks(),
            Fetch::Sector => json!([CALLBACK]).to_string(),
            Fetch::Document => {
                json!({ "client_id": address, "redirect_uris": ["https://notes.example/cb"] })
                    .to_string()
            }
            Fetch::RequestObject => self.request_object(address),
            Fetch::Logout => String::new(),
            Fetch::ProviderDiscovery => self.discovery(address, &self.near.url("/jwks")),
            Fetch::ProviderToken => {
                json!({ "access_token": "x", "token_type": "Bearer" }).to_string()
            }
            Fetch::ProviderPerson => json!({ "sub": "1", "id": "1" }).to_string(),
        }
    }

    /// Triggers a fetch of each address; returns which succeeded.
    pub async fn ask(&self, fetch: Fetch, addresses: &[String]) -> Vec<bool> {
        match fetch {
            Fetch::ClientKeys | Fetch::RequestObject | Fetch::Logout => {
                self.make_clients(fetch, addresses).await;
            }
            Fetch::IssuerKeys => self.trust(addresses).await,
            Fetch::ProviderDiscovery
            | Fetch::ProviderKeys
            | Fetch::ProviderToken
            | Fetch::ProviderPerson => self.make_providers(fetch, addresses).await,
            Fetch::Sector | Fetch::Document => {}
        }
        if fetch == Fetch::Logout {
            return self.sign_out_of(addresses).await;
        }
        let mut outcomes = Vec::new();
        for address in addresses {
            outcomes.push(self.repeat(fetch, address).await);
        }
        outcomes
    }

    /// Triggers the fetch of an address again.
    pub async fn repeat(&self, fetch: Fetch, address: &str) -> bool {
        let name = client_for(fetch, address);
        match fetch {
            Fetch::ClientKeys => {
                let assertion = self.assertion(&name, &name);
                let fields = [
                    ("grant_type", "client_credentials"),
                    ("client_assertion_type", JWT_BEARER),
                    ("client_assertion", &assertion),
                ];
                self.token(&fields, None).await == 200
            }
            Fetch::Sector => {
                let mut request = web_client();
                request["subject_type"] = json!("pairwise");
                request["sector_identifier_uri"] = json!(address);
                let page = register(self.stack, Some(&self.token), &request).await;
                page.status == 201
            }
            Fetch::Document => {
                let page = client_document::begin(self.stack, address).await;
                page.find_form("form:has([name=password])").is_some()
            }
            Fetch::RequestObject => self.refer_to(address).await,
            Fetch::IssuerKeys => {
                let issuer = format!("https://{name}.example");
                let assertion = self.assertion(&issuer, "alice");
                let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                let fields = [("grant_type", grant), ("assertion", &assertion)];
                self.token(&fields, Some(&self.stack.seed.service)).await == 200
            }
            Fetch::ProviderDiscovery | Fetch::ProviderKeys => {
                self.go(fetch, address).await.1.status == 200
            }
            Fetch::ProviderToken | Fetch::ProviderPerson => self.authorize(fetch, address).await,
            Fetch::Logout => unreachable!("the job is retried"),
        }
    }

    fn assertion(&self, issuer: &str, subject: &str) -> String {
        let now = self.stack.clock.now();
        let jti = uuid::Uuid::new_v4().to_string();
        let claims = json!({
            "iss": issuer, "sub": subject, "aud": self.stack.issuer(), "jti": jti,
            "iat": now, "exp": now + 60,
        });
        self.key.sign(Some("JWT"), &claims)
    }

    async fn token(&self, fields: &[(&str, &str)], client: Option<&TestClient>) -> u16 {
        if let Some(client) = client {
            return self.stack.token(client, fields).await.status;
        }
        let agent = UserAgent::new();
        let request = agent
            .http()
            .post(self.stack.at("/oauth2/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(agent::encode(fields.to_vec()));
        agent.send(request).await.status
    }

    /// Makes the URL of a client that of another party than the operator: of a user of the admin
    /// API, or of a client that registered itself.
    pub async fn make_third_party(&self, fetch: Fetch, address: &str, author: RegisteredBy) {
        let id = client_for(fetch, address);
        let change = |client: &mut Client| {
            client.registered_by = author;
            client.operator_urls = Vec::new();
        };
        self.stack.change_client(&id, change).await;
    }

    /// Registers clients in the database, so that only the egress client can reject the address.
    async fn make_clients(&self, fetch: Fetch, addresses: &[String]) {
        let db = self.stack.db().await;
        let tx = db.begin_write().await.unwrap();
        for address in addresses {
            let id = ClientId::parse(&client_for(fetch, address)).unwrap();
            let now = self.stack.clock.now();
            let mut client = Client::new(id, "App".to_owned(), ClientKind::Confidential, now);
            if fetch == Fetch::ClientKeys {
                client.auth_method = ClientAuthMethod::PrivateKeyJwt.into();
                client.jwks_uri = Some(address.clone());
                client.grant_types = vec![GrantType::ClientCredentials];
            } else {
                self.set_address(fetch, &mut client, address);
                client.grant_types = vec![GrantType::AuthorizationCode];
                client.redirect_uris = vec![CALLBACK.to_owned()];
                client.response_modes = vec![ResponseMode::Query];
                client.scopes = ["openid"].into_iter().collect();
                client.first_party = true;
            }
            client.operator_urls = vec![address.clone()];
            repo::clients::insert(&tx, &client).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await.unwrap();
    }

    /// Writes an operator's file that trusts an issuer for each address.
    async fn trust(&self, addresses: &[String]) {
        let service = &self.stack.seed.service.id;
        let allow = |client: &mut Client| {
            client.grant_types = vec![GrantType::ClientCredentials, GrantType::JwtBearer];
        };
        self.stack.change_client(service, allow).await;
        let mut file = String::new();
        for address in addresses {
            let one = format!(
                "[[issuer]]\nissuer = \"https://{}.example\"\njwks_uri = \"{address}\"\n\
                 clients = [\"{service}\"]\naudiences = [\"{}\"]\nscope = \"tasks:read\"\n\
                 usernames = true\n",
                client_for(Fetch::IssuerKeys, address),
                self.stack.seed.audience
            );
            file.push_str(&one);
        }
        tokio::fs::write(self.directory.path().join("issuers.toml"), file)
            .await
            .unwrap();
    }

    /// Creates a session with a grant of each client, and ends it; returns which logout tokens were
    /// delivered.
    async fn sign_out_of(&self, addresses: &[String]) -> Vec<bool> {
        let agent = UserAgent::new();
        for address in addresses {
            let client = TestClient {
                id: client_for(Fetch::Logout, address),
                secret: None,
                credentials: Credentials::Basic,
                redirect_uri: CALLBACK.to_owned(),
            };
            let request = Authorization::new(self.stack.issuer(), &client);
            request.complete(&agent, "alice").await.code();
        }
        let before = self.failed_jobs().await;
        let page = agent.get(self.stack.at("/logout")).await;
        agent.submit(&page.form("#logout")).await;
        let start = Instant::now();
        loop {
            let mut events = self.stack.audited(AuditKind::BackchannelLogout).await;
            events.retain(|event| event.success);
            let names: Vec<_> = events.into_iter().filter_map(|it| it.client_id).collect();
            let is_done = |address: &String| names.contains(&client_for(Fetch::Logout, address));
            let done: Vec<bool> = addresses.iter().map(is_done).collect();
            let good = done.iter().filter(|is_done| **is_done).count();
            if good + self.failed_jobs().await - before == addresses.len() {
                break done;
            }
            assert!(start.elapsed() < TIMEOUT, "logout tokens are still queued");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns the number of failed deliveries of logout tokens so far.
    async fn failed_jobs(&self) -> usize {
        let rows = doorward_testkit::rows::dump(&self.stack.storage().identity).await;
        let causes = ["no answer: ", "the answer has status", "may not be fetched"];
        let failed = |row: &&String| causes.iter().any(|cause| row.contains(cause));
        rows["jobs"].iter().filter(failed).count()
    }
}

/// The fetches from identity providers.
impl World<'_> {
    /// Serves all provider endpoints except the tested one.
    fn serve_near(&self) {
        for (path, fetch) in [
            ("/jwks", Fetch::ProviderKeys),
            ("/token", Fetch::ProviderToken),
            ("/person", Fetch::ProviderPerson),
        ] {
            let document = serde_json::from_str(&self.document(fetch, "")).expect("JSON");
            self.near.serve(path, Answer::json(&document));
        }
    }

    fn discovery(&self, issuer: &str, keys: &str) -> String {
        json!({
            "issuer": issuer, "jwks_uri": keys,
            "authorization_endpoint": self.near.url("/authorize"),
            "token_endpoint": self.near.url("/token"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
        .to_string()
    }

    /// Stores identity providers directly, so that only the egress client can reject the address.
    pub async fn make_providers(&self, fetch: Fetch, addresses: &[String]) {
        let db = self.stack.db().await;
        let tx = db.begin_write().await.unwrap();
        for address in addresses {
            let id = provider_for(fetch, address);
            let near = |path: &str| self.near.url(path);
            let issuer = match fetch {
                Fetch::ProviderDiscovery => address.clone(),
                _ => near(&format!("/{id}")),
            };
            if fetch == Fetch::ProviderKeys {
                let document = self.discovery(&issuer, address);
                let document = serde_json::from_str(&document).expect("JSON");
                let location = format!("/{id}{DISCOVERY}");
                self.near.serve(&location, Answer::json(&document));
            }
            let (token, userinfo) = match fetch {
                Fetch::ProviderToken => (address.clone(), near("/person")),
                _ => (near("/token"), address.clone()),
            };
            let is_plain = matches!(fetch, Fetch::ProviderToken | Fetch::ProviderPerson);
            let endpoints = OauthEndpoints {
                authorization: near("/authorize"),
                token,
                userinfo,
                emails: None,
            };
            let now = self.stack.clock.now();
            let provider = Provider {
                name: "Acme".to_owned(),
                operator_urls: vec![issuer.clone(), address.clone()],
                issuer,
                client_id: "doorward".to_owned(),
                secret_sealed: None,
                settings: ProviderSettings {
                    scopes: Vec::new(),
                    endpoints: is_plain.then_some(endpoints),
                    ..ProviderSettings::default()
                },
                disabled_at: None,
                created_at: now,
                updated_at: now,
                id,
            };
            repo::providers::insert(&tx, &provider).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await.unwrap();
    }

    /// Presses the provider's button; returns the browser and the page.
    async fn go(&self, fetch: Fetch, address: &str) -> (UserAgent, Page) {
        let agent = UserAgent::new();
        let mut form = agent.get(self.stack.at("/login")).await.form("#login");
        let id = provider_for(fetch, address);
        form.action = form.action.join(&format!("/login/with/{id}")).unwrap();
        let page = agent.submit(&form).await;
        (agent, page)
    }

    /// Presses the provider's button and returns with a code; returns true if the provider's
    /// response was read.
    async fn authorize(&self, fetch: Fetch, address: &str) -> bool {
        let (agent, page) = self.go(fetch, address).await;
        let there = page.link_of("main a.btn.primary").expect("a link");
        let state = there.query_pairs().find(|(name, _)| name == "state");
        let (_, state) = state.expect("a state");
        let id = provider_for(fetch, address);
        let back = self.stack.at(&format!("/login/callback/{id}"));
        let back = Url::parse_with_params(&back, [("code", "x"), ("state", &state)]).unwrap();
        let page = agent.get(back).await;
        page.location().is_some_and(|to| to.path() == "/login/new")
    }
}

/// Returns the ID of the identity provider for an address.
pub fn provider_for(fetch: Fetch, address: &str) -> ProviderId {
    let hash = TokenHash::digest(&client_for(fetch, address)).to_base64url();
    let mut word = hash.to_ascii_lowercase().replace(['-', '_'], "0");
    word.truncate(24);
    ProviderId::parse(&word).expect("a name")
}
