//! Checks of stored data: the database, its schema, its keys, and Redis.

use doorward_admin::tasks_resource::{self, TasksResource};
use doorward_admin::{self, setup};
use doorward_domain::secret::OpaqueToken;
use doorward_rules::audit_chain::ChainKey;
use doorward_rules::audit_head::HeadComparison;
use doorward_rules::lint::RequirementLevel;
use doorward_services::audit_anchor;
use doorward_services::context::settings::rotation_policy;
use doorward_services::secret_keys;
use doorward_services::signing_keys::Keys;
use doorward_store::db::UNRELEASED;
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_store::{Key, open_ephemeral};

use super::sqlite::Reading;
use super::{algorithms, authority, background, domains, durability, former_keys, names};
use crate::clock_check;
use crate::prelude::*;
use doorward_process::doctor::disk;
use doorward_process::doctor::report::{CheckResult, Part};

/// Maximum clock difference to the database, in seconds.
const CLOCK_DIFFERENCE: u64 = 5;
/// Response time of Redis above which every request is slow.
const SLOW: Duration = Duration::from_millis(100);

const DATABASE: Part = Part("database");
const CLOCK: Part = Part("clock");
const REDIS: Part = Part("redis");

/// Checks the database. Returns the ID of the default signing key.
pub(super) async fn examine(
    config: &Config,
    clock: &dyn Clock,
    report: &mut Vec<CheckResult>,
) -> Option<String> {
    let url = config.database.url.expose();
    let reading = Reading::take(url);
    let db = match open(url, report).await {
        Ok(db) => db,
        Err(problem) => {
            report.push(problem);
            return None;
        }
    };
    report.extend(durability::check(&db).await);
    report.extend(clocks(&db, clock).await);
    let (kid, signing_key) = keys(config, &db, clock).await.unzip();
    report.extend(signing_key);
    report.extend(former_keys::check(config, &db, clock).await);
    report.extend(algorithms::without_keys(config, &db).await);
    report.extend(administrator(&db, clock).await);
    report.extend(names::check(config, &db, clock).await);
    report.extend(tasks(config, &db, clock).await);
    report.extend(clients(&db, clock).await);
    report.extend(organizations(&db, clock).await);
    report.extend(domains::check(config, &db).await);
    report.extend(background::copy(config, &db).await);
    report.extend(background::jobs(&db).await);
    report.extend(background::mail(&db, clock).await);
    report.extend(background::mail_queue(&db, clock).await);
    report.extend(background::cleanup(&db, clock).await);
    report.extend(background::features(config, &db, clock).await);
    report.extend(audit(config, &db, clock).await);
    report.extend(background::audit_streams(config, &db, clock).await);
    report.extend(authority::check(config, &db, clock.now()).await);
    let _ = db.close().await;
    if let Some(reading) = reading {
        report.extend(reading.check().await);
    }
    kid.flatten()
}

/// Opens the database, if it exists, accepts writes and has the schema of this release; the error is its
/// problem.
async fn open(url: &str, report: &mut Vec<CheckResult>) -> Result<Db, CheckResult> {
    if let Some(file) = sqlite_path(url) {
        if !Path::new(file).exists() {
            return Err(DATABASE.bad(
                format!("{file} does not exist"),
                "start `doorward serve` once, run `doorward migrate up`, or correct database.url",
            ));
        }
        report.extend(disk::check(file, "no user can sign in"));
    }
    let db = Db::open(url, OpenOptions::default())
        .await
        .map_err(|error| {
            DATABASE.bad(
                describe(&error),
                "check that the database runs, and that database.url has its address, password and certificates",
            )
        })?;
    report.push(writes(&db).await?);
    report.push(schema(&db).await?);
    Ok(db)
}

async fn tasks(config: &Config, db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    if !tasks_resource::is_configured(config) {
        return None;
    }
    let audience = config.tasks_audience();
    let operator = AdminContext::command_line(db, clock);
    let at = match tasks_resource::find(&operator, &audience).await {
        Ok(TasksResource::Elsewhere(at)) => at,
        Ok(TasksResource::Missing) => {
            let seen = "the tasks API is configured, and its scopes are missing";
            return Some(Part("tasks").warning(seen, "`doorward role setup --set tasks`"));
        }
        _ => return None,
    };
    Some(Part("tasks").warning(
        format!(
            "the scopes tasks:* belong to {at}, and the tasks API accepts tokens for {audience}"
        ),
        format!(
            "`doorward resource update {at} --identifier {audience}`, or set tasks.audience to {at}"
        ),
    ))
}

