//! The hosts of a PostgreSQL database: options of their connections, and checks of their servers.

use std::borrow::Cow;
use std::time::Duration;

use doorward_handover::session::{Ground, SETTINGS};
use doorward_handover::{HostChoice, Outage, PostgresAddress, Servers};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool, Row as _,
};
use sea_orm::{DbErr, RuntimeErr, SqlxError};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::{NoSubscriber, with_default};

use crate::error::{Result, StoreError};

/// Setting of each connection: the number of host changes before it was opened. A pooler loses it.
const CHOICE: &str = "doorward.host_choice";
const ASK: &str = "SELECT current_setting('transaction_read_only'), \
                   current_setting('doorward.host_choice', true)";
/// Maximum duration of the check of a server at the start, and during a search.
const START: Duration = Duration::from_secs(5);
const SEARCH: Duration = Duration::from_secs(1);
/// Beginning of the error of `PgBouncer`, which knows few settings of connections.
const UNSUPPORTED: &str = "unsupported startup parameter";

/// The hosts of a database, and the one that is used first.
pub(super) struct Hosts {
    address: PostgresAddress,
    /// Options of the connections to each host.
    options: Vec<PgConnectOptions>,
    present: usize,
    pub(super) choice: HostChoice,
}

impl Hosts {
    /// Chooses the first host that can be used. A single host is not checked.
    ///
    /// # Errors
    /// Returns [`StoreError::Address`] for a malformed URL, and [`StoreError::Unavailable`] if no host
    /// can be used.
    pub(super) async fn find(url: &str, statement_timeout: Duration) -> Result<Self> {
        let address = parse(url)?;
        let urls = address.urls().iter();
        let options = urls.map(|url| connect_options(url, statement_timeout));
        let mut hosts = Self {
            options: options.collect::<Result<_>>()?,
            address,
            present: 0,
            choice: HostChoice::default(),
        };
        if has_choice(&hosts.address) {
            hosts.present = hosts.first_usable().await?;
            hosts.choice = HostChoice::of(hosts.address.names(), hosts.present);
        }
        Ok(hosts)
    }

    /// Returns the URL of the host that is used first.
    pub(super) fn url(&self) -> &str {
        &self.address.urls()[self.present]
    }

    /// Returns the options of the first connections.
    pub(super) fn first_options(&self) -> PgConnectOptions {
        self.options[self.present].clone().options([(CHOICE, 0)])
    }

    /// Returns true if a server that accepts no writes must not be used.
    pub(super) fn requires_writable(&self) -> bool {
        self.address.requires_writable()
    }

    async fn first_usable(&self) -> Result<usize> {
        let mut problems = Vec::new();
        for host in 0..self.options.len() {
            match self.check(host, START).await {
                Ok(()) => return Ok(host),
                Err(problem) if problem.contains(UNSUPPORTED) => return Err(pooler()),
                Err(problem) => problems.push(format!("{}: {problem}", self.name(host))),
            }
        }
        Err(StoreError::unavailable(format!(
            "no host of the database can be used: {}",
            problems.join("; ")
        )))
    }

    fn name(&self, host: usize) -> String {
        let host = self.address.hosts().get(host);
        host.map(ToString::to_string).unwrap_or_default()
    }

