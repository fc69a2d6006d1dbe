//! Databases that the server does not start on.

use std::net::TcpListener;

use doorward_resource_server::{Config, Deps, Server, db};
use rstest::rstest;

use crate::database::{Backend, TestDatabase, execute};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn database_from_before_first_release_is_rejected(#[case] backend: Backend) {
    let database = TestDatabase::create(backend).await;
    db::migrate(&database.url()).await.unwrap();
    let add = "INSERT INTO tasks_migrations (version, applied_at) VALUES ('m0001_projects', 0)";
    execute(&database.url(), add).await;
    for migrate in [true, false] {
        let mut config = Config::new(
            database.url(),
            "http://localhost:8400",
            "http://localhost:8401/api",
            "http://localhost:8401",
        );
        config.migrate = migrate;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let started = Server::build(config, Deps::default(), listener).await;
        let error = started.err().expect("an error").to_string();
        for part in [
            "before release 0.1.0",
            "m0001_projects",
            "create a new database",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }
    assert!(db::migration_status(&database.url()).await.is_err());
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn database_of_newer_program_is_rejected(#[case] backend: Backend) {
    let database = TestDatabase::create(backend).await;
    db::migrate(&database.url()).await.unwrap();
    let add = "INSERT INTO tasks_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    execute(&database.url(), add).await;
    let migrated = db::migrate(&database.url()).await;
    let status = db::migration_status(&database.url()).await;
    for error in [migrated.unwrap_err(), status.unwrap_err()] {
        assert!(error.to_string().contains("m9999_later"), "{error}");
    }
}
