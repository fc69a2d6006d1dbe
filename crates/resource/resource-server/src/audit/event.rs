//! Audit events and their objects.

use serde::Serialize;
use serde_json::{Value, json};

use crate::caller::Caller;
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

/// An event; its ID and time are set when it is inserted.
pub(crate) type Event = entity::Model;

pub(super) mod entity {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;
    use utoipa::ToSchema;

    use super::Kind;
    use crate::date_time::serialize_time;

    // A row of the table `tasks_audit`, which is also the event in a response, except for its `detail`.
    #[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, ToSchema)]
    #[sea_orm(table_name = "tasks_audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        #[schema(value_type = String, format = "uuid")]
        pub id: Uuid,
        #[serde(serialize_with = "serialize_time")]
        #[schema(value_type = String, format = DateTime)]
        pub created_at: i64,
        #[schema(inline, value_type = Kind)]
        pub kind: String,
        #[serde(skip)]
        pub org: String,
        #[schema(required)]
        pub subject: Option<String>,
        #[schema(required)]
        pub client_id: Option<String>,
        #[schema(required)]
        pub ip: Option<String>,
        #[schema(required)]
        pub user_agent: Option<String>,
        pub action: String,
        /// Object, such as `Project/0190…`.
        #[schema(required)]
        pub resource: Option<String>,
        #[schema(value_type = Option<String>, format = "uuid", required)]
        pub decision_id: Option<Uuid>,
        /// A JSON object.
        #[schema(value_type = Object)]
        pub detail: String,
    }

    crate::entity::plain_entity!();
}

impl Event {
    /// Creates an event for an action of this caller.
    pub(crate) fn from_request(
        caller: &Caller<'_>,
        kind: Kind,
        action: &str,
        resource: impl Into<Option<String>>,
        detail: &Value,
    ) -> Self {
        let (principal, origin) = (&caller.principal, caller.origin.clone());
        Self {
            kind: kind.as_str().to_owned(),
            org: caller.org().to_owned(),
            subject: Some(principal.subject.clone()),
            client_id: Some(principal.client_id.clone()),
            ip: origin.ip,
            user_agent: origin.user_agent,
            action: action.to_owned(),
            resource: resource.into(),
            detail: detail.to_string(),
            ..Self::default()
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
