//! Mails: what they say ([`letter`]), and how they leave ([`delivery`]).
//!
//! Nothing is sent from a request: a flow promises a letter as a job in the transaction that causes
//! it (`jobs`), and the worker sends it.

mod about_data;
mod about_sign_in;
pub mod delivery;
pub mod message;
mod plain;
pub mod preview;
pub mod security_notification;
pub mod smtp;

#[cfg(test)]
mod tests;
