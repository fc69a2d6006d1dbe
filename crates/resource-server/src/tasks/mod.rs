//! Tasks: their model, permissions and rules.

pub(crate) mod model;
pub(crate) mod permissions;
mod resource;

use doorward_access::guard::Routes;

use crate::resource::http::{replace, routes as resource_routes};
use model::Task;

pub(crate) use resource::column_mapping;

/// Returns the routes of tasks.
pub(crate) fn routes() -> Routes {
    resource_routes::<Task>().put("/api/tasks/{id}", replace::<Task>)
}
