//! Checks of the configuration that read the operator's files or use the library of a value.

use doorward_config::{Config, Finding};
use doorward_email::delivery::is_sender;
use doorward_oauth::trusted_issuers;
use doorward_services::client_certificate::Authorities;
use doorward_services::detail_types;
use doorward_services::geoip::GeoIp;

use crate::tls_acceptor;

/// Returns the findings that concern `doorward serve`, including the files that the configuration
/// names.
pub fn check_serve(config: &Config) -> Vec<Finding> {
    let mut findings = config.check_serve();
    findings.extend(check_mtls(config));
    findings.extend(check_sender(config));
    findings.extend(check_geoip(config));
    findings.extend(check_trusted_issuers(config));
    findings.extend(check_details_types(config));
    findings
}

fn check_mtls(config: &Config) -> Vec<Finding> {
    let mtls = &config.mtls;
    let mut findings = Vec::new();
    if mtls.listen.is_some()
        && mtls.certificate.is_some()
        && mtls.private_key.is_some()
        && let Err(error) = tls_acceptor::acceptor(mtls)
    {
        findings.push(config.error(
            "mtls.certificate",
            &error.to_string(),
            "use a certificate chain and its private key, both PEM",
        ));
    }
    if let Err(error) = Authorities::read(mtls.client_ca.as_deref()) {
        findings.push(config.error(
            "mtls.client_ca",
            &error.to_string(),
            "use a file with one or more CA certificates (PEM)",
        ));
    }
    findings
}

fn check_sender(config: &Config) -> Option<Finding> {
    (!is_sender(&config.mail_from())).then(|| {
        config.error(
            "mail.from",
            "not a valid sender address",
            "write mail.from = \"Example <no-reply@example.org>\"",
        )
    })
}

fn check_geoip(config: &Config) -> Option<Finding> {
    let error = GeoIp::open(config.geoip.database.as_deref()).err()?;
    Some(config.error(
        "geoip.database",
        &format!("the file cannot be used: {}", error.cause),
        "use a complete city or country database in the MaxMind format, or remove the key",
    ))
}

fn check_trusted_issuers(config: &Config) -> Option<Finding> {
    let error = trusted_issuers::read(config.authorization.trusted_issuers()).err()?;
    Some(config.error(
        "authorization.trusted_issuers",
        &format!("the file cannot be used: {}", error.cause),
        "correct the file, or remove the key",
    ))
}

fn check_details_types(config: &Config) -> Option<Finding> {
    let error = detail_types::read(config.authorization.details_types()).err()?;
    Some(config.error(
        "authorization.details_types",
        &format!("the file cannot be used: {}", error.cause),
        "correct the file, or remove the key",
    ))
}

#[cfg(test)]
mod tests;
