//! Projects: their model, members, storage and HTTP interface.

mod delegation;
mod entity;
pub(crate) mod http;
mod input;
mod members;
pub mod model;
mod query;
mod store;

pub(crate) use entity::project::{Column, Entity};
pub(crate) use members::{list_leads, memberships};
pub(crate) use store::{column_mapping, find, object, restricted};
