//! The issuer as the world reaches it: over DNS, TLS and the proxy in front.

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

/// Time for each question.
const PATIENCE: Duration = Duration::from_secs(5);
/// The days that a certificate should still have: what renews itself does it before.
const DAYS: i32 = 14;
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Asks the issuer who it is, and with which keys it signs.
pub(super) async fn examine(
    config: &Config,
    clock: &dyn Clock,
    stored: Option<&Stored>,
    report: &mut Vec<CheckResult>,
) {
    const PART: &str = "issuer";
    let built = Client::builder()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .tls_info(true)
        .build();
    let client = match built {
        Ok(client) => client,
        Err(error) => {
            report.push(CheckResult::bad(
                PART,
                error,
                "this program cannot speak TLS here: see SSL_CERT_FILE",
            ));
            return;
        }
    };
    let address = format!("{}{DISCOVERY}", config.issuer);
    let response = match client.get(&address).send().await {
        Ok(response) => response,
        Err(error) => {
            report.push(CheckResult::bad(
                PART,
                format!("no answer at {address}: {}", causes(&error)),
                "see that the server runs, that the name leads to the proxy, and that the certificate is whole",
            ));
            return;
        }
    };
    certificate(&response, clock.now(), report);
    let status = response.status();
    if status != 200 {
        report.push(CheckResult::bad(
            PART,
            format!("{address} answers {status}"),
            "let the proxy pass every path on, with the Host that it was asked for",
        ));
        return;
    }
    let Ok(document) = response.json::<Value>().await else {
        report.push(CheckResult::bad(
            PART,
            format!("{address} is no JSON document"),
            "something else answers there: see where the proxy leads",
        ));
        return;
    };
    if document["issuer"] != *config.issuer {
        report.push(CheckResult::bad(
            PART,
            format!("the server there calls itself {}", document["issuer"]),
            "another instance, or another configuration, answers: write the same issuer in both",
        ));
        return;
    }
    report.push(CheckResult::good(
        PART,
        format!("{address} says the same name"),
    ));
    if let Some(kid) = stored.and_then(|stored| stored.kid.as_deref()) {
        published(&client, &document, kid, report).await;
    }
}

/// Whether the server at the issuer signs with the key of this database.
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
    let answer = async { client.get(address).send().await?.json::<Value>().await };
    report.push(match answer.await {
        Ok(keys) if has(&keys, kid) => CheckResult::good(PART, "the key that signs is among them"),
        Ok(_) => CheckResult::bad(
            PART,
            "the key that signs is not among them",
            "the server at the issuer works on another database: compare database.url of both",
        ),
        Err(error) => CheckResult::bad(
            PART,
            format!("no keys at {address}: {}", causes(&error)),
            "let the proxy pass every path on: apps verify tokens with these keys",
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

/// Until when the certificate is good; there is none on loopback.
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
            CheckResult::warning(PART, error, "look at the certificate with `openssl x509`")
        }
    });
}

fn certificate_line(days: i32) -> CheckResult {
    const PART: &str = "certificate";
    if days < DAYS {
        let remedy = "renew it, and see why nothing renewed it by itself";
        CheckResult::warning(PART, format!("it ends in {days} days"), remedy)
    } else {
        CheckResult::good(PART, format!("good for {days} days"))
    }
}

fn causes(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        text = one.to_string();
        cause = one.source();
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
    fn a_certificate_is_renewed_two_weeks_before_its_end() {
        let health = [90, 14, 13, -1].map(|days| certificate_line(days).health);
        let [good, warning] = [CheckStatus::Good, CheckStatus::Warning];
        assert_eq!(health, [good, good, warning, warning]);
    }
}
