//! Tests of invitations with roles, groups and an end, and of those from a file.

use std::time::Duration;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{SubjectKind, UserId};
use doorward_domain::time::to_rfc3339;
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::invitations::{follow_as, member, say};
use super::world::{World, ok};

flows!(
    user_gets_access_that_inviter_may_still_give,
    file_is_checked_as_whole,
    batch_is_sent_by_server_and_can_be_stopped,
);

const PATH: &str = "/api/admin/organizations/acme/invitations";
const FILE: &str = "/api/admin/organizations/acme/invitation-batches";
const DAY: i64 = 24 * 60 * 60;

async fn roles_of(world: &World<'_>, name: &str) -> Vec<(String, Option<String>, Option<i64>)> {
    let (read, id) = (world.db.read(), world.id(name));
    let held = repo::roles::assignments(read, SubjectKind::User, &id).await;
    let held = held.unwrap().into_iter();
    held.map(|held| (held.role, held.org, held.expires_at))
        .collect()
}

async fn user_gets_access_that_inviter_may_still_give(stack: &Stack) {
    let world = World::new(stack).await;
    let until = stack.clock.now() + DAY;
    let group = world.groups["acme"];
    let invite = json!({
        "email": "carol@example.org", "roles": ["developer"], "groups": [group.to_string()],
        "member_until": to_rfc3339(until),
    });
    let created = ok(&world.call("admin", "POST", PATH, Some(&invite)).await, 201);
    assert_eq!(created["roles"], json!(["developer"]));
    // An owner gives no more than the owner has.
    let more = json!({ "email": "carol@example.org", "roles": ["admin"] });
    let denied = world.call("mona@acme", "POST", PATH, Some(&more)).await;
    assert_eq!(denied.status, 403, "{}", denied.dump());
    let mail = stack.mail("carol@example.org").await;
    let link = mail.link(stack.issuer());
    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "carol").await;
    say(&agent, &page, "accept").await;
    let joined = member(&world, "carol").await.expect("a member");
    assert_eq!(joined.expires_at, Some(until));
    let acme = Some("acme".to_owned());
    let given = ("developer".to_owned(), acme, Some(until));
    assert!(roles_of(&world, "carol").await.contains(&given));
    let carol = UserId::parse(&world.id("carol")).unwrap();
    let has = repo::groups::has_member(world.db.read(), group, carol).await;
    assert!(has.unwrap());
    stack.clock.advance(DAY);
    let _replica = stack.sweeper().await;
    let ended = async {
        while member(&world, "carol").await.is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
    assert!(ended.is_ok(), "the membership did not end");
}

async fn file_is_checked_as_whole(stack: &Stack) {
    let world = World::new(stack).await;
    let csv = "email,roles,groups,member_until\n\
               eve@example.org,developer,,2999-12-31\n\
               nonsense,,,\n\
               eve@example.org,,,\n\
               dan@example.org,absent,,\n\
               ann@example.org,,/absent,\n\
               bea@example.org,,,yesterday\n";
    let file = json!({ "csv": csv });
    let checked = ok(&world.call("admin", "POST", FILE, Some(&file)).await, 201);
    let problems = checked["problems"].as_array().unwrap().iter();
    let problems: Vec<_> = problems
        .map(|found| {
            (
                found["line"].as_u64().unwrap(),
                found["field"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        (3, "email"),
        (4, "email"),
        (5, "roles"),
        (6, "groups"),
        (7, "member_until"),
    ];
    assert_eq!(problems, expected);
    assert_eq!(checked["id"], Value::Null);
    let listed = ok(&world.call("admin", "GET", PATH, None).await, 200);
    assert_eq!(listed["items"], json!([]));
}

async fn batch_is_sent_by_server_and_can_be_stopped(stack: &Stack) {
    let world = World::new(stack).await;
    let csv = "email\neve@example.org\ndan@example.org\n";
    let dry = json!({ "csv": csv, "dry_run": true });
    let checked = ok(
        &world.call("mona@acme", "POST", FILE, Some(&dry)).await,
        201,
    );
    assert_eq!(
        (&checked["total"], &checked["id"]),
        (&json!(2), &Value::Null)
    );
    let file = json!({ "csv": csv });
    let first = ok(
        &world.call("mona@acme", "POST", FILE, Some(&file)).await,
        201,
    );
    let path = format!("{FILE}/{}", first["id"].as_str().unwrap());
    let stop = format!("{path}/stop");
    let stopped = ok(&world.call("mona@acme", "POST", &stop, None).await, 200);
    assert_eq!(stopped["waiting"], 0);
    let again = world.call("mona@acme", "POST", &stop, None).await;
    assert_eq!(again.status, 409, "{}", again.dump());
    ok(
        &world.call("mona@acme", "POST", FILE, Some(&file)).await,
        201,
    );
    let _replica = stack.sweeper().await;
    let sent = async {
        loop {
            if let Some(mail) = stack.mails("dan@example.org").await.pop() {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let sent = tokio::time::timeout(Duration::from_secs(30), sent).await;
    assert_eq!(sent.expect("a mail").subject, "You are invited");
}
