//! Checks a deployment (`doorward doctor`): configuration, database, Redis, keys, the issuer as
//! clients reach it, and mail. Nothing is changed, and each problem has a remediation.

mod algorithms;
mod background;
mod disk;
mod issuer;
mod names;
pub mod report;
mod storage;

use doorward_config::{Config, Severity};
use doorward_domain::time::Clock;
use doorward_email::smtp;

use self::report::CheckResult;
use crate::config_files;

pub use storage::opens_keys;

/// Runs all checks; each runs regardless of the results of the others.
pub async fn examine(config: &Config, clock: &dyn Clock) -> Vec<CheckResult> {
    let mut report = configuration(config);
    let stored = storage::examine(config, clock, &mut report).await;
    storage::redis(config, &mut report).await;
    issuer::examine(config, clock, stored.as_ref(), &mut report).await;
    post(config, &mut report).await;
    report
}

fn configuration(config: &Config) -> Vec<CheckResult> {
    const PART: &str = "configuration";
    let findings = if config.is_dev() {
        Vec::new()
    } else {
        config_files::check_serve(config)
    };
    if findings.is_empty() {
        return vec![CheckResult::passed(PART, "no finding")];
    }
    let lines = findings.into_iter().map(|finding| {
        let seen = format!("{} ({}): {}", finding.key, finding.origin, finding.problem);
        match finding.severity {
            Severity::Warning => CheckResult::warning(PART, seen, finding.remediation),
            Severity::Error => CheckResult::bad(PART, seen, finding.remediation),
        }
    });
    lines.collect()
}

async fn post(config: &Config, report: &mut Vec<CheckResult>) {
    const PART: &str = "mail";
    if config.stores_mail() {
        report.push(CheckResult::passed(PART, "stored, and shown at /dev/mail"));
        return;
    }
    let Some(address) = config.mail.smtp_address() else {
        report.push(CheckResult::warning(
            PART,
            "mail.smtp_url is not set: addresses are not verified, and forgotten passwords are not reset",
            "write the mail server's address into the file named by mail.smtp_url_file",
        ));
        return;
    };
    report.push(match smtp::greet(&address, &config.mail_from()).await {
        Ok(()) => CheckResult::passed(PART, "the server accepts the user name and password"),
        Err(problem) => CheckResult::bad(
            PART,
            problem,
            "test mail.smtp_url with another program on this machine: host name, port, password, TLS",
        ),
    });
}
