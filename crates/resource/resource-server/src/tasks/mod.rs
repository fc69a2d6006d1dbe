//! Tasks: their model, permissions and rules.

pub(crate) mod model;
pub(crate) mod permissions;
mod resource;

#[cfg(test)]
pub(crate) use resource::column_mapping;
