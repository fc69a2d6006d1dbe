//! What happened, and to what.

use serde_json::Value;
use uuid::Uuid;

use crate::caller::Caller;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody was refused; the decision says why.
    PermissionDenied,
    /// Somebody saw what is restricted.
    SensitiveRead,
    /// Somebody became a member of a project, another one, or none.
    MemberChanged,
    /// A project was made.
    ProjectCreated,
    /// Sensitive fields of a project became others.
    ProjectChanged,
    /// A project was removed.
    ProjectDeleted,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::PermissionDenied,
        Self::SensitiveRead,
        Self::MemberChanged,
        Self::ProjectCreated,
        Self::ProjectChanged,
        Self::ProjectDeleted,
    ];

    /// The word on the wire and in the database.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::PermissionDenied => "permission_denied",
            Self::SensitiveRead => "sensitive_read",
            Self::MemberChanged => "member_changed",
            Self::ProjectCreated => "project_created",
            Self::ProjectChanged => "project_changed",
            Self::ProjectDeleted => "project_deleted",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub kind: Kind,
    /// The tenant in whose name the caller acted.
    pub org: String,
    /// Who it was, if they are known.
    pub subject: Option<String>,
    /// With which client.
    pub client_id: Option<String>,
    pub action: String,
    /// On what, `Project/0190…`.
    pub resource: Option<String>,
    /// The decision that explains a refusal.
    pub decision_id: Option<Uuid>,
    /// What else there is to say, as an object.
    pub detail: Value,
}

impl Event {
    /// What this caller does.
    pub(crate) fn of(
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
            action: action.to_owned(),
            resource: resource.into(),
            decision_id: None,
            detail,
        }
    }
}
