//! Checks of the issuer as clients reach it: over DNS, TLS and the proxy.

use std::time::Duration;

use doorward_config::Config;
use doorward_domain::time::{Clock, UnixSeconds};
use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use reqwest::redirect::Policy;
use reqwest::tls::TlsInfo;
use reqwest::{Client, Response};
use serde_json::Value;

use super::report::CheckResult;
use super::storage::Stored;

/// Timeout of each request.
const PATIENCE: Duration = Duration::from_secs(5);
/// Minimum remaining days of a certificate; automatic renewal happens earlier.
const DAYS: i32 = 14;
const PART: &str = "issuer";
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Checks the issuer's discovery document, certificate and published keys.
pub(super) async fn examine(
    config: &Config,
    clock: &dyn Clock,
    stored: Option<&Stored>,
    report: &mut Vec<CheckResult>,
) {
    match discover(config, clock, report).await {
        Err(problem) => report.push(problem),
        Ok((client, document)) => {
            let seen = format!("{}{DISCOVERY} has the same issuer", config.issuer);
            report.push(CheckResult::passed(PART, seen));
            if let Some(kid) = stored.and_then(|stored| stored.kid.as_deref()) {
                published(&client, &document, kid, report).await;
            }
        }
    }
}

/// Returns the discovery document of the issuer; the error is its problem.
async fn discover(
    config: &Config,
    clock: &dyn Clock,
    report: &mut Vec<CheckResult>,
) -> Result<(Client, Value), CheckResult> {
    let client = Client::builder()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .tls_info(true)
        .build()
        .map_err(|error| {
            let remediation = "TLS cannot be initialized: check SSL_CERT_FILE";
            CheckResult::bad(PART, error, remediation)
        })?;
    let address = format!("{}{DISCOVERY}", config.issuer);
    let response = client.get(&address).send().await.map_err(|error| {
        CheckResult::bad(
            PART,
            format!("no answer at {address}: {}", causes(&error)),
            "check that the server runs, that the name resolves to the proxy, and that the certificate chain is complete",
        )
    })?;
    certificate(&response, clock.now(), report);
    let status = response.status();
    if status != 200 {
        return Err(CheckResult::bad(
            PART,
            format!("{address} answers {status}"),
            "configure the proxy to forward every path with the original Host header",
        ));
    }
    let Ok(document) = response.json::<Value>().await else {
        return Err(CheckResult::bad(
            PART,
            format!("{address} is not a JSON document"),
            "another service responds there: check the target of the proxy",
        ));
    };
    if document["issuer"] != *config.issuer {
        return Err(CheckResult::bad(
            PART,
            format!("the server there has the issuer {}", document["issuer"]),
            "another instance or configuration responds: set the same issuer in both",
        ));
    }
    Ok((client, document))
}

/// Checks that the server at the issuer publishes the signing key of this database.
async fn published(client: &Client, document: &Value, kid: &str, report: &mut Vec<CheckResult>) {
    const PART: &str = "published keys";
    let Some(address) = document["jwks_uri"].as_str() else {
        report.push(CheckResult::bad(
            PART,
            "discovery names no jwks_uri",
            "update the server at the issuer",
        ));
        return;
    };
    let response = async { client.get(address).send().await?.json::<Value>().await };
    report.push(match response.await {
        Ok(keys) if has(&keys, kid) => CheckResult::passed(PART, "the signing key is published"),
        Ok(_) => CheckResult::bad(
            PART,
            "the signing key is not published",
            "the server at the issuer uses another database: compare database.url of both",
        ),
        Err(error) => CheckResult::bad(
            PART,
            format!("no keys at {address}: {}", causes(&error)),
            "configure the proxy to forward every path: clients verify tokens with these keys",
        ),
    });
}

fn has(keys: &Value, kid: &str) -> bool {
    let listed = keys["keys"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    listed.iter().any(|key| key["kid"] == *kid)
}

/// Checks the expiry of the certificate; there is none on loopback.
fn certificate(response: &Response, now: UnixSeconds, report: &mut Vec<CheckResult>) {
    const PART: &str = "certificate";
    let info = response.extensions().get::<TlsInfo>();
    let Some(der) = info.and_then(TlsInfo::peer_certificate) else {
        return;
    };
    let left = X509::from_der(der)
        .and_then(|certificate| Asn1Time::from_unix(now)?.diff(certificate.not_after()))
        .map(|left| left.days);
    report.push(match left {
        Ok(days) => certificate_line(days),
        Err(error) => {
            CheckResult::warning(PART, error, "inspect the certificate with `openssl x509`")
        }
    });
}

fn certificate_line(days: i32) -> CheckResult {
    const PART: &str = "certificate";
    if days < DAYS {
        let remediation = "renew it, and check why it was not renewed automatically";
        CheckResult::warning(PART, format!("it expires in {days} days"), remediation)
    } else {
        CheckResult::passed(PART, format!("valid for {days} days"))
    }
}

fn causes(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause = std::error::Error::source(error);
    while let Some(item) = cause {
        text = item.to_string();
        cause = item.source();
    }
    if text.is_empty() {
        error.to_string()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::report::CheckStatus;

    #[test]
    fn certificate_warning_starts_two_weeks_before_expiry() {
        let health = [90, 14, 13, -1].map(|days| certificate_line(days).health);
        let [good, warning] = [CheckStatus::Good, CheckStatus::Warning];
        assert_eq!(health, [good, good, warning, warning]);
    }
}
