//! Tasks: their model, permissions, storage and HTTP interface.

mod entity;
pub(crate) mod http;
mod input;
pub mod model;
pub mod permissions;
mod query;
mod store;

pub(crate) use entity::{Column, Entity};
#[cfg(test)]
pub(crate) use store::column_mapping;
pub(crate) use store::{add, first_page};
