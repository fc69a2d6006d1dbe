//! Tests of the forms of access reviews: creation, and the end before the deadline.

use doorward_access::clock::Clock as _;
use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::support::{browser, location, open, submit};
use crate::admin::world::World;

flows!(
    review_is_created_and_closed_by_forms,
    values_of_review_are_validated,
    creator_needs_power_over_reviewed_roles,
    owner_reviews_own_organization_only,
);

const NEW: &str = "/admin/reviews/new";
const WEEK: i64 = 7 * 24 * 60 * 60;

fn later(stack: &Stack) -> String {
    let at = OffsetDateTime::from_unix_timestamp(stack.clock.now() + WEEK);
    at.unwrap().format(&Rfc3339).unwrap()
}

/// Submits the form of a review of this object with carol as the reviewer.
async fn create(stack: &Stack, agent: &UserAgent, scope: [&str; 2], changed: (&str, &str)) -> Page {
    let until = later(stack);
    let mut fields = [
        ("name", "Editors"),
        ("scope", scope[0]),
        ("scope_id", scope[1]),
        ("reviewers", "carol\r\nalice"),
        ("until", until.as_str()),
        ("revoke_open", "yes"),
    ];
    for field in &mut fields {
        if field.0 == changed.0 {
            field.1 = changed.1;
        }
    }
    submit(stack, agent, NEW, &fields).await
}

async fn review_is_created_and_closed_by_forms(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("alice", "proofreader", &[]).await;
    let group = world.groups[""];
    let kind = SubjectKind::Group;
    world
        .assign(kind, &group.to_string(), "proofreader", None)
        .await;
    world.put_into(group, "bob").await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/reviews").await;
    assert_eq!(page.attributes(".actions a", "href"), [NEW]);
    let page = create(stack, &admin, ["role", "proofreader"], ("", "")).await;
    let page = admin.follow(page, "").await;
    let shown = page.text_of(".notice").unwrap_or_default();
    assert!(shown.contains("The review was created."), "{}", page.dump());
    assert_eq!(page.texts_of("tbody th").len(), 2, "{}", page.dump());
    let mail = stack.mail("carol@example.org").await;
    assert!(mail.text.contains("/account/reviews"), "{}", mail.text);
    let again = create(stack, &admin, ["role", "proofreader"], ("", "")).await;
    assert_eq!(again.status, 422, "{}", again.dump());

    let home = page.url.path().to_owned();
    let reviewers = format!("{home}/reviewers");
    let form = open(stack, &admin, &reviewers)
        .await
        .form("form:has(#reviewers)");
    let mut present: Vec<_> = form.value("reviewers").unwrap().lines().collect();
    present.sort_unstable();
    assert_eq!(present, ["alice", "carol"]);
    let unknown = admin.submit(&form.with("reviewers", "absent")).await;
    assert_eq!(unknown.status, 422, "{}", unknown.dump());
    let form = open(stack, &admin, &reviewers)
        .await
        .form("form:has(#reviewers)");
    let changed = admin.submit(&form.with("reviewers", "carol\r\nmona")).await;
    assert_eq!(
        location(&changed),
        format!("{home}?done=reviews-reviewers-changed")
    );
    let close = format!("{home}/close");
    let page = open(stack, &admin, &close).await;
    // The question has what it would revoke, and the choice of the review.
    assert_eq!(page.texts_of("tbody th").len(), 2, "{}", page.dump());
    let form = page.form("#confirm");
    assert_eq!(form.value("revoke_open"), Some("yes"));
    let done = admin.submit(&form.with("reason", "Audit")).await;
    assert_eq!(location(&done), format!("{home}?done=reviews-closed"));
    let alice = world.id("alice");
    let held = repo::roles::assignments(world.db.read(), SubjectKind::User, &alice).await;
    assert!(held.unwrap().iter().all(|held| held.role != "proofreader"));
    let given = repo::roles::assignments(world.db.read(), kind, &group.to_string()).await;
    assert!(given.unwrap().iter().any(|held| held.role == "proofreader"));
    assert!(
        world
            .has_event("role.changed", "admin", "review closed")
            .await
    );
    let page = open(stack, &admin, &home).await;
    assert!(page.text().contains("Membership has to end"), "{home}");
    assert_eq!(admin.get(stack.at(&close)).await.status, 404);
}

async fn values_of_review_are_validated(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("alice", "proofreader", &[]).await;
    let admin = browser(stack, "admin").await;
    let long = "a".repeat(101);
    for (changed, field) in [
        (("name", ""), "name"),
        (("name", long.as_str()), "name"),
        (("scope_id", "absent"), "scope_id"),
        (("reviewers", "absent"), "reviewers"),
        (("reviewers", ""), "reviewers"),
        (("until", "2020-01-01T00:00"), "until"),
        (("until", "2999-01-01T00:00"), "until"),
        (("until", "tomorrow"), "until"),
    ] {
        let page = create(stack, &admin, ["role", "proofreader"], changed).await;
        assert_eq!(page.status, 422, "{changed:?}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{changed:?}: {}", page.dump());
    }
}

async fn creator_needs_power_over_reviewed_roles(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let denials = world.denials().await;
    let page = create(stack, &helper, ["role", "admin"], ("", "")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert_eq!(world.denials().await, denials + 1);
    let page = create(stack, &helper, ["role", "helper"], ("", "")).await;
    let review = location(&page);
    let (review, _) = review.split_once('?').unwrap();
    open(stack, &helper, &format!("{review}/close")).await;
}

async fn owner_reviews_own_organization_only(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "proofreader", &[]).await;
    // The owner has the role, and so the power to revoke it.
    for name in ["alice", "mona"] {
        let (id, org) = (world.id(name), Some("acme"));
        let kind = SubjectKind::User;
        world.assign(kind, &id, "proofreader", org).await;
    }
    let mona = browser(stack, "mona").await;
    let own = ("reviewers", "alice");
    let page = create(stack, &mona, ["organization", "zeta"], own).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = create(stack, &mona, ["organization", "acme"], own).await;
    let review = location(&page);
    let (review, _) = review.split_once('?').unwrap();
    let page = open(stack, &mona, review).await;
    assert_eq!(page.texts_of("tbody th").len(), 2, "{}", page.dump());
    // Owners of other organizations do not find it.
    let bob = browser(stack, "bob").await;
    for path in [review.to_owned(), format!("{review}/close")] {
        assert_eq!(bob.get(stack.at(&path)).await.status, 404, "{path}");
    }
}
