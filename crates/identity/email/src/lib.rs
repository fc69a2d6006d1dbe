//! Mails: their text ([`message`]) and their delivery ([`delivery`]).
//!
//! Requests never send mail: an operation enqueues a message as a job in its transaction (`jobs`),
//! and the worker sends it.

mod about_data;
mod about_sign_in;
pub mod delivery;
pub mod mail_name;
pub mod message;
pub mod own_template;
mod plain;
pub mod preview;
mod security_notification;
pub mod smtp;

#[cfg(test)]
mod tests;
