//! The permissions of the routes of articles and categories. Scopes of the tasks API of the same
//! kind cover them; the policies decide which articles an action reaches.

use doorward_access::guard::RouteGuard as _;
use doorward_access::permission;
use doorward_access::rbac::Requirement;

use crate::tasks::permissions::Action;

permission!(
    /// The requirement to read articles and categories.
    pub(crate) ReadContent = "content:read", covered by "tasks:read"
);
permission!(
    /// The requirement to create and change articles.
    pub(crate) WriteContent = "content:write", covered by "tasks:write"
);
permission!(
    /// The requirement to delete articles.
    pub(crate) DeleteContent = "content:write", covered by "tasks:delete"
);
permission!(
    /// The requirement to create and change categories.
    pub(crate) EditCategories = "content:edit_all", covered by "tasks:write"
);
permission!(
    /// The requirement to delete categories.
    pub(crate) DeleteCategories = "content:delete_all", covered by "tasks:delete"
);

/// Returns the requirement of the routes of articles with this action.
pub(crate) const fn requirement(action: Action) -> Requirement {
    match action {
        Action::Read => ReadContent::REQUIREMENT,
        Action::Write => WriteContent::REQUIREMENT,
        Action::Delete => DeleteContent::REQUIREMENT,
    }
}
