//! Tests of the audit chain: direct changes of the database are detected.

use doorward_domain::model::{AuditId, AuditKind, AuditRecord};
use doorward_rules::audit_chain::{ChainLink, ChainViolation};
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, UserAgent, backend, both_backends};

use uuid::Uuid;

use crate::support::sign_in;

both_backends!(
    changed_event_is_found,
    removed_event_is_found,
    inserted_event_is_found,
    reordered_links_are_found,
    truncated_chain_is_detected_by_head,
    application_cannot_change_log,
    two_replicas_append_to_same_chain,
    running_server_appends_chain_links,
    truncation_alarms_every_replica,
    server_error_rolls_back_change_and_event,
);

/// Returns sealed events as links with their records.
async fn sealed(stack: &Stack) -> Vec<(ChainLink, AuditRecord)> {
    for password in [PASSWORD, "wrong horse battery", PASSWORD, PASSWORD] {
        sign_in(stack, &UserAgent::new(), "alice", password).await;
        stack.clock.advance(1);
    }
    stack.seal_audit().await;
    let verdict = stack.verify_audit(None).await;
    assert!(verdict.is_intact(), "{:?}", verdict.findings);
    assert_eq!(
        (verdict.events, verdict.links),
        (9, 10),
        "events: the first keys, the administration, the sign-ins; links: one more for the day"
    );
    let db = stack.db().await;
    let links = repo::audit_chain::links(db.read(), 0, 20).await.unwrap();
    db.close().await.unwrap();
    let events = links
        .into_iter()
        .filter_map(|(seal, record)| Some((seal, record?)));
    events.collect()
}

/// Changes the database after it drops the triggers that reject changes.
async fn tamper(stack: &Stack, statements: &[String]) {
    let triggers = if stack.storage().redis.is_some() {
        ["audit_events", "audit_seals"]
            .map(|table| format!("DROP TRIGGER {table}_append_only ON {table}"))
            .to_vec()
    } else {
        ["audit_events", "audit_seals"]
            .iter()
            .flat_map(|table| {
                ["no_update", "no_delete"].map(|name| format!("DROP TRIGGER {table}_{name}"))
            })
            .collect()
    };
    let all = [triggers, statements.to_vec()].concat();
    backend::tamper(&stack.storage().identity, &all).await;
}

/// Returns the event ID as an SQL literal of this database.
fn literal(stack: &Stack, event: &AuditRecord) -> String {
    if stack.storage().redis.is_some() {
        format!("'{}'", event.id)
    } else {
        format!("X'{}'", event.id.as_uuid().simple())
    }
}

async fn findings(stack: &Stack) -> Vec<ChainViolation> {
    stack.seal_audit().await;
    stack.verify_audit(None).await.findings
}

async fn changed_event_is_found(stack: &Stack) {
    let events = sealed(stack).await;
    let (seal, event) = &events[1];
    let id = literal(stack, event);
    let change = format!("UPDATE audit_events SET ip = '203.0.113.9' WHERE id = {id}");
    tamper(stack, &[change]).await;
    let (seq, event) = (seal.seq, event.id);
    assert_eq!(
        findings(stack).await,
        [ChainViolation::Changed { seq, event }]
    );
}

async fn removed_event_is_found(stack: &Stack) {
    let events = sealed(stack).await;
    let (seal, event) = &events[2];
    let id = literal(stack, event);
    tamper(
        stack,
        &[format!("DELETE FROM audit_events WHERE id = {id}")],
    )
    .await;
    let (seq, event) = (Some(seal.seq), event.id);
    assert_eq!(
        findings(stack).await,
        [ChainViolation::Removed { seq, event }]
    );
    // Without its chain link, the chain has a gap.
    let seq = seal.seq;
    let cut = format!("DELETE FROM audit_seals WHERE seq = {seq}");
    backend::tamper(&stack.storage().identity, &[cut]).await;
    assert_eq!(
        findings(stack).await,
        [ChainViolation::Gap { from: seq, to: seq }]
    );
}

async fn inserted_event_is_found(stack: &Stack) {
    let events = sealed(stack).await;
    let id = literal(stack, &events[0].1);
    let (new, event) = {
        let mut forged = events[0].1.clone();
        forged.id = AuditId::from_uuid(Uuid::from_u128(7));
        (literal(stack, &forged), forged.id)
    };
    let columns =
        "at, kind, actor, subject, client_id, ip, user_agent, success, detail, request_id";
    let insert = format!(
        "INSERT INTO audit_events (id, {columns}) SELECT {new}, {columns} FROM audit_events WHERE id = {id}"
    );
    backend::tamper(&stack.storage().identity, &[insert]).await;
    assert_eq!(findings(stack).await, [ChainViolation::Inserted { event }]);
}

async fn reordered_links_are_found(stack: &Stack) {
    let events = sealed(stack).await;
    let [(item, first), (other, second)] = [&events[0], &events[2]];
    let set =
        |seq: i64, id: &str| format!("UPDATE audit_seals SET event_id = {id} WHERE seq = {seq}");
    let swap = [
        set(item.seq, "NULL"),
        set(other.seq, &literal(stack, first)),
        set(item.seq, &literal(stack, second)),
    ];
    tamper(stack, &swap).await;
    let moved = |seq, event: &AuditRecord, belongs: &AuditRecord| ChainViolation::Moved {
        seq,
        event: event.id,
        belongs: belongs.id,
    };
    let expected = [
        moved(item.seq, second, first),
        moved(other.seq, first, second),
    ];
    assert_eq!(findings(stack).await, expected);
}

