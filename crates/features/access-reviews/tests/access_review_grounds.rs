//! Tests of the ground of reviewers, and of users under review who would steer it.

use doorward_access::clock::Clock as _;
use doorward_access_reviews::reviewers;
use doorward_admin::offboarding;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Member, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::access_reviews::{
    DAY, LIST, create_by_operator, found, give_editors, has_role, lines, number, wait_for_end,
};
use super::world::{World, ok, problem};
use crate::console::support::{browser, open};

flows!(
    reviewer_without_ground_neither_reads_nor_decides,
    user_under_review_does_not_steer_it,
    review_without_reviewer_revokes_nothing_at_deadline,
);

/// Adds a user to acme, or removes the user from it, in the database.
async fn set_member(world: &World<'_>, who: &str, is_member: bool) {
    let tx = world.db.begin_write().await.unwrap();
    if is_member {
        let member = Member {
            user_id: world.people[who],
            is_owner: false,
            created_at: world.stack.clock.now(),
            expires_at: None,
        };
        let put = repo::organizations::put_member(&tx, "acme", &member).await;
        put.unwrap();
    } else {
        let removed = repo::organizations::remove_member(&tx, "acme", world.people[who]).await;
        removed.unwrap();
    }
    tx.commit().await.unwrap();
    world.stack.clear_caches();
}

/// Returns true if alice reads the lines of a review in a browser and decides about carol's by the API, and false
/// if she does neither.
async fn can_review(world: &World<'_>, agent: &UserAgent, review: &Value) -> bool {
    let path = format!(
        "/account/reviews/lines?review={}",
        review["id"].as_str().unwrap()
    );
    let page = agent.get(world.stack.at(&path)).await;
    let list = open(world.stack, agent, "/account/reviews").await;
    let is_listed = list.has("a[href^='/account/reviews/lines']");
    let line = number(world, review, "carol").await;
    let id = review["id"].as_str().unwrap();
    let path = format!("{LIST}/{id}/lines/{line}/decision");
    let body = json!({ "decision": "confirmed" });
    let decided = world.call("alice", "POST", &path, Some(&body)).await;
    let found = [page.status, decided.status];
    assert!(
        [[200, 200], [404, 404]].contains(&found),
        "{found:?} {}",
        decided.dump()
    );
    assert_eq!(is_listed, found[0] == 200, "{}", list.dump());
    is_listed
}

