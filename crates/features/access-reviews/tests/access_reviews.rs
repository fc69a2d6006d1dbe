//! Tests of access reviews: reviewers without rights, own roles, roles of groups, the power of the creator,
//! and the deadline.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_access_reviews::create::{self, NewReview};
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{
    AccessReview, ReviewDecision, ReviewLine, ReviewOutcome, ReviewScope, SubjectKind,
};
use doorward_store::repo;
use doorward_store::repo::access_reviews::LineFilter;
use doorward_testkit::{Page, Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};
use crate::console::support::{browser, csrf, location, open};

flows!(
    reviewer_needs_no_rights,
    page_of_reviewer_decides_chosen_lines,
    revocation_needs_present_power_of_creator,
    deadline_reminds_reviewers_and_revokes_open_lines,
    review_without_revocation_lists_open_lines_at_end,
    review_has_members_of_organization_or_group,
);

pub(super) const LIST: &str = "/api/admin/access-reviews";
pub(super) const DAY: i64 = 24 * 60 * 60;

/// Gives the role `proofreader` to alice and carol, and to bob by a group.
pub(super) async fn give_editors(world: &World<'_>) {
    world.let_hold("alice", "proofreader", &[]).await;
    let group = world.groups[""];
    for (kind, id) in [
        (SubjectKind::User, world.id("carol")),
        (SubjectKind::Group, group.to_string()),
    ] {
        world.assign(kind, &id, "proofreader", None).await;
    }
    world.put_into(group, "bob").await;
}

/// Creates a review of the role `proofreader`, of which carol is the reviewer.
async fn create_review(world: &World<'_>) -> Value {
    let body = json!({
        "name": "Editors", "role": "proofreader", "reviewers": [world.id("carol")],
    });
    let review = ok(&world.call("admin", "POST", LIST, Some(&body)).await, 201);
    let counts = ["lines", "open", "state", "revoke_open"].map(|name| &review[name]);
    assert_eq!(json!(counts), json!([3, 3, "open", false]), "{review}");
    review
}

/// Returns the number of a user's line.
pub(super) async fn number(world: &World<'_>, review: &Value, who: &str) -> u64 {
    let path = format!("{LIST}/{}/lines", review["id"].as_str().unwrap());
    let lines = ok(&world.call("admin", "GET", &path, None).await, 200);
    let mut lines = lines["items"].as_array().unwrap().iter();
    let line = lines.find(|line| line["holder"] == world.id(who).as_str());
    line.unwrap()["line"].as_u64().unwrap()
}

/// Sends a decision of one user about the line of another.
async fn decide(
    world: &World<'_>,
    review: &Value,
    (who, about): (&str, &str),
    decision: &str,
) -> Page {
    let line = number(world, review, about).await;
    let id = review["id"].as_str().unwrap();
    let path = format!("{LIST}/{id}/lines/{line}/decision");
    let body = json!({ "decision": decision });
    world.call(who, "POST", &path, Some(&body)).await
}

pub(super) async fn has_role(world: &World<'_>, who: &str) -> bool {
    let id = world.id(who);
    let held = repo::roles::assignments(world.db.read(), SubjectKind::User, &id).await;
    held.unwrap().iter().any(|held| held.role == "proofreader")
}

