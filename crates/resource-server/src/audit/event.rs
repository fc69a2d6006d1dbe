//! Audit events and their objects.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::caller::Caller;
use crate::origin::Origin;
use crate::words::words;

words! {
    Kind {
        PermissionDenied = "permission_denied",
        SensitiveRead = "sensitive_read",
        /// A change of a project member: added, changed or removed.
        MemberChanged = "member_changed",
        ProjectCreated = "project_created",
        ProjectChanged = "project_changed",
        ProjectDeleted = "project_deleted",
        /// A publication, or a change of the fields that determine the readers of an article.
        ArticleChanged = "article_changed",
        ArticleDeleted = "article_deleted",
        /// A created, changed or deleted category with its editors.
        CategoryChanged = "category_changed",
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub kind: Kind,
    pub org: String,
    pub subject: Option<String>,
    pub client_id: Option<String>,
    pub origin: Origin,
    pub action: String,
    /// Object, such as `Project/0190…`.
    pub resource: Option<String>,
    pub decision_id: Option<Uuid>,
    pub detail: Value,
}

impl Event {
    /// Creates an event for an action of this caller.
    pub(crate) fn from_request(
        caller: &Caller<'_>,
        kind: Kind,
        action: &str,
        resource: impl Into<Option<String>>,
        detail: Value,
    ) -> Self {
        Self {
            kind,
            org: caller.org().to_owned(),
            subject: Some(caller.principal.subject.clone()),
            client_id: Some(caller.principal.client_id.clone()),
            origin: caller.origin.clone(),
            action: action.to_owned(),
            resource: resource.into(),
            decision_id: None,
            detail,
        }
    }
}

/// Returns the detail of a change: the level before and after it, and the names of the changed fields,
/// without their contents. Returns `None` if none of them changed.
pub(crate) fn sensitive_change<L: PartialEq + Serialize>(
    (before, after): (L, L),
    others: &[(&str, bool)],
) -> Option<Value> {
    let level = ("confidentiality", before != after);
    let fields: Vec<&str> = std::iter::once(&level)
        .chain(others)
        .filter_map(|(field, changes)| changes.then_some(*field))
        .collect();
    if fields.is_empty() {
        return None;
    }
    let mut detail = json!({"fields": fields});
    if level.1 {
        detail["confidentiality"] = json!({"before": before, "after": after});
    }
    Some(detail)
}
