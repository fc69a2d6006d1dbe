//! The server: its settings from `[tasks]`, and its shared limits.

use std::{future::ready, net::SocketAddr, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_access::introspection::IntrospectionClient;
use doorward_access::signals::{Signals as Revocations, WhenCut};
use doorward_config::address::sqlite_path;
use doorward_config::tasks::Tasks;
use doorward_config::{Config, EndpointUrl};
use doorward_egress::trace_export;
use doorward_http_common::metrics_listener::{self, Server as MetricsServer};
use doorward_process::{Signals, listen, listen_for_metrics, logging, reject_errors, run_servers};
use doorward_resource_server::{Deps, Limits, Quotas, Server, SharedCounts, WebClient};
use doorward_store::ephemeral::{Ephemeral, Key, open_ephemeral};
use doorward_tasks_database::Snapshots;
use doorward_telemetry::request_metrics::RequestMetrics;
use doorward_telemetry::telemetry::Traces;
use tokio::sync::oneshot;
use tokio::task::spawn_local;

use crate::error::TasksError;

/// Checks the configuration and runs the server until it is stopped.
pub fn run(config: &Config) -> Result<(), TasksError> {
    reject_errors(config.check_tasks())?;
    logging::start(&config.logging, None)?;
    run_servers(serve(config))
}

async fn serve(config: &Config) -> Result<(), TasksError> {
    let signals = Signals::catch()?;
    let address = config.tasks.listen;
    let listener = listen(address).map_err(|error| not_bound("tasks.listen", address, &error))?;
    let doors = vec![listener.try_clone()?.into()];
    let metrics = Arc::new(RequestMetrics::default());
    let settings = server_config(config)?;
    let metrics_server = serve_metrics(config, &metrics, settings.signals.clone())?;
    let endpoint = config.telemetry.otlp_endpoint.clone();
    let traces = Arc::new(Traces::new(endpoint.is_some()));
    let deps = Deps {
        counts: counts(config)?,
        metrics,
        traces: Arc::clone(&traces),
        ..Deps::default()
    };
    let server = Server::build(settings, deps, listener)
        .await
        .map_err(TasksError::caused)?;
    tracing::info!(public_url = %config.tasks.public_url, listen = %address, "serving the tasks API");
    let metrics_server = metrics_server.map(|server| (server.handle(), spawn_local(server)));
    let (stop_export, stopping) = oneshot::channel();
    let export = spawn_local(async move {
        trace_export::run(
            "doorward-tasks",
            &traces,
            endpoint.as_ref().map(EndpointUrl::expose),
            stopping,
        )
        .await;
    });
    let stop = signals.stop(vec![server.handle()], doors, server.hand_over());
    let done = server.run().await;
    stop.abort();
    if let Some((handle, running)) = metrics_server {
        handle.stop(true).await;
        running.abort();
    }
    // The last spans are sent.
    drop(stop_export);
    let _ = export.await;
    Ok(done?)
}

/// Binds the metrics listener, unless metrics are disabled.
fn serve_metrics(
    config: &Config,
    metrics: &Arc<RequestMetrics>,
    signals: Option<Revocations>,
) -> Result<Option<MetricsServer>, TasksError> {
    if !config.metrics.enabled {
        return Ok(None);
    }
    let (key, address) = ("tasks.metrics_listen", config.tasks.metrics_listen);
    let is_default = config.tasks.has_default_metrics_address();
    let bound = listen_for_metrics(key, address, is_default);
    let Some(listener) = bound.map_err(|error| not_bound(key, address, &error))? else {
        return Ok(None);
    };
    let metrics = Arc::clone(metrics);
    let render = move || match &signals {
        Some(signals) => {
            let age = signals.age(SystemClock.now());
            metrics.render_with_signals(age, signals.len())
        }
        None => metrics.render(),
    };
    let server = metrics_listener::serve(listener, move || ready(render()))?;
    Ok(Some(server))
}

fn not_bound(key: &str, address: SocketAddr, error: &std::io::Error) -> TasksError {
    TasksError::failure(format!("{key} {address}: {error}"))
}

/// Opens Redis if one is configured, so that several processes of the tasks API share their rate
/// limits.
fn counts(config: &Config) -> Result<Option<Arc<dyn SharedCounts>>, TasksError> {
    let Some(url) = &config.redis.url else {
        return Ok(None);
    };
    let shared = open_ephemeral(Some(url.expose()))
        .map_err(|error| TasksError::failure(format!("redis.url: {error}")))?;
    Ok(Some(Arc::new(Counts(shared))))
}

#[derive(Debug)]
struct Counts(Arc<dyn Ephemeral>);

impl SharedCounts for Counts {
    fn count<'a>(
        &'a self,
        name: &'a str,
        ttl: Duration,
    ) -> Pin<Box<dyn Future<Output = Option<u64>> + 'a>> {
        Box::pin(async move {
            let counted = self.0.bump(&Key::new("tasks-limit", name), ttl).await;
            counted
                .inspect_err(
                    |error| tracing::warn!(%error, "limits are counted by this process alone"),
                )
                .ok()
        })
    }
}

