//! The numbers of a run, which the target keeps.

use doorward_admin::prelude::*;

/// Number of described problems, and of described differences of a dry run.
const DESCRIBED: usize = 100;

/// The numbers of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ScimRun)]
pub struct Report {
    /// True if the run compared all users.
    pub full: bool,
    /// Users that the application should have.
    pub users: u64,
    /// New users at the application.
    pub created: u64,
    /// Changed users at the application.
    pub changed: u64,
    /// Users that were disabled at the application.
    pub deactivated: u64,
    /// New groups at the application.
    pub groups_created: u64,
    /// Changed groups at the application.
    pub groups_changed: u64,
    /// Groups that were deleted at the application.
    pub groups_deleted: u64,
    /// Users and groups that the application has, and this server does not; they stay as they are.
    pub unknown: u64,
    /// Users and groups that the application rejects, the first ones.
    pub problems: Vec<String>,
    /// Differences that a dry run has found, the first ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
}

impl Report {
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_default()
    }

    /// Returns true if the run has changed something, or was rejected.
    pub const fn is_change(&self) -> bool {
        let users = self.created + self.changed + self.deactivated;
        let groups = self.groups_created + self.groups_changed + self.groups_deleted;
        users + groups > 0 || !self.problems.is_empty()
    }

    pub fn problem(&mut self, text: String) {
        if self.problems.len() < DESCRIBED {
            self.problems.push(text);
        }
    }

    pub fn difference(&mut self, text: String) {
        if self.differences.len() < DESCRIBED {
            self.differences.push(text);
        }
    }
}
