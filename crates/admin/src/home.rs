//! The state of the deployment at a glance, for the home page of the console.

use doorward_config::Config;
use doorward_domain::keys::{self, RotationPolicy};
use doorward_domain::model::{AuditEvent, Client, StatCount, StatKind};
use doorward_domain::rules::stats::{self, Series};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::repo;
use doorward_store::repo::audit::AuditFilter;
use doorward_store::repo::home::{Home, HomeQuery};
use url::{Host, Url};

use super::operator::{AdminContext, AdminError};
use super::system::MailDelivery;

/// Number of clients that are examined, so that the page stays fast with many.
const EXAMINED: u64 = 100;

/// The kinds of numbers on the page, in their order.
pub const KINDS: [StatKind; 4] = [
    StatKind::SignIn,
    StatKind::SignInFailed,
    StatKind::ActiveUser,
    StatKind::RequestRejected,
];

/// The parts of the answer that the database does not contain, and the requested events.
#[derive(Clone, Copy, Debug)]
pub struct HomeRequest<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The policy of the signing keys.
    pub keys: &'a RotationPolicy,
    /// True if the administrator has a passkey.
    pub has_passkey: bool,
    /// The events, and their maximum number.
    pub changes: (&'a AuditFilter, u64),
}

/// A step of setting up a deployment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetupTask {
    /// An issuer that other machines reach over TLS.
    Issuer,
    /// A mail server.
    Mail,
    /// A second administrator, or a passkey of this one, so that access is not lost.
    SecondAccess,
    /// A client.
    FirstClient,
}

/// The state of the deployment; parts that the administrator may not read are `None` or empty.
#[derive(Clone, Debug, Default)]
pub struct HomeState {
    /// The numbers of the last day, in the order of [`KINDS`].
    pub stats: Option<Vec<Series>>,
    /// The newest events, the newest first.
    pub changes: Option<Vec<AuditEvent>>,
    /// The steps of the setup, and whether they are done.
    pub tasks: Vec<(SetupTask, bool)>,
    /// Offered algorithms that no key signs with.
    pub unsigned: Vec<SigningAlg>,
    /// The number of failed jobs.
    pub failed_jobs: u64,
    /// The first clients by id.
    pub clients: Vec<Client>,
}

/// Returns what the administrator may read, with one statement. An administrator of one organization
/// receives nothing of the deployment.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn read(
    context: &AdminContext<'_>,
    request: HomeRequest<'_>,
) -> Result<HomeState, AdminError> {
    let may = |permission: &str| context.require_global(permission).is_ok();
    let now = context.now();
    let has_system = may("system:read");
    let has_clients = may("clients:read");
    let query = HomeQuery {
        stats_since: has_system.then(|| stats::last_two_days(now)),
        clients: has_clients.then_some(EXAMINED),
        keys: may("keys:read"),
        changes: may("audit:read").then_some(request.changes),
        now,
    };
    let has_roles = may("roles:read");
    let has_any = has_system || has_clients || has_roles || query.keys;
    if !has_any && query.changes.is_none() {
        return Ok(HomeState::default());
    }
    let found = repo::home::find(context.db.read(), query).await?;
    let mut tasks = Vec::new();
    if has_system {
        let config = request.config;
        tasks.push((SetupTask::Issuer, is_public(&config.issuer)));
        let is_set_up = MailDelivery::of(config) == MailDelivery::Smtp;
        tasks.push((SetupTask::Mail, is_set_up));
    }
    if has_roles {
        let is_safe = request.has_passkey || found.administrators > 1;
        tasks.push((SetupTask::SecondAccess, is_safe));
    }
    if has_clients {
        tasks.push((SetupTask::FirstClient, !found.clients.is_empty()));
    }
    Ok(HomeState {
        stats: has_system.then(|| all_series(&found.stats, now)),
        unsigned: if query.keys {
            unsigned(context, &found, request.keys)
        } else {
            Vec::new()
        },
        changes: query.changes.map(|_| found.changes),
        tasks,
        failed_jobs: if has_system { found.failed_jobs } else { 0 },
        clients: found.clients,
    })
}

fn all_series(counts: &[StatCount], now: UnixSeconds) -> Vec<Series> {
    let series = KINDS.map(|kind| stats::series(counts, kind, now));
    series.into()
}

/// Returns the offered algorithms that no key signs with.
fn unsigned(context: &AdminContext<'_>, found: &Home, policy: &RotationPolicy) -> Vec<SigningAlg> {
    let plan = keys::plan_rings(&found.keys, context.algorithms, policy, context.now());
    let offered = context.algorithms.iter().copied();
    offered
        .filter(|alg| !plan.active.contains_key(alg))
        .collect()
}

/// Returns true if other machines can reach the issuer over TLS.
fn is_public(issuer: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else {
        return false;
    };
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    };
    url.scheme() == "https" && !is_local
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_public;

    #[rstest]
    #[case("https://id.example.org", true)]
    #[case("https://192.0.2.1", true)]
    #[case("http://id.example.org", false)]
    #[case("https://localhost:8443", false)]
    #[case("https://id.localhost", false)]
    #[case("https://127.0.0.1", false)]
    #[case("https://[::1]", false)]
    #[case("not a URL", false)]
    fn public_issuer_has_tls_and_remote_host(#[case] issuer: &str, #[case] expected: bool) {
        assert_eq!(is_public(issuer), expected, "{issuer}");
    }
}
