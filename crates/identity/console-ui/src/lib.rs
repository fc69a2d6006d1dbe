//! Parts of the pages of the console: the administrator and the routes, requests with forms, questions,
//! forms, lists with their files, and the choice of rows.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]
#![expect(
    async_fn_in_trait,
    reason = "only the pages of the console implement these traits; actix-web runs each on one thread"
)]

mod access;
pub mod affected;
pub mod also_as;
pub mod assignment_end;
pub mod console;
pub mod cursor;
pub mod duration;
pub mod equivalent;
pub mod feature;
mod file_text;
pub mod filter_bar;
pub mod form;
pub mod guides;
mod kept_form;
pub mod lifetime;
pub mod list;
pub mod list_file;
pub mod local_time;
pub mod moment;
pub mod names;
pub mod object;
pub mod once;
mod parameter;
pub mod picker;
pub mod prelude;
pub mod question;
pub mod reason;
pub mod routes;
pub mod selection;
pub mod settings;
pub mod stop;
mod suggestions;
pub mod switch;
mod values;
pub mod visit;
