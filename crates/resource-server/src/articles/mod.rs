//! Articles with categories and plans: an example of content. Policies see them as documents, so
//! that every ready-made rule applies to them.

mod category;
pub(crate) mod category_http;
mod category_store;
mod entity;
pub(crate) mod http;
mod input;
pub mod model;
mod permissions;
mod query;
mod store;

pub(crate) use permissions::requirement;
#[cfg(test)]
pub(crate) use store::column_mapping;
