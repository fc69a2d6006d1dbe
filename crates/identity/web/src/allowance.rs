//! Conversion of limit states to rate limit header values.

use doorward_http_common::rate_limit_headers::Allowance;
use doorward_services::limits::LimitStatus;

pub fn from_status(status: &LimitStatus) -> Allowance<'static> {
    let limit = status.limit;
    Allowance {
        name: limit.name,
        quota: limit.quota,
        window: limit.window,
        remaining: status.remaining,
        reset: status.reset,
        is_exhausted: status.is_exhausted,
    }
}
