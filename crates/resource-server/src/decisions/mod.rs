//! Refusals that can be explained later: which rule, what it looked at, what was missing, and
//! which permission would have opened the way.

mod denial;
pub(crate) mod http;
mod keep;
mod keeper;
mod record;
mod store;

pub(crate) use denial::missing;
pub(crate) use keep::keep;
pub(crate) use keeper::Keeper;
pub(crate) use record::{Missing, Record};
pub(crate) use store::find;
