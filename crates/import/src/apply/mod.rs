//! Writing the plan: the catalog in one transaction, users in batches.

mod catalog;
mod import;
mod run;
mod users;

pub use self::import::{Import, ImportError};
