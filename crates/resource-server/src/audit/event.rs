//! Audit events and their objects.

use serde_json::Value;
use uuid::Uuid;

use crate::caller::Caller;
use crate::origin::Origin;

/// The kind of an audit event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A denial; the decision contains the reason.
    PermissionDenied,
    /// A read of restricted data.
    SensitiveRead,
    /// A change of a project member: added, changed or removed.
    MemberChanged,
    /// A created project.
    ProjectCreated,
    /// A change of sensitive project fields.
    ProjectChanged,
    /// A deleted project.
    ProjectDeleted,
    /// A publication, or a change of the fields that determine the readers of an article.
    ArticleChanged,
    /// A deleted article.
    ArticleDeleted,
    /// A created, changed or deleted category with its editors.
    CategoryChanged,
}

impl Kind {
    /// All kinds.
    pub(crate) const ALL: [Self; 9] = [
        Self::PermissionDenied,
        Self::SensitiveRead,
        Self::MemberChanged,
        Self::ProjectCreated,
        Self::ProjectChanged,
        Self::ProjectDeleted,
        Self::ArticleChanged,
        Self::ArticleDeleted,
        Self::CategoryChanged,
    ];

    /// Returns the serialized name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::PermissionDenied => "permission_denied",
            Self::SensitiveRead => "sensitive_read",
            Self::MemberChanged => "member_changed",
            Self::ProjectCreated => "project_created",
            Self::ProjectChanged => "project_changed",
            Self::ProjectDeleted => "project_deleted",
            Self::ArticleChanged => "article_changed",
            Self::ArticleDeleted => "article_deleted",
            Self::CategoryChanged => "category_changed",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An audit event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub kind: Kind,
    /// Organization in which the caller acted.
    pub org: String,
    /// Caller, if known.
    pub subject: Option<String>,
    /// Client of the caller.
    pub client_id: Option<String>,
    /// Address and user agent of the request.
    pub origin: Origin,
    pub action: String,
    /// Object, such as `Project/0190…`.
    pub resource: Option<String>,
    /// Decision that explains a denial.
    pub decision_id: Option<Uuid>,
    /// Further details, as an object.
    pub detail: Value,
}

impl Event {
    /// Creates an event for an action of this caller.
    pub(crate) fn from_request(
        caller: &Caller,
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
