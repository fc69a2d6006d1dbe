//! Access reviews: reviewers confirm or revoke role assignments until a deadline (decision 118).

pub mod create;
pub mod deadline;
pub mod decision;
mod fill;
mod mail;
pub mod operations;
pub mod read;
pub mod reviewers;
mod scope;
