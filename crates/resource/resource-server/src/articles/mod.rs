//! Articles with categories and plans: an example of content. Policies see them as documents, so
//! that every ready-made rule applies to them.

pub(crate) mod category;
pub(crate) mod category_http;
mod category_store;
pub(crate) mod model;
pub(crate) mod permissions;
mod resource;

pub(crate) use permissions::requirement;
#[cfg(test)]
pub(crate) use resource::column_mapping;
