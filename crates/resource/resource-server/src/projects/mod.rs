//! Projects: their model, members and rules.

mod delegation;
mod member_change;
pub(crate) mod member_http;
mod members;
pub(crate) mod model;
mod resource;

pub(crate) use members::{add_member, join_memberships, list_leads, memberships, memberships_in};
pub(crate) use resource::{column_mapping, restricted};