/// Builds the resource server's settings from `[tasks]`.
pub fn server_config(config: &Config) -> Result<doorward_resource_server::Config, TasksError> {
    let tasks = &config.tasks;
    let issuer = config
        .tasks_issuer()
        .ok_or_else(|| TasksError::failure("issuer is not set"))?;
    let mut server = doorward_resource_server::Config::new(
        tasks.database_url.expose(),
        issuer,
        config.tasks_audience(),
        &tasks.public_url,
    );
    server
        .former_issuers
        .clone_from(&config.former_issuers.urls);
    server.snapshots = snapshots(config);
    server.introspection = introspection(tasks);
    server.signals = signals(tasks);
    server.require_dpop = tasks.require_dpop;
    server.algorithms.clone_from(&tasks.algorithms);
    server.mcp = tasks.mcp;
    server.limits_multiplier = config.limits.multiplier;
    server.body_timeout = Duration::from_secs(config.limits.body_timeout.unsigned_abs());
    server.policy_dir = tasks.policy_dir.as_ref().map(PathBuf::from);
    server.authzen_dir = tasks.authzen_dir.as_ref().map(PathBuf::from);
    server.time_zone.clone_from(&tasks.time_zone);
    server.trusted_proxies.clone_from(&config.trusted_proxies);
    server.forwarded_header = config.forwarded_header();
    server.client_cert_header = config.mtls.by_header();
    server.decision_ttl = tasks.decision_ttl;
    server.audit_ttl = tasks.audit_ttl;
    server.allowed_origins.clone_from(&tasks.allowed_origins);
    server.limits = limits(tasks);
    server.quotas = Quotas {
        owner: tasks.limits.owner_objects.unsigned_abs(),
        organization: tasks.limits.organization_objects.unsigned_abs(),
    };
    server.web = tasks.web.client_id.as_ref().map(|client_id| {
        let secret = tasks.web.client_secret.as_ref();
        let secret = secret.map(|secret| secret.expose().to_owned());
        let mut web = WebClient::new(client_id, secret, &tasks.public_url);
        web.scopes.clone_from(&tasks.web.scopes);
        web
    });
    Ok(server)
}

/// Returns the directory and number of copies from before migrations, beside the SQLite file. The
/// identity server has another directory, because each keeps the newest ones.
pub fn snapshots(config: &Config) -> Option<Snapshots> {
    let file = sqlite_path(config.tasks.database_url.expose())?;
    Snapshots::for_file(file, "tasks-snapshots", config.database.snapshots)
}

fn introspection(tasks: &Tasks) -> Option<IntrospectionClient> {
    Some(IntrospectionClient {
        client_id: tasks.introspection_client_id.clone()?,
        client_secret: tasks
            .introspection_client_secret
            .as_ref()?
            .expose()
            .to_owned(),
    })
}

/// Returns the memory of revocations, if the tasks API listens as its introspection client.
fn signals(tasks: &Tasks) -> Option<Revocations> {
    let own = &tasks.signals;
    let client = introspection(tasks).filter(|_| own.enabled)?;
    let when_cut = WhenCut::parse(&own.when_cut).unwrap_or_default();
    let longest_life = u32::try_from(own.token_life).unwrap_or(u32::MAX);
    let max_age = own.max_age;
    Some(Revocations::with(client, when_cut, max_age, longest_life))
}

fn limits(tasks: &Tasks) -> Limits {
    let own = &tasks.limits;
    let number = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let roles = own.roles.iter().filter_map(|entry| {
        let (role, number) = entry.split_once('=')?;
        Some((role.to_owned(), number.parse().ok()?))
    });
    Limits {
        requests: number(own.requests),
        roles: roles.collect(),
        api_key: number(own.api_key),
    }
}
