//! Check of the certificate for the domains of organizations.

use doorward_config::Config;
use doorward_store::{Db, repo};

use crate::https;
use doorward_process::doctor::report::{CheckResult, Part};

/// Checks that the certificate of the HTTPS listener contains the domains. Without that listener, a
/// proxy has the certificates.
pub(super) async fn check(config: &Config, db: &Db) -> Option<CheckResult> {
    if !config.serves_tls() {
        return None;
    }
    let listed = repo::organizations::list_domains(db.read()).await.ok()?;
    let domains: Vec<String> = listed.into_iter().map(|(domain, _)| domain).collect();
    if let Some(files) = https::pair_files(config) {
        // The check of the configuration reports files that cannot be read.
        let facts = files.read().and_then(|bytes| bytes.parse()?.facts());
        let facts = facts.ok()?;
        let remediation = "request a certificate with all of them as subject alternative names";
        return line(&domains, |domain| facts.covers(domain), remediation);
    }
    let hosts = config.certificate_hosts();
    let is_requested = |domain: &str| hosts.iter().any(|host| host == domain);
    let remediation = "add them to tls.acme.hosts, and restart the server";
    line(&domains, is_requested, remediation)
}

/// Returns the line about domains, and which of them the certificate lacks.
fn line(
    domains: &[String],
    is_covered: impl Fn(&str) -> bool,
    remediation: &str,
) -> Option<CheckResult> {
    const DOMAINS: Part = Part("domains of organizations");
    const NAMED: usize = 10;
    if domains.is_empty() {
        return None;
    }
    let missing = domains.iter().filter(|domain| !is_covered(domain.as_str()));
    let missing: Vec<&str> = missing.map(String::as_str).take(NAMED).collect();
    if missing.is_empty() {
        return Some(DOMAINS.passed("the certificate contains all of them"));
    }
    let seen = format!("not in the certificate: {}", missing.join(" "));
    Some(DOMAINS.warning(seen, remediation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorward_process::doctor::report::CheckStatus;

    fn checked(domains: &[&str]) -> Option<CheckResult> {
        let domains: Vec<String> = domains.iter().map(ToString::to_string).collect();
        line(&domains, |domain| domain == "id.acme.example", "add them")
    }

    #[test]
    fn domain_without_certificate_is_warning() {
        assert!(checked(&[]).is_none());
        let good = checked(&["id.acme.example"]).unwrap();
        assert_eq!(good.health, CheckStatus::Good);
        let found = checked(&["id.acme.example", "login.zeta.example"]).unwrap();
        assert_eq!(found.health, CheckStatus::Warning);
        assert_eq!(found.seen, "not in the certificate: login.zeta.example");
        assert_eq!(found.suggestion.as_deref(), Some("add them"));
    }
}
