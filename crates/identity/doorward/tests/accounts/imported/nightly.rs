//! Tests of a nightly import of a CSV file: the access of leavers, and a file that lacks its end.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, EndReason, User};
use doorward_import::apply::ImportError;
use doorward_import::item::{Decision, Kind};
use doorward_import::options::ImportOptions;
use doorward_import::read::on_thread;
use doorward_import::read::user_file::{Layout, UserFile};
use doorward_import::report::{Summary, Tally};
use doorward_import::sync::{Comparison, LeaverAction, SyncOptions, UserLimit};
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, UserAgent, both_backends};

use super::{Items, import_compared};
use crate::support::{is_signed_in, sign_in};

both_backends!(
    leaver_loses_access_and_returns_without_it,
    file_without_its_end_changes_nothing
);

const HEADER: &str = "id,username,email,email_verified,password_hash\n";

/// Applies the rows as the file of a night.
async fn night(stack: &Stack, rows: &str) -> Result<(Items, Summary), ImportError> {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("users.csv");
    std::fs::write(&path, format!("{HEADER}{rows}")).unwrap();
    let mut file = UserFile::open(&path, Layout::default()).unwrap();
    let comparison = Comparison {
        file: file.take_contents(),
        sync: Some(SyncOptions {
            leavers: LeaverAction::Disable,
            max_leavers: UserLimit::Percent(50),
            max_changes: None,
            notifies: true,
        }),
    };
    let options = ImportOptions {
        source: "hr".to_owned(),
        ..ImportOptions::default()
    };
    let records = on_thread(move |sink| file.read(sink));
    let run = import_compared(stack, &options, records, false, Some(&comparison));
    let done = Box::pin(run).await;
    stack.clear_caches();
    done
}

async fn user(stack: &Stack, name: &str) -> Option<User> {
    let db = stack.db().await;
    repo::users::find_by_identifier(db.read(), name)
        .await
        .unwrap()
}

/// Returns a row whose user has the password of the seeded users.
async fn row(stack: &Stack, id: u32, name: &str) -> String {
    let alice = user(stack, "alice").await.unwrap();
    let hash = alice.password_hash.unwrap();
    format!("{id},{name},{name}@x.example,true,\"{hash}\"\n")
}

async fn leaver_loses_access_and_returns_without_it(stack: &Stack) {
    let [ina, jon] = [row(stack, 1, "ina").await, row(stack, 2, "jon").await];
    let (_, summary) = night(stack, &format!("{ina}{jon}")).await.unwrap();
    assert_eq!(summary.sync.unwrap().joined, 2);
    let agent = UserAgent::new();
    sign_in(stack, &agent, "ina", PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);

    let kim = row(stack, 3, "kim").await;
    let moved = jon.replace("jon@x.example", "jon@y.example");
    let (items, summary) = night(stack, &format!("{moved}{kim}")).await.unwrap();
    let expected = Tally {
        joined: 1,
        changed: 1,
        left: 1,
        unchanged: 0,
        conflicts: 0,
    };
    assert_eq!(summary.sync, Some(expected));
    assert_eq!(items.find(Kind::User, "1").decision, Decision::Leave);
    let left = user(stack, "ina").await.unwrap();
    assert!(!left.is_active());
    assert!(!is_signed_in(stack, &agent).await);
    let other = UserAgent::new();
    sign_in(stack, &other, "ina", PASSWORD).await;
    assert!(!is_signed_in(stack, &other).await);
    let db = stack.db().await;
    let now = stack.clock.now();
    let ended = repo::sessions::ended_page_for_user(db.read(), left.id, None, 10, now).await;
    let reasons: Vec<_> = ended.unwrap().iter().map(|one| one.end_reason).collect();
    assert_eq!(reasons, [Some(EndReason::Administrator)]);
    let events = repo::audit::list(db.read(), None, 100).await.unwrap();
    let id = left.id.to_string();
    let of_leaver = events.iter().find(|event| {
        event.kind == AuditKind::UserChanged
            && event.subject.as_ref() == Some(&id)
            && event.detail.get("source").is_some_and(|name| name == "hr")
            && event.detail.contains_key("after")
    });
    assert!(of_leaver.is_some(), "{events:?}");

    // The next night changes nothing, and the row of a returner enables the account again.
    let (_, summary) = night(stack, &format!("{moved}{kim}")).await.unwrap();
    assert_eq!(
        (summary.sync.unwrap().left, summary.sync.unwrap().changed),
        (0, 0)
    );
    night(stack, &format!("{ina}{moved}{kim}")).await.unwrap();
    assert!(!is_signed_in(stack, &agent).await, "sessions stay ended");
    sign_in(stack, &agent, "ina", PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
}

async fn file_without_its_end_changes_nothing(stack: &Stack) {
    let mut rows = Vec::new();
    for (id, name) in (1..).zip(["ina", "jon", "kim"]) {
        rows.push(row(stack, id, name).await);
    }
    night(stack, &rows.concat()).await.unwrap();
    let half = rows[0].replace("ina@x.example", "ina@y.example");
    let other = row(stack, 9, "lea").await;
    let error = night(stack, &format!("{half}{other}")).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("2 of 3 users"), "{text}");
    assert!(matches!(error, ImportError::Excess(_)), "{text}");
    let ina = user(stack, "ina").await.unwrap();
    assert_eq!(ina.email, "ina@x.example");
    assert!(user(stack, "lea").await.is_none());
    assert!(user(stack, "kim").await.unwrap().is_active());
}
