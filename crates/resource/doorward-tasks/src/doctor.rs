//! Checks a deployment of the tasks API: configuration, database, the issuer and its keys, the clock, and
//! the API as clients reach it. Nothing is changed, and each problem has a remediation.

use std::fs;
use std::path::Path;

use clap::Args;
use doorward_access::clock::{Clock, SystemClock};
use doorward_config::Config;
use doorward_config::address::sqlite_path;
use doorward_process::doctor::disk;
use doorward_process::doctor::issuer::{Discovered, causes, discover};
use doorward_process::doctor::report::{self, CheckResult, Part};
use doorward_process::{counted, print_document, with_causes};
use doorward_tasks::TasksError;
use doorward_tasks_database as database;
use serde_json::Value;

/// Maximum clock difference to the issuer, in seconds.
const CLOCK_DIFFERENCE: u64 = 5;
/// Path of the metadata of this resource (RFC 9728 §3).
const METADATA: &str = "/.well-known/oauth-protected-resource";

const DATABASE: Part = Part("database");
const SIGNALS: Part = Part("signals");

#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the checks. Fails if a part does not work.
pub async fn run(config: &Config, args: &DoctorArgs) -> Result<(), TasksError> {
    let report = examine(config, &SystemClock).await;
    let text = if args.json {
        let json = serde_json::to_string_pretty(&report).map_err(TasksError::caused)?;
        format!("{json}\n")
    } else {
        report::text(&report)
    };
    print_document(&text)?;
    report::failure(&report).map_or(Ok(()), |text| Err(TasksError::Failure(text)))
}

/// Runs all checks that the former ones permit.
async fn examine(config: &Config, clock: &dyn Clock) -> Vec<CheckResult> {
    let mut report = report::configuration(config.check_tasks());
    check_database(config, &mut report).await;
    // Without an issuer, the configuration has an error.
    let Some(issuer) = config.tasks_issuer() else {
        return report;
    };
    match discover(issuer, clock.now(), &mut report).await {
        Err(problem) => report.push(problem),
        Ok(found) => {
            let now = clock.now();
            report.extend(found.date.map(|date| clock_line(date.abs_diff(now))));
            report.push(keys(config, &found).await);
            report.extend(signals(config, issuer, &found).await);
            report.push(public_address(config, issuer, &found).await);
        }
    }
    report
}

/// Checks that the database exists, responds, and has the schema of this release.
async fn check_database(config: &Config, report: &mut Vec<CheckResult>) {
    let url = config.tasks.database_url.expose();
    if let Some(file) = sqlite_path(url) {
        if !Path::new(file).exists() {
            report.push(DATABASE.bad(
                format!("{file} does not exist"),
                "start `doorward-tasks serve` once, run `doorward-tasks migrate up`, or correct \
                 tasks.database_url",
            ));
            return;
        }
        report.extend(disk::check(file, "no task can be changed"));
        report.push(permissions(Path::new(file)));
    }
    match database::migration_status(url).await {
        Ok(status) => {
            report.push(DATABASE.passed("it responds"));
            report.push(schema(&status));
        }
        Err(error) => report.push(DATABASE.bad(
            with_causes(&error),
            "check that the database runs, that tasks.database_url has its address, password and certificates, and that this \
             program is not older than the one that migrated it",
        )),
    }
}

/// Checks that this user can write an SQLite file, and no other user can read it.
fn permissions(file: &Path) -> CheckResult {
    const FILE: Part = Part("database file");
    let name = file.display();
    if let Err(error) = fs::OpenOptions::new().write(true).open(file) {
        return FILE.bad(
            format!("{name} cannot be written: {error}"),
            "run the command as the user of the service, or make that user the owner of the file and its directory",
        );
    }
    if is_readable_by_others(file) {
        return FILE.warning(
            format!("other users of this machine can read {name}"),
            format!("`chmod 600 {name}`"),
        );
    }
    FILE.passed(format!("only its owner reads and writes {name}"))
}

#[cfg(unix)]
fn is_readable_by_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}

