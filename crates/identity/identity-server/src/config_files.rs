//! Checks of the configuration that read the operator's files or use the library of a value.

use std::fmt::Display;

use doorward_config::{Config, Finding};
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_email::delivery::is_sender;
use doorward_oauth::trusted_issuers;
use doorward_services::client_certificate::Authorities;
use doorward_services::geoip::GeoIp;
use doorward_services::{branding, detail_types};

use crate::branding_files::{self, BrandingFilesError};
use crate::{audit_streams, https, tls_acceptor};

/// Returns the findings that concern `doorward serve`, including the files that the configuration
/// names.
pub fn check_serve(config: &Config, clock: &dyn Clock) -> Vec<Finding> {
    let (mtls, authorization) = (&config.mtls, &config.authorization);
    let has_key = mtls.certificate.is_some() && mtls.private_key.is_some();
    let acceptor = (mtls.listen.is_some() && has_key).then(|| tls_acceptor::acceptor(mtls));
    let geoip = GeoIp::open(config.geoip.database.as_deref());
    let issuers = trusted_issuers::read(authorization.trusted_issuers());
    let details = detail_types::read(authorization.details_types());
    let unusable = |cause: &dyn Display| format!("the file cannot be used: {cause}");
    let checks = [
        (
            "mtls.certificate",
            acceptor
                .and_then(Result::err)
                .map(|error| error.to_string()),
            "use a certificate chain and its private key, both PEM",
        ),
        (
            "mtls.client_ca",
            Authorities::read(mtls.client_ca.as_deref())
                .err()
                .map(|error| error.to_string()),
            "use a file with one or more CA certificates (PEM)",
        ),
        (
            "mail.from",
            (!is_sender(&config.mail_from())).then(|| "not a valid sender address".to_owned()),
            "write mail.from = \"Example <no-reply@example.org>\"",
        ),
        (
            "geoip.database",
            geoip.err().map(|error| unusable(&error.cause)),
            "use a complete city or country database in the MaxMind format, or remove the key",
        ),
        (
            "authorization.trusted_issuers",
            issuers.err().map(|error| unusable(&error.cause)),
            "correct the file, or remove the key",
        ),
        (
            "authorization.details_types",
            details.err().map(|error| unusable(&error.cause)),
            "correct the file, or remove the key",
        ),
    ];
    let mut findings = config.check_serve();
    findings.extend(check_certificate(config, clock.now()));
    findings.extend(audit_streams::check(config));
    for (key, problem, remediation) in checks.into_iter().chain(check_features(config)) {
        findings.extend(problem.map(|problem| config.error(key, &problem, remediation)));
    }
    let pictures = branding::check_files(&config.branding).into_iter();
    findings.extend(pictures.map(|error| {
        let remediation =
            "use a PNG, JPEG, GIF or WebP picture of at most 2 MiB, or remove the key";
        config.error(error.key, &error.problem, remediation)
    }));
    let templates = branding_files::templates(&config.branding).err();
    let texts = branding_files::texts(&config.branding).err();
    for BrandingFilesError { key, problems } in templates.into_iter().chain(texts) {
        findings.extend(problems.iter().map(|problem| {
            let remediation = "correct the file, or remove it";
            config.error(key, problem, remediation)
        }));
    }
    findings
}

#[cfg(feature = "ldap-server")]
fn base_dn_problem(config: &Config) -> Option<String> {
    doorward_ldap_server::base_dn_problem(config)
}

#[cfg(not(feature = "ldap-server"))]
const fn base_dn_problem(_: &Config) -> Option<String> {
    None
}

/// Returns the checks of keys that need a feature.
fn check_features(config: &Config) -> Vec<(&'static str, Option<String>, &'static str)> {
    let has_directories = config.directories.file.is_some();
    let has_ldap = config.ldap.is_enabled();
    let needed = [
        ("forward_auth.proxies", "sites", lacks_sites(config)),
        (
            "directories.file",
            "directory",
            has_directories && !cfg!(feature = "directory"),
        ),
        (
            "ldap.listen",
            "ldap-server",
            has_ldap && !cfg!(feature = "ldap-server"),
        ),
        (
            "impersonation.enabled",
            "impersonation",
            config.impersonation.enabled && !cfg!(feature = "impersonation"),
        ),
    ];
    let lacking = needed.into_iter().map(|(key, feature, is_lacking)| {
        let problem =
            is_lacking.then(|| format!("this program is built without the feature `{feature}`"));
        let remediation = "remove the section, or use a program with the feature";
        (key, problem, remediation)
    });
    let base_dn = (
        "ldap.base_dn",
        base_dn_problem(config),
        "write a distinguished name such as \"dc=example,dc=org\"",
    );
    lacking.chain([base_dn]).collect()
}

/// Returns true if proxies are named, and the program cannot answer them.
fn lacks_sites(config: &Config) -> bool {
    config.forward_auth.is_configured() && !cfg!(feature = "sites")
}

/// Returns the findings about the certificate of the HTTPS listener. Certificates that clients reject
/// are warnings: the server starts, and serves the next one without a restart.
fn check_certificate(config: &Config, now: UnixSeconds) -> Vec<Finding> {
    let Some(files) = https::pair_files(config) else {
        return Vec::new();
    };
    let facts = files.read().and_then(|bytes| bytes.parse()?.facts());
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => {
            let key = if error.is_about_key() {
                "tls.private_key_file"
            } else {
                "tls.certificate"
            };
            return vec![config.error(key, &error.to_string(), error.remediation())];
        }
    };
    let problems = facts.problems(&config.certificate_hosts(), now);
    let warned = problems.iter().map(|problem| {
        config.warned(
            "tls.certificate",
            &problem.to_string(),
            problem.remediation(),
        )
    });
    warned.collect()
}

#[cfg(test)]
mod tests;
