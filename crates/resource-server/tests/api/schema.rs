//! Databases that the server does not start on.

use std::net::TcpListener;

use doorward_migrations::tasks::Migrator;
use doorward_resource_server::{Config, Deps, Server, db};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Statement};
use sea_orm_migration::MigratorTrait as _;

use crate::database::{Backend, TestDatabase, connect, execute};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn database_from_before_first_release_is_rejected(#[case] backend: Backend) {
    let database = TestDatabase::create(backend).await;
    db::migrate(&database.url()).await.unwrap();
    let add = "INSERT INTO tasks_migrations (version, applied_at) VALUES ('m0001_tasks', 0)";
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
            "m0001_tasks",
            "create a new database",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }
    assert!(db::migration_status(&database.url()).await.is_err());
}

/// Migrations before `m0012_project_deletion`.
const FORMER: u32 = 10;

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn members_of_former_release_are_kept(#[case] backend: Backend) {
    let database = TestDatabase::create(backend).await;
    let url = database.url();
    let db = connect(match backend {
        Backend::Sqlite => format!("{url}?mode=rwc"),
        Backend::Postgres => url.clone(),
    })
    .await;
    Migrator::up(&db, Some(FORMER)).await.unwrap();
    let [first, second] = ["1", "2"].map(|digit| match backend {
        Backend::Sqlite => format!("x'{}'", digit.repeat(32)),
        Backend::Postgres => format!("'{}'", digit.repeat(32)),
    });
    for id in [&first, &second] {
        for sql in [
            format!(
                "INSERT INTO projects (id, org, owner_subject, name, name_key, description, \
                 confidentiality, internal_notes, version, created_at, updated_at) \
                 VALUES ({id}, '', 'mona', 'p', 'p', '', 'internal', '', 1, 1, 1)"
            ),
            format!(
                "INSERT INTO project_members (project_id, subject, org, role, permissions, email, \
                 phone, joined_at, added_by) VALUES ({id}, 'ann', '', 'lead', 'edit', 'e', 'p', 7, 'mona')"
            ),
        ] {
            execute(&url, &sql).await;
        }
    }
    db::migrate(&url).await.unwrap();
    let number = async |sql: &str| {
        let query = Statement::from_string(db.get_database_backend(), sql.to_owned());
        let row = db.query_one_raw(query).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0).unwrap()
    };
    let kept = "SELECT COUNT(*) FROM project_members WHERE subject = 'ann' AND role = 'lead' AND \
                permissions = 'edit' AND email = 'e' AND phone = 'p' AND joined_at = 7 AND added_by = 'mona'";
    assert_eq!(number(kept).await, 2);
    execute(&url, &format!("DELETE FROM projects WHERE id = {first}")).await;
    assert_eq!(number(kept).await, 2);
    let deleted = format!("SELECT COUNT(*) FROM deleted_projects WHERE id = {first}");
    assert_eq!(number(&deleted).await, 1);
}
