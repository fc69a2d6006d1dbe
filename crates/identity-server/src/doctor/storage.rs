//! Checks of stored data: the database, its schema, its keys, and Redis.

use std::path::Path;
use std::time::{Duration, Instant};

use doorward_admin::operator::AdminContext;
use doorward_admin::tasks_resource::{self, TasksResource};
use doorward_admin::{self, setup};
use doorward_config::address::sqlite_path;
use doorward_config::{Config, SecretText};
use doorward_domain::random::Random;
use doorward_domain::secret::{MasterKey, OpaqueToken};
use doorward_domain::time::Clock;
use doorward_rules::audit_head::HeadComparison;
use doorward_rules::lint::RequirementLevel;
use doorward_services::audit_anchor;
use doorward_services::context::settings::rotation_policy;
use doorward_services::signing_keys::Keys;
use doorward_store::db::UNRELEASED;
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_store::{Db, Key, OpenOptions, StoreError, open_ephemeral};

use super::report::CheckResult;
use super::{algorithms, background, disk, names};
use crate::clock_check;

/// Maximum clock difference to the database, in seconds.
const CLOCK: u64 = 5;
/// Response time of Redis above which every request is slow.
const SLOW: Duration = Duration::from_millis(100);

/// Data from the database for later checks.
pub(super) struct Stored {
    pub kid: Option<String>,
}

pub(super) async fn examine(
    config: &Config,
    clock: &dyn Clock,
    report: &mut Vec<CheckResult>,
) -> Option<Stored> {
    const PART: &str = "database";
    let url = config.database.url.expose();
    if let Some(file) = sqlite_path(url) {
        if !Path::new(file).exists() {
            report.push(CheckResult::bad(
                PART,
                format!("{file} does not exist"),
                "start `doorward serve` once, run `doorward migrate up`, or correct database.url",
            ));
            return None;
        }
        disk::check(file, report);
    }
    let db = match Db::open(url, OpenOptions::default()).await {
        Ok(db) => db,
        Err(error) => {
            report.push(CheckResult::bad(
                PART,
                describe(&error),
                "check that the database runs, and that database.url has its address and password",
            ));
            return None;
        }
    };
    if !writes(&db, report).await || !schema(&db, report).await {
        return None;
    }
    clocks(&db, clock, report).await;
    let kid = keys(config, &db, clock, report).await;
    report.extend(algorithms::without_keys(config, &db).await);
    check_users(&db, clock, report).await;
    names::check(config, &db, clock, report).await;
    tasks(config, &db, clock, report).await;
    clients(&db, clock, report).await;
    organizations(&db, clock, report).await;
    background::jobs(&db, report).await;
    background::cleanup(&db, clock, report).await;
    audit(config, &db, clock, report).await;
    let _ = db.close().await;
    Some(Stored { kid })
}

/// Checks that the scopes of the tasks API belong to its audience.
async fn tasks(config: &Config, db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    const PART: &str = "tasks";
    if !tasks_resource::is_configured(config) {
        return;
    }
    let audience = config.tasks_audience();
    let operator = AdminContext::command_line(db, clock);
    if let Ok(TasksResource::Elsewhere(at)) = tasks_resource::find(&operator, &audience).await {
        report.push(CheckResult::warning(
            PART,
            format!("the scopes tasks:* belong to {at}, and the tasks API accepts tokens for {audience}"),
            format!(
                "`doorward resource update {at} --identifier {audience}`, or set tasks.audience to {at}"
            ),
        ));
    }
}

