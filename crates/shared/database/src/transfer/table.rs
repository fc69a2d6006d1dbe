//! A table as both databases describe it, and its rows as values.

use sea_orm::{DbBackend, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use super::error::MoveError;
use super::side::Side;
use crate::conn::MAX_VALUES;
use crate::sql::quoted;

/// The type of a column, with one representation in each database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Flag,
    Number,
    Text,
    Bytes,
    Id,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Column {
    /// Quoted name.
    name: String,
    kind: Kind,
}

/// A column whose numbers the database assigns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Counter {
    /// Quoted name of the column.
    pub(super) column: String,
    /// Quoted name of the sequence in PostgreSQL.
    pub(super) sequence: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<Column>,
    pub(super) counter: Option<Counter>,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "bool" => Some(Self::Flag),
            "int2" | "int4" | "int8" => Some(Self::Number),
            "text" | "varchar" => Some(Self::Text),
            "bytea" => Some(Self::Bytes),
            "uuid" => Some(Self::Id),
            _ => None,
        }
    }
}

impl Table {
    /// Reads the columns of a table that both databases have; one of them is PostgreSQL, whose types
    /// are exact.
    pub(super) async fn read(name: &str, from: &Side, to: &Side) -> Result<Self, MoveError> {
        let (postgres, sqlite) = if from.is_postgres {
            (from, to)
        } else {
            (to, from)
        };
        let ask = "SELECT attname::text AS name, typname::text AS kind, \
                   pg_get_serial_sequence(quote_ident($1), attname::text) AS sequence \
                   FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid \
                   WHERE attrelid = to_regclass(quote_ident($1)) AND attnum > 0 AND NOT attisdropped \
                   ORDER BY attname";
        let (mut columns, mut names, mut counter) = (Vec::new(), Vec::new(), None);
        for row in postgres.rows(ask, vec![name.into()]).await? {
            let column: String = row.try_get("", "name")?;
            let kind: String = row.try_get("", "kind")?;
            let sequence: Option<String> = row.try_get("", "sequence")?;
            let known = Kind::of(&kind).ok_or_else(|| MoveError::UnknownType {
                table: name.to_owned(),
                column: column.clone(),
                kind,
            })?;
            counter = counter.or(sequence.map(|sequence| Counter {
                column: quoted(&column),
                sequence,
            }));
            columns.push(Column {
                name: quoted(&column),
                kind: known,
            });
            names.push(column);
        }
        let ask = "SELECT name AS found FROM pragma_table_info($1)";
        let mut others = sqlite.texts(ask, vec![name.into()]).await?;
        names.sort();
        others.sort();
        if names != others || names.is_empty() {
            return Err(MoveError::OtherColumns(name.to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            columns,
            counter,
        })
    }

    pub(super) fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// Returns the largest number of rows of one statement.
    pub(super) fn most_rows(&self) -> usize {
        (MAX_VALUES / self.columns.len()).max(1)
    }

    /// Returns the columns as [`Table::values`] reads them.
    pub(super) fn selected(&self, is_postgres: bool) -> String {
        let column = |column: &Column| match column.kind {
            Kind::Number if is_postgres => format!("{}::bigint", column.name),
            _ => column.name.clone(),
        };
        let all: Vec<_> = self.columns.iter().map(column).collect();
        all.join(", ")
    }

    /// Returns the values of a row, and appends them to `bytes` in a form that both databases share.
    pub(super) fn values(
        &self,
        row: &QueryResult,
        bytes: &mut Vec<u8>,
    ) -> Result<Vec<Value>, DbErr> {
        let mut values = Vec::with_capacity(self.columns.len());
        for (at, column) in self.columns.iter().enumerate() {
            values.push(match column.kind {
                Kind::Flag => {
                    let flag: Option<bool> = row.try_get_by_index(at)?;
                    append(bytes, flag.map(|flag| [u8::from(flag)]));
                    flag.into()
                }
                Kind::Number => {
                    let number: Option<i64> = row.try_get_by_index(at)?;
                    append(bytes, number.map(i64::to_be_bytes));
                    number.into()
                }
                Kind::Text => {
                    let text: Option<String> = row.try_get_by_index(at)?;
                    append(bytes, text.as_ref());
                    text.into()
                }
                Kind::Bytes => {
                    let data: Option<Vec<u8>> = row.try_get_by_index(at)?;
                    append(bytes, data.as_ref());
                    data.into()
                }
                Kind::Id => {
                    let id: Option<Uuid> = row.try_get_by_index(at)?;
                    append(bytes, id.map(Uuid::into_bytes));
                    id.into()
                }
            });
        }
        Ok(values)
    }

    pub(super) fn insert(&self, backend: DbBackend, rows: Vec<Vec<Value>>) -> Statement {
        let names: Vec<_> = self.columns.iter().map(|column| &*column.name).collect();
        let is_postgres = backend == DbBackend::Postgres;
        let override_counter = if is_postgres {
            " OVERRIDING SYSTEM VALUE"
        } else {
            ""
        };
        // SQLite has to search for a numbered parameter among all of the statement, and would spend most of a
        // copy on that.
        let value = |number: usize| {
            if is_postgres {
                format!("${number}")
            } else {
                "?".to_owned()
            }
        };
        let mut numbers = 1..;
        let tuples: Vec<_> = (0..rows.len())
            .map(|_| {
                let values = numbers.by_ref().take(names.len());
                let values: Vec<_> = values.map(value).collect();
                format!("({})", values.join(", "))
            })
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}){override_counter} VALUES {}",
            self.quoted(),
            names.join(", "),
            tuples.join(", ")
        );
        Statement::from_sql_and_values(backend, sql, rows.into_iter().flatten())
    }
}

/// Appends a value with its length, or the mark of a missing one.
fn append(bytes: &mut Vec<u8>, value: Option<impl AsRef<[u8]>>) {
    let Some(value) = value else {
        bytes.push(0);
        return;
    };
    let value = value.as_ref();
    bytes.push(1);
    bytes.extend((value.len() as u64).to_be_bytes());
    bytes.extend(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_postgres_numbers_its_parameters() {
        let columns = ["a", "b"].map(|name| Column {
            name: quoted(name),
            kind: Kind::Number,
        });
        let table = Table {
            name: "pairs".to_owned(),
            columns: columns.to_vec(),
            counter: None,
        };
        let rows = [[1_i64, 2], [3, 4]].map(|row| row.map(Value::from).to_vec());
        for (backend, expected) in [
            (
                DbBackend::Postgres,
                r#"INSERT INTO "pairs" ("a", "b") OVERRIDING SYSTEM VALUE VALUES ($1, $2), ($3, $4)"#,
            ),
            (
                DbBackend::Sqlite,
                r#"INSERT INTO "pairs" ("a", "b") VALUES (?, ?), (?, ?)"#,
            ),
        ] {
            assert_eq!(table.insert(backend, rows.to_vec()).sql, expected);
        }
    }
}
