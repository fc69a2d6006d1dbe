//! Connections to PostgreSQL with `sslmode=verify-full` and a client certificate, of both servers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

use doorward_process::with_causes;
use doorward_store::StoreError;
use doorward_store::db::{Db, OpenOptions};
use doorward_testkit::tls_postgres::TlsPostgres;

/// Migrates a database as `doorward` does.
async fn migrate_identity(url: &str) -> Result<(), StoreError> {
    let db = Db::open(url, OpenOptions::for_command()).await?;
    db.migrate().await?;
    db.close().await
}

/// Migrates a database with `doorward-tasks`. Returns what it wrote to standard error if it failed.
fn migrate_tasks(url: &str) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_doorward-tasks"))
        .arg("migrate")
        .current_dir(directory.path())
        .env_clear()
        .env("DOORWARD__TASKS__DATABASE_URL", url)
        .output()
        .unwrap();
    if done.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8(done.stderr).unwrap())
    }
}

#[tokio::test]
async fn both_servers_verify_database_and_prove_themselves() {
    let server = TlsPostgres::start().await;
    let url = server.url("localhost", "server.pem", true);
    migrate_identity(&url).await.unwrap();
    migrate_tasks(&url).unwrap();
    for (host, authority, has_client_certificate, expected) in [
        ("localhost", "other.pem", true, "certificate verify failed"),
        ("127.0.0.1", "server.pem", true, "certificate verify failed"),
        (
            "localhost",
            "server.pem",
            false,
            "connection requires a valid client certificate",
        ),
        ("localhost", "missing.pem", true, "No such file"),
    ] {
        let url = server.url(host, authority, has_client_certificate);
        let refused = migrate_identity(&url).await.unwrap_err();
        let text = with_causes(&refused);
        assert!(text.contains(expected), "{host} {authority}: {text}");
        let text = migrate_tasks(&url).unwrap_err();
        assert!(text.contains(expected), "{host} {authority}: {text}");
    }
}