    /// Checks that a server responds, and that it accepts writes if that is required. The error is
    /// the reason, without a password.
    async fn check(&self, host: usize, limit: Duration) -> Result<(), String> {
        let asking = async {
            let mut connection = self.options[host].connect().await?;
            let state = ServerState::read(&mut connection).await?;
            let _ = connection.close().await;
            Ok::<_, SqlxError>(state)
        };
        let asking = Box::pin(asking.with_subscriber(NoSubscriber::default()));
        match tokio::time::timeout(limit, asking).await {
            Err(_) => Err("it does not respond".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Ok(Ok(state)) if self.requires_writable() && state.is_read_only => {
                Err("it accepts no writes".to_owned())
            }
            Ok(Ok(_)) => Ok(()),
        }
    }

    /// Rejects a pooler that drops the settings of connections, which would also mix their prepared
    /// statements, and a database that cannot be used.
    pub(super) async fn reject_unusable(&self, pool: &PgPool) -> Result<()> {
        let asked = async {
            let mut connection = pool.acquire().await?;
            let state = ServerState::read(&mut connection).await?;
            Ok::<_, SqlxError>((state, read_ground(&mut connection).await?))
        };
        let (state, ground) = asked.await.map_err(StoreError::unavailable)?;
        if state.choice.is_none_or(|choice| choice.is_empty()) {
            return Err(pooler());
        }
        ground
            .problem()
            .map_or(Ok(()), |text| Err(StoreError::Address(text)))
    }

    /// Starts the task that chooses another host after an outage.
    pub(super) fn watch(self, pools: Vec<PgPool>) {
        if self.choice.generation().is_some() {
            let choice = self.choice.clone();
            tokio::spawn(choice.watch(Watched { hosts: self, pools }));
        }
    }
}

/// The pools whose host changes.
struct Watched {
    hosts: Hosts,
    pools: Vec<PgPool>,
}

impl Servers for Watched {
    fn count(&self) -> usize {
        self.hosts.options.len()
    }

    async fn is_usable(&self, host: usize) -> bool {
        let checked = self.hosts.check(host, SEARCH).await;
        if let Err(problem) = &checked {
            let host = self.hosts.name(host);
            tracing::warn!(%host, %problem, "PostgreSQL host cannot be used");
        }
        checked.is_ok()
    }

    fn connect_to(&self, host: usize, generation: u64) {
        let options = self.hosts.options[host].clone();
        let options = options.options([(CHOICE, generation)]);
        for pool in &self.pools {
            pool.set_connect_options(options.clone());
        }
        let host = self.hosts.name(host);
        tracing::warn!(%host, "PostgreSQL host chosen after an outage");
    }

    fn is_closed(&self) -> bool {
        self.pools.iter().all(PgPool::is_closed)
    }
}

/// The state of a server, as a new connection sees it.
struct ServerState {
    is_read_only: bool,
    /// Value of [`CHOICE`].
    choice: Option<String>,
}

impl ServerState {
    async fn read(connection: &mut PgConnection) -> Result<Self, SqlxError> {
        let row = connection.fetch_one(ASK).await?;
        Ok(Self {
            is_read_only: row.try_get::<String, _>(0)? == "on",
            choice: row.try_get(1)?,
        })
    }
}

async fn read_ground(connection: &mut PgConnection) -> Result<Ground, SqlxError> {
    let row = connection.fetch_one(Ground::ASK).await?;
    Ok(Ground {
        encoding: row.try_get("encoding")?,
        schema: row.try_get("schema")?,
        replication_role: row.try_get("replication_role")?,
    })
}

/// Checks each new connection of a pool, if the URL names several hosts.
pub(super) fn with_check(
    pool: PgPoolOptions,
    choice: &HostChoice,
    requires_writable: bool,
) -> PgPoolOptions {
    if choice.generation().is_none() {
        return pool;
    }
    let choice = choice.clone();
    pool.after_connect(move |connection, _| {
        let choice = choice.clone();
        Box::pin(async move { check_new(connection, &choice, requires_writable).await })
    })
}

/// Rejects a new connection to a server that accepts no writes, or to the former host: it may have been
/// opened while another was chosen.
async fn check_new(
    connection: &mut PgConnection,
    choice: &HostChoice,
    requires_writable: bool,
) -> Result<(), SqlxError> {
    let state = ServerState::read(connection).await?;
    if requires_writable && state.is_read_only {
        choice.report(Outage::Lost);
        return Err(SqlxError::Protocol("the server accepts no writes".into()));
    }
    let present = choice.generation().map(|generation| generation.to_string());
    if state.choice != present {
        return Err(SqlxError::Protocol("another host was chosen".into()));
    }
    Ok(())
}

/// Returns the URL of a host that can be used, for a connection that a command opens once.
pub(super) async fn usable_url(url: &str) -> Result<String> {
    if !url.starts_with("postgres") {
        return Ok(url.to_owned());
    }
    let hosts = Box::pin(Hosts::find(url, Duration::ZERO)).await?;
    Ok(hosts.url().to_owned())
}

/// Classifies an error of a call; `None` if the choice of a host does not matter to it.
pub(super) fn outage(error: &DbErr) -> Option<Outage> {
    match error {
        DbErr::ConnectionAcquire(_) => return Some(Outage::Delayed),
        DbErr::Conn(RuntimeErr::Internal(_)) => return Some(Outage::Lost),
        _ => {}
    }
    match cause(error)? {
        SqlxError::Database(database) => outage_of(&database.code()?),
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::WorkerCrashed => Some(Outage::Lost),
        _ => None,
    }
}

/// Returns the code of an error that the server has reported.
pub(super) fn sqlstate(error: &DbErr) -> Option<Cow<'_, str>> {
    match cause(error)? {
        SqlxError::Database(database) => database.code(),
        _ => None,
    }
}

