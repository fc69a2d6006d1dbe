//! Tests of the delivery of signals: polls, pushes, their order and their limits.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{EndReason, SubjectKind, UserId};
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends, flows, jwt, rows};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use super::guard::{
    CAEP, Guard, Stream, event, of_grant, of_session, of_user, settle, signed_in, summary,
};
use crate::support::{sign_in, text, tokens};

both_backends!(
    every_end_of_access_reaches_receiver,
    stream_survives_restart_and_serves_replica,
    signals_of_one_user_come_in_order,
    overflow_is_one_event,
    replayed_code_and_reused_refresh_token_end_grant,
    changes_of_stream_at_one_time_are_all_stored,
);
flows!(
    poll_waits_and_is_woken_within_a_second,
    unacknowledged_tokens_come_again,
    paused_stream_keeps_and_disabled_stream_drops,
    removed_subject_is_silent,
    new_stream_begins_with_last_life_of_token,
    unused_stream_ends_after_an_hour,
    verification_event_has_state,
);

async fn every_end_of_access_reaches_receiver(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let claims = signed_in(stack, &stack.seed.trusted).await;
    assert_eq!(
        stream.take().await,
        [] as [Value; 0],
        "a sign-in revokes nothing"
    );
    stack.clock.advance(5);
    stack.end_sessions("alice").await;
    let all = stream.take().await;
    let [found] = &all[..] else {
        panic!("one token: {all:#?}");
    };
    assert_eq!(found["iss"], stack.issuer());
    assert_eq!(found["aud"], stack.seed.tasks_api.id.as_str());
    assert_eq!(found["sub_id"], of_session(stack, &claims));
    assert!(
        found.get("sub").is_none() && found.get("exp").is_none(),
        "{found}"
    );
    let (name, members) = event(found);
    assert_eq!(name, format!("{CAEP}/session-revoked"));
    assert_eq!(members["initiating_entity"], "admin");
    assert!(
        members["event_timestamp"].as_i64() > claims["iat"].as_i64(),
        "{members}"
    );
    let claims = signed_in(stack, &stack.seed.trusted).await;
    stream.take().await;
    revoke_role(stack, "alice", "developer").await;
    let all = stream.take().await;
    let alice = of_user(stack, &claims["sub"]);
    assert_eq!(
        summary(&all),
        [("token-claims-change".to_owned(), alice.clone())]
    );
    let (_, members) = event(&all[0]);
    let none = json!({ "roles": [], "groups": [], "entitlements": [] });
    assert_eq!(members["claims"], none);
    assert_eq!(members["initiating_entity"], "system");
    as_administrator(stack, async |operator| {
        let id = UserId::parse(claims["sub"].as_str().unwrap()).unwrap();
        doorward_admin::users::disable(operator, id).await.unwrap();
    })
    .await;
    let all = summary(&stream.take().await);
    let session = ("session-revoked".to_owned(), of_session(stack, &claims));
    let disabled = ("account-disabled".to_owned(), alice);
    assert_eq!(all, [session, disabled]);
}