fn schema(status: &[(String, bool)]) -> CheckResult {
    const SCHEMA: Part = Part("schema");
    let missing = status.iter().filter(|(_, is_applied)| !is_applied).count();
    match missing {
        0 => SCHEMA.passed(format!("{} migrations, none missing", status.len())),
        _ => SCHEMA.bad(
            format!("missing: {}", counted(missing, "migration")),
            "run `doorward-tasks migrate up`",
        ),
    }
}

fn clock_line(apart: u64) -> CheckResult {
    const CLOCK: Part = Part("clock");
    let seen = format!("{apart} s from the issuer's");
    if apart > CLOCK_DIFFERENCE {
        let remediation =
            "synchronize both machines with a time server (chrony, systemd-timesyncd)";
        CLOCK.bad(seen, remediation)
    } else {
        CLOCK.passed(seen)
    }
}

/// Checks that the issuer publishes a key of an accepted algorithm.
async fn keys(config: &Config, found: &Discovered) -> CheckResult {
    const KEYS: Part = Part("issuer keys");
    let Some(address) = found.document["jwks_uri"].as_str() else {
        return KEYS.bad("discovery names no jwks_uri", "check tasks.issuer");
    };
    let response = async {
        found
            .client
            .get(address)
            .send()
            .await?
            .json::<Value>()
            .await
    };
    match response.await {
        Ok(keys) => keys_line(config, &keys),
        Err(error) => KEYS.bad(
            format!("no keys at {address}: {}", causes(&error)),
            "configure the proxy of the issuer to forward every path: tokens are verified with these keys",
        ),
    }
}

fn keys_line(config: &Config, keys: &Value) -> CheckResult {
    const KEYS: Part = Part("issuer keys");
    let accepted = &config.tasks.algorithms;
    let is_accepted = |key: &Value| {
        let algorithm = key["alg"].as_str();
        algorithm.is_none_or(|name| accepted.iter().any(|alg| alg.as_str() == name))
    };
    let listed: Vec<&Value> = keys["keys"].as_array().into_iter().flatten().collect();
    let usable = listed.iter().filter(|key| is_accepted(key)).count();
    let seen = format!(
        "{usable} of {} have an accepted algorithm",
        counted(listed.len(), "key")
    );
    if usable == 0 {
        KEYS.bad(
            seen,
            "add the algorithm of the issuer's keys to tasks.algorithms",
        )
    } else {
        KEYS.passed(seen)
    }
}

/// Checks that the issuer reports revocations, if the tasks API listens.
async fn signals(config: &Config, issuer: &str, found: &Discovered) -> Option<CheckResult> {
    let has_client = config.tasks.introspection_client_id.is_some();
    if !config.tasks.signals.enabled || !has_client {
        return None;
    }
    let address = format!(
        "{}/.well-known/ssf-configuration",
        issuer.trim_end_matches('/')
    );
    Some(match found.client.get(&address).send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            let document: Value = response.json().await.unwrap_or_default();
            signals_line(status, &document, issuer)
        }
        Err(error) => SIGNALS.warning(
            format!("no response at {address}: {}", causes(&error)),
            "configure the proxy of the issuer to forward every path",
        ),
    })
}

fn signals_line(status: u16, document: &Value, issuer: &str) -> CheckResult {
    let methods = document["delivery_methods_supported"].as_array();
    let has_poll = methods.is_some_and(|all| all.iter().any(|one| *one == "urn:ietf:rfc:8936"));
    match status {
        200 if document["issuer"] == *issuer && has_poll => {
            SIGNALS.passed("the issuer reports revocations; `/readyz` shows the age of the knowledge")
        }
        200 => SIGNALS.warning(
            "the document at /.well-known/ssf-configuration is of another issuer, or offers no poll",
            "check tasks.issuer and the proxy of the issuer",
        ),
        404 => SIGNALS.passed(
            "the issuer does not report revocations: a revoked token is accepted until it expires",
        ),
        other => SIGNALS.warning(
            format!("/.well-known/ssf-configuration has status {other}"),
            "configure the proxy of the issuer to forward every path",
        ),
    }
}

