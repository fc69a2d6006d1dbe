//! The shapes of responses that providers really send. Each signs in: what is used is checked, and what is
//! not used cannot fail a sign-in (decision 131).

mod table;

use doorward_testkit::UserAgent;
use doorward_testkit::upstream::{CLIENT_ID, Misbehavior, Shape};
use doorward_testkit::{Backend, Page};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{World, jane, location};
use table::{SHAPES, UNUSABLE};

on_both!(
    groups_are_read_from_userinfo,
    unread_groups_take_nothing_back,
    signed_userinfo_is_verified,
    cause_is_named_when_linking,
);

/// Makes the provider send this shape from now on. After 25 hours no cached metadata are used.
fn show(world: &World<'_>, change: impl Fn(&mut Shape)) {
    world.stack.clock.advance(25 * 3600);
    let now = world.upstream_now();
    world.upstream.set_time(now);
    let mut shape = Shape::default();
    change(&mut shape);
    // A difference of the clocks.
    if shape.id_token["exp"] == json!("-59") {
        shape.id_token["exp"] = json!(now - 59);
    }
    world.upstream.set_shape(shape);
}

#[test]
fn each_shape_signs_in_and_each_unusable_one_is_named() {
    crate::world::run(Backend::SqliteMemory, &[], async |world: &World<'_>| {
        world.upstream.set_claims(jane());
        let page = world.link(&UserAgent::new(), "alice").await;
        assert_eq!(location(&page), "/account/providers?done=linked");
        for (name, source, change) in SHAPES {
            show(world, change);
            let page = world.sign_in(&UserAgent::new()).await;
            assert_eq!(page.status, 303, "{name} ({source}): {}", page.dump());
            assert_eq!(location(&page), "/account", "{name}");
        }
        for (name, change, text) in UNUSABLE {
            show(world, change);
            let agent = UserAgent::new();
            let login = agent.get(world.stack.at("/login")).await;
            let page = world.press(&agent, &login).await;
            let page = if page.status == 200 {
                let page = world.complete_sign_in(&agent, &page).await;
                assert_attempt(world, &page, name).await;
                page
            } else {
                page
            };
            assert_named(&page, name, text);
            assert!(!world.is_signed_in(&agent).await, "{name}");
        }
        world.upstream.set_shape(Shape::default());
    });
}

/// Administrators find the exact cause in the sign-in attempt.
async fn assert_attempt(world: &World<'_>, page: &Page, name: &str) {
    let id = page.header("x-request-id").expect("an ID");
    let attempt = world.stack.wait_for_attempt(id).await;
    assert_eq!(attempt.rule, "provider_rejected", "{name}");
    let cause = attempt.detail["cause"].as_str().unwrap_or_default();
    assert!(
        cause.starts_with("the provider's answer is not accepted: "),
        "{name}: {cause}"
    );
}

fn assert_named(page: &Page, name: &str, text: &str) {
    assert_eq!(page.status, 401, "{name}: {}", page.dump());
    assert!(page.text().contains(text), "{name}: {}", page.dump());
    assert!(
        !page.text().contains("does not answer"),
        "{name}: {}",
        page.dump()
    );
    assert!(page.header("retry-after").is_none(), "{name}");
}

async fn map_groups(world: &World<'_>) {
    let table = [("staff".to_owned(), "manager".to_owned())];
    world.provider(|spec| spec.roles = Some(table.into())).await;
    world.upstream.set_claims(jane());
    let page = world.link(&UserAgent::new(), "alice").await;
    assert_eq!(location(&page), "/account/providers?done=linked");
}

fn userinfo(roles: &Value) -> Value {
    json!({ "sub": "248289761001", "roles": roles })
}

async fn is_manager(world: &World<'_>) -> bool {
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(location(&page), "/account");
    world.roles("alice").await.contains(&"manager".to_owned())
}

