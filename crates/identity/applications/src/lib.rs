//! Catalogue of the applications and frameworks that Doorward knows: one data file for each, with
//! its registration as a client and its own configuration.
//!
//! The crate reads the data and fills in values. It registers and prints nothing.

#![forbid(unsafe_code)]

pub mod address;
pub mod application;
pub mod catalogue;
mod files;
pub mod guide;
pub mod values;
