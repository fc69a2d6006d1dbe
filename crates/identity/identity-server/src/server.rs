//! The complete identity server, on listeners that the caller provides.

use std::net::TcpListener;

use actix_web::dev::ServerHandle;
use doorward_admin::standard;
use doorward_config::EndpointUrl;
use doorward_config::database::Database;
use doorward_domain::derived_keys::HttpsKey;
use doorward_domain::secret::{MasterKey, MasterKeyError};
use doorward_egress::outgoing::{Resolver, System};
use doorward_egress::trace_export;
use doorward_email::delivery::MailConfigError;
use doorward_http_common::background;
use doorward_http_common::open_files::Share;
use doorward_https::{PairError, Stopper};
use doorward_rules::audit_chain::ChainKey;
use doorward_services::audit::{self, Sealing};
use doorward_services::audit_anchor::AuditAnchor;
use doorward_services::branding::{BrandFileError, Branding};
use doorward_services::client_certificate::{Authorities, MtlsError};
use doorward_services::geoip::{GeoIp, GeoIpError};
use doorward_services::open_campaigns::OpenCampaigns;
use doorward_services::secret_keys;
use doorward_services::server_state::KnownState;
use doorward_services::subject_aliases::SubjectAliases;
use doorward_store::db::Snapshots;
use doorward_store::open_ephemeral;
use doorward_telemetry::metrics::Metrics;
use tokio::task::JoinHandle;

use crate::app::AppData;
use crate::branding_files::{self, BrandingFilesError};
use crate::health::Probes;
use crate::https::Https;
use crate::listeners::{Listeners, bind, bind_mtls, limits};
use crate::mail_samples::TemplateSamples;
use crate::prelude::*;
use crate::worker::OutgoingMail;
use crate::{
    audit_streams, cleanup, clock_check, deletions, features, mailer, metrics_listener,
    secret_uses, tls_acceptor, worker,
};

/// External dependencies of the server.
#[derive(Clone, Debug)]
pub struct Deps {
    pub clock: Arc<dyn Clock>,
    pub random: Random,
    pub names: Arc<dyn Resolver>,
    /// Number of threads that answer requests. None: one per core.
    pub workers: Option<usize>,
}