fn describe(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Checks that the database accepts a write. No data change.
async fn writes(db: &Db) -> Result<CheckResult, CheckResult> {
    let kind = if db.is_postgres() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    match db.expect_writable().await {
        Ok(()) => {
            let host = db.host().map(|host| format!(" on {host}"));
            let host = host.unwrap_or_default();
            Ok(DATABASE.passed(format!("{kind}{host} responds and accepts writes")))
        }
        Err(error) => Err(DATABASE.bad(
            format!("it does not accept writes: {}", describe(&error)),
            "check that the file and its directory belong to this user, that the disk has space, and that \
             PostgreSQL is not a standby",
        )),
    }
}

async fn schema(db: &Db) -> Result<CheckResult, CheckResult> {
    const SCHEMA: Part = Part("schema");
    if let Err(StoreError::MoveUnfinished) = db.reject_unfinished_move().await {
        return Err(SCHEMA.bad(
            "a move into this database is not complete",
            "repeat `doorward move`, or name another database",
        ));
    }
    let status = db.migration_status().await.map_err(|error| {
        let remediation = "run `doorward migrate up`; if that fails, restore a copy";
        SCHEMA.bad(describe(&error), remediation)
    })?;
    let mut blocking = status.blocking.iter();
    if blocking.any(|name| UNRELEASED.contains(&name.as_str())) {
        Err(SCHEMA.bad(
            "it was made by a development version before release 0.1.0",
            "create a new database, or use the program that made it",
        ))
    } else if !status.blocking.is_empty() {
        Err(SCHEMA.bad(
            format!(
                "{} migrations belong to a newer release",
                status.blocking.len()
            ),
            "run that release, or restore a copy from before the upgrade",
        ))
    } else if !status.unknown.is_empty() {
        Ok(SCHEMA.warning(
            format!(
                "{} migrations belong to a newer release; this one can work with them",
                status.unknown.len()
            ),
            "run the newer release again when its problem is solved",
        ))
    } else if !status.pending.is_empty() {
        Err(SCHEMA.bad(status.missing(), "run `doorward migrate up`"))
    } else {
        Ok(SCHEMA.passed(format!("{} migrations, none missing", status.applied.len())))
    }
}

async fn clocks(db: &Db, clock: &dyn Clock) -> Vec<CheckResult> {
    let mut lines = Vec::new();
    if let Ok(Some(hours)) = clock_check::hours_behind(db, clock).await {
        lines.push(CLOCK.bad(
            format!("{hours} hours behind the newest audit event"),
            "correct it; if the clock was wrong when that event was recorded, see database.check_clock",
        ));
    }
    if let Ok(Some(theirs)) = db.clock().await {
        lines.push(clock_line(theirs.abs_diff(clock.now())));
    }
    lines
}

fn clock_line(apart: u64) -> CheckResult {
    let seen = format!("{apart} s from the database's");
    if apart > CLOCK_DIFFERENCE {
        let remediation =
            "synchronize both machines with a time server (chrony, systemd-timesyncd)";
        CLOCK.bad(seen, remediation)
    } else {
        CLOCK.passed(seen)
    }
}

/// Returns the keys of the configuration; `None` without a valid secret key.
fn stored_keys(config: &Config) -> Option<Keys> {
    let master = secret_keys::configured(config).ok()??;
    let (policy, algorithms) = (rotation_policy(config), config.keys.algorithms.clone());
    Some(Keys::new(master, policy, algorithms, Random::default()))
}

/// Checks that the signing keys can be opened, and returns the ID of the default one.
async fn keys(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
) -> Option<(Option<String>, CheckResult)> {
    const KEY: Part = Part("signing key");
    Some(match stored_keys(config)?.peek(db, clock.now()).await {
        Ok(Some(ring)) => {
            let age = clock.now().saturating_sub(ring.signing_since()) / 86_400;
            let seen = format!("it can be opened, and has signed for {age} days");
            (Some(ring.active().kid().to_owned()), KEY.passed(seen))
        }
        Ok(None) => {
            let remediation = "start `doorward serve`: it creates one";
            (None, KEY.warning("there is none yet", remediation))
        }
        Err(error) => {
            let remediation =
                "secret_key differs from the one that encrypted the keys: restore the original one";
            (None, KEY.bad(error, remediation))
        }
    })
}

/// Returns true if the secret key opens the signing keys of a database; `None` without keys or
/// without a secret key.
#[boxed(?Send)]
pub async fn opens_keys(config: &Config, db: &Db, clock: &dyn Clock) -> Option<bool> {
    match stored_keys(config)?.peek(db, clock.now()).await {
        Ok(ring) => ring.map(|_| true),
        Err(_) => Some(false),
    }
}

async fn administrator(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    const ADMINISTRATOR: Part = Part("administrator");
    let needed = setup::is_needed(&AdminContext::command_line(db, clock)).await;
    Some(if needed.ok()? {
        ADMINISTRATOR.warning(
            "there is none yet",
            "run `doorward admin open`, and open the /setup link that it prints",
        )
    } else {
        ADMINISTRATOR.passed("there is one")
    })
}

async fn organizations(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    const NAMED: u64 = 10;
    let operator = AdminContext::command_line(db, clock);
    let filter = OwnerlessFilter::default();
    let found = doorward_admin::organizations::needing_owner(&operator, &filter, NAMED).await;
    let found = found.ok().filter(|found| !found.is_empty())?;
    Some(Part("organizations").warning(
        format!("without an active owner: {}", found.join(" ")),
        "name a successor: `doorward org add-member ORG --owner --user USER`",
    ))
}

/// Checks for clients that may omit PKCE (RFC 9700 §2.1.1).
async fn clients(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    const CLIENTS: Part = Part("clients");
    const SECTION: &str = "2.1.1";
    let operator = AdminContext::command_line(db, clock);
    let mut found = doorward_admin::clients::deviations(&operator).await.ok()?;
    found.retain(|found| found.section == SECTION);
    if found.is_empty() {
        return Some(CLIENTS.passed("every client requires PKCE"));
    }
    let (neither, others): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|found| found.demand == RequirementLevel::Must);
    let lists = [
        ("neither PKCE nor nonce", &neither),
        ("PKCE not required", &others),
    ];
    let lists = lists.into_iter().filter(|(_, found)| !found.is_empty());
    let seen = lists.map(|(problem, found)| {
        let ids: Vec<_> = found.iter().map(|found| found.client_id.as_str()).collect();
        format!("{problem}: {}", ids.join(" "))
    });
    let seen = seen.collect::<Vec<_>>().join("; ");
    Some(if neither.is_empty() {
        CLIENTS.passed(seen)
    } else {
        CLIENTS.warning(seen, "see `doorward lint`: they should send code_challenge")
    })
}