async fn reviewer_needs_no_rights(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    let review = create_review(&world).await;
    let mail = stack.mail("carol@example.org").await;
    assert!(mail.text.contains("/account/reviews"), "{}", mail.text);
    // For others the review does not exist, whatever their rights; the reviewer does not see it as a whole.
    for who in ["bob", "helper", "admin"] {
        let page = decide(&world, &review, (who, "alice"), "confirmed").await;
        problem(&page, 404, "not-found");
    }
    let page = world.call("carol", "GET", LIST, None).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let own = decide(&world, &review, ("carol", "carol"), "confirmed").await;
    assert_eq!(own.status, 403, "{}", own.dump());

    let page = decide(&world, &review, ("carol", "alice"), "confirmed").await;
    let line = ok(&page, 200);
    assert_eq!(line["decided_by"], world.id("carol").as_str(), "{line}");
    assert!(has_role(&world, "alice").await);
    // A confirmation can be corrected, a revocation is carried out at once.
    let page = decide(&world, &review, ("carol", "alice"), "revoked").await;
    assert_eq!(ok(&page, 200)["outcome"], "removed");
    assert!(!has_role(&world, "alice").await);
    let page = decide(&world, &review, ("carol", "alice"), "confirmed").await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = decide(&world, &review, ("carol", "bob"), "revoked").await;
    let line = ok(&page, 200);
    assert_eq!(
        (&line["outcome"], &line["group"]),
        (&json!("membership"), &json!("/sales"))
    );
    let group = world.groups[""];
    let bob = world.people["bob"];
    let is_member = repo::groups::has_member(world.db.read(), group, bob).await;
    assert!(is_member.unwrap(), "the membership gives other roles too");

    let path = format!("{LIST}/{}", review["id"].as_str().unwrap());
    let now = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(now["open"], 1);
    let close = format!("{path}/close");
    let page = world.call("admin", "POST", &close, Some(&json!({}))).await;
    let closed = ok(&page, 200);
    assert!(closed["closed_at"].is_string(), "{closed}");
    assert_eq!(closed["open"], 1);
    assert!(has_role(&world, "carol").await);
    let late = decide(&world, &review, ("carol", "bob"), "confirmed").await;
    problem(&late, 404, "not-found");
    for (change, count) in [
        ("review created", 1),
        ("review line confirmed", 1),
        ("review line revoked", 2),
        ("review closed", 1),
    ] {
        let events = repo::audit::list(world.db.read(), None, 1000).await;
        let events = events.unwrap().into_iter();
        let same = events.filter(|event| event.detail.get("change") == Some(&json!(change)));
        assert_eq!(same.count(), count, "{change}");
    }
}

async fn page_of_reviewer_decides_chosen_lines(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    let review = create_review(&world).await;
    let id = review["id"].as_str().unwrap();
    let [alice, bob] = [
        number(&world, &review, "alice").await.to_string(),
        number(&world, &review, "bob").await.to_string(),
    ];
    let carol = browser(stack, "carol").await;
    let home_link = "main a[href='/account/reviews']";
    let home = open(stack, &carol, "/account").await;
    assert!(home.has(home_link), "{}", home.dump());
    let list = open(stack, &carol, "/account/reviews").await;
    let link = list.link_of("a[href^='/account/reviews/lines']");
    let page = carol.get(link.expect("a review")).await;
    let mut shown = page.attributes("input[name=line]", "value");
    shown.sort_unstable();
    let mut expected = vec![alice.clone(), bob.clone()];
    expected.sort_unstable();
    assert_eq!(shown, expected, "not the own line: {}", page.dump());

    let revoke = "button[value=revoked]";
    let unchosen = carol.submit(&page.press(revoke)).await;
    assert_eq!(unchosen.status, 422, "{}", unchosen.dump());
    let form = page.press(revoke).and("line", &alice).and("line", &bob);
    let done = carol.submit(&form.with("reason", "Project ended")).await;
    let expected = format!("/account/reviews/lines?review={id}&done=left");
    assert_eq!(location(&done), expected);
    assert!(!has_role(&world, "alice").await);
    let page = open(stack, &carol, &expected).await;
    assert!(!page.has("input[name=line]"), "{}", page.dump());

    // Another user learns nothing, and cannot decide.
    let other = browser(stack, "helper").await;
    let home = open(stack, &other, "/account").await;
    assert!(!home.has(home_link), "{}", home.dump());
    let path = format!("/account/reviews/lines?review={id}");
    let page = other.get(stack.at(&path)).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let token = csrf(stack, &other).await;
    let fields = [
        ("csrf", token.as_str()),
        ("review", id),
        ("line", &bob),
        ("decision", "confirmed"),
    ];
    let page = other
        .post(stack.at("/account/reviews/lines"), &fields)
        .await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let list = open(stack, &other, "/account/reviews").await;
    assert!(!list.has("a[href^='/account/reviews/lines']"));
}

async fn revocation_needs_present_power_of_creator(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = world.id("helper");
    let carol = world.id("carol");
    world
        .assign(SubjectKind::User, &carol, "helper", None)
        .await;
    let body = json!({
        "name": "Helpers", "role": "helper", "reviewers": [world.id("alice")],
    });
    let review = ok(&world.call("helper", "POST", LIST, Some(&body)).await, 201);
    let mut stronger = body.clone();
    stronger["name"] = json!("Administrators");
    stronger["role"] = json!("admin");
    let page = world.call("helper", "POST", LIST, Some(&stronger)).await;
    assert_eq!(page.status, 403, "{}", page.dump());

    let line = number(&world, &review, "carol").await;
    let tx = world.db.begin_write().await.unwrap();
    let kind = SubjectKind::User;
    let gone = repo::roles::unassign(&tx, kind, &helper, "helper", None).await;
    assert!(gone.unwrap());
    tx.commit().await.unwrap();
    let id = review["id"].as_str().unwrap();
    let path = format!("{LIST}/{id}/lines/{line}/decision");
    let body = json!({ "decision": "revoked" });
    let page = world.call("alice", "POST", &path, Some(&body)).await;
    assert_eq!(ok(&page, 200)["outcome"], "denied");
    let held = repo::roles::assignments(world.db.read(), kind, &carol).await;
    assert!(held.unwrap().iter().any(|held| held.role == "helper"));
}

