//! Counts sign-ins for the metrics, from the audit events that are linked to the chain.

use doorward_domain::model::AuditRecord;

use crate::prelude::*;

/// Counts the sign-ins among these audit events.
pub(crate) fn count(metrics: &Metrics, events: &[AuditRecord]) {
    for event in events {
        let is_success = match event.kind.as_str() {
            kind if kind == AuditKind::LoginSucceeded.as_str() => true,
            kind if kind == AuditKind::LoginFailed.as_str() => false,
            _ => continue,
        };
        let detail: Option<Value> = serde_json::from_str(&event.detail).ok();
        let method = detail.as_ref().and_then(|detail| detail["method"].as_str());
        metrics.sign_in(method, is_success);
    }
}

#[cfg(test)]
mod tests;
