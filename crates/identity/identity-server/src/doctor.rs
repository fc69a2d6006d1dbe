//! Checks a deployment (`doorward doctor`): configuration, database, Redis, keys, the issuer as
//! clients reach it, and mail. Nothing is changed, and each problem has a remediation.

mod algorithms;
mod authority;
mod background;
mod domains;
mod durability;
mod former_keys;
mod issuer;
mod names;
mod sqlite;
mod storage;

use doorward_config::Config;
use doorward_domain::boxed;
use doorward_domain::time::Clock;
use doorward_email::smtp;
use doorward_process::doctor::report::{self, CheckResult, Part};

use crate::config_files;

pub use storage::opens_keys;

/// Runs all checks; each runs regardless of the results of the others.
#[boxed(?Send)]
pub async fn examine(config: &Config, clock: &dyn Clock) -> Vec<CheckResult> {
    let mut report = configuration(config, clock);
    let kid = storage::examine(config, clock, &mut report).await;
    report.push(storage::redis(config).await);
    issuer::examine(config, clock, kid.as_deref(), &mut report).await;
    report.push(mail(config).await);
    report
}

fn configuration(config: &Config, clock: &dyn Clock) -> Vec<CheckResult> {
    let findings = if config.is_dev() {
        Vec::new()
    } else {
        config_files::check_serve(config, clock)
    };
    report::configuration(findings)
}

async fn mail(config: &Config) -> CheckResult {
    const MAIL: Part = Part("mail");
    if config.stores_mail() {
        return MAIL.passed("stored, and shown at /dev/mail");
    }
    let Some(address) = config.mail.smtp_address() else {
        return MAIL.warning(
            "mail.smtp_url is not set: addresses are not verified, and forgotten passwords are not reset",
            "write the mail server's address into the file named by mail.smtp_url_file",
        );
    };
    match smtp::greet(&address, &config.mail_from(), &config.mail_hello_name()).await {
        Ok(()) => MAIL.passed("the server accepts the user name and password"),
        Err(problem) => MAIL.bad(
            problem,
            "test mail.smtp_url with another program on this machine: host name, port, password, TLS",
        ),
    }
}
