//! What a caller is told about limits: `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10), and `Retry-After` where a try was one too many.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};

/// A limit, and what is left of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// The name of the limit.
    pub name: &'static str,
    /// The most tries in one window.
    pub quota: u64,
    /// The length of the window, in seconds.
    pub window: u64,
    /// How many more tries are within the limit.
    pub remaining: u64,
    /// Seconds until there are more.
    pub reset: i64,
    /// Whether this try was one too many.
    pub is_spent: bool,
}

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Adds the header fields. `t` is the time after which there are certainly tries again: the window
/// begins with the first try, and when that was is not kept.
pub fn announce(response: &mut HttpResponse, allowance: &Allowance) {
    let told = fields(allowance);
    let told = told
        .into_iter()
        .take(if allowance.is_spent { 3 } else { 2 });
    for (name, value) in told {
        response.headers_mut().insert(name, value);
    }
}

/// Adds the header fields to those of another limit: the fields are lists.
pub fn announce_besides<B>(response: &mut HttpResponse<B>, allowance: &Allowance) {
    for (name, value) in fields(allowance).into_iter().take(2) {
        response.headers_mut().append(name, value);
    }
}

fn fields(allowance: &Allowance) -> Vec<(HeaderName, HeaderValue)> {
    let Allowance {
        name,
        quota,
        window,
        remaining,
        reset,
        ..
    } = allowance;
    let policy = format!("\"{name}\";q={quota};w={window}");
    let left = format!("\"{name}\";r={remaining};t={reset}");
    let fields = [
        (RATE_LIMIT_POLICY, policy),
        (RATE_LIMIT, left),
        (RETRY_AFTER, reset.to_string()),
    ];
    let value = |(name, text): (HeaderName, String)| {
        // Words and numbers of ours cannot fail to be a header.
        Some((name, HeaderValue::from_str(&text).ok()?))
    };
    fields.into_iter().filter_map(value).collect()
}
