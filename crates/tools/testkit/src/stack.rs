//! Both servers, running in this process.

mod settings;

use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use doorward_access::clock::Clock;
use doorward_config::SecretText;
use doorward_domain::model::{Client, ClientId, EndReason, SubjectKind};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_egress::outgoing::{Resolver, System};
use doorward_identity_server as identity_server;
use doorward_resource_server as resource_server;
use doorward_services::context::Context;
use doorward_services::secret_use;
use doorward_store::{Db, OpenOptions, repo};
use tokio::runtime::Runtime;

pub use self::settings::HASH_MEMORY_KIB;
use self::settings::{configure, configure_tasks};
use crate::backend::{Backend, Storage};
use crate::clock::ManualClock;
use crate::seed::{self, Seed, TestClient};
use crate::server_thread::Running;
use crate::timing::Timer;
use crate::{Page, UserAgent, rows};

/// The identity server and the tasks API with all records of [`seed`].
pub struct Stack {
    /// Time of both servers.
    pub clock: ManualClock,
    /// Seeded users and clients.
    pub seed: Seed,
    issuer: String,
    tasks: String,
    config: doorward_config::Config,
    metrics: Option<String>,
    // Stopped in this order, before the data are deleted.
    resource: OnceLock<Running>,
    resource_start: Mutex<Option<ResourceStart>>,
    identity: Mutex<Option<Running>>,
    known: Known,
    storage: Storage,
}

/// The function that starts the tasks API, called when a test first requests its address.
type ResourceStart = Box<dyn FnOnce() -> Running + Send>;

/// The state shared by the identity server's requests, from its construction to its stop.
type Known = Arc<OnceLock<Weak<Context>>>;

/// Key among the settings for the issuer's host name, if it is not this machine's address.
pub const HOST: &str = "the issuer's host";

/// Entry among the settings for a server without a mail server that stores no messages.
pub const NO_MAIL: (&str, &str) = ("mails", "none");
/// Lets the tasks API listen to signals.
pub const LISTENING: (&str, &str) = ("DOORWARD__TASKS__SIGNALS__ENABLED", "true");

/// Entry among the settings for tests that read the identity server's metrics.
pub const METRICS: (&str, &str) = ("DOORWARD__METRICS__ENABLED", "true");

/// Runs one check with a new stack. Used by [`crate::both_backends!`].
pub fn run(backend: Backend, check: impl AsyncFnOnce(&Stack)) {
    run_with(backend, &[], check);
}

/// Runs one check like [`run`], with settings of the identity server by their environment names.
pub fn run_with(backend: Backend, settings: &[(&str, &str)], check: impl AsyncFnOnce(&Stack)) {
    let _timer = Timer::start();
    let runtime = runtime();
    // Also for what is dropped with the stack.
    let _context = runtime.enter();
    let stack = start_in(&runtime, backend, settings);
    drive(&runtime, Box::pin(check(&stack)));
}

/// Runs a test on a separate runtime.
pub fn block_on(test: impl Future<Output = ()>) {
    let _timer = Timer::start();
    drive(&runtime(), Box::pin(test));
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("a runtime")
}

fn start_in(runtime: &Runtime, backend: Backend, settings: &[(&str, &str)]) -> Stack {
    runtime.block_on(Stack::start_with(backend, settings))
}

/// Runs a test to its end. Not generic: the runtime would be compiled again for each test.
fn drive(runtime: &Runtime, test: Pin<Box<dyn Future<Output = ()> + '_>>) {
    runtime.block_on(test);
}

/// Each worker builds all routes, a fifth of the processor time of a start.
/// The trials run the program with its own default, one worker per core.
const WORKERS: usize = 1;