fn describe(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let mut text = error.to_string();
    for cause in causes {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}

/// Checks that the database accepts a write. No data change.
async fn writes(db: &Db, report: &mut Vec<CheckResult>) -> bool {
    const PART: &str = "database";
    match db.expect_writable().await {
        Ok(()) => {
            let kind = if db.is_postgres() {
                "PostgreSQL"
            } else {
                "SQLite"
            };
            report.push(CheckResult::passed(
                PART,
                format!("{kind} responds and accepts writes"),
            ));
            true
        }
        Err(error) => {
            report.push(CheckResult::bad(
                PART,
                format!("it does not accept writes: {}", describe(&error)),
                "check that the file and its directory belong to this user, that the disk has space, and that \
                 PostgreSQL is not a standby",
            ));
            false
        }
    }
}

async fn schema(db: &Db, report: &mut Vec<CheckResult>) -> bool {
    const PART: &str = "schema";
    if let Err(StoreError::MoveUnfinished) = db.reject_unfinished_move().await {
        report.push(CheckResult::bad(
            PART,
            "a move into this database is not complete",
            "repeat `doorward move`, or name another database",
        ));
        return false;
    }
    match db.migration_status().await {
        Ok(status)
            if status
                .unknown
                .iter()
                .any(|name| UNRELEASED.contains(&name.as_str())) =>
        {
            report.push(CheckResult::bad(
                PART,
                "it was made by a development version before release 0.1.0",
                "create a new database, or use the program that made it",
            ));
        }
        Ok(status) if !status.unknown.is_empty() => report.push(CheckResult::bad(
            PART,
            format!(
                "{} migrations belong to a newer release",
                status.unknown.len()
            ),
            "run that release, or restore a copy from before the upgrade",
        )),
        Ok(status) if !status.pending.is_empty() => report.push(CheckResult::bad(
            PART,
            status.missing(),
            "run `doorward migrate up`",
        )),
        Ok(status) => {
            report.push(CheckResult::passed(
                PART,
                format!("{} migrations, none missing", status.applied.len()),
            ));
            return true;
        }
        Err(error) => report.push(CheckResult::bad(
            PART,
            describe(&error),
            "run `doorward migrate up`; if that fails, restore a copy",
        )),
    }
    false
}

async fn clocks(db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    const PART: &str = "clock";
    if let Ok(Some(hours)) = clock_check::hours_behind(db, clock).await {
        report.push(CheckResult::bad(
            PART,
            format!("{hours} hours behind the newest audit event"),
            "correct it; if the clock was wrong when that event was recorded, see database.check_clock",
        ));
    }
    if let Ok(Some(theirs)) = db.clock().await {
        report.push(clock_line(theirs.abs_diff(clock.now())));
    }
}

fn clock_line(apart: u64) -> CheckResult {
    const PART: &str = "clock";
    let seen = format!("{apart} s from the database's");
    if apart > CLOCK {
        let remediation =
            "synchronize both machines with a time server (chrony, systemd-timesyncd)";
        CheckResult::bad(PART, seen, remediation)
    } else {
        CheckResult::passed(PART, seen)
    }
}

/// Returns the keys of the configuration; `None` without a valid secret key.
fn stored_keys(config: &Config) -> Option<Keys> {
    let secret = config.secret_key.as_ref().map(SecretText::expose)?;
    let master = MasterKey::from_base64(secret).ok()?;
    let (policy, algorithms) = (rotation_policy(config), config.keys.algorithms.clone());
    Some(Keys::new(master, policy, algorithms, Random::default()))
}

/// Checks that the signing keys can be opened, and returns the ID of the default one.
async fn keys(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
    report: &mut Vec<CheckResult>,
) -> Option<String> {
    const PART: &str = "signing key";
    let (kid, result) = match stored_keys(config)?.peek(db, clock.now()).await {
        Ok(Some(ring)) => {
            let age = clock.now().saturating_sub(ring.signing_since()) / 86_400;
            let seen = format!("it can be opened, and has signed for {age} days");
            let kid = ring.active().kid().to_owned();
            (Some(kid), CheckResult::passed(PART, seen))
        }
        Ok(None) => {
            let remediation = "start `doorward serve`: it creates one";
            let result = CheckResult::warning(PART, "there is none yet", remediation);
            (None, result)
        }
        Err(error) => {
            let remediation =
                "secret_key differs from the one that encrypted the keys: restore the original one";
            (None, CheckResult::bad(PART, error, remediation))
        }
    };
    report.push(result);
    kid
}

/// Returns true if the secret key opens the signing keys of a database; `None` without keys or
/// without a secret key.
pub async fn opens_keys(config: &Config, db: &Db, clock: &dyn Clock) -> Option<bool> {
    match stored_keys(config)?.peek(db, clock.now()).await {
        Ok(ring) => ring.map(|_| true),
        Err(_) => Some(false),
    }
}

async fn check_users(db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    const PART: &str = "administrator";
    if let Ok(needed) = setup::is_needed(&AdminContext::command_line(db, clock)).await {
        report.push(if needed {
            CheckResult::warning(
                PART,
                "there is none yet",
                "run `doorward admin open`, and open the /setup link that it prints",
            )
        } else {
            CheckResult::passed(PART, "there is one")
        });
    }
}

async fn organizations(db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    const PART: &str = "organizations";
    const NAMED: u64 = 10;
    let operator = AdminContext::command_line(db, clock);
    let filter = OwnerlessFilter::default();
    let found = doorward_admin::organizations::needing_owner(&operator, &filter, NAMED).await;
    let Ok(found) = found else { return };
    if !found.is_empty() {
        report.push(CheckResult::warning(
            PART,
            format!("without an active owner: {}", found.join(" ")),
            "name a successor: `doorward org set-owner ORG --user USER`",
        ));
    }
}

/// Checks for clients that may omit PKCE (RFC 9700 §2.1.1).
async fn clients(db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    const PART: &str = "clients";
    const SECTION: &str = "2.1.1";
    let operator = AdminContext::command_line(db, clock);
    let Ok(found) = doorward_admin::clients::deviations(&operator).await else {
        return;
    };
    let found: Vec<_> = found
        .iter()
        .filter(|found| found.section == SECTION)
        .collect();
    if found.is_empty() {
        report.push(CheckResult::passed(PART, "every client requires PKCE"));
        return;
    }
    let ids = |must: bool| {
        let of = found
            .iter()
            .filter(|found| must == (found.demand == RequirementLevel::Must));
        of.map(|item| item.client_id.as_str()).collect::<Vec<_>>()
    };
    let (neither, others) = (ids(true), ids(false));
    let mut seen = Vec::new();
    if !neither.is_empty() {
        seen.push(format!("neither PKCE nor nonce: {}", neither.join(" ")));
    }
    if !others.is_empty() {
        seen.push(format!("PKCE not required: {}", others.join(" ")));
    }
    let seen = seen.join("; ");
    report.push(if neither.is_empty() {
        CheckResult::passed(PART, seen)
    } else {
        CheckResult::warning(
            PART,
            seen,
            "see `doorward lint`: they should send code_challenge",
        )
    });
}

/// Checks that the audit log contains the link of its head file.
async fn audit(config: &Config, db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    const PART: &str = "audit log";
    let Some(file) = config.audit_head_file() else {
        report.push(CheckResult::warning(
            PART,
            "it has no head file: removal of its end is not detected",
            "set audit.head_file to a separate file for each replica",
        ));
        return;
    };
    let text = file.display();
    let head = match audit_anchor::read(&file) {
        Ok(head) => head,
        Err(error) => {
            report.push(CheckResult::bad(
                PART,
                format!("the head file {text} cannot be used: {error}"),
                "compare `doorward audit verify --head HASH` with the last \"audit head sealed\" of the log, then \
                 remove the file: the server writes a new one",
            ));
            return;
        }
    };
    let Ok((state, last)) = audit_anchor::compare_database(db, head.as_ref(), clock.now()).await
    else {
        return;
    };
    report.push(match (state, last) {
        (HeadComparison::Behind, last) => CheckResult::bad(
            PART,
            format!(
                "it ends with link {}, before the head in {text}: its end was removed or rewritten",
                last.map_or(0, |last| last.seq)
            ),
            "check who can write to the database; after a manual restore, remove the head file and restart",
        ),
        (_, Some(last)) if head.is_none() => CheckResult::warning(
            PART,
            format!("link {} is the last one, and there is no head file {text}", last.seq),
            "start `doorward serve`: it writes one; if there was one, find out why it was removed",
        ),
        (_, last) => CheckResult::passed(
            PART,
            format!("it reaches its head file, link {}", last.map_or(0, |last| last.seq)),
        ),
    });
}

pub(super) async fn redis(config: &Config, report: &mut Vec<CheckResult>) {
    const PART: &str = "redis";
    let Some(url) = config.redis.url.as_ref().map(SecretText::expose) else {
        let shared = config.database.url.expose().starts_with("postgres");
        report.push(if shared {
            CheckResult::warning(
                PART,
                "not set: each replica counts attempts separately",
                "with more than one replica, write the address of a Redis into the file named by redis.url_file",
            )
        } else {
            CheckResult::passed(PART, "not set; one process needs none")
        });
        return;
    };
    let started = Instant::now();
    let probe = async {
        let entries = open_ephemeral(Some(url))?;
        let name = OpaqueToken::generate(&mut Random::default().rng());
        let key = Key::new("doctor", name.expose());
        entries.put(&key, b"probe", Duration::from_secs(10)).await?;
        entries.take(&key).await
    };
    report.push(redis_line(probe.await, started.elapsed()));
}

fn redis_line(answer: Result<Option<Vec<u8>>, StoreError>, took: Duration) -> CheckResult {
    const PART: &str = "redis";
    match answer {
        Ok(Some(_)) if took > SLOW => CheckResult::warning(
            PART,
            format!("it responds after {} ms", took.as_millis()),
            "move it closer, or check its load",
        ),
        Ok(Some(_)) => CheckResult::passed(PART, "it stores and returns values"),
        Ok(None) => CheckResult::bad(
            PART,
            "it loses a value at once",
            "check maxmemory and maxmemory-policy of Redis",
        ),
        Err(error) => CheckResult::bad(
            PART,
            describe(&error),
            "check that it runs, and that redis.url has its address and password; until then the server \
             works with stricter limits for each replica",
        ),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::doctor::report::CheckStatus;

    #[rstest]
    #[case(0, CheckStatus::Good)]
    #[case(5, CheckStatus::Good)]
    #[case(6, CheckStatus::Bad)]
    fn clocks_may_be_seconds_apart(#[case] apart: u64, #[case] health: CheckStatus) {
        assert_eq!(clock_line(apart).health, health);
    }

    #[rstest]
    #[case(Ok(Some(Vec::new())), 3, CheckStatus::Good)]
    #[case(Ok(Some(Vec::new())), 300, CheckStatus::Warning)]
    #[case(Ok(None), 3, CheckStatus::Bad)]
    #[case(Err(StoreError::ReadOnly), 3, CheckStatus::Bad)]
    fn redis_keeps_and_is_quick(
        #[case] answer: Result<Option<Vec<u8>>, StoreError>,
        #[case] took: u64,
        #[case] health: CheckStatus,
    ) {
        assert_eq!(
            redis_line(answer, Duration::from_millis(took)).health,
            health
        );
    }
}