/// Acts as the command line.
async fn as_administrator(stack: &Stack, act: impl AsyncFnOnce(&AdminContext<'_>)) {
    let db = stack.db().await;
    act(&AdminContext::command_line(&db, &stack.clock)).await;
    db.close().await.unwrap();
    stack.clear_caches();
}

pub async fn revoke_role(stack: &Stack, username: &str, role: &str) {
    as_administrator(stack, async |operator| {
        let user = doorward_admin::users::get(operator, username)
            .await
            .unwrap();
        let (kind, id) = (SubjectKind::User, user.id.to_string());
        let given = repo::roles::assignments(operator.db.read(), kind, &id).await;
        let given = given.unwrap().into_iter().find(|given| given.role == role);
        let id = given.expect("an assignment").id;
        doorward_admin::assignments::delete(operator, id)
            .await
            .unwrap();
    })
    .await;
}

async fn stream_survives_restart_and_serves_replica(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let first = signed_in(stack, &stack.seed.trusted).await;
    let replica = stack.replica();
    stack.end_sessions("alice").await;
    // The other server has the same queue, and takes the acknowledgement.
    settle().await;
    let path = stream.url.strip_prefix(stack.issuer()).unwrap();
    let url = format!("{}{path}", replica.origin);
    let poll = async |body: Value| {
        let request = guard.agent.http().post(&url).bearer_auth(&guard.token);
        let host = stack.issuer().strip_prefix("http://").unwrap();
        let page = guard
            .agent
            .send(request.header("host", host).json(&body))
            .await;
        assert_eq!(page.status, 200, "{}", page.dump());
        page.json()
    };
    let json = poll(json!({ "returnImmediately": true })).await;
    let found: Vec<String> = json["sets"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(found.len(), 1, "{json}");
    let here = stream.peek().await;
    assert_eq!(
        summary(&here),
        [("session-revoked".to_owned(), of_session(stack, &first))]
    );
    assert_eq!(here[0]["jti"], found[0].as_str());
    poll(json!({ "ack": found, "maxEvents": 0 })).await;
    assert_eq!(stream.peek().await, [] as [Value; 0]);
    // A server that begins later continues where the receiver was.
    let second = signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    drop(replica);
    let replica = stack.replica();
    settle().await;
    let url = format!("{}{path}", replica.origin);
    let request = guard.agent.http().post(&url).bearer_auth(&guard.token);
    let host = stack.issuer().strip_prefix("http://").unwrap();
    let request = request
        .header("host", host)
        .json(&json!({ "returnImmediately": true }));
    let json = guard.agent.send(request).await.json();
    let sets: Vec<&Value> = json["sets"].as_object().unwrap().values().collect();
    let [set] = &sets[..] else {
        panic!("one token: {json}");
    };
    let claims = jwt::claims(set.as_str().unwrap());
    assert_eq!(claims["sub_id"], of_session(stack, &second));
}

async fn signals_of_one_user_come_in_order(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let claims = signed_in(stack, &stack.seed.trusted).await;
    let id = UserId::parse(claims["sub"].as_str().unwrap()).unwrap();
    let stream = guard.stream().await;
    let mut expected = Vec::new();
    as_administrator(stack, async |operator| {
        for _ in 0..4 {
            doorward_admin::users::disable(operator, id).await.unwrap();
            doorward_admin::users::enable(operator, id).await.unwrap();
            expected.extend(["account-disabled", "account-enabled"]);
        }
    })
    .await;
    let all = summary(&stream.take().await).into_iter();
    let all = all
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("account"));
    assert_eq!(all.collect::<Vec<_>>(), expected);
}

async fn overflow_is_one_event(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let event = format!("{CAEP}/session-revoked");
    let insert = format!(
        "INSERT INTO signals (id, event, subject, detail) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10100) \
         SELECT (SELECT id FROM users LIMIT 1), '{event}', '{{\"claim\":\"role:x\"}}', '{{\"members\":{{}}}}' FROM n"
    );
    rows::execute(&stack.storage().identity, &insert).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(stream.peek().await, [] as [Value; 0]);
    let all = stream.take().await;
    let everything = json!({ "format": "uri", "uri": stack.issuer() });
    assert_eq!(summary(&all), [("session-revoked".to_owned(), everything)]);
    // The queue is empty then, and goes on.
    let claims = signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    let all = stream.take().await;
    assert_eq!(
        summary(&all),
        [("session-revoked".to_owned(), of_session(stack, &claims))]
    );
}

async fn replayed_code_and_reused_refresh_token_end_grant(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let client = &stack.seed.trusted;
    let scope = "openid tasks:read offline_access";
    let code = crate::support::code(stack, client, scope).await;
    let json = tokens(&stack.exchange(client, &code).await);
    let claims = jwt::claims(&text(&json, "access_token"));
    assert_eq!(stack.exchange(client, &code).await.status, 400);
    let expected = [("session-revoked".to_owned(), of_grant(stack, &claims))];
    assert_eq!(summary(&stream.take().await), expected);
    let json = sign_in(stack, client, scope).await;
    let token = text(&json, "refresh_token");
    assert_eq!(stack.refresh(client, &token).await.status, 200);
    stack.clock.advance(120);
    assert_eq!(stack.refresh(client, &token).await.status, 400);
    let guard = Guard::new(stack).await;
    let stream = Stream {
        guard: &guard,
        id: stream.id.clone(),
        url: stream.url.clone(),
    };
    assert_eq!(summary(&stream.take().await), expected);
}

async fn poll_waits_and_is_woken_within_a_second(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let claims = signed_in(stack, &stack.seed.trusted).await;
    let id = UserId::parse(claims["sub"].as_str().unwrap()).unwrap();
    let mut times = Vec::new();
    for _ in 0..5 {
        signed_in(stack, &stack.seed.trusted).await;
        let poll = stream.poll(json!({ "maxEvents": 10 }));
        let end = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let began = Instant::now();
            end_without_notice(stack, id).await;
            began
        };
        let (json, began) = tokio::join!(poll, end);
        times.push(began.elapsed());
        let ids: Vec<&String> = json["sets"].as_object().unwrap().keys().collect();
        assert!(!ids.is_empty(), "{json}");
        stream.poll(json!({ "ack": ids, "maxEvents": 0 })).await;
        stream.take().await;
    }
    times.sort_unstable();
    assert!(times[2] < Duration::from_secs(1), "{times:?}");
}

