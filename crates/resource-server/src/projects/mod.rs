//! Projects: their model, members, storage and HTTP interface.

mod delegation;
mod entity;
pub(crate) mod http;
mod input;
mod member_http;
mod members;
pub mod model;
mod query;
mod response;
mod store;

pub(crate) use entity::project::{Column, Entity};
pub(crate) use members::{join_memberships, list_leads, memberships, memberships_in};
pub(crate) use store::{add, add_member, column_mapping, restricted};
