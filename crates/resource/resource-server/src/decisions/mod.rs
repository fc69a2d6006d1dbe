//! Denial records for later explanation: the deciding rule, its inputs, the missing requirement and
//! the permission that would grant access.

mod bounded;
mod denial;
pub(crate) mod http;
mod recorder;
mod store;

pub(crate) use denial::missing;
pub(crate) use recorder::record_denial;
pub(crate) use store::decision::Model as Decision;
pub(crate) use store::{find, insert_asked};
