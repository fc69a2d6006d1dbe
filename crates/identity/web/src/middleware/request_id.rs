//! The request ID: in the response, the log, the audit log and on error pages.

use std::rc::Rc;

use actix_web::http::header::HeaderValue;
use doorward_domain::model::RequestId;
use doorward_domain::time::UnixSeconds;
use doorward_http_common::request_id;
use rand::CryptoRng;

/// Returns the ID sent by a trusted proxy, if it is short and plain; otherwise a new one.
pub(super) fn choose(
    sent: Option<&HeaderValue>,
    now: UnixSeconds,
    rng: &mut impl CryptoRng,
) -> Rc<str> {
    if let Some(id) = request_id::parse(sent) {
        id.into()
    } else {
        let id = RequestId::generate(now, rng).as_uuid().hyphenated();
        Rc::from(&*id.encode_lower(&mut [0; 36]))
    }
}
