//! Schema migrations of the identity server and of the tasks API, one set for SQLite and PostgreSQL.

pub mod identity;
pub mod tasks;
