//! Tasks: their model, permissions and rules.

pub(crate) mod model;
pub(crate) mod permissions;
mod resource;

pub(crate) use resource::column_mapping;