/// Ends the sessions of a user as another process does: the caches of the server stay.
async fn end_without_notice(stack: &Stack, user: UserId) {
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let (reason, now) = (EndReason::EndedByOwner, stack.clock.now());
    repo::sessions::end_all_for_user(&tx, user, None, reason, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn unacknowledged_tokens_come_again(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    for _ in 0..3 {
        signed_in(stack, &stack.seed.trusted).await;
        stack.end_sessions("alice").await;
    }
    settle().await;
    let all = stream.peek().await;
    assert_eq!(all.len(), 3);
    assert_eq!(stream.peek().await, all, "nothing was acknowledged");
    let json = stream
        .poll(json!({ "maxEvents": 2, "returnImmediately": true }))
        .await;
    assert_eq!(
        (
            json["sets"].as_object().unwrap().len(),
            &json["moreAvailable"]
        ),
        (2, &json!(true))
    );
    // The last one alone moves nothing: those before it would be lost.
    stream.acknowledge(&all[2..]).await;
    assert_eq!(stream.peek().await.len(), 3);
    stream.acknowledge(&all[..1]).await;
    assert_eq!(stream.peek().await, all[1..]);
    // An error of the receiver takes the token too.
    let errors = json!({ &*text(&all[1], "jti"): { "err": "invalid_key", "description": "x" } });
    let json = stream
        .poll(json!({ "setErrs": errors, "maxEvents": 0 }))
        .await;
    assert_eq!(json["sets"], json!({}));
    assert_eq!(stream.peek().await, all[2..]);
    let invented = json!({ "ack": ["other", "x.9"], "returnImmediately": true });
    assert_eq!(
        stream.poll(invented).await["sets"]
            .as_object()
            .unwrap()
            .len(),
        1
    );
}

async fn paused_stream_keeps_and_disabled_stream_drops(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    for (status, kept) in [("paused", 1), ("disabled", 0)] {
        signed_in(stack, &stack.seed.trusted).await;
        stream.status(status).await;
        stack.end_sessions("alice").await;
        settle().await;
        assert_eq!(stream.peek().await.len(), 0, "{status}");
        stream.status("enabled").await;
        assert_eq!(stream.take().await.len(), kept, "{status}");
    }
}

async fn changes_of_stream_at_one_time_are_all_stored(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let call = async |path: &str, member: &str, value: Value| {
        let body = json!({ "stream_id": stream.id, member: value });
        let page = guard.call("POST", path, Some(body)).await;
        assert!(page.status < 300, "{}", page.dump());
    };
    let names: Vec<String> = (0..8).map(|number| format!("subject-{number}")).collect();
    let removals = names.iter().map(|name| {
        let subject = of_user(stack, &json!(name));
        call("/ssf/subjects/remove", "subject", subject)
    });
    let pause = call("/ssf/status", "status", json!("paused"));
    join(join_all(removals), pause).await;
    let db = stack.db().await;
    let stored = repo::signal_streams::find(db.read(), &stream.id).await;
    let settings = stored.unwrap().unwrap().settings;
    assert!(settings.removed.iter().eq(&names), "{settings:?}");
    assert_eq!(settings.status.as_str(), "paused");
    db.close().await.unwrap();
}

async fn removed_subject_is_silent(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let claims = signed_in(stack, &stack.seed.trusted).await;
    let subjects = [
        of_user(stack, &claims["sub"]),
        json!({ "format": "email", "email": "alice@example.test" }),
    ];
    let set = async |path: &str, subject: &Value, status| {
        let body = json!({ "stream_id": stream.id, "subject": subject, "verified": true });
        let page = guard.call("POST", path, Some(body)).await;
        assert_eq!(page.status, status, "{}", page.dump());
    };
    for unknown in [
        json!({ "format": "opaque", "id": "x" }),
        json!({ "format": "email", "email": "unknown@example.test" }),
    ] {
        set("/ssf/subjects/remove", &unknown, 204).await;
    }
    set("/ssf/subjects/remove", &subjects[0], 204).await;
    stack.end_sessions("alice").await;
    assert_eq!(stream.take().await, [] as [Value; 0]);
    set("/ssf/subjects/add", &subjects[0], 200).await;
    signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    assert!(!stream.take().await.is_empty());
}

async fn new_stream_begins_with_last_life_of_token(stack: &Stack) {
    signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    settle().await;
    let guard = Guard::new(stack).await;
    let known = guard.create(json!({})).await;
    let url = text(&known["delivery"], "endpoint_url");
    let first = Stream {
        guard: &guard,
        id: text(&known, "stream_id"),
        url,
    };
    assert!(!first.take().await.is_empty(), "the last life of a token");
    // No token from before is valid any more.
    stack.clock.advance(26 * 60 * 60);
    let guard = Guard::new(stack).await;
    let later = guard.create(json!({})).await;
    let url = text(&later["delivery"], "endpoint_url");
    let second = Stream {
        guard: &guard,
        id: text(&later, "stream_id"),
        url,
    };
    assert_eq!(second.take().await, [] as [Value; 0]);
}

async fn unused_stream_ends_after_an_hour(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    stack.clock.advance(3_500);
    let guard = Guard::new(stack).await;
    let used = Stream {
        guard: &guard,
        id: stream.id.clone(),
        url: stream.url.clone(),
    };
    used.take().await;
    for (passed, is_there) in [(3_500, true), (3_700, false)] {
        stack.clock.advance(passed);
        let _replica = stack.sweeper().await;
        let guard = Guard::new(stack).await;
        let path = format!("/ssf/streams?stream_id={}", stream.id);
        let began = Instant::now();
        loop {
            let found = guard.call("GET", &path, None).await.status == 200;
            if is_there {
                assert!(found);
                break;
            }
            if !found {
                break;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "the stream remains"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        if is_there {
            let used = Stream {
                guard: &guard,
                id: stream.id.clone(),
                url: stream.url.clone(),
            };
            used.take().await;
        }
    }
}

async fn verification_event_has_state(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let other = guard.stream().await;
    let body = json!({ "stream_id": stream.id, "state": "abc" });
    let page = guard.call("POST", "/ssf/verify", Some(body.clone())).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let again = guard.call("POST", "/ssf/verify", Some(body)).await;
    assert_eq!(again.status, 429, "{}", again.dump());
    assert_eq!(again.header("retry-after"), Some("10"));
    let all = stream.take().await;
    let [found] = &all[..] else {
        panic!("one token: {all:?}");
    };
    let expected = json!({ "format": "opaque", "id": stream.id });
    assert_eq!(found["sub_id"], expected);
    let (name, members) = event(found);
    assert_eq!(
        name,
        "https://schemas.openid.net/secevent/ssf/event-type/verification"
    );
    assert_eq!(members, &json!({ "state": "abc" }));
    assert_eq!(
        other.take().await,
        [] as [Value; 0],
        "no other stream gets it"
    );
}
