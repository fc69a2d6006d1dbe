//! The PostgreSQL server of the tests.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr};

/// Variable with the URL of a PostgreSQL role that may create databases; `cargo xtask test` sets
/// it.
pub const POSTGRES_URL: &str = "DOORWARD_TEST_POSTGRES_URL";

/// Returns the server's URL with another database name.
pub(crate) fn database_url(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect(POSTGRES_URL);
    url.set_path(name);
    url.to_string()
}

pub(crate) async fn execute(
    server: &str,
    statements: impl Iterator<Item = String>,
) -> Result<(), DbErr> {
    let connection: DatabaseConnection = doorward_store::db::connect(server).await?;
    for statement in statements {
        connection.execute_unprepared(&statement).await?;
    }
    connection.close().await
}
