//! Construction of the server: takes a configuration, returns a listening server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web as actix};
use doorward_access::clock::{Clock, SystemClock};
use doorward_access::guard::cors;
use doorward_access::jwt::jwks::FetchError;
use doorward_access::{Access, AccessBuilder};
use doorward_authzen::own_types::{self, WatchedTypes};
use doorward_handover::Handover;
use doorward_http_common::background;
use doorward_http_common::open_files::{self, Share};
use doorward_http_common::system_probe::SystemProbe;
use doorward_policy::{Engine, LoadError};
use doorward_telemetry::request_metrics::RequestMetrics;
use doorward_telemetry::telemetry::Traces;
use sea_orm::{DatabaseConnection, DbBackend, DbErr};
use tokio::runtime::Handle;

use crate::bounded_reads::{self, BoundedReads};
use crate::caller_rate_limiter::{CallerRateLimiter, SharedCounts};
use crate::cleanup::{self, Retention};
use crate::config::{Config, ConfigError};
use crate::cursor::CursorKey;
use crate::decision_point::TYPES;
use crate::decisions;
use crate::denial_limiter::DenialLimiter;
use crate::random::NoRandomness;
use crate::rate_limit;
use crate::replay_store::UsedProofs;
use crate::samples::{self, SampleUsers};
use crate::state::{self, Ids, State};
use crate::statement_metrics::observe;
use crate::telemetry::Telemetry;
use crate::web::{Web, WebClientError};
use crate::{access_log, db, headers, mcp, problem, random, routes, web};

/// Name of the secret that authenticates page cursors.
const CURSOR_SECRET: &str = "pagination";
/// Maximum number of connections per worker, if the limit of open files allows them.
const MAX_CONNECTIONS: usize = 10_000;
/// Maximum time in seconds for requests in progress when the server stops.
const SHUTDOWN_TIMEOUT: u64 = 10;

/// External dependencies, which tests can replace.
#[derive(Debug, Clone)]
pub struct Deps {
    pub clock: Arc<dyn Clock>,
    /// Interval between checks of the policy directory.
    pub policy_poll: Duration,
    pub cleanup_poll: Duration,
    /// Deadline of searches and filtered lists.
    pub list_deadline: Duration,
    /// Shared counters of several processes; `None` counts per process.
    pub counts: Option<Arc<dyn SharedCounts>>,
    pub metrics: Arc<RequestMetrics>,
    pub traces: Arc<Traces>,
}

impl Default for Deps {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            policy_poll: Duration::from_secs(1),
            cleanup_poll: Duration::from_mins(1),
            list_deadline: Duration::from_secs(2),
            counts: None,
            metrics: Arc::default(),
            traces: Arc::default(),
        }
    }
}

