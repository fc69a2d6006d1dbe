//! CSRF protection: a form is valid only from this server's page in the same browser.

use actix_web::http::header::ORIGIN;
use doorward_domain::credentials::keyed_hash::hmac;
use doorward_domain::derived_keys::CsrfKey;
use doorward_domain::mutant::{self, Safeguard};
use doorward_http_common::header::text;
use hmac::{Hmac, Mac as _};
use rand::CryptoRng;
use sha2::Sha256;

use crate::prelude::*;

const NONCE: usize = 16;

/// Returns a token for the forms of one page: `nonce ‖ HMAC(key, nonce ‖ browser)`. The nonce makes
/// it different on every page, so that compression reveals nothing about it (BREACH).
pub fn token(key: &CsrfKey, browser: &OpaqueToken, rng: &mut impl CryptoRng) -> String {
    let mut bytes = [0_u8; NONCE];
    rng.fill_bytes(&mut bytes);
    let mut whole = bytes.to_vec();
    whole.extend_from_slice(&mac(key.expose(), &bytes, browser).finalize().into_bytes());
    URL_SAFE_NO_PAD.encode(whole)
}

/// Returns true if the token was created for this browser; the comparison takes constant time.
pub fn is_valid(key: &CsrfKey, browser: &OpaqueToken, presented: &str) -> bool {
    if mutant::is_disabled(Safeguard::Csrf) {
        return true;
    }
    let Ok(whole) = URL_SAFE_NO_PAD.decode(presented) else {
        return false;
    };
    let Some((nonce, tag)) = whole.split_at_checked(NONCE) else {
        return false;
    };
    let mut keys = key.all();
    keys.any(|key| mac(key, nonce, browser).verify_slice(tag).is_ok())
}

fn mac(key: &[u8; 32], nonce: &[u8], browser: &OpaqueToken) -> Hmac<Sha256> {
    let mac = hmac(key).chain_update(nonce);
    mac.chain_update(browser.expose().as_bytes())
}

/// Returns true if the request comes from a page of `origin`: by fetch metadata if present,
/// otherwise by `Origin`. A client that sends neither is not a browser that could be abused, and
/// still needs the token.
pub fn is_same_origin(request: &HttpRequest, origin: &str) -> bool {
    if mutant::is_disabled(Safeguard::Csrf) {
        return true;
    }
    let headers = request.headers();
    match text(headers, "sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers
            .get(ORIGIN)
            .is_none_or(|sent| sent.as_bytes() == origin.as_bytes()),
    }
}

/// Returns true if the browser marks the request as sent by another site's page.
pub fn is_cross_site(request: &HttpRequest) -> bool {
    text(request.headers(), "sec-fetch-site") == Some("cross-site")
}

#[cfg(test)]
mod tests;
