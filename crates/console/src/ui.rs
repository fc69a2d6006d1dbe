//! Parts of pages: questions, forms, lists, and the choice of rows.

pub(crate) mod action;
pub(crate) mod affected;
pub(crate) mod also_as;
pub(crate) mod checkbox;
pub(crate) mod chosen;
pub(crate) mod cursor;
pub(crate) mod entry;
mod file_text;
pub(crate) mod filter_bar;
pub(crate) mod lifetimes;
pub(crate) mod list_file;
pub(crate) mod once;
pub(crate) mod reason;
