//! Details of audit events about users.

use doorward_domain::model::{AuditEvent, User, UserId};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_store::{StoreError, WriteTx, repo};
use serde_json::{Value, json};

use crate::operator::PAGE;

/// Returns the members of an account for the audit log: never the password or its hash.
pub(crate) fn audit_details(user: &User) -> Value {
    json!({
        "username": user.username,
        "email": user.email,
        "email_verified": user.email_verified,
        "is_staff": user.is_staff,
        "disabled_at": user.disabled_at,
        "password_changed_at": user.password_changed_at,
        "password_change_required": user.password_change_required,
    })
}

/// Adds to an event the organizations that have no active owner now because this user was disabled: that
/// does not delay the end, and is shown afterwards.
pub(super) async fn with_ownerless(
    tx: &WriteTx,
    id: UserId,
    event: AuditEvent,
) -> Result<AuditEvent, StoreError> {
    let filter = OwnerlessFilter {
        owner: Some(id),
        ..OwnerlessFilter::default()
    };
    let found = repo::organizations::list_ownerless(tx, &filter, PAGE).await?;
    Ok(if found.is_empty() {
        event
    } else {
        event.with("organizations_without_owner", found)
    })
}
