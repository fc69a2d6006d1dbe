//! The request ID: in the response, the log, the audit log and on error pages.

use std::rc::Rc;

use actix_web::http::header::HeaderValue;
use doorward_domain::model::RequestId;
use doorward_domain::time::UnixSeconds;
use rand::CryptoRng;

const MAX: usize = 64;

/// Returns the ID sent by a trusted proxy, if it is short and plain; otherwise a new one.
pub(super) fn choose(
    sent: Option<&HeaderValue>,
    now: UnixSeconds,
    rng: &mut impl CryptoRng,
) -> Rc<str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match sent.and_then(|value| value.to_str().ok()) {
        Some(id) if (8..=MAX).contains(&id.len()) && id.chars().all(plain) => id.into(),
        _ => RequestId::generate(now, rng).to_string().into(),
    }
}
