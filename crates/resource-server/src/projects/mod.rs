//! Projects: their model, members and rules.

mod delegation;
mod member_body;
mod member_change;
mod member_http;
mod members;
pub(crate) mod model;
mod resource;

use doorward_access::guard::Routes;

use crate::resource::http::{replace, routes as resource_routes};
use model::Project;

pub(crate) use members::{add_member, join_memberships, list_leads, memberships, memberships_in};
pub(crate) use resource::{column_mapping, restricted};

/// Returns the routes of projects and their members.
pub(crate) fn routes() -> Routes {
    resource_routes::<Project>()
        .put("/api/projects/{id}", replace::<Project>)
        .merge(member_http::routes())
}
