//! The permissions of the routes of articles and categories. Scopes of the tasks API of the same
//! kind cover them; the policies decide which articles an action reaches.

use doorward_access::guard::RouteGuard as _;
use doorward_access::permission;
use doorward_access::rbac::Requirement;

use crate::tasks::permissions::Action;

permission!(pub(crate) ReadContent = "content:read", covered by "tasks:read");
permission!(pub(crate) WriteContent = "content:write", covered by "tasks:write");
permission!(pub(crate) DeleteContent = "content:write", covered by "tasks:delete");
permission!(pub(crate) EditCategories = "content:edit_all", covered by "tasks:write");
permission!(pub(crate) DeleteCategories = "content:delete_all", covered by "tasks:delete");

pub(crate) const fn requirement(action: Action) -> Requirement {
    match action {
        Action::Read => ReadContent::REQUIREMENT,
        Action::Write => WriteContent::REQUIREMENT,
        Action::Delete => DeleteContent::REQUIREMENT,
    }
}
