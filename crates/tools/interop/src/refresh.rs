//! Keeps a user signed in to a program for longer than its tokens are valid.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_user_agent::Page;
use serde_json::Value;

use crate::doorward::{Doorward, USER};
use crate::failure::Failure;
use crate::programs::Refresh;
use crate::sign_in::{Visit, failed};

/// Time for which the program is used.
const USE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(500);
/// Minimum number of ID tokens in that time: each is valid for four seconds.
const TOKENS: usize = 3;

/// Signs in, and calls the program until several ID tokens have expired. Each must describe the same
/// sign-in, without `nonce` after the first one (OIDC Core §12.2).
///
/// # Errors
///
/// Returns the failed call, or the claim that differs.
pub async fn check(doorward: &Doorward, base: &str, paths: &Refresh) -> Result<(), Failure> {
    let visit = Visit::new(doorward, base);
    let page = visit.submit_forms(paths.login).await?;
    if !visit.is_at_program(&page) || page.status >= 400 {
        return Err(failed("sign-in", &page));
    }
    let start = Instant::now();
    let mut tokens: Vec<Value> = Vec::new();
    while start.elapsed() < USE {
        let page = visit.get(paths.call).await;
        if !(200..300).contains(&page.status) {
            let seconds = start.elapsed().as_secs();
            return Err(failed(&format!("call after {seconds} s"), &page));
        }
        let claims = claims(&page).ok_or_else(|| failed("call without an ID token", &page))?;
        if tokens
            .last()
            .is_none_or(|last| last["iat"] != claims["iat"])
        {
            tokens.push(claims);
        }
        tokio::time::sleep(PAUSE).await;
    }
    let [first, refreshed @ ..] = &tokens[..] else {
        return Err("no call".to_owned());
    };
    if tokens.len() < TOKENS {
        return Err(format!("only {} ID tokens", tokens.len()));
    }
    if first["email"] != USER.email {
        return Err(format!("the ID token describes {}", first["email"]));
    }
    for later in refreshed {
        for claim in ["iss", "sub", "aud", "auth_time", "sid", "email"] {
            if first[claim].is_null() || first[claim] != later[claim] {
                return Err(format!("{claim}: {} and {}", first[claim], later[claim]));
            }
        }
        if !later["nonce"].is_null() {
            return Err("a refreshed ID token has a nonce".to_owned());
        }
    }
    Ok(())
}

/// Returns the claims of the ID token in the header of a response.
fn claims(page: &Page) -> Option<Value> {
    let token = page.header("authorization")?.strip_prefix("Bearer ")?;
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}
