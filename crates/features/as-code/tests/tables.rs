//! Every member of every kind, and the rights of every operation, through plan and apply.

mod documents;
mod members;
mod rights;