impl Stack {
    /// Starts both servers with default settings.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[]).await
    }

    /// Starts both servers; `settings` are environment names and values, such as
    /// `DOORWARD__TOKENS__REFRESH_GRACE`.
    pub async fn start_with(backend: Backend, settings: &[(&str, &str)]) -> Self {
        Box::pin(Self::start_with_names(backend, settings, Arc::new(System))).await
    }

    /// Starts both servers with a custom resolver for the identity server's requests.
    pub async fn start_with_names(
        backend: Backend,
        settings: &[(&str, &str)],
        names: Arc<dyn Resolver>,
    ) -> Self {
        let (storage, tasks_part) = Storage::create_identity(backend).await;
        let clock = ManualClock::default();
        let [identity, resource] = [(), ()].map(|()| any_port());
        let requested = settings.iter().find(|(name, _)| *name == HOST);
        let host = requested.map_or("127.0.0.1", |(_, host)| *host);
        let issuer = format!("http://{host}:{}", port(&identity));
        let tasks = format!("http://localhost:{}", port(&resource));
        let mut config = configure(&issuer, &storage, settings);
        let mtls = listen_for_certificates(&mut config);
        let metrics = settings.contains(&METRICS).then(any_port);
        let metrics_at = metrics
            .as_ref()
            .map(|metric| format!("http://127.0.0.1:{}/metrics", port(metric)));
        let seed = Seed::new(&tasks);

        // Seeded before the server starts, so that no cache is outdated.
        seed::insert_with_key(&config, &seed, &clock).await;
        let identity_config = config.clone();
        let listeners = identity_server::Listeners {
            main: identity.into(),
            http: None,
            mtls,
            metrics,
        };
        let known = Known::default();
        let identity = identity_server(config, &clock, names, listeners, &known);

        let config = configure_tasks(&identity_config, &storage, &seed, (&issuer, &tasks));
        let time = clock.clone();
        let start = move || {
            Running::start("resource server", async move || {
                tasks_part.create().await;
                let deps = resource_server::Deps {
                    clock: Arc::new(time),
                    ..Default::default()
                };
                let server = resource_server::Server::build(config, deps, resource).await;
                let server = server.map_err(|error| error.to_string())?;
                Ok((server.handle(), async move || server.run().await))
            })
        };
        Self {
            clock,
            seed,
            issuer,
            tasks,
            config: identity_config,
            metrics: metrics_at,
            resource: OnceLock::new(),
            resource_start: Mutex::new(Some(Box::new(start))),
            identity: Mutex::new(Some(identity)),
            known,
            storage,
        }
    }

    /// Stops the identity server, but not the tasks API.
    pub fn stop_identity_server(&self) {
        let mut running = self.identity.lock().unwrap_or_else(PoisonError::into_inner);
        drop(running.take());
    }

    /// Returns the configuration and the queue for enqueuing e-mail messages outside of the server.
    pub fn mail_parts(&self) -> (doorward_config::Config, doorward_services::jobs::Jobs) {
        let key = self.config.secret_key.as_ref().expect("a key");
        let key = MasterKey::from_base64(key.expose()).expect("a key");
        (
            self.config.clone(),
            doorward_services::jobs::Jobs::new(&key, Random::default()),
        )
    }

    /// Starts another process of the identity server with the same data on a separate port.
    pub fn replica(&self) -> Replica {
        self.replica_at(&self.clock)
    }

    /// Starts a replica that runs the cleanup, because the leases of earlier runs are deleted.
    pub async fn sweeper(&self) -> Replica {
        rows::execute(&self.storage().identity, "DELETE FROM leases").await;
        self.replica()
    }

    /// Starts a replica like [`Self::replica`], with another clock.
    pub fn replica_at(&self, clock: &ManualClock) -> Replica {
        Replica::start(self.config.clone(), clock)
    }

    /// Starts a replica like [`Self::replica`], with other secret keys: the present, the next, and the
    /// former ones.
    pub fn replica_with_keys(
        &self,
        present: &str,
        next: Option<&str>,
        former: Option<&str>,
    ) -> Replica {
        Replica::start(self.config_with_keys(present, next, former), &self.clock)
    }

    /// Returns the configuration with other secret keys.
    pub fn config_with_keys(
        &self,
        present: &str,
        next: Option<&str>,
        former: Option<&str>,
    ) -> doorward_config::Config {
        let mut config = self.config.clone();
        config.secret_key = Some(SecretText::new(present));
        config.next_secret_key = next.map(SecretText::new);
        config.former_secret_keys = former.map(SecretText::new);
        config
    }

    /// Returns the issuer: the identity server's origin.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the tasks server's origin; the first call starts the server.
    pub fn tasks(&self) -> &str {
        self.start_tasks();
        &self.tasks
    }

    /// Starts the tasks server and creates its database, unless it is running.
    pub fn start_tasks(&self) {
        self.resource.get_or_init(|| {
            let mut start = self
                .resource_start
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            start.take().expect("the tasks server starts once")()
        });
    }

    /// Returns the URL of a path at the identity server.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Returns the URL of a path at the identity server's listener for client certificates.
    pub fn at_mtls(&self, path: &str) -> String {
        let origin = self.config.mtls.public_url.as_deref();
        format!("{}{path}", origin.expect("mtls.listen"))
    }

    /// Returns the URL of a path at the tasks server.
    pub fn at_tasks(&self, path: &str) -> String {
        format!("{}{path}", self.tasks())
    }

    /// Returns the identity server's metrics as a scraper reads them; only with [`METRICS`].
    pub async fn metrics(&self) -> String {
        let address = self.metrics.as_deref().expect("METRICS");
        let response = reqwest::get(address).await.expect("an answer");
        assert_eq!(response.status(), 200);
        response.text().await.expect("text")
    }

    /// Returns the configuration of the identity server.
    pub const fn config(&self) -> &doorward_config::Config {
        &self.config
    }

    /// Returns the databases and Redis of this stack.
    pub const fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Sends a request to the token endpoint with the client's registered authentication.
    pub async fn token(&self, client: &TestClient, fields: &[(&str, &str)]) -> Page {
        self.as_client("/oauth2/token", client, fields).await
    }

    /// Posts a form as a client to an endpoint of the identity server.
    pub async fn as_client(
        &self,
        path: &str,
        client: &TestClient,
        fields: &[(&str, &str)],
    ) -> Page {
        let agent = UserAgent::new();
        let request = client.request(agent.http(), &self.at(path), fields);
        agent.send(request).await
    }

    /// Redeems a code with the standard verifier.
    pub async fn exchange(&self, client: &TestClient, code: &str) -> Page {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", crate::authorization::VERIFIER),
        ];
        self.token(client, &fields).await
    }

    /// Opens the identity server's database in addition to the running server.
    pub async fn db(&self) -> Db {
        Db::open(&self.storage.identity, OpenOptions::for_command())
            .await
            .expect("the database")
    }

    /// Disables an account, as an administrator would.
    pub async fn disable_user(&self, username: &str) {
        let db = self.db().await;
        let user = repo::users::find_by_identifier(db.read(), username).await;
        let user = user.expect("a query").expect("a user");
        let tx = db.begin_write().await.expect("a transaction");
        let now = self.clock.now();
        seed::set_disabled(&tx, user.id, Some(now)).await;
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
        self.clear_caches();
    }

    /// Assigns another role to a user.
    pub async fn give_role(&self, username: &str, role: &str) {
        let db = self.db().await;
        let user = repo::users::find_by_identifier(db.read(), username).await;
        let user = user.expect("a query").expect("a user").id.to_string();
        let tx = db.begin_write().await.expect("a transaction");
        seed::assign(&tx, SubjectKind::User, &user, role, self.clock.now()).await;
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
        self.clear_caches();
    }

    /// Sets whether a user's e-mail address is verified.
    pub async fn set_email_verified(&self, username: &str, verified: bool) {
        let db = self.db().await;
        let user = repo::users::find_by_identifier(db.read(), username).await;
        let user = user.expect("a query").expect("a user");
        let tx = db.begin_write().await.expect("a transaction");
        repo::users::set_email_verified(&tx, user.id, verified, self.clock.now())
            .await
            .expect("an update");
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
        self.clear_caches();
    }

    /// Ends every browser session of a user.
    pub async fn end_sessions(&self, username: &str) {
        let db = self.db().await;
        let user = repo::users::find_by_identifier(db.read(), username).await;
        let user = user.expect("a query").expect("a user");
        let tx = db.begin_write().await.expect("a transaction");
        let (reason, now) = (EndReason::Administrator, self.clock.now());
        repo::sessions::end_all_for_user(&tx, user.id, None, reason, now)
            .await
            .expect("an update");
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
        self.clear_caches();
    }

    /// Disables a client, with immediate effect.
    pub async fn disable_client(&self, id: &str) {
        let now = self.clock.now();
        self.change_client(id, |client| client.disabled_at = Some(now))
            .await;
    }

    /// Changes a client, with immediate effect.
    pub async fn change_client(&self, id: &str, change: impl FnOnce(&mut Client)) {
        let db = self.db().await;
        let id = ClientId::parse(id).expect("a client id");
        let client = repo::clients::find(db.read(), &id).await;
        let mut client = client.expect("a query").expect("a client");
        let pkce = client.pkce;
        change(&mut client);
        let tx = db.begin_write().await.expect("a transaction");
        repo::clients::update(&tx, &client)
            .await
            .expect("an update");
        if client.pkce != pkce {
            let reset = repo::clients::reset_pkce(&tx, &client.id).await;
            reset.expect("an update");
        }
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
        self.clear_caches();
    }

    /// Writes the recorded uses of client secrets, which otherwise happens within a minute.
    pub async fn write_secret_uses(&self) {
        if let Some(context) = self.context() {
            let (core, uses) = (&context.core, &context.directory.secret_uses);
            let written = secret_use::write(&core.db, uses, core.now()).await;
            written.expect("a write");
        }
    }

    /// Returns the state of the identity server, while it runs.
    pub(crate) fn context(&self) -> Option<Arc<Context>> {
        self.known.get().and_then(Weak::upgrade)
    }

    /// Clears the identity server's caches, which otherwise happens after one second.
    pub fn clear_caches(&self) {
        if let Some(context) = self.context() {
            context.clear_caches();
        }
    }

    /// Redeems a refresh token.
    pub async fn refresh(&self, client: &TestClient, token: &str) -> Page {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(client, &fields).await
    }
}

