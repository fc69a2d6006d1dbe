//! Checks of the issuer as clients reach it.

use doorward_process::doctor::issuer::{Discovered, causes, discover};
use doorward_process::doctor::report::{CheckResult, Part};
use serde_json::Value;

use crate::prelude::*;

/// Checks the issuer's discovery document and certificate, and that the default signing key `kid` is
/// published.
pub(super) async fn examine(
    config: &Config,
    clock: &dyn Clock,
    kid: Option<&str>,
    report: &mut Vec<CheckResult>,
) {
    match discover(&config.issuer, clock.now(), report).await {
        Err(problem) => report.push(problem),
        Ok(found) => {
            if let Some(kid) = kid {
                report.push(published(&found, kid).await);
            }
        }
    }
}

/// Checks that the server at the issuer publishes the signing key of this database.
async fn published(found: &Discovered, kid: &str) -> CheckResult {
    const KEYS: Part = Part("published keys");
    let Some(address) = found.document["jwks_uri"].as_str() else {
        let remediation = "update the server at the issuer";
        return KEYS.bad("discovery names no jwks_uri", remediation);
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
        Ok(keys) if has(&keys, kid) => KEYS.passed("the signing key is published"),
        Ok(_) => KEYS.bad(
            "the signing key is not published",
            "the server at the issuer uses another database: compare database.url of both",
        ),
        Err(error) => KEYS.bad(
            format!("no keys at {address}: {}", causes(&error)),
            "configure the proxy to forward every path: clients verify tokens with these keys",
        ),
    }
}

fn has(keys: &Value, kid: &str) -> bool {
    let mut listed = keys["keys"].as_array().into_iter().flatten();
    listed.any(|key| key["kid"] == *kid)
}
