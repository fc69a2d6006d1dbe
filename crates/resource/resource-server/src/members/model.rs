//! A member of a project, which is also the member in a response.

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::words;

words! {
    #[derive(Default)]
    Role {
        #[default]
        Member = "member",
        Lead = "lead",
        /// A reviewer, who adds no tasks.
        Reviewer = "reviewer",
    }
}

words! {
    /// A permission of a member beyond the role.
    Permission {
        Edit = "edit",
        Tasks = "tasks",
        Budget = "budget",
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Member {
    pub subject: String,
    #[schema(inline)]
    pub role: Role,
    #[schema(inline)]
    pub permissions: Vec<Permission>,
    /// Time at which the member was added (RFC 3339); unknown for old memberships.
    #[schema(format = DateTime, required)]
    pub joined_at: Option<String>,
    /// E-mail address, for callers who may read contact data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<String>,
    /// Phone number, for callers who may read contact data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<String>,
}
