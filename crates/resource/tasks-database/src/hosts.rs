//! The hosts of a PostgreSQL database: the one that is used first, and the change after an outage.

use std::time::Duration;

use doorward_handover::session::{Ground, SETTINGS};
use doorward_handover::{HostChoice, Outage, PostgresAddress, Servers};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool, Row as _,
};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqlxError, Statement,
};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::{NoSubscriber, with_default};

/// Setting of each connection: the number of host changes before it was opened.
const CHOICE: &str = "doorward.host_choice";
const ASK: &str = "SELECT current_setting('transaction_read_only'), \
                   current_setting('doorward.host_choice', true)";
/// Maximum duration of a check of a server, and of a ping.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The hosts of a database.
pub(crate) struct Hosts {
    address: PostgresAddress,
    options: Vec<PgConnectOptions>,
    present: usize,
    pools: Vec<PgPool>,
    pub(crate) choice: HostChoice,
}

impl Hosts {
    /// Chooses the first host that can be used. A single host is not checked.
    pub(crate) async fn find(url: &str) -> Result<Self, DbErr> {
        let address = PostgresAddress::parse(url);
        let address = address.map_err(|problem| wrong(format!("the database URL is {problem}")))?;
        let options = address.urls().iter().map(|url| connect_options(url));
        let mut hosts = Self {
            options: options.collect::<Result<_, _>>()?,
            address,
            present: 0,
            pools: Vec::new(),
            choice: HostChoice::default(),
        };
        if hosts.count() > 1 || hosts.address.requires_writable() {
            hosts.present = hosts.first_usable().await?;
            hosts.choice = HostChoice::of(hosts.address.names(), hosts.present);
        }
        Ok(hosts)
    }

    async fn first_usable(&self) -> Result<usize, DbErr> {
        for host in 0..self.count() {
            if self.is_usable(host).await {
                return Ok(host);
            }
        }
        Err(wrong("no host of the database can be used".to_owned()))
    }

    /// Returns the URL of the host that is used first.
    pub(crate) fn url(&self) -> &str {
        &self.address.urls()[self.present]
    }

    pub(crate) fn first_options(&self) -> PgConnectOptions {
        self.options[self.present].clone().options([(CHOICE, 0)])
    }

    pub(crate) fn requires_writable(&self) -> bool {
        self.address.requires_writable()
    }

    /// Starts the task that chooses another host after an outage.
    pub(crate) fn watch(mut self, pool: PgPool) {
        if self.choice.generation().is_some() {
            self.pools.push(pool);
            tokio::spawn(self.choice.clone().watch(self));
        }
    }
}

impl Servers for Hosts {
    fn count(&self) -> usize {
        self.options.len()
    }

    async fn is_usable(&self, host: usize) -> bool {
        let asking = async {
            let mut connection = self.options[host].connect().await?;
            let row = connection.fetch_one(ASK).await?;
            let is_read_only = row.try_get::<String, _>(0)? == "on";
            let _ = connection.close().await;
            Ok::<_, SqlxError>(!is_read_only || !self.requires_writable())
        };
        let asking = Box::pin(asking.with_subscriber(NoSubscriber::default()));
        let asked = tokio::time::timeout(TIMEOUT, asking).await;
        matches!(asked, Ok(Ok(true)))
    }

    fn connect_to(&self, host: usize, generation: u64) {
        let options = self.options[host].clone();
        let options = options.options([(CHOICE, generation)]);
        for pool in &self.pools {
            pool.set_connect_options(options.clone());
        }
        let host = self.address.hosts().get(host).map(ToString::to_string);
        tracing::warn!(
            host = host.unwrap_or_default(),
            "PostgreSQL host chosen after an outage"
        );
    }

    fn is_closed(&self) -> bool {
        self.pools.iter().all(PgPool::is_closed)
    }
}

/// Rejects a new connection to a server that accepts no writes, or to the former host.
pub(crate) async fn check_new(
    connection: &mut PgConnection,
    choice: &HostChoice,
    requires_writable: bool,
) -> Result<(), SqlxError> {
    let row = connection.fetch_one(ASK).await?;
    if requires_writable && row.try_get::<String, _>(0)? == "on" {
        choice.report(Outage::Lost);
        return Err(SqlxError::Protocol("the server accepts no writes".into()));
    }
    let present = choice.generation().map(|generation| generation.to_string());
    if row.try_get::<Option<String>, _>(1)? != present {
        return Err(SqlxError::Protocol("another host was chosen".into()));
    }
    Ok(())
}

/// Returns true if the server responds on a connection; reports it otherwise.
pub(crate) async fn responds(connection: &mut PgConnection, choice: &HostChoice) -> bool {
    let ping = tokio::time::timeout(TIMEOUT, connection.ping()).await;
    let is_there = matches!(ping, Ok(Ok(())));
    if !is_there {
        choice.report(Outage::Lost);
    }
    is_there
}

/// Returns true if the server responds on an idle connection, which accepts writes. One that does not
/// was opened while the database could only be read, and stays so.
pub(crate) async fn is_usable(connection: &mut PgConnection, choice: &HostChoice) -> bool {
    let asking = tokio::time::timeout(TIMEOUT, connection.fetch_one(ASK)).await;
    let Ok(Ok(row)) = asking else {
        choice.report(Outage::Lost);
        return false;
    };
    row.try_get::<String, _>(0)
        .is_ok_and(|state| state == "off")
}

/// Rejects a database that cannot be used.
pub(crate) async fn reject_unusable(db: &DatabaseConnection) -> Result<(), DbErr> {
    let ask = Statement::from_string(DbBackend::Postgres, Ground::ASK);
    let Some(row) = db.query_one_raw(ask).await? else {
        return Ok(());
    };
    let ground = Ground {
        encoding: row.try_get("", "encoding")?,
        schema: row.try_get("", "schema")?,
        replication_role: row.try_get("", "replication_role")?,
    };
    ground.problem().map_or(Ok(()), |text| Err(wrong(text)))
}

/// Returns the options of connections. The driver's own errors would show a part of the URL, and its
/// trace all of it.
fn connect_options(url: &str) -> Result<PgConnectOptions, DbErr> {
    let parsed = with_default(NoSubscriber::default(), || url.parse::<PgConnectOptions>());
    let options = parsed.map_err(|_| wrong("the database address is wrong".to_owned()))?;
    Ok(options
        .application_name("doorward-tasks")
        .options(SETTINGS)
        .disable_statement_logging())
}

fn wrong(text: String) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(text))
}