/// The holders of a large role are divided into several reviews.
async fn review_has_members_of_organization_or_group(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    for (number, members_of, expected) in [
        (0, "acme", Ok("alice")),
        (1, "zeta", Ok("bob")),
        (2, "/sales", Ok("bob")),
        (3, "lost", Err("members_of")),
        (4, "/lost", Err("members_of")),
    ] {
        let body = json!({
            "name": format!("Editors {number}"), "role": "proofreader",
            "members_of": members_of, "reviewers": [world.id("carol")],
        });
        let page = world.call("admin", "POST", LIST, Some(&body)).await;
        match expected {
            Ok(who) => {
                let review = ok(&page, 201);
                assert_eq!(review["lines"], 1, "{members_of}: {review}");
                assert_eq!(self::number(&world, &review, who).await, 1, "{review}");
            }
            Err(field) => {
                let found = ok(&page, 400);
                assert_eq!(found["errors"][0]["field"], field, "{found}");
            }
        }
    }
}

/// Creates a review by the command line.
pub(super) async fn create_by_operator(
    world: &World<'_>,
    role: &str,
    revoke_open: bool,
) -> AccessReview {
    let operator = AdminContext::command_line(&world.db, &world.stack.clock);
    let new = NewReview {
        name: format!("Review of {role}"),
        scope: ReviewScope::Role,
        scope_id: role.to_owned(),
        members_of: None,
        reviewers: vec![world.people["carol"]],
        due_at: world.stack.clock.now() + 20 * DAY,
        revoke_open,
    };
    Box::pin(create::run(&operator, new)).await.unwrap()
}

pub(super) async fn found(world: &World<'_>, review: &AccessReview) -> AccessReview {
    let found = repo::access_reviews::find(world.db.read(), review.id).await;
    found.unwrap().unwrap()
}

pub(super) async fn lines(world: &World<'_>, review: &AccessReview) -> Vec<ReviewLine> {
    let filter = LineFilter::default();
    let lines = repo::access_reviews::lines(world.db.read(), review.id, filter, None, 100);
    lines.await.unwrap()
}

/// Starts a process whose background work runs, and waits until the review is closed.
pub(super) async fn wait_for_end(world: &World<'_>, review: &AccessReview) {
    let _replica = world.stack.sweeper().await;
    let start = Instant::now();
    while found(world, review).await.closed_at.is_none() {
        assert!(start.elapsed() < Duration::from_secs(20), "not closed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn deadline_reminds_reviewers_and_revokes_open_lines(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    let editors = create_by_operator(&world, "proofreader", true).await;
    let admins = create_by_operator(&world, "admin", true).await;
    let count = async || stack.mails("carol@example.org").await.len();
    let before = count().await;
    stack.clock.advance(17 * DAY);
    {
        let _replica = stack.sweeper().await;
        let start = Instant::now();
        while count().await < before + 2 {
            assert!(start.elapsed() < Duration::from_secs(20), "no reminder");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    stack.clock.advance(3 * DAY);
    wait_for_end(&world, &editors).await;
    wait_for_end(&world, &admins).await;
    assert_eq!(count().await, before + 2, "one reminder for each review");
    let revoked = Some(ReviewDecision::Revoked);
    for line in lines(&world, &editors).await {
        let expected = match line.given_to {
            SubjectKind::Group => ReviewOutcome::Membership,
            _ => ReviewOutcome::Removed,
        };
        assert_eq!((line.decision, line.outcome), (revoked, Some(expected)));
        assert_eq!(line.decided_by, None, "{line:?}");
    }
    assert!(!has_role(&world, "alice").await);
    // The last administrator remains, although the command line created the review.
    let admin = world.id("admin");
    let lines = lines(&world, &admins).await;
    let line = lines.iter().find(|line| line.holder == admin);
    let line = line.expect("the administrator");
    assert_eq!(line.outcome, Some(ReviewOutcome::Needed));
}

async fn review_without_revocation_lists_open_lines_at_end(stack: &Stack) {
    let world = World::new(stack).await;
    give_editors(&world).await;
    let review = create_by_operator(&world, "proofreader", false).await;
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
