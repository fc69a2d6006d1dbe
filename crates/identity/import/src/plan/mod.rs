//! Decisions about records: pure functions of the record, the options and the contents of the store.

pub mod catalog;
pub mod client;
pub mod compare;
pub mod draft;
pub mod guard;
pub mod links;
pub mod matched;
pub mod user;

#[cfg(test)]
mod compare_tests;
#[cfg(test)]
mod guard_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod user_tests;
