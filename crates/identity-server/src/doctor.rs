//! Looks at a deployment as it is: configuration, database, Redis, keys, the issuer as the world
//! reaches it, mail. Nothing is changed, and what is wrong comes with a remedy (`doorward doctor`).

mod issuer;
pub mod report;
mod storage;

use doorward_config::{Config, Severity};
use doorward_domain::time::Clock;
use doorward_email::smtp;

use self::report::CheckResult;
use crate::config_files;

pub use storage::opens_keys;

/// Looks at everything; each part is looked at however the others are.
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
        return vec![CheckResult::good(PART, "no finding")];
    }
    let lines = findings.into_iter().map(|finding| {
        let seen = format!("{} ({}): {}", finding.key, finding.origin, finding.problem);
        match finding.severity {
            Severity::Warning => CheckResult::warning(PART, seen, finding.remedy),
            Severity::Error => CheckResult::bad(PART, seen, finding.remedy),
        }
    });
    lines.collect()
}

/// Whether mails have a way out.
async fn post(config: &Config, report: &mut Vec<CheckResult>) {
    const PART: &str = "mail";
    if config.keeps_mail() {
        report.push(CheckResult::good(PART, "kept, and shown at /dev/mail"));
        return;
    }
    let Some(address) = config.mail.smtp_address() else {
        report.push(CheckResult::warning(
            PART,
            "mail.smtp_url is not set: addresses are not proved, and forgotten passwords not replaced",
            "name the mail server in mail.smtp_url_file",
        ));
        return;
    };
    report.push(match smtp::greet(&address, &config.mail_from()).await {
        Ok(()) => CheckResult::good(PART, "the server takes our name and password"),
        Err(problem) => CheckResult::bad(
            PART,
            problem,
            "try mail.smtp_url with another program from this machine: name, port, password, TLS",
        ),
    });
}
