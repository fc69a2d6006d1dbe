//! Articles with categories and plans: an example of content. Policies see them as documents, so
//! that every ready-made rule applies to them.

mod category;
mod category_http;
mod category_store;
pub(crate) mod model;
mod permissions;
mod resource;

use doorward_access::guard::Routes;

use crate::resource::http::routes as resource_routes;
use model::Article;

pub(crate) use permissions::requirement;
#[cfg(test)]
pub(crate) use resource::column_mapping;

/// Returns the routes of articles and categories.
pub(crate) fn routes() -> Routes {
    resource_routes::<Article>().merge(category_http::routes())
}
