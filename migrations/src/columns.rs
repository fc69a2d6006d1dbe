//! Column definitions shared by all tables.
//!
//! Times of the identity server are Unix seconds in a big integer, collections are JSON in text, and
//! hashes are bytes, on both databases.

use sea_orm::sea_query::ColumnDef;

macro_rules! columns {
    ($($name:ident: $kind:ident $requirement:ident;)*) => {$(
        pub fn $name(name: &'static str) -> ColumnDef {
            ColumnDef::new(name).$kind().$requirement().take()
        }
    )*};
}

columns! {
    bytes: blob not_null;
    bytes_null: blob null;
    flag: boolean not_null;
    flag_null: boolean null;
    integer: integer not_null;
    number: big_integer not_null;
    number_null: big_integer null;
    string: string not_null;
    string_null: string null;
    text: text not_null;
    text_null: text null;
    time: big_integer not_null;
    time_null: big_integer null;
    uuid: uuid not_null;
    uuid_null: uuid null;
}

/// Defines a column for a text of at most `length` characters.
pub fn string_len(name: &'static str, length: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(length).not_null().take()
}

/// Defines a column for a few bytes.
pub fn binary(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().take()
}

/// Defines a text primary key.
pub fn text_key(name: &'static str) -> ColumnDef {
    text(name).primary_key().take()
}

/// Defines a bytes primary key.
pub fn bytes_key(name: &'static str) -> ColumnDef {
    bytes(name).primary_key().take()
}

/// Defines a UUID primary key.
pub fn uuid_key(name: &'static str) -> ColumnDef {
    uuid(name).primary_key().take()
}
