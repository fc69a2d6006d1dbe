//! Writing the plan: the catalog in one transaction, new users in batches, changes of users one by one.

mod catalog;
mod changes;
mod import;
mod leavers;
mod pending;
mod present;
mod run;
mod users;

pub use self::import::{Import, ImportError};
