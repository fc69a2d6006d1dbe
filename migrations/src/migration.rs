//! Migrations, and the table that records the applied ones.

use std::pin::Pin;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

/// A migration that is being applied.
pub type Applying<'a> = Pin<Box<dyn Future<Output = Result<(), DbErr>> + Send + 'a>>;

/// A migration with its name.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub name: &'static str,
    pub up: for<'a> fn(&'a DatabaseTransaction) -> Applying<'a>,
}

/// Lists the migrations of these modules, in order.
macro_rules! migrations {
    ($($module:ident),* $(,)?) => {
        &[$($crate::Migration {
            name: stringify!($module),
            up: |tx| Box::pin($module::up(tx)),
        }),*]
    };
}
pub(crate) use migrations;

/// The migrations of one schema.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// Table that records the applied ones.
    pub table: &'static str,
    /// All migrations, in order.
    pub list: &'static [Migration],
}

impl Migrations {
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.list.iter().map(|migration| migration.name)
    }

    /// Returns the applied migrations, in order.
    pub async fn applied(&self, db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
        if has_table(db, self.table).await? {
            self.recorded(db).await
        } else {
            Ok(Vec::new())
        }
    }

    /// Returns the applied migrations, in order, of a database that has some: one statement less than
    /// [`Self::applied`].
    ///
    /// # Errors
    /// Returns an error if no migration was ever applied, or if the database fails.
    pub async fn recorded(&self, db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
        let ask = format!("SELECT version FROM {}", self.table);
        let ask = Statement::from_string(db.get_database_backend(), ask);
        let rows = db.query_all_raw(ask).await?;
        let names = rows.iter().map(|row| row.try_get("", "version"));
        let mut names: Vec<String> = names.collect::<Result<_, _>>()?;
        names.sort();
        Ok(names)
    }

    /// Returns all migrations; the flag is set if one is applied.
    ///
    /// # Errors
    /// Returns an error if the database has an unknown migration, or fails.
    pub async fn status(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<(&'static Migration, bool)>, DbErr> {
        let mut applied = self.applied(db).await?;
        let mut status = Vec::with_capacity(self.list.len());
        for migration in self.list {
            let at = applied.iter().position(|name| name == migration.name);
            status.push((migration, at.map(|at| applied.remove(at)).is_some()));
        }
        match applied.first() {
            Some(unknown) => Err(DbErr::Migration(format!(
                "the database has the migration {unknown} of a newer program"
            ))),
            None => Ok(status),
        }
    }

    /// Applies the next pending migrations, at most `count`, each in a transaction. On SQLite other
    /// processes may do the same at once; on PostgreSQL the caller holds a lock.
    ///
    /// # Errors
    /// Returns an error if the database has an unknown migration, or fails. The migrations before the
    /// failed one stay applied.
    pub async fn up<D>(&self, db: &D, count: usize) -> Result<(), DbErr>
    where
        D: TransactionTrait<Transaction = DatabaseTransaction>,
    {
        for _ in 0..count {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            let tx = db.begin_with_options(options).await?;
            let mut status = self.status(&tx).await?.into_iter();
            let Some((next, _)) = status.find(|(_, is_applied)| !is_applied) else {
                return tx.rollback().await;
            };
            (next.up)(&tx).await?;
            self.record(&tx, next.name).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn record(&self, tx: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
        let now = match tx.get_database_backend() {
            DbBackend::Postgres => "CAST(extract(epoch FROM now()) AS bigint)",
            _ => "unixepoch()",
        };
        let table = self.table;
        let create = format!(
            "CREATE TABLE IF NOT EXISTS \"{table}\" ( \"version\" varchar NOT NULL PRIMARY KEY, \
             \"applied_at\" bigint NOT NULL )"
        );
        tx.execute_unprepared(&create).await?;
        let insert = format!("INSERT INTO {table} (version, applied_at) VALUES ('{name}', {now})");
        tx.execute_unprepared(&insert).await.map(drop)
    }
}

/// Executes statements in turn.
pub(crate) async fn execute(
    tx: &DatabaseTransaction,
    statements: impl IntoIterator<Item: AsRef<str>>,
) -> Result<(), DbErr> {
    for statement in statements {
        tx.execute_unprepared(statement.as_ref()).await?;
    }
    Ok(())
}

/// Returns true if the database has this table.
pub async fn has_table(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let backend = db.get_database_backend();
    let ask = match backend {
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass(quote_ident($1)) IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    let ask = Statement::from_sql_and_values(backend, ask, [name.into()]);
    Ok(db.query_one_raw(ask).await?.is_some())
}