/// A second process with the same issuer; stopped when dropped. It accepts requests whose `Host` is
/// that of the issuer.
pub struct Replica {
    /// Origin on which it listens.
    pub origin: String,
    _running: Running,
}

impl Replica {
    fn start(mut config: doorward_config::Config, clock: &ManualClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        // Only one listener of this kind can exist.
        config.mtls.listen = None;
        Self {
            origin: format!("http://127.0.0.1:{}", port(&listener)),
            _running: {
                let names = Arc::new(System);
                let known = Known::default();
                identity_server(config, clock, names, listener.into(), &known)
            },
        }
    }
}

fn identity_server(
    config: doorward_config::Config,
    clock: &ManualClock,
    names: Arc<dyn Resolver>,
    listeners: identity_server::Listeners,
    known: &Known,
) -> Running {
    let clock = Arc::new(clock.clone());
    let known = Arc::clone(known);
    Running::start("identity server", async move || {
        let deps = identity_server::Deps {
            clock,
            random: Random::default(),
            names,
            workers: Some(WORKERS),
        };
        let server = identity_server::Server::build(config, deps, listeners).await;
        let server = server.map_err(|error| error.to_string())?;
        let _first = known.set(Arc::downgrade(&server.context()));
        Ok((server.handle(), async move || server.run().await))
    })
}

/// Binds the listener of `mtls.listen` to a free port, and sets its public URL.
fn listen_for_certificates(config: &mut doorward_config::Config) -> Option<TcpListener> {
    let listener = TcpListener::bind(config.mtls.listen?).expect("a port");
    config.mtls.public_url = Some(format!("https://localhost:{}", port(&listener)));
    Some(listener)
}

fn any_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("an address").port()
}