fn cause(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause.as_ref()),
        _ => None,
    }
}

/// Classifies an SQLSTATE: `read_only_sql_transaction`, connection exceptions (08), and shutdown,
/// crash and start of a server (57P).
fn outage_of(code: &str) -> Option<Outage> {
    match code {
        "25006" => Some(Outage::ReadOnly),
        _ if code.starts_with("08") || code.starts_with("57P") => Some(Outage::Lost),
        _ => None,
    }
}

/// Converts an error of the first connection.
pub(super) fn of_connecting(error: DbErr) -> StoreError {
    if error.to_string().contains(UNSUPPORTED) {
        return pooler();
    }
    error.into()
}

fn pooler() -> StoreError {
    StoreError::Address(
        "a pooler before PostgreSQL, such as PgBouncer, drops the settings of connections; name \
         PostgreSQL's own address in the database URL, with several hosts for a fail-over"
            .to_owned(),
    )
}

fn has_choice(address: &PostgresAddress) -> bool {
    address.urls().len() > 1 || address.requires_writable()
}

fn parse(url: &str) -> Result<PostgresAddress> {
    PostgresAddress::parse(url)
        .map_err(|problem| StoreError::Address(format!("the database URL is {problem}")))
}

/// Returns the options of connections. The driver's own errors would show a part of the URL, and its
/// trace all of it.
fn connect_options(url: &str, statement_timeout: Duration) -> Result<PgConnectOptions> {
    let parsed = with_default(NoSubscriber::default(), || url.parse::<PgConnectOptions>());
    let wrong = |_| StoreError::Address("the database address is wrong".to_owned());
    let limit = statement_timeout.as_millis();
    let options = parsed.map_err(wrong)?.application_name("doorward");
    Ok(options
        .options(SETTINGS)
        .options([("statement_timeout", limit)])
        .disable_statement_logging())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifies_outages() {
        for (code, expected) in [
            ("25006", Some(Outage::ReadOnly)),
            ("57P01", Some(Outage::Lost)),
            ("57P03", Some(Outage::Lost)),
            ("08006", Some(Outage::Lost)),
            ("57014", None),
            ("23505", None),
            ("40001", None),
        ] {
            assert_eq!(outage_of(code), expected, "{code}");
        }
        let timeout = DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout);
        assert_eq!(outage(&timeout), Some(Outage::Delayed));
        let lost = DbErr::Conn(RuntimeErr::Internal("lost".to_owned()));
        assert_eq!(outage(&lost), Some(Outage::Lost));
        let closed = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let closed = RuntimeErr::SqlxError(std::sync::Arc::new(SqlxError::Io(closed)));
        assert_eq!(outage(&DbErr::Query(closed)), Some(Outage::Lost));
        assert_eq!(outage(&DbErr::Custom("x".to_owned())), None);
    }

    #[test]
    fn wrong_url_is_rejected_without_password() {
        for url in [
            "postgres://door:secret@db1,db2:x/iden",
            "postgres://door:secret@db1/iden?sslmode=secret",
            "postgres:secret",
        ] {
            let opened = parse(url)
                .and_then(|address| connect_options(&address.urls()[0], Duration::from_secs(5)));
            let Err(StoreError::Address(text)) = opened else {
                panic!("{url} was accepted");
            };
            assert!(!text.contains("secret"), "{text}");
        }
    }
}
