//! Django: a file of `manage.py dumpdata`, or the rows of a database in the same form.

mod application;
mod catalog;
mod database;
mod dump;
mod extras;
mod factor;
mod fields;
mod group;
mod options;
mod overview;
mod permission;
mod relation;
mod rights;
mod row;
mod table;
mod time;
mod user;
mod usual;

pub use self::database::Database;
pub use self::dump::Dump;
pub use self::options::{ACCOUNT_FIELDS, DjangoOptions, FULL_NAME, columns};
pub use self::table::{GroupsAs, SiteTable};
pub use self::time::TimeZone;
pub use self::user::FACTOR_LOST;
