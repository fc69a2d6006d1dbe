//! `[database]`: the identity server's database.

use super::key::Kind;
use super::secret::SecretText;

section! {
    pub struct Database in "database" {
        /// Address of the database: `sqlite://PATH` (created if missing; relative to the
        /// configuration file) or `postgres://user:password@host/name`. Several hosts are separated by
        /// commas (`@db1:5432,db2:5432/name`): the one that accepts writes is used, also after a
        /// fail-over.
        url: SecretText = Kind::SecretUrl(&["sqlite", "postgres", "postgresql"])
            .default("sqlite://doorward.sqlite")
            .alias("DOORWARD_DATABASE_URL");
        /// Enables migration of the schema when `serve` starts. `false`: run `doorward migrate up`
        /// before a new version.
        migrate: bool = Kind::Boolean.default("true");
        /// Maximum number of copies of an SQLite database made before its schema changed, in the
        /// directory `snapshots` beside it; those of the tasks API are in `tasks-snapshots`. `0`: no
        /// copies.
        snapshots: u32 = Kind::Number(0, 100).default("3");
        /// Requires the system clock to be at most one day behind the newest audit event; otherwise
        /// `serve` does not start. A slow clock would make expired codes, tokens and sessions valid
        /// again. Set `false` if the clock was wrong when that event was recorded.
        check_clock: bool = Kind::Boolean.default("true");
        // On SQLite, which has one writer, those of the reader pool.
        /// Maximum number of open connections per process.
        max_connections: u32 = Kind::Number(1, 1000).default("10");
    }
}