/// Checks that the audit log contains the link of its head file.
async fn audit(config: &Config, db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    const AUDIT: Part = Part("audit log");
    let Some(file) = config.audit_head_file() else {
        return Some(AUDIT.warning(
            "it has no head file: removal of its end is not detected",
            "set audit.head_file to a separate file for each replica",
        ));
    };
    let text = file.display();
    let head = match audit_anchor::read(&file) {
        Ok(head) => head,
        Err(error) => {
            return Some(AUDIT.bad(
                format!("the head file {text} cannot be used: {error}"),
                "compare `doorward audit verify --head HASH` with the last \"audit head sealed\" of the log, then \
                 remove the file: the server writes a new one",
            ));
        }
    };
    let master = secret_keys::configured(config).ok()??;
    let master = secret_keys::with_kept(master, db.read(), clock.now()).await;
    let key = ChainKey::derive(&master.ok()?);
    let compared = audit_anchor::compare_database(db, &key, head.as_ref(), clock.now()).await;
    let (state, last) = compared.ok()?;
    let link = last.as_ref().map_or(0, |last| last.seq);
    Some(if state == HeadComparison::Behind {
        AUDIT.bad(
            format!("it ends with link {link}, before the head in {text}: its end was removed or rewritten"),
            "check who can write to the database; after a manual restore, remove the head file and restart",
        )
    } else if last.is_some() && head.is_none() {
        AUDIT.warning(
            format!("link {link} is the last one, and there is no head file {text}"),
            "start `doorward serve`: it writes one; if there was one, find out why it was removed",
        )
    } else {
        AUDIT.passed(format!("it reaches its head file, link {link}"))
    })
}

pub(super) async fn redis(config: &Config) -> CheckResult {
    let Some(url) = config.redis.url.as_ref().map(SecretText::expose) else {
        return if config.database.url.expose().starts_with("postgres") {
            REDIS.warning(
                "not set: each replica counts attempts separately",
                "with more than one replica, write the address of a Redis into the file named by redis.url_file",
            )
        } else {
            REDIS.passed("not set; one process needs none")
        };
    };
    let started = Instant::now();
    let probe = async {
        let entries = open_ephemeral(Some(url))?;
        let name = OpaqueToken::generate(&mut Random::default().rng());
        let key = Key::new("doctor", name.expose());
        entries.put(&key, b"probe", Duration::from_secs(10)).await?;
        entries.take(&key).await
    };
    redis_line(probe.await, started.elapsed())
}

fn redis_line(answer: Result<Option<Vec<u8>>, StoreError>, took: Duration) -> CheckResult {
    match answer {
        Ok(Some(_)) if took > SLOW => REDIS.warning(
            format!("it responds after {} ms", took.as_millis()),
            "move it closer, or check its load",
        ),
        Ok(Some(_)) => REDIS.passed("it stores and returns values"),
        Ok(None) => {
            let remediation = "check maxmemory and maxmemory-policy of Redis";
            REDIS.bad("it loses a value at once", remediation)
        }
        Err(error) => REDIS.bad(
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
    use doorward_process::doctor::report::CheckStatus;

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