/// The reason why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the tasks database cannot be used: {0}")]
    Database(#[from] DbErr),
    #[error("the issuer cannot be used: {0}")]
    Issuer(#[from] FetchError),
    #[error(transparent)]
    WebClient(#[from] WebClientError),
    #[error("a policy is broken:\n{0}")]
    Policies(#[from] LoadError),
    #[error("the types for AuthZEN cannot be used: {0}")]
    OwnTypes(#[from] own_types::LoadError),
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error("the socket cannot be used: {0}")]
    Io(#[from] std::io::Error),
}

/// The tasks API with its web client, bound to a socket.
pub struct Server {
    running: actix_web::dev::Server,
    local_addr: SocketAddr,
    policies: Arc<Engine>,
    policy_poll: Duration,
    state: actix::Data<State>,
    access: actix::Data<Access>,
    retention: Retention,
    cleanup_poll: Duration,
}

impl Server {
    /// Checks the configuration, opens and migrates the database and binds the server to
    /// `listener`. The issuer need not respond yet: its keys are fetched on first use.
    pub async fn build(
        config: Config,
        deps: Deps,
        listener: TcpListener,
    ) -> Result<Self, StartError> {
        config.check()?;
        let policies = Arc::new(Engine::load(config.policy_dir.as_deref())?);
        let local_addr = listener.local_addr()?;
        let (bounded, others) = bounded_reads::shares(config.database_max_connections);
        let handover = Handover::default();
        let db = observe(open(&config, others, &handover).await?, &deps.metrics);
        let (url, limits) = (&config.database_url, (deps.list_deadline, &handover));
        let reads = BoundedReads::open(url, &db, bounded, limits, &deps.metrics).await?;
        let cursors = db::secret(&db, CURSOR_SECRET, random::bytes()?).await?;
        let clock = deps.clock;
        let mcp_access = mcp_access(&config, &clock, &db)?;
        let access = actix::Data::new(access(&config, &clock, &db)?);
        let web = config.web.clone();
        let web = web.map(|client| Web::new(&config, client, local_addr, &db, &clock));
        let web = web.transpose()?.map(actix::Data::new);
        let state = actix::Data::new(State {
            db,
            handover,
            writer: tokio::sync::Mutex::default(),
            reads,
            quotas: config.quotas,
            clock,
            cursors: CursorKey::new(cursors),
            ids: Ids::default(),
            policies: Arc::clone(&policies),
            own_types: own_types(&config)?,
            denial_limiter: DenialLimiter::default(),
            throttle: CallerRateLimiter::new(deps.counts),
            zone: config.zone()?,
            telemetry: Telemetry::new(deps.metrics, deps.traces)?,
            system: SystemProbe::default(),
        });
        let origins = actix::Data::new(config.origins()?);
        let (workers, retention) = (config.workers, retention(&config));
        let (kept, listening) = (state.clone(), access.clone());
        let config = actix::Data::new(config);
        let connections = open_files::connections(Share::Main, workers, MAX_CONNECTIONS);
        let mut server = HttpServer::new(move || {
            let mut app = App::new()
                .app_data(state.clone())
                .app_data(config.clone())
                .app_data(access.clone())
                .app_data(origins.clone());
            if let Some(web) = &web {
                app = app.app_data(web.clone());
            }
            let mut table = routes::table(web.is_some());
            if let Some(access) = &mcp_access {
                app = app.app_data(access.clone());
                table = table.merge(mcp::routes(&access.0));
            }
            app.configure(|service| table.register(service))
                .default_service(actix::to(not_found))
                .wrap(actix_web::middleware::from_fn(decisions::record_denial))
                .wrap(actix_web::middleware::from_fn(rate_limit::guard))
                .wrap(actix_web::middleware::from_fn(cors))
                .wrap(actix_web::middleware::from_fn(headers::guard))
                .wrap(actix_web::middleware::from_fn(access_log::write))
                .wrap(actix_web::middleware::from_fn(state::keep_connections))
        })
        // A handler ends when its client is gone, and with it its statement.
        .h1_allow_half_closed(false)
        .max_connections(connections)
        .shutdown_timeout(SHUTDOWN_TIMEOUT)
        .server_hostname("tasks")
        .disable_signals();
        if let Some(workers) = workers {
            server = server.workers(workers);
        }
        Ok(Self {
            running: server.listen(listener)?.run(),
            local_addr,
            policies,
            policy_poll: deps.policy_poll,
            state: kept,
            access: listening,
            retention,
            cleanup_poll: deps.cleanup_poll,
        })
    }

    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    pub fn handle(&self) -> ServerHandle {
        self.running.handle()
    }

    /// Returns the preparation for a stop: it opens all further connections to PostgreSQL on the runtime that
    /// polls it, and ends when no former one is in use. SQLite needs none of it: its connections have
    /// threads.
    pub fn hand_over(&self) -> impl Future<Output = ()> + use<> {
        let state = self.state.clone();
        async move {
            if state.db.get_database_backend() == DbBackend::Postgres {
                state.handover.complete(Handle::current()).await;
            }
        }
    }

    pub fn policies(&self) -> &Arc<Engine> {
        &self.policies
    }

    /// Adds sample projects and tasks of these users to a new database, for development.
    pub async fn add_samples(&self, users: SampleUsers<'_>) -> Result<(), StartError> {
        Ok(samples::add_all(&self.state, users).await?)
    }

    /// Serves until stopped by the handle. Reloads changed policies, deletes expired rows and listens to
    /// revocations meanwhile.
    pub async fn run(self) -> std::io::Result<()> {
        let (policies, poll) = (self.policies, self.policy_poll);
        let own_types = self.state.own_types.clone();
        let watch = background::keep("policies", move || {
            watch(Arc::clone(&policies), own_types.clone(), poll)
        });
        let (state, retention, poll) = (self.state, self.retention, self.cleanup_poll);
        let cleanup = background::keep("cleanup", move || {
            cleanup::run(state.clone(), retention, poll)
        });
        let listener = self.access.listen();
        let done = self.running.await;
        watch.abort();
        cleanup.abort();
        if let Some(listener) = listener {
            listener.stop().await;
        }
        // Its connection returns to the pool inside the runtime.
        let _ = cleanup.await;
        done
    }
}

/// Reloads the directories of policies and of the types of an application periodically. Compares contents: file
/// systems report changes differently, and a mounted directory may be replaced as a whole.
async fn watch(policies: Arc<Engine>, own_types: Option<Arc<WatchedTypes>>, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    loop {
        ticks.tick().await;
        let (policies, own_types) = (Arc::clone(&policies), own_types.clone());
        let check = move || {
            policies.reload();
            if let Some(own_types) = own_types {
                own_types.reload();
            }
        };
        if actix::block(check).await.is_err() {
            tracing::warn!("policy directory check failed");
        }
    }
}

fn own_types(config: &Config) -> Result<Option<Arc<WatchedTypes>>, own_types::LoadError> {
    let directory = config.authzen_dir.as_deref();
    let types = directory.map(|directory| WatchedTypes::load(directory, &TYPES));
    Ok(types.transpose()?.map(Arc::new))
}

const fn retention(config: &Config) -> Retention {
    Retention {
        decisions: config.decision_ttl,
        audit: config.audit_ttl,
    }
}

/// Maximum number of invalid API keys per address before lockout.
const TOLERATED_KEYS: f64 = 10.0;

fn access(
    config: &Config,
    clock: &Arc<dyn Clock>,
    db: &DatabaseConnection,
) -> Result<Access, FetchError> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float that is too great or below zero becomes the nearest u32"
    )]
    let tolerated = (TOLERATED_KEYS * config.limits_multiplier) as u32;
    authenticator(config, &config.audience, clock, db)
        .tolerated_keys(tolerated)
        .resource_metadata(format!(
            "{}/.well-known/oauth-protected-resource",
            config.public_url
        ))
        .build()
}

/// Builds the authenticator of the sample MCP server, which is another resource.
fn mcp_access(
    config: &Config,
    clock: &Arc<dyn Clock>,
    db: &DatabaseConnection,
) -> Result<Option<actix::Data<mcp::McpAccess>>, FetchError> {
    if !config.mcp {
        return Ok(None);
    }
    let access = authenticator(config, &mcp::identifier(config), clock, db)
        .resource_metadata(mcp::metadata_url(config))
        .build()?;
    Ok(Some(actix::Data::new(mcp::McpAccess(access))))
}

fn authenticator(
    config: &Config,
    audience: &str,
    clock: &Arc<dyn Clock>,
    db: &DatabaseConnection,
) -> AccessBuilder {
    let access = Access::builder(&config.issuer, audience)
        .clock(Arc::clone(clock))
        .former_issuers(config.former_issuers.iter().cloned())
        .origin(&config.public_url)
        .require_dpop(config.require_dpop)
        .algorithms(config.algorithms.iter().copied())
        .used_proofs(Arc::new(UsedProofs(db.clone())));
    let access = match &config.signals {
        Some(signals) => access.signals(signals.clone()),
        None => access,
    };
    match &config.introspection {
        Some(client) => access.introspection(client.clone()),
        None => access,
    }
}

async fn open(
    config: &Config,
    connections: u32,
    handover: &Handover,
) -> Result<DatabaseConnection, DbErr> {
    let memory = db::is_memory(&config.database_url);
    if config.migrate && !memory {
        let snapshots = config.snapshots.as_ref();
        db::migrate_with_snapshot(&config.database_url, snapshots).await?;
    }
    let connection = db::connect(&config.database_url, connections, handover).await?;
    match (config.migrate, memory) {
        (true, true) => db::migrate_sqlite(&connection).await?,
        (true, false) => {}
        (false, _) => db::check_usable(&connection).await?,
    }
    Ok(connection)
}

async fn not_found(request: actix_web::HttpRequest) -> actix_web::HttpResponse {
    if request.path().starts_with("/web/") {
        return web::page_not_found();
    }
    actix_web::ResponseError::error_response(&problem::Problem::not_found())
}
