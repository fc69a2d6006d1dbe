//! The state of the deployment at a glance, for the home page of the console.

use doorward_config::Config;
use doorward_domain::keys::{self, RotationPolicy};
use doorward_domain::model::{MonthlyReport, Organization, StatKind};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::audit_stream::StreamName;
use doorward_rules::stats::{self, Series};
use doorward_store::repo::audit::AuditFilter;
use doorward_store::repo::home::{Home, HomeQuery};
use url::{Host, Url};

use crate::prelude::*;
use crate::system::MailDelivery;

/// Number of clients that are examined, so that the page stays fast with many.
const EXAMINED: u64 = 100;

/// Seconds from now in which objects end that are counted.
const SOON: i64 = 30 * 86_400;

/// The kinds of numbers on the page, in their order.
pub const KINDS: [StatKind; 4] = [
    StatKind::SignIn,
    StatKind::SignInFailed,
    StatKind::ActiveUser,
    StatKind::RequestRejected,
];

#[derive(Clone, Copy, Debug)]
pub struct HomeRequest<'a> {
    pub config: &'a Config,
    pub keys: &'a RotationPolicy,
    /// The findings of the running server.
    pub seen: &'a [HomeFinding],
    pub has_passkey: bool,
    /// Number of days of the statistics by day.
    pub days: i64,
    pub changes: &'a AuditFilter,
    pub max_changes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetupTask {
    /// An issuer that other machines reach over TLS.
    Issuer,
    Mail,
    /// A second administrator, or a passkey of this one, so that access is not lost.
    SecondAccess,
    FirstClient,
}

/// A finding of `doorward doctor` that needs neither a request nor a statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HomeFinding {
    /// The end of the audit log cannot be trusted.
    AuditAlarm,
    /// Mails wait for another attempt, and none is delivered.
    MailFailing,
    /// The end of the audit log is not stored outside the database.
    NoHeadFile,
    /// Processes that share a PostgreSQL database count attempts separately.
    NoRedis,
    Configuration {
        key: String,
        problem: String,
    },
}

/// Objects that end within 30 days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    Assignments,
    Invitations,
    ApiKeys,
    RegistrationTokens,
    /// Client secrets that were replaced, of the examined clients.
    FormerSecrets,
    /// Signing keys that are replaced by themselves.
    SigningKeys,
}

/// A client that needs a signature algorithm without a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnsignedClient {
    pub id: ClientId,
    pub name: String,
    pub alg: SigningAlg,
}

/// The state of the deployment; parts that the administrator may not read are `None` or empty.
#[derive(Clone, Debug, Default)]
pub struct HomeState {
    pub stats: Option<Vec<Series>>,
    /// The sign-ins and the failures of each day, the oldest first.
    pub days: Option<[Vec<(UnixSeconds, i64)>; 2]>,
    /// The latest report of a month.
    pub report: Option<MonthlyReport>,
    /// The numbers of objects that end soon, without zeros.
    pub ending: Vec<(Ending, u64)>,
    /// The number of messages that are due and not sent; `None` without the permission.
    pub waiting_mails: Option<u64>,
    /// The configured streams of the audit log that have started, with the number of events that wait.
    pub streams: Vec<(StreamName, i64)>,
    pub changes: Option<Vec<AuditEvent>>,
    pub tasks: Vec<(SetupTask, bool)>,
    pub unsigned: Vec<SigningAlg>,
    pub findings: Vec<HomeFinding>,
    pub unsigned_clients: Vec<UnsignedClient>,
    pub failed_jobs: u64,
    pub clients: Vec<Client>,
}

