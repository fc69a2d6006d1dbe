//! Projects: their model, members and rules.

mod delegation;
mod member_change;
pub(crate) mod member_http;
pub(crate) mod model;
mod resource;

pub(crate) use resource::{add_member, column_mapping, restricted};
