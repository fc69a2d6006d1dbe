//! Checks of a deployment that both servers have: the report, the issuer as clients reach it, the disk.

pub mod disk;
pub mod issuer;
pub mod report;