/// Returns what the administrator may read, with one statement. An administrator of one organization
/// receives nothing of the deployment.
#[boxed(?Send)]
pub async fn read<'a>(
    context: &'a AdminContext<'_>,
    request: HomeRequest<'a>,
) -> Result<HomeState> {
    let may = |permission: &str| context.require_global(permission).is_ok();
    let now = context.now();
    let has_system = may("system:read");
    let has_clients = may("clients:read");
    let query = HomeQuery {
        stats_since: has_system.then(|| stats::last_two_days(now)),
        days_since: has_system.then(|| stats::first_day(now, request.days)),
        state: has_system,
        ending_until: Some(now + SOON),
        clients: has_clients.then_some(EXAMINED),
        keys: may("keys:read"),
        changes: may("audit:read").then_some((request.changes, request.max_changes)),
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
    let days = || {
        [StatKind::SignIn, StatKind::SignInFailed]
            .map(|kind| stats::by_day(&found.days, kind, now, request.days))
    };
    let days = has_system.then(days);
    let ending = ending(context, &found, request.keys);
    let configured = request.config.audit.streams.targets();
    let stream = |(name, _)| {
        let stream = found.streams.iter().find(|stream| stream.name == name)?;
        Some((name, Ord::max(found.last_link - stream.position, 0)))
    };
    let streams = configured.into_iter().filter_map(stream).collect();
    let unsigned_algorithms = query.keys.then(|| unsigned(context, &found, request.keys));
    let findings = has_system.then(|| findings(request.config, request.seen));
    let series = || {
        KINDS
            .map(|kind| stats::series(&found.stats, kind, now))
            .to_vec()
    };
    Ok(HomeState {
        stats: has_system.then(series),
        days,
        report: found.reports.into_iter().next(),
        ending,
        waiting_mails: has_system.then_some(found.waiting_mails),
        streams,
        unsigned: unsigned_algorithms.unwrap_or_default(),
        findings: findings.unwrap_or_default(),
        unsigned_clients: unsigned_clients(&found.clients, context.settings.clients.algorithms),
        changes: query.changes.map(|_| found.changes),
        tasks,
        failed_jobs: if has_system { found.failed_jobs } else { 0 },
        clients: found.clients,
    })
}

/// Returns the organization to which an administrator is confined, with the numbers of its members, open
/// invitations and groups; `None` for others, and without the permission to read it.
#[boxed(?Send)]
pub async fn organization(context: &AdminContext<'_>) -> Result<Option<(Organization, [u64; 3])>> {
    let own = context.confined_to();
    let Some(own) = own.filter(|_| context.need("organizations:read").is_ok()) else {
        return Ok(None);
    };
    Ok(repo::home::find_organization(context.db.read(), own, context.now()).await?)
}

/// Returns the numbers of objects that end soon, of those that the administrator may read.
fn ending(context: &AdminContext<'_>, found: &Home, policy: &RotationPolicy) -> Vec<(Ending, u64)> {
    let (now, until) = (context.now(), context.now() + SOON);
    let is_ending = |client: &&Client| {
        let former = client.live_former_secret(now);
        former.is_some_and(|former| former.ends_at <= until)
    };
    let secrets = found.clients.iter().filter(is_ending).count() as u64;
    let is_rotating = |key: &&keys::KeyRecord| {
        let signs = key.retired_at.is_none() && key.active_at <= now;
        signs && key.active_at + policy.rotate_after <= until
    };
    let rotating = found.keys.iter().filter(is_rotating).count() as u64;
    let [assignments, invitations, api_keys, tokens] = found.ending;
    let all = [
        (Ending::Assignments, "roles:read", assignments),
        (Ending::Invitations, "organizations:read", invitations),
        (Ending::ApiKeys, "users:read", api_keys),
        (Ending::RegistrationTokens, "clients:read", tokens),
        (Ending::FormerSecrets, "clients:read", secrets),
        (Ending::SigningKeys, "keys:read", rotating),
    ];
    let shown = all.into_iter().filter(|(_, permission, number)| {
        *number > 0 && context.require_global(permission).is_ok()
    });
    shown.map(|(ending, _, number)| (ending, number)).collect()
}

fn unsigned(context: &AdminContext<'_>, found: &Home, policy: &RotationPolicy) -> Vec<SigningAlg> {
    let plan = keys::plan_rings(
        &found.keys,
        context.settings.clients.algorithms,
        policy,
        context.now(),
    );
    let offered = context.settings.clients.algorithms.iter().copied();
    offered
        .filter(|alg| !plan.active.contains_key(alg))
        .collect()
}

/// Returns the findings about the server and its configuration. Mail and the issuer are steps of the
/// setup, and failed jobs have a line of their own.
fn findings(config: &Config, seen: &[HomeFinding]) -> Vec<HomeFinding> {
    let mut findings = seen.to_vec();
    if config.audit_head_file().is_none() {
        findings.push(HomeFinding::NoHeadFile);
    }
    let is_postgres = config.database.url.expose().starts_with("postgres");
    if is_postgres && config.redis.url.is_none() {
        findings.push(HomeFinding::NoRedis);
    }
    // A development instance is unsafe on purpose.
    if !config.is_dev() {
        let unsafe_values = config.check_serve().into_iter();
        findings.extend(unsafe_values.map(|finding| HomeFinding::Configuration {
            key: finding.key,
            problem: finding.problem,
        }));
    }
    findings
}

/// Returns the clients with an algorithm that is not offered: the server cannot sign for them.
fn unsigned_clients(clients: &[Client], offered: &[SigningAlg]) -> Vec<UnsignedClient> {
    let unsigned = |client: &Client| {
        let algorithms = client.algorithms().into_iter();
        let mut algorithms = algorithms.filter_map(|(_, alg)| alg);
        let alg = algorithms.find(|alg| !offered.contains(alg))?;
        Some(UnsignedClient {
            id: client.id.clone(),
            name: client.name.clone(),
            alg,
        })
    };
    clients.iter().filter_map(unsigned).collect()
}

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
mod tests;
