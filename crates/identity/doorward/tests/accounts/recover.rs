//! Tests of `doorward recover`, which restores access for an administrator.

use std::path::Path;

use doorward_domain::model::{TotpFactor, UserId};
use doorward_store::{Db, OpenOptions, repo};
use doorward_testkit::program::Program;
use doorward_testkit::{Backend, PASSWORD, Page, UserAgent};
use serde_json::Value;

use crate::password_reset::{choose, follow};
use crate::support::NEW_PASSWORD;

#[test]
fn link_leads_back_in_sqlite() {
    run(Backend::SqliteMemory);
}

#[test]
fn link_leads_back_in_postgres() {
    run(Backend::PostgresRedis);
}

fn run(backend: Backend) {
    doorward_testkit::stack::block_on(async {
        let binary = Path::new(env!("CARGO_BIN_EXE_doorward"));
        let program = Program::start(binary, backend, &[]).await;
        link_leads_back_in(&program).await;
        others_are_told_what_helps_them(&program);
    });
}

async fn sign_in(program: &Program, agent: &UserAgent, password: &str) -> Page {
    let page = agent.get(program.at("/login")).await;
    let form = page.form("#login").with("identifier", "admin");
    agent.submit(&form.with("password", password)).await
}

/// Stores an authenticator app for the administrator whose secret is unknown.
async fn enroll_unknown_app(program: &Program) -> UserId {
    let db = Db::open(
        program.config.database.url.expose(),
        OpenOptions::for_command(),
    );
    let db = db.await.expect("the database");
    let user = repo::users::find_by_identifier(db.read(), "admin").await;
    let user = user.expect("a read").expect("admin");
    let now = user.created_at;
    let factor = TotpFactor {
        user_id: user.id,
        secret_sealed: vec![0; 48],
        confirmed_at: None,
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: now,
    };
    let tx = db.begin_write().await.expect("a transaction");
    let proposed = repo::totp_factors::insert_unconfirmed(&tx, &factor).await;
    let confirmed = repo::totp_factors::confirm(&tx, user.id, now, 1, now).await;
    assert!(proposed.expect("a write") && confirmed.expect("a write"));
    tx.commit().await.expect("commit");
    db.close().await.expect("close");
    user.id
}

async fn link_leads_back_in(program: &Program) {
    let before = UserAgent::new();
    assert_eq!(sign_in(program, &before, PASSWORD).await.status, 303);
    let id = enroll_unknown_app(program).await;
    let locked_out = sign_in(program, &UserAgent::new(), PASSWORD).await;
    let asked = locked_out.location().expect("a location");
    assert_eq!(asked.path(), "/login/2fa");
    let off = program.command(&["user", "disable", "admin"]);
    assert!(off.status.success(), "{off:?}");

    let created = program.command(&["recover", "admin", "--json"]);
    assert!(created.status.success(), "{created:?}");
    let created: Value = serde_json::from_slice(&created.stdout).expect("JSON");
    let url = created["url"].as_str().expect("a link");
    let url = url::Url::parse(url).expect("an address");
    assert_eq!(
        sign_in(program, &UserAgent::new(), PASSWORD).await.status,
        401
    );
    assert_eq!(before.get(program.at("/account")).await.status, 303);

    let agent = UserAgent::new();
    let page = follow(&agent, &url).await;
    let page = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let again = follow(&UserAgent::new(), &url).await;
    assert!(again.text_of("#new-password").is_none(), "{}", again.dump());
    // The new password signs in without a second factor.
    let agent = UserAgent::new();
    let page = sign_in(program, &agent, NEW_PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert_eq!(agent.get(program.at("/account")).await.status, 200);

    let log = program.command(&["audit", "tail", "--json"]);
    let log = String::from_utf8(log.stdout).expect("text");
    let line = log.lines().find(|line| line.contains("recovered"));
    let line = line.expect("an audit line");
    assert!(line.contains(&id.to_string()), "{line}");
}

fn others_are_told_what_helps_them(program: &Program) {
    let refused = program.command(&["recover", "alice"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("doorward user set-password"), "{error}");
    let stored = program.command(&["user", "show", "alice", "--json"]);
    let stored: Value = serde_json::from_slice(&stored.stdout).expect("JSON");
    assert_eq!(stored["has_password"], true);
}