/// Okta's thin ID tokens have no groups
/// (<https://github.com/sonar-auth-oidc/sonar-auth-oidc/issues/40>).
async fn groups_are_read_from_userinfo(world: &World<'_>) {
    map_groups(world).await;
    world.upstream.userinfo(userinfo(&json!(["staff"])));
    assert!(is_manager(world).await);
    world.upstream.userinfo(userinfo(&json!([])));
    assert!(!is_manager(world).await, "an empty list takes the role");
    world.upstream.userinfo(userinfo(&json!("staff")));
    assert!(is_manager(world).await);
    // Both were read, and neither names a group.
    world.upstream.userinfo(json!({ "sub": "248289761001" }));
    assert!(!is_manager(world).await);
    // Without a mapping UserInfo is not requested.
    world.provider(|_| {}).await;
    let before = world.upstream.request_count("/userinfo");
    is_manager(world).await;
    assert_eq!(world.upstream.request_count("/userinfo"), before);
}

/// Absent is not empty: what could not be read takes nothing back.
async fn unread_groups_take_nothing_back(world: &World<'_>) {
    map_groups(world).await;
    world.upstream.userinfo(userinfo(&json!(["staff"])));
    assert!(is_manager(world).await);
    let unread: [fn(&mut Shape); 6] = [
        |it| it.userinfo_status = "403 Forbidden",
        |it| it.userinfo_status = "503 Service Unavailable",
        |it| it.userinfo = json!({ "roles": [] }),
        |it| it.userinfo = json!([]),
        |it| it.token = json!({ "token_type": "mac" }),
        |it| it.id_token = json!({ "_claim_names": { "roles": "src1" } }),
    ];
    for (number, change) in unread.iter().enumerate() {
        world.upstream.userinfo(userinfo(&Value::Null));
        show(world, change);
        assert!(is_manager(world).await, "{number}");
    }
    // A new user without an address is not registered beside the account of that address.
    let person = json!({ "sub": "new" });
    world.upstream.set_claims(person);
    show(world, |it| it.userinfo_status = "503 Service Unavailable");
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(page.status, 503, "{}", page.dump());
    show(world, |_| {});
    world
        .upstream
        .userinfo(json!({ "sub": "new", "email": "new@upstream.example" }));
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(location(&page), "/login/new");
}

/// OIDC Core §5.3.2.
async fn signed_userinfo_is_verified(world: &World<'_>) {
    map_groups(world).await;
    let signed = |claims: Value| {
        move |it: &mut Shape| {
            it.signs_userinfo = true;
            it.userinfo = claims.clone();
        }
    };
    let mut claims = userinfo(&json!(["staff"]));
    claims["iss"] = json!(world.upstream.issuer());
    claims["aud"] = json!([CLIENT_ID]);
    show(world, signed(claims.clone()));
    assert!(is_manager(world).await);
    for (member, value) in [
        ("iss", json!("https://somebody.example")),
        ("aud", json!("somebody")),
        ("exp", json!(1)),
        ("sub", json!("somebody")),
    ] {
        let mut other = claims.clone();
        other[member] = value;
        show(world, signed(other));
        let page = world.sign_in(&UserAgent::new()).await;
        assert_eq!(page.status, 401, "{member}: {}", page.dump());
    }
    show(world, signed(claims));
    world.upstream.set_misbehavior(Misbehavior::ForeignUserinfo);
    let page = world.sign_in(&UserAgent::new()).await;
    assert_named(&page, "signature", "no valid signature");
}

/// Linking an account names the cause, too.
async fn cause_is_named_when_linking(world: &World<'_>) {
    world.upstream.set_claims(jane());
    show(world, |it| it.id_token = json!({ "aud": "somebody" }));
    let agent = UserAgent::new();
    let page = world.link(&agent, "alice").await;
    let path = location(&page);
    assert_eq!(path, "/account/providers?problem=provider-audience");
    let page = agent.get(world.stack.at(&path)).await;
    assert!(
        page.text().contains("meant for another app"),
        "{}",
        page.dump()
    );
    assert!(world.links("alice").await.is_empty());
}
