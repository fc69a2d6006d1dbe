//! Refusals that can be explained later: which rule, what it looked at, what was missing, and
//! which permission would have opened the way.

mod denial;
pub(crate) mod http;
mod keeper;
mod record;
mod recorder;
mod store;

pub(crate) use denial::missing;
pub(crate) use keeper::Keeper;
pub(crate) use record::{DecisionRecord, MissingRequirement};
pub(crate) use recorder::keep;
pub(crate) use store::find;