async fn reviewer_without_ground_neither_reads_nor_decides(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("mona", "proofreader", &[]).await;
    set_member(&world, "carol", true).await;
    for who in ["mona", "carol"] {
        let id = world.id(who);
        world
            .assign(SubjectKind::User, &id, "proofreader", Some("acme"))
            .await;
    }
    let body = |reviewer: &str| {
        json!({
            "name": "Acme", "organization": "acme",
            "reviewers": [world.id(reviewer)],
        })
    };
    // A user who does not belong to the organization is no reviewer of it.
    let page = world.call("admin", "POST", LIST, Some(&body("bob"))).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = world
        .call("admin", "POST", LIST, Some(&body("alice")))
        .await;
    let review = ok(&page, 201);
    let agent = browser(stack, "alice").await;
    assert!(can_review(&world, &agent, &review).await);
    set_member(&world, "alice", false).await;
    assert!(!can_review(&world, &agent, &review).await, "left");
    let path = format!("{LIST}/{}", review["id"].as_str().unwrap());
    let shown = ok(&world.call("admin", "GET", &path, None).await, 200);
    let alice = world.id("alice");
    assert_eq!(
        (&shown["reviewers"], &shown["able_reviewers"]),
        (&json!([alice]), &json!(0))
    );
    world
        .let_hold("alice", "auditor", &["roles:read", "users:read"])
        .await;
    assert!(can_review(&world, &agent, &review).await, "sees all roles");
    let tx = world.db.begin_write().await.unwrap();
    let kind = SubjectKind::User;
    let taken = repo::roles::unassign(&tx, kind, &alice, "auditor", None).await;
    assert!(taken.unwrap());
    tx.commit().await.unwrap();
    assert!(!can_review(&world, &agent, &review).await, "role lost");
    set_member(&world, "alice", true).await;
    assert!(can_review(&world, &agent, &review).await, "member again");

    let path = format!("{path}/reviewers");
    let others = json!({ "reviewers": [world.id("mona")] });
    let page = world.call("admin", "PUT", &path, Some(&others)).await;
    assert_eq!(ok(&page, 200)["reviewers"], json!([world.id("mona")]));
    let mail = stack.mail("mona@example.org").await;
    assert!(mail.text.contains("/account/reviews"), "{}", mail.text);
    assert!(!can_review(&world, &agent, &review).await, "replaced");
    let again = world.call("admin", "PUT", &path, Some(&others)).await;
    assert_eq!(again.status, 409, "{}", again.dump());
    let outsider = json!({ "reviewers": [world.id("bob")] });
    let page = world.call("admin", "PUT", &path, Some(&outsider)).await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

/// Own line, line by a group, creator and `admin` × end and choice of reviewers. No review is deleted.
async fn user_under_review_does_not_steer_it(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    let helper = world.id("helper");
    for tie in ["own line", "own group", "creator"] {
        if tie == "own group" {
            let tx = world.db.begin_write().await.unwrap();
            let taken =
                repo::roles::unassign(&tx, SubjectKind::User, &helper, "proofreader", None).await;
            assert!(taken.unwrap());
            tx.commit().await.unwrap();
            world.put_into(world.groups[""], "helper").await;
        } else if tie == "own line" {
            world
                .assign(SubjectKind::User, &helper, "proofreader", None)
                .await;
        }
        let body = json!({
            "name": tie, "role": "proofreader", "revoke_open": true,
            "reviewers": [world.id("carol")],
        });
        let creator = if tie == "creator" { "helper" } else { "admin" };
        let review = ok(&world.call(creator, "POST", LIST, Some(&body)).await, 201);
        let path = format!("{LIST}/{}", review["id"].as_str().unwrap());
        let [close, reviewers] = ["close", "reviewers"].map(|step| format!("{path}/{step}"));
        let friend = json!({ "reviewers": [world.id("bob")] });
        let removed = world.call("helper", "DELETE", &path, None).await;
        assert!([404, 405].contains(&removed.status), "{}", removed.dump());
        let replaced = world.call("helper", "PUT", &reviewers, Some(&friend)).await;
        let lowered = json!({ "revoke_open": false });
        let closed = world.call("helper", "POST", &close, Some(&lowered)).await;
        if tie == "creator" {
            assert_eq!(
                [replaced.status, closed.status],
                [200, 200],
                "{}",
                closed.dump()
            );
            continue;
        }
        for page in [replaced, closed] {
            problem(&page, 403, "permission-denied");
            assert_eq!(
                page.json()["rule"],
                "under_review",
                "{tie}: {}",
                page.dump()
            );
        }
        // The role `admin` may, although it holds a line of another review.
        let closed = world.call("admin", "POST", &close, Some(&lowered)).await;
        assert_eq!(ok(&closed, 200)["open"], review["lines"], "{tie}");
    }
}

async fn review_without_reviewer_revokes_nothing_at_deadline(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    let review = create_by_operator(&world, "proofreader", true).await;
    let operator = AdminContext::command_line(&world.db, &stack.clock);
    let orphaned = async || {
        let found = reviewers::without_reviewer(&operator).await.unwrap();
        found.len()
    };
    assert_eq!(orphaned().await, 0);
    // Her departure says which reviews it leaves without a reviewer.
    let carol = repo::users::find_by_id(world.db.read(), world.people["carol"]).await;
    let carol = carol.unwrap().unwrap();
    let plan = offboarding::plan(&operator, &carol, None).await.unwrap();
    let left = plan.left.iter().map(|(item, _)| item.kind());
    assert!(left.into_iter().any(|kind| kind == "access_review"));
    stack.disable_user("carol").await;
    assert_eq!(orphaned().await, 1);
    stack.clock.advance(20 * DAY);
    wait_for_end(&world, &review).await;
    assert_eq!(found(&world, &review).await.open, 3);
    let lines = lines(&world, &review).await;
    assert!(
        lines.iter().all(|line| line.decision.is_none()),
        "{lines:?}"
    );
    assert!(has_role(&world, "alice").await);
}
