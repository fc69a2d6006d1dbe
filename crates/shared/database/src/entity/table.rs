//! The macro that writes the module of a table from one list of its columns.

/// Writes the module of a table with its `Model`, `Entity`, `Column` and `ActiveModel`, and the
/// conversions from and to a domain type. An unreadable row is [`StoreError::Corrupt`], which names
/// table, column and key.
///
/// ```text
/// table! {
///     /// Groups of users.
///     groups(id: Uuid) => Group {                    // table(key) => domain type
///         path: String,                              // a column is a field of the same name
///         org: Option<String>,
///         members: Json,
///     }
///     renamed { parent_id: Option<Uuid> => parent, } // column => field
///     nested by: Author { author: Uuid => user, }    // columns of the struct in the field `by`
///     optional code: Code {                          // of the struct in it, or null without one:
///         code_hash: Bytes => hash,                  // the first column decides
///     } or_null {
///         code_used_at: i64 => used_at,              // columns that may be null with one
///     }
///     write |group| {                                // other columns, and their values
///         path_key: Option<String> = Set(Some(search::key(&group.path))),
///         deleted_at: Option<i64> = NotSet,
///     }
///     read |row, reader| {                           // other fields
///         depth: row.path.split('/').count(),
///     }
/// }
/// ```
///
/// The sections `renamed`, `nested` and `optional` (both repeatable), `write` and `read` can be left out
/// and have this order. A table without `=>` gets no conversions. The type of a column is one of
/// [`columns`](super::stored::columns), or `Option` of it; [`Stored`](super::stored::Stored)
/// converts it to the type of the field.
///
/// [`StoreError::Corrupt`]: crate::error::StoreError::Corrupt
macro_rules! table {
    (
        $(#[$table_doc:meta])*
        $table:ident($($key:ident: $key_type:ident $(<$key_of:ident>)?),+) {
            $($(#[$doc:meta])* $column:ident: $type:ident $(<$of:ident>)?,)*
        }
    ) => {
        $(#[$table_doc])*
        pub mod $table {
            use $crate::entity::stored::columns::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            pub struct Model {
                $(
                    #[sea_orm(primary_key, auto_increment = false)]
                    pub $key: $key_type $(<$key_of>)?,
                )+
                $($(#[$doc])* pub $column: $type $(<$of>)?,)*
            }

            impl $crate::entity::row::JoinedRow for Model {
                fn from_join(
                    row: &sea_orm::QueryResult,
                    prefix: &str,
                ) -> Result<Option<Self>, sea_orm::DbErr> {
                    let mut names = $crate::entity::row::ColumnNames::new(prefix);
                    $(
                        let found: Option<$key_type $(<$key_of>)?> =
                            row.try_get_by(names.name(stringify!($key)))?;
                        let Some($key) = found else {
                            return Ok(None);
                        };
                    )+
                    Ok(Some(Self {
                        $($key,)+
                        $($column: row.try_get_by(names.name(stringify!($column)))?,)*
                    }))
                }
            }

            #[derive(Clone, Copy, Default, Debug, DeriveEntity)]
            pub struct Entity;

            impl EntityName for Entity {
                fn table_name(&self) -> &'static str {
                    stringify!($table)
                }
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
    (
        $(#[$table_doc:meta])*
        $table:ident($key:ident: $key_type:ident $(<$key_of:ident>)?) => $model:ident {
            $($(#[$doc:meta])* $column:ident: $type:ident $(<$of:ident>)?,)*
        }
        $(renamed {
            $($renamed:ident: $renamed_type:ident $(<$renamed_of:ident>)? => $field:ident,)*
        })?
        $(nested $group:ident: $group_type:ident {
            $($nested:ident: $nested_type:ident $(<$nested_of:ident>)? => $member:ident,)*
        })*
        $(optional $part:ident: $part_type:ident {
            $present:ident: $present_type:ident => $present_member:ident,
            $($needed:ident: $needed_type:ident => $needed_member:ident,)*
        } $(or_null {
            $($null:ident: $null_type:ident => $null_member:ident,)*
        })?)*
        $(write |$value:ident| {
            $(
                $(#[$written_doc:meta])*
                $written:ident: $written_type:ident $(<$written_of:ident>)? = $content:expr,
            )*
        })?
        $(read |$row:ident, $reader:ident| {
            $($read:ident: $found:expr,)*
        })?
    ) => {
        table! {
            $(#[$table_doc])*
            $table($key: $key_type $(<$key_of>)?) {
                $($(#[$doc])* $column: $type $(<$of>)?,)*
                $($($renamed: $renamed_type $(<$renamed_of>)?,)*)?
                $($($nested: $nested_type $(<$nested_of>)?,)*)*
                $(
                    $present: Option<$present_type>,
                    $($needed: Option<$needed_type>,)*
                    $($($null: Option<$null_type>,)*)?
                )*
                $($($(#[$written_doc])* $written: $written_type $(<$written_of>)?,)*)?
            }
        }

        impl TryFrom<$table::Model> for $model {
            type Error = $crate::error::StoreError;

            fn try_from(row: $table::Model) -> Result<Self, Self::Error> {
                let reader = $crate::entity::row::RowReader::new(stringify!($table), &row.$key);
                $(let ($row, $reader) = (&row, &reader);)?
                Ok(Self {
                    $($($read: $found,)*)?
                    $key: reader.column(stringify!($key), Clone::clone(&row.$key))?,
                    $($column: reader.column(stringify!($column), row.$column)?,)*
                    $($($field: reader.column(stringify!($renamed), row.$renamed)?,)*)?
                    $($group: $group_type {
                        $($member: reader.column(stringify!($nested), row.$nested)?,)*
                    },)*
                    $($part: match row.$present {
                        None => None,
                        Some(present) => Some($part_type {
                            $present_member: reader.column(stringify!($present), present)?,
                            $($needed_member: reader.needed(stringify!($needed), row.$needed)?,)*
                            $($($null_member: reader.column(stringify!($null), row.$null)?,)*)?
                        }),
                    },)*
                })
            }
        }

        impl $crate::entity::row::Record for $model {
            type Row = $table::ActiveModel;
        }

        impl TryFrom<&$model> for $table::ActiveModel {
            type Error = $crate::error::StoreError;

            fn try_from(model: &$model) -> Result<Self, Self::Error> {
                $(let $value = model;)?
                Ok(Self {
                    $key: $crate::entity::stored::set(&model.$key)?,
                    $($column: $crate::entity::stored::set(&model.$column)?,)*
                    $($($renamed: $crate::entity::stored::set(&model.$field)?,)*)?
                    $($($nested: $crate::entity::stored::set(&model.$group.$member)?,)*)*
                    $(
                        $present: $crate::entity::stored::set_optional(
                            model.$part.as_ref().map(|part| &part.$present_member),
                        )?,
                        $($needed: $crate::entity::stored::set_optional(
                            model.$part.as_ref().map(|part| &part.$needed_member),
                        )?,)*
                        $($($null: $crate::entity::stored::set_optional(
                            model.$part.as_ref().and_then(|part| part.$null_member.as_ref()),
                        )?,)*)?
                    )*
                    $($($written: $content,)*)?
                })
            }
        }
    };
}