impl Deps {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            random: Random::default(),
            names: Arc::new(System),
            workers: None,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "secret_key is not set: create one with `openssl rand -base64 32` and set secret_key_file to its file"
    )]
    NoSecretKey,
    #[error("secret_key is not usable: {0}")]
    SecretKey(#[from] MasterKeyError),
    /// The database or Redis cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}, and database.migrate is false; run `doorward migrate up`")]
    Unmigrated(String),
    #[error(
        "the clock of this machine is {hours} hours behind the newest audit event, which would make expired \
         codes, tokens and sessions valid again: correct it; if the clock was wrong at that event, start with \
         database.check_clock = false"
    )]
    Past { hours: i64 },
    #[error("signing keys: {0}")]
    Keys(#[from] ServerError),
    #[error(transparent)]
    Mail(#[from] MailConfigError),
    #[error(transparent)]
    GeoIp(#[from] GeoIpError),
    #[error(transparent)]
    Branding(#[from] BrandFileError),
    #[error("tls.certificate: {0}")]
    Certificate(#[from] PairError),
    #[error(transparent)]
    BrandingFiles(#[from] BrandingFilesError),
    #[error("mtls: {0}")]
    Mtls(#[from] MtlsError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

pub struct Server {
    opened: Opened,
    https: Option<Https>,
    running: actix_web::dev::Server,
    beside: Vec<actix_web::dev::Server>,
}

impl Server {
    /// Opens the database, creates or reads the signing keys, and binds every route.
    pub async fn build(
        config: Config,
        deps: Deps,
        listeners: impl Into<Listeners>,
    ) -> Result<Self, StartError> {
        let Listeners {
            main,
            http,
            mtls,
            metrics,
        } = listeners.into();
        if config.lacks_passkey_host() {
            tracing::warn!(issuer = %config.issuer, "the issuer is an IP address: passkeys are disabled");
        }
        let workers = deps.workers;
        let opened = Box::pin(open(config, deps)).await?;
        let core = &opened.web.context.core;
        let data = AppData {
            web: opened.web.clone(),
            probes: opened.probes.clone(),
        };
        let https = Https::open(core, &opened.https_key).await?;
        let running = bind(data.clone(), main, https.as_ref(), workers)?;
        let mtls = match (mtls, core.config.mtls.listen) {
            (None, Some(address)) => Some(TcpListener::bind(address)?),
            (mtls, _) => mtls,
        };
        let mut beside = Vec::new();
        if let Some((listener, https)) = http.zip(https.as_ref()) {
            let limits = limits(Share::Beside, Some(1));
            beside.push(https.serve_redirect(&core.config, listener, limits)?);
        }
        if let Some(listener) = mtls {
            let acceptor = tls_acceptor::acceptor(&core.config.mtls)?;
            beside.push(bind_mtls(data.clone(), listener, acceptor, workers)?);
        }
        if let Some(listener) = metrics {
            beside.push(metrics_listener::serve(data.web, listener)?);
        }
        // The workers already respond. Only the first start on a database changes anything here.
        let operator = AdminContext::command_line(&core.db, &*core.clock);
        standard::ensure_administration(&operator, core.issuer()).await?;
        Ok(Self {
            opened,
            https,
            running,
            beside,
        })
    }

    pub fn context(&self) -> Arc<Context> {
        Arc::clone(&self.opened.web.context)
    }

    /// Returns the signal that ends connections without a request, as HTTP/2 connections usually
    /// are. Send it before the server is stopped.
    pub fn stopper(&self) -> Option<Arc<Stopper>> {
        self.https.as_ref().map(Https::stopper)
    }

    /// Returns the work before the stop: requests that wait for something end.
    pub fn before_stop(&self) -> impl Future<Output = ()> + use<> {
        let context = self.context();
        async move {
            for stop in features::FEATURES.iter().flat_map(|feature| feature.stops) {
                stop(&context);
            }
        }
    }

    pub fn handle(&self) -> ServerHandle {
        self.running.handle()
    }

    /// Serves until the server is stopped; requests in progress are finished.
    #[boxed(?Send)]
    pub async fn run(self) -> std::io::Result<()> {
        let context = self.context();
        let Opened {
            web,
            sealing,
            outgoing,
            ..
        } = self.opened;
        let tasks = start_tasks(&context, &web.metrics, &sealing);
        let (stop_working, stopped) = tokio::sync::watch::channel(());
        let (of_worker, metrics) = (Arc::clone(&context), Arc::clone(&web.metrics));
        let working = background::keep("jobs", move || {
            let (context, metrics) = (Arc::clone(&of_worker), Arc::clone(&metrics));
            worker::run(context, outgoing.clone(), metrics, stopped.clone())
        });
        let streaming = audit_streams::start(&context, &web.metrics);
        let of_features = features::FEATURES.iter().flat_map(|feature| feature.tasks);
        let of_features: Vec<_> = of_features
            .map(|task| {
                let context = Arc::clone(&context);
                background::keep(task.name, move || (task.run)(Arc::clone(&context)))
            })
            .collect();
        let watched = self.https.map(|https| {
            let metrics = Arc::clone(&web.metrics);
            https.watch(Arc::clone(&context), metrics)
        });
        let (stop, stopping) = tokio::sync::oneshot::channel();
        let tracing = actix_web::rt::spawn(async move {
            let endpoint = web.context.core.config.telemetry.otlp_endpoint.as_ref();
            let endpoint = endpoint.map(EndpointUrl::expose);
            trace_export::run("doorward", &web.traces, endpoint, stopping).await;
        });
        let beside = self.beside.into_iter();
        let beside: Vec<_> = beside
            .map(|server| (server.handle(), actix_web::rt::spawn(server)))
            .collect();
        let outcome = self.running.await;
        for (server, running) in beside {
            server.stop(true).await;
            running.abort();
        }
        drop(stop_working);
        let _ = working.await;
        let tasks = tasks.into_iter().chain(watched).chain(streaming);
        for task in tasks.chain(of_features) {
            task.abort();
            // A statement that is dropped after the runtime has ended panics in the driver.
            let _ = task.await;
        }
        sealing.write_waiting().await;
        secret_uses::flush(&context).await;
        // The last spans are sent. An unavailable collector is given the usual time for one batch.
        drop(stop);
        let _ = tracing.await;
        outcome
    }
}

/// Starts the tasks that end when they are aborted.
fn start_tasks(
    context: &Arc<Context>,
    metrics: &Arc<Metrics>,
    sealing: &Sealing,
) -> [JoinHandle<()>; 4] {
    let of_context = || Arc::clone(context);
    let (cleaning, deleting, using) = (of_context(), of_context(), of_context());
    let (metrics, sealing) = (Arc::clone(metrics), sealing.clone());
    [
        background::keep("audit log", move || audit::run(sealing.clone())),
        background::keep("deletions", move || deletions::run(Arc::clone(&deleting))),
        background::keep("cleanup", move || {
            cleanup::run(Arc::clone(&cleaning), Arc::clone(&metrics))
        }),
        background::keep("uses of secrets", move || {
            secret_uses::run(Arc::clone(&using))
        }),
    ]
}

/// Returns the context for a simulation of requests: the same parts on an existing database, without
/// creating a signing key.
pub fn simulation_context(
    config: Config,
    db: Db,
    clock: Arc<dyn Clock>,
    master: MasterKey,
) -> Result<Context, StartError> {
    // No mail is sent; the call only rejects settings with which a server would not start.
    let random = Random::default();
    mailer::open(&config, &db, &clock, &random, false)?;
    Ok(Context::simulated(
        Arc::new(config),
        db,
        clock,
        master,
        random,
    )?)
}

/// The opened parts of a server.
struct Opened {
    web: Data<WebContext>,
    probes: Data<Probes>,
    https_key: HttpsKey,
    sealing: Sealing,
    outgoing: OutgoingMail,
}

async fn open(config: Config, deps: Deps) -> Result<Opened, StartError> {
    features::install();
    let master = secret_keys::configured(&config)?.ok_or(StartError::NoSecretKey)?;
    let options = OpenOptions {
        max_connections: config.database.max_connections,
        ..OpenOptions::default()
    };
    let db = Db::open(config.database.url.expose(), options).await?;
    let status = if config.database.migrate {
        let snapshots = snapshots(&config.database);
        let migrated = db.migrate_with_snapshot(snapshots.as_ref()).await?;
        migrated.status
    } else {
        db.check_schema().await?
    };
    if !status.pending.is_empty() {
        return Err(StartError::Unmigrated(status.missing()));
    }
    if let Some(newest) = status.unknown.last() {
        tracing::warn!(%newest, "the schema is of a newer release, and this one can work with it");
    }
    if config.database.check_clock
        && let Some(hours) = clock_check::hours_behind(&db, &*deps.clock).await?
    {
        return Err(StartError::Past { hours });
    }
    let master = secret_keys::with_kept(master, db.read(), deps.clock.now()).await?;
    let redis = config.redis.url.as_ref().map(SecretText::expose);
    let ephemeral = open_ephemeral(redis)?;
    let geoip = GeoIp::open(config.geoip.database.as_deref())?;
    let state = KnownState::open(db.read()).await?;
    let mailer = mailer::open(&config, &db, &deps.clock, &deps.random, state.is_copy())?;
    let authorities = Authorities::read(config.mtls.client_ca.as_deref())?;
    let metrics = Arc::new(Metrics::new());
    let anchor = Arc::new(AuditAnchor::new(config.audit_head_file()));
    let branding = Arc::new(Branding::open(&config.branding)?);
    let templates = branding_files::templates(&config.branding)?;
    branding_files::texts(&config.branding)?.install();
    let core = Core {
        config: Arc::new(config),
        branding,
        db,
        campaigns: OpenCampaigns::default(),
        aliases: SubjectAliases::default(),
        state,
        ephemeral,
        clock: deps.clock,
        random: deps.random,
    };
    let context = Context::new(core, geoip, master.clone(), &metrics);
    let probes = Probes::new(&context.core.config, Arc::clone(&deps.names));
    let context = context.trusting(authorities).resolving(deps.names);
    let core = &context.core;
    core.campaigns.read(core.db.read()).await?;
    core.aliases.read(core.db.read()).await?;
    context
        .issuing
        .keys
        .current(&context.core.db, context.core.now())
        .await?;
    let sealing = Sealing {
        db: context.core.db.clone(),
        clock: Arc::clone(&context.core.clock),
        random: context.core.random.clone(),
        key: ChainKey::derive(&master),
        anchor: Arc::clone(&anchor),
        attempts: Arc::clone(&context.limits.attempts),
        issued: Arc::clone(&context.directory.issued),
        metrics: Arc::clone(&metrics),
    };
    let samples = Arc::new(TemplateSamples(templates.clone()));
    let web = WebContext::new(Arc::new(context), metrics, anchor, &master, samples);
    Ok(Opened {
        web: Data::new(web),
        probes: Data::new(probes),
        https_key: HttpsKey::derive(&master),
        sealing,
        outgoing: OutgoingMail { mailer, templates },
    })
}

/// Returns the directory and number of copies from before migrations, beside the SQLite file;
/// `None` for other databases.
pub fn snapshots(database: &Database) -> Option<Snapshots> {
    let file = sqlite_path(database.url.expose())?;
    Snapshots::for_file(file, "snapshots", database.snapshots)
}
