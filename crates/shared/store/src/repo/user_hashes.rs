//! Password hashes of other programs among the users.

use doorward_domain::boxed;
use doorward_domain::credentials::foreign_hash::ForeignHash;
use sea_orm::Value;

use super::prelude::*;

const MOST_FORMS: usize = 64;

/// Returns the forms of foreign hashes among the users: one text for each algorithm and cost. Every
/// step reads one row of an index that holds only foreign hashes.
#[boxed]
pub async fn foreign_forms(conn: &Conn) -> Result<Vec<String>> {
    let backend = conn.get_database_backend();
    let (column, bound) = match backend {
        DbBackend::Postgres => ("password_hash COLLATE \"C\"", "$1"),
        _ => ("password_hash", "?"),
    };
    let sql = format!(
        "SELECT password_hash FROM users WHERE substr(password_hash, 1, 9) = '$foreign1' \
         AND {column} > {bound} ORDER BY {column} LIMIT 1"
    );
    let mut forms = Vec::new();
    let mut after = String::new();
    while forms.len() < MOST_FORMS {
        let next = Statement::from_sql_and_values(backend, sql.as_str(), [Value::from(after)]);
        let Some(row) = conn.query_one_raw(next).await? else {
            break;
        };
        let text: String = row.try_get_by_index(0)?;
        after = match ForeignHash::form_of(&text) {
            Some(form) => {
                forms.push(form.to_owned());
                // The next character after `$`: greater than every text of this form.
                format!("{}%", form.trim_end_matches('$'))
            }
            None => text,
        };
    }
    Ok(forms)
}
