//! Django: a file of `manage.py dumpdata`, or the rows of a database in the same form.

mod application;
mod database;
mod dump;
mod extras;
mod options;
mod overview;
mod permission;
mod row;
mod time;
mod user;

pub use self::database::Database;
pub use self::dump::Dump;
pub use self::options::{ACCOUNT_FIELDS, DjangoOptions};
pub use self::time::TimeZone;
