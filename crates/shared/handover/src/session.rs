//! Sessions of PostgreSQL: the settings that statements depend on, the databases that cannot be used, and
//! the errors after which a session is closed.

/// Settings of each session, which a server, a database or a role may have otherwise. The driver sets the
/// formats of values. The choice of the operator remains where statements do not depend on it: the schema,
/// the durability of commits, and whether transactions may write.
pub const SETTINGS: [(&str, &str); 8] = [
    // Compiling a statement costs a hundred times what most statements do.
    ("jit", "off"),
    // Statements look up rows by an index, which pages in memory make cheap. With the usual value, a table
    // of some hundred groups is read as a whole, for each user of a list.
    ("random_page_cost", "1.1"),
    // A backslash in a text is a backslash.
    ("standard_conforming_strings", "on"),
    // `= NULL` selects nothing.
    ("transform_null_equals", "off"),
    // Others make transactions fail that wait for each other.
    ("default_transaction_isolation", "read committed"),
    // The statement timeout limits the wait for locks as well.
    ("lock_timeout", "0"),
    // A pool has idle sessions.
    ("idle_session_timeout", "0"),
    // Ends a transaction of a stopped program, not one of a busy program.
    ("idle_in_transaction_session_timeout", "60s"),
];

/// The state of a session that is not set by [`SETTINGS`], in the order of [`Ground::ASK`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ground {
    pub encoding: String,
    /// The schema of new tables; `None` if the search path names none.
    pub schema: Option<String>,
    /// Value of `session_replication_role`.
    pub replication_role: String,
}

impl Ground {
    /// The query of the three values, each as text.
    pub const ASK: &str = "SELECT current_setting('server_encoding') AS encoding, \
        current_schema()::text AS schema, \
        current_setting('session_replication_role') AS replication_role";

    /// Returns the reason why the database cannot be used, with what helps.
    pub fn problem(&self) -> Option<String> {
        let Self {
            encoding,
            schema,
            replication_role,
        } = self;
        if encoding != "UTF8" {
            return Some(format!(
                "the PostgreSQL database has the encoding {encoding}, which lacks characters of names; \
                 create another one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and \
                 restore a dump into it if this one has data"
            ));
        }
        if schema.is_none() {
            return Some(
                "the search_path of the PostgreSQL role or database names no schema that exists; create \
                 the schema, or change the setting with ALTER ROLE … SET search_path"
                    .to_owned(),
            );
        }
        (replication_role != "origin").then(|| {
            format!(
                "session_replication_role of the PostgreSQL role or database is {replication_role}, so \
                 that references between tables are not kept; remove the setting with ALTER ROLE … \
                 RESET session_replication_role"
            )
        })
    }
}

/// Returns true if a session must not be used again after an error with this SQLSTATE: what caused it may
/// be a state of the session, which the next statement would meet as well.
pub fn ends_session(code: &str) -> bool {
    match code {
        // A statement that the session has prepared and that no longer fits the tables; one that it has
        // not, although the driver thinks so; one that it has already.
        "0A000" | "26000" | "42P05" => true,
        // 08: connection exceptions. 25: states of a transaction that the driver does not know, and
        // sessions that may only read, which stay so when the server may write again. 57P: a server that
        // stops. XX: an internal error.
        _ => ["08", "25", "57P", "XX"]
            .iter()
            .any(|class| code.starts_with(class)),
    }
}

#[cfg(test)]
mod tests;
