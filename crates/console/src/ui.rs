//! Parts of pages: requests with forms, questions, forms, lists with their files, and the choice of
//! rows.

pub(crate) mod affected;
pub(crate) mod also_as;
pub(crate) mod cursor;
pub(crate) mod duration;
mod file_text;
pub(crate) mod filter_bar;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod list_file;
pub(crate) mod once;
pub(crate) mod question;
pub(crate) mod reason;
pub(crate) mod selection;
pub(crate) mod settings;
pub(crate) mod switch;
mod values;
pub(crate) mod visit;