/// Checks that the tasks API at its public address has the audience and the issuer of this
/// configuration.
async fn public_address(config: &Config, issuer: &str, found: &Discovered) -> CheckResult {
    const AUDIENCE: Part = Part("audience");
    let address = format!("{}{METADATA}", config.tasks.public_url);
    let response = async {
        found
            .client
            .get(&address)
            .send()
            .await?
            .json::<Value>()
            .await
    };
    match response.await {
        Ok(metadata) => audience_line(&metadata, &config.tasks_audience(), issuer),
        Err(error) => AUDIENCE.bad(
            format!("no metadata at {address}: {}", causes(&error)),
            "check that the tasks API runs, and that the proxy forwards every path of tasks.public_url to it",
        ),
    }
}

fn audience_line(metadata: &Value, audience: &str, issuer: &str) -> CheckResult {
    const AUDIENCE: Part = Part("audience");
    let issuers = &metadata["authorization_servers"];
    if metadata["resource"] != *audience {
        return AUDIENCE.bad(
            format!(
                "the tasks API at tasks.public_url accepts tokens for {}, and this configuration names {audience}",
                metadata["resource"]
            ),
            "another configuration responds: set the same tasks.audience in both",
        );
    }
    let mut listed = issuers.as_array().into_iter().flatten();
    if !listed.any(|listed| *listed == *issuer) {
        return AUDIENCE.bad(
            format!(
                "the tasks API at tasks.public_url accepts tokens of {issuers}, not of {issuer}"
            ),
            "another configuration responds: set the same tasks.issuer in both",
        );
    }
    AUDIENCE.passed(format!(
        "{audience}, as clients see it; `doorward resource list` shows that of the issuer"
    ))
}

#[cfg(test)]
mod tests {
    use doorward_process::doctor::report::CheckStatus;
    use serde_json::json;

    use super::*;

    #[test]
    fn audience_and_issuer_of_metadata_must_match() {
        const AUDIENCE: &str = "https://tasks.example.org/api";
        const ISSUER: &str = "https://id.example.org";
        for (resource, issuer, expected) in [
            (AUDIENCE, ISSUER, CheckStatus::Good),
            ("https://tasks.example.org", ISSUER, CheckStatus::Bad),
            (AUDIENCE, "https://other.example.org", CheckStatus::Bad),
        ] {
            let metadata = json!({"resource": resource, "authorization_servers": [issuer]});
            let line = audience_line(&metadata, AUDIENCE, ISSUER);
            assert_eq!(line.health, expected, "{line:?}");
            assert_eq!(line.suggestion.is_some(), expected == CheckStatus::Bad);
        }
        let other = audience_line(&json!({}), AUDIENCE, ISSUER);
        assert_eq!(other.health, CheckStatus::Bad);
    }

    #[test]
    fn issuer_may_report_revocations() {
        const ISSUER: &str = "https://id.example.org";
        let document = |issuer: &str, method: &str| json!({"issuer": issuer, "delivery_methods_supported": [method]});
        let poll = "urn:ietf:rfc:8936";
        for (status, document, expected) in [
            (200, document(ISSUER, poll), CheckStatus::Good),
            (
                200,
                document("https://other.example.org", poll),
                CheckStatus::Warning,
            ),
            (
                200,
                document(ISSUER, "urn:ietf:rfc:8935"),
                CheckStatus::Warning,
            ),
            (404, json!({}), CheckStatus::Good),
            (502, json!({}), CheckStatus::Warning),
        ] {
            let line = signals_line(status, &document, ISSUER);
            assert_eq!(line.health, expected, "{line:?}");
        }
    }

    #[test]
    fn clock_may_differ_by_five_seconds() {
        let health = [0, 5, 6].map(|apart| clock_line(apart).health);
        let [good, bad] = [CheckStatus::Good, CheckStatus::Bad];
        assert_eq!(health, [good, good, bad]);
    }

    #[test]
    fn issuer_needs_key_of_accepted_algorithm() {
        let environment = [("DOORWARD__TASKS__ALGORITHMS", "ES256")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::load(None, environment).unwrap();
        for (algorithms, expected) in [
            (&["RS256", "ES256"][..], CheckStatus::Good),
            (&["RS256"][..], CheckStatus::Bad),
            (&[][..], CheckStatus::Bad),
        ] {
            let keys: Vec<Value> = algorithms.iter().map(|alg| json!({"alg": alg})).collect();
            let line = keys_line(&config, &json!({ "keys": keys }));
            assert_eq!(line.health, expected, "{line:?}");
        }
    }
}