async fn truncated_chain_is_detected_by_head(stack: &Stack) {
    let events = sealed(stack).await;
    let head = stack.verify_audit(None).await.head.expect("a head");
    let (last, event) = events.last().expect("the last one");
    assert_eq!(head.seq, last.seq);
    assert!(stack.verify_audit(Some(head.hash)).await.is_intact());
    let cut = [
        format!(
            "DELETE FROM audit_events WHERE id = {}",
            literal(stack, event)
        ),
        format!("DELETE FROM audit_seals WHERE seq = {}", last.seq),
    ];
    tamper(stack, &cut).await;
    assert!(
        stack.verify_audit(None).await.is_intact(),
        "not detected without the head"
    );
    let found = stack.verify_audit(Some(head.hash)).await.findings;
    assert_eq!(found, [ChainViolation::HeadMissing { head: head.hash }]);
}

async fn application_cannot_change_log(stack: &Stack) {
    sealed(stack).await;
    for statement in ["DELETE FROM audit_events", "UPDATE audit_seals SET day = 0"] {
        let url = stack.storage().identity.clone();
        let refused = tokio::spawn(async move {
            backend::tamper(&url, &[statement.to_owned()]).await;
        });
        let error = refused.await.expect_err("refused");
        let words = error.into_panic().downcast::<String>().unwrap();
        assert!(words.contains("append-only"), "{words}");
    }
    assert!(findings(stack).await.is_empty());
}

async fn two_replicas_append_to_same_chain(stack: &Stack) {
    let _replica = stack.replica();
    for _ in 0..3 {
        let agents = [(), (), (), ()].map(|()| UserAgent::new());
        let attempts = agents
            .iter()
            .map(|agent| sign_in(stack, agent, "bob", "a wrong password"));
        futures_util::future::join_all(attempts).await;
        tokio::join!(stack.seal_audit(), stack.seal_audit(), stack.seal_audit());
        stack.clock.advance(24 * 60 * 60);
    }
    let verdict = stack.verify_audit(None).await;
    assert!(verdict.is_intact(), "{:?}", verdict.findings);
    assert_eq!(
        (verdict.events, verdict.waiting),
        (17, 0),
        "including the events of the first keys and the administration"
    );
    assert!(
        verdict.links >= 18,
        "{} links: each day has a separate one",
        verdict.links
    );
}

async fn running_server_appends_chain_links(stack: &Stack) {
    sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    let started = std::time::Instant::now();
    while stack.verify_audit(None).await.events < 2 {
        assert!(
            started.elapsed().as_secs() < 20,
            "the events were not sealed"
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// Waits until `/readyz` of each replica reports this status for the audit log.
async fn wait_for_status(origins: &[&str], word: &str) {
    let started = std::time::Instant::now();
    for origin in origins {
        loop {
            let ready = reqwest::get(format!("{origin}/readyz")).await.unwrap();
            let ready: serde_json::Value = ready.json().await.unwrap();
            if ready["checks"]["audit_log"] == word {
                break;
            }
            assert!(started.elapsed().as_secs() < 60, "{origin}: {ready}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}

async fn truncation_alarms_every_replica(stack: &Stack) {
    let replica = stack.replica();
    let events = sealed(stack).await;
    let origins = [stack.issuer(), replica.origin.as_str()];
    wait_for_status(&origins, "ok").await;
    // Each replica checks every two seconds; after this time both have stored the head.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    let (last, event) = events.last().expect("the last one");
    let cut = [
        format!(
            "DELETE FROM audit_events WHERE id = {}",
            literal(stack, event)
        ),
        format!("DELETE FROM audit_seals WHERE seq = {}", last.seq),
    ];
    tamper(stack, &cut).await;
    wait_for_status(&origins, "behind").await;
    // The violation stays reported after the log has grown again.
    sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    stack.seal_audit().await;
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    wait_for_status(&origins, "behind").await;
}

async fn server_error_rolls_back_change_and_event(stack: &Stack) {
    // The last statement of the transaction fails: the table for the notification does not exist.
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let rename = |from, to| [format!("ALTER TABLE {from} RENAME TO {to}")];
    let page = agent.get(stack.at("/account/password")).await;
    let form = page
        .form("#new-password")
        .with("current_password", PASSWORD)
        .with("password", crate::support::NEW_PASSWORD)
        .with("password_confirm", crate::support::NEW_PASSWORD);
    backend::tamper(&stack.storage().identity, &rename("jobs", "no_jobs")).await;
    let answer = agent.submit(&form).await;
    assert!(answer.status >= 500, "{}", answer.dump());
    backend::tamper(&stack.storage().identity, &rename("no_jobs", "jobs")).await;
    assert_eq!(stack.audited(AuditKind::PasswordChanged).await, []);
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "the old password still works");
}
