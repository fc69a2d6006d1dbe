//! `doorward serve`: the identity server from its configuration.

use std::fmt::Display;
use std::net::{SocketAddr, TcpListener};

use doorward_access::clock::Clock as _;
use doorward_accounts::setup_token::{self, TOKEN_TTL};
use doorward_admin::tasks_resource::{self, TasksResource};
use doorward_admin::{configured_names, new_database, setup};
use doorward_config::Listen;
use doorward_identity_server::config_files;
use doorward_identity_server::{Deps, Listeners, MainListener, Server};
use doorward_process::{
    Listening, Signals, listen, listen_for_metrics, logging, reject_errors, run_servers,
};
use tokio::runtime::Handle;

use crate::command::prelude::*;
use crate::target::ConfigFile;

#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    file: ConfigFile,
}

/// Checks the configuration and runs the server until it is stopped.
pub fn run(args: &ServeArgs) -> Result {
    let config = args.file.load()?;
    reject_errors(config_files::check_serve(&config, &SystemClock))?;
    logging::start(&config.logging, None)?;
    run_servers(serve(config))
}

async fn serve(config: Config) -> Result {
    let signals = Signals::catch()?;
    let (main, entrance) = bind_main(&config.listen)?;
    let [http, mtls] = [
        ("tls.http_listen", config.tls.http_listen),
        ("mtls.listen", config.mtls.listen),
    ]
    .map(|(key, at)| at.map(|at| bind(key, at)).transpose());
    let (http, mtls) = (http?, mtls?);
    let mut entrances = vec![entrance];
    for listener in http.iter().chain(&mtls) {
        entrances.push(listener.try_clone()?.into());
    }
    let listeners = Listeners {
        main,
        http,
        mtls,
        metrics: metrics_listener(&config)?,
    };
    let tasks = tasks_resource::configured_audience(&config);
    let deps = Deps::new(Arc::new(SystemClock));
    let server = Server::build(config, deps, listeners)
        .await
        .map_err(CliError::of_start)?;
    let context = server.context();
    let operator = AdminContext::command_line(&context.core.db, &SystemClock);
    new_database::ensure(&operator, tasks.as_deref()).await?;
    follow_audience(&operator, &context.core.config).await?;
    warn_without_roles(&context.core.config);
    warn_of_missing_names(&operator, &context.core.config).await?;
    print_setup_link(&operator, &context.core.config).await?;
    tracing::info!(issuer = %context.core.config.issuer, listen = %context.core.config.listen, "serving");
    let db = context.core.db.clone();
    // Workers without connections end first; their sockets must not be passed to other requests.
    let stopper = server.stopper();
    let before_stop = server.before_stop();
    let hand_over = async move {
        before_stop.await;
        if let Some(stopper) = stopper {
            stopper.stop();
        }
        db.hand_over(Handle::current()).await;
    };
    let stop = signals.stop(vec![server.handle()], entrances, hand_over);
    let done = server.run().await;
    stop.abort();
    Ok(done?)
}

/// Prints a link that creates the first administrator, if there is none. An earlier link that still
/// works is kept, such as that of `doorward init`.
async fn print_setup_link(operator: &AdminContext<'_>, config: &Config) -> Result {
    if !setup::is_needed(operator).await? {
        return Ok(());
    }
    tracing::warn!("there is no administrator; `doorward admin open` prints a one-time link");
    if let Some(end) = setup_token::expiry(operator.db.read(), SystemClock.now()).await? {
        output::print_status(&format!(
            "There is no administrator yet. The link that was printed before works until {}.",
            output::time(end)
        ));
        return Ok(());
    }
    let token = setup::issue_token(operator, TOKEN_TTL).await?;
    output::print_status(&format!(
        "There is no administrator yet. Make the first one within 30 minutes at\n  {}/setup?token={}",
        config.issuer,
        token.expose()
    ));
    Ok(())
}

/// Moves the scopes of the tasks API to the configured audience, or logs where they are.
async fn follow_audience(operator: &AdminContext<'_>, config: &Config) -> Result {
    // The tasks API of another configuration has a resource that an administrator created.
    if !tasks_resource::is_configured(config) {
        return Ok(());
    }
    let audience = config.tasks_audience();
    match tasks_resource::follow(operator, &audience).await? {
        TasksResource::AsConfigured => {}
        TasksResource::Missing => tracing::warn!(
            %audience,
            "the scopes of the tasks API are missing; run `doorward role setup --set tasks`"
        ),
        TasksResource::Moved(from) => {
            tracing::info!(%from, to = %audience, "scopes of the tasks API moved to another resource");
        }
        TasksResource::Elsewhere(at) => tracing::warn!(
            %at, %audience,
            "the scopes of the tasks API belong to another resource than tasks.audience: its tokens are \
             refused there; run `doorward resource update {at} --identifier {audience}`, or set tasks.audience"
        ),
    }
    Ok(())
}

/// Warns if users can register but would receive no role.
fn warn_without_roles(config: &Config) {
    if config.registration.enabled && config.registration.roles.is_empty() {
        tracing::warn!(
            key = "registration.roles",
            "new users get no role: registration is open and registration.roles is empty; name roles \
             there, such as [\"developer\"], or set registration.enabled to false"
        );
    }
}

/// Warns of objects that the configuration names and that do not exist.
async fn warn_of_missing_names(operator: &AdminContext<'_>, config: &Config) -> Result {
    for object in configured_names::find_missing(operator, config).await? {
        let (key, kind, name) = (object.key, object.kind, &object.name);
        tracing::warn!(
            key, %kind, name,
            "the configuration names an object that does not exist, so that the setting has no effect \
             for it: correct the name, or create the object"
        );
    }
    Ok(())
}

/// Binds the metrics listener; `None` if metrics are disabled.
fn metrics_listener(config: &Config) -> Result<Option<TcpListener>> {
    let metrics = &config.metrics;
    if !metrics.enabled {
        return Ok(None);
    }
    let (key, address) = ("metrics.listen", metrics.listen);
    listen_for_metrics(key, address, metrics.is_default_address())
        .map_err(|error| not_bound(key, address, &error))
}

/// Binds the main listener. Also returns its entrance, which closes first when the server stops.
fn bind_main(listen: &Listen) -> Result<(MainListener, Listening)> {
    match listen {
        Listen::Address(address) => {
            let listener = bind("listen", *address)?;
            let entrance = listener.try_clone()?.into();
            Ok((MainListener::Tcp(listener), entrance))
        }
        #[cfg(unix)]
        Listen::Unix(path) => {
            let bound = doorward_process::listen_unix(path);
            let (listener, file) = bound.map_err(|error| not_bound("listen", listen, &error))?;
            Ok((MainListener::Unix(listener), Listening::Unix(file)))
        }
        #[cfg(not(unix))]
        Listen::Unix(_) => Err(CliError::failure("listen: this system has no Unix sockets")),
    }
}

/// Binds the address of a key.
fn bind(key: &str, address: SocketAddr) -> Result<TcpListener> {
    listen(address).map_err(|error| not_bound(key, address, &error))
}

fn not_bound(key: &str, address: impl Display, error: &std::io::Error) -> CliError {
    CliError::failure(format!("{key} {address}: {error}"))
}
