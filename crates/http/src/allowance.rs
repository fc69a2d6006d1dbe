//! Conversion of limit states to rate limit header values.

use doorward_services::rate_limit::LimitStatus;

use crate::rate_limit::Allowance;

/// Converts the state of a limit to the values of header fields.
pub fn of(budget: &LimitStatus) -> Allowance {
    let limit = budget.limit;
    Allowance {
        name: limit.name,
        quota: limit.quota,
        window: limit.window,
        remaining: budget.remaining,
        reset: budget.reset,
        is_spent: budget.is_spent,
    }
}
