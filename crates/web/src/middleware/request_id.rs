//! The request ID: in the response, the log, the audit log and on error pages.

use std::rc::Rc;

use actix_web::http::header::HeaderValue;
use rand::CryptoRng;
use uuid::{Builder, Uuid};

const MAX: usize = 64;

/// Returns the ID sent by a trusted proxy, if it is short and plain; otherwise a random UUID.
pub(super) fn choose<R: CryptoRng + ?Sized>(sent: Option<&HeaderValue>, rng: &mut R) -> Rc<str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match sent.and_then(|value| value.to_str().ok()) {
        Some(id) if (8..=MAX).contains(&id.len()) && id.chars().all(plain) => id.into(),
        _ => {
            let mut bytes = [0; 16];
            rng.fill_bytes(&mut bytes);
            let id = Builder::from_random_bytes(bytes).into_uuid().hyphenated();
            (&*id.encode_lower(&mut Uuid::encode_buffer())).into()
        }
    }
}
