//! Resources: kinds of objects that callers list, create, read, change and delete. [`Resource`]
//! says what distinguishes them; handlers and statements are the same for all.

mod definition;
pub(crate) mod http;
pub(crate) mod list;
mod quota;
pub(crate) mod store;
mod table_object;

pub(crate) use definition::{Filter, Parameter, Resource, apply, given, sort_key};
pub(crate) use table_object::{Change, Identity, TableObject, common_columns};
