//! Plans and applies on a real store.

mod impact;
mod only;
mod random;
mod rights;

use std::time::Duration;

use doorward_admin::deployment::Deployment;
use doorward_admin::kinds::{self, Document};
use doorward_admin::prelude::*;
use doorward_admin::testing::World;
use doorward_domain::secret::{MasterKey, TokenHash};

use crate::done::Done;
use crate::drift;
use crate::run::{Apply, run};
use crate::state::{Objects, State};

fn key() -> MasterKey {
    MasterKey::from_base64("q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=").unwrap()
}

/// Returns the context of a command with the secret key.
fn operator<'a>(world: &'a World, key: &'a MasterKey) -> AdminContext<'a> {
    AdminContext {
        deployment: Deployment::Command(Some(key)),
        ..world.op()
    }
}

async fn stored(context: &AdminContext<'_>) -> Objects {
    let state = State::read(context, kinds::all()).await.unwrap();
    let kinds = state.documents().into_iter();
    let copy = |documents: Vec<&Document>| documents.into_iter().cloned().collect();
    kinds
        .map(|(name, documents)| (name.to_owned(), copy(documents)))
        .collect()
}

async fn apply(context: &AdminContext<'_>, objects: &Objects) -> Result<Done> {
    let apply = Apply {
        takes_secrets: true,
        ..Apply::default()
    };
    Box::pin(run(context, objects, Some(&apply))).await
}

/// Applies objects, and requires that nothing remains to be changed.
async fn make(context: &AdminContext<'_>, objects: &Objects) {
    let done = apply(context, objects).await.unwrap();
    assert_eq!(done.plan.problems, [], "{objects:#?}");
    assert!(done.is_applied || done.plan.changes.is_empty());
    let again = Box::pin(run(context, objects, None)).await.unwrap();
    assert!(again.plan.is_empty(), "{:#?}", again.plan);
}

fn objects(kind: &str, documents: Value) -> Objects {
    let documents = serde_json::from_value(documents).unwrap();
    Objects::from([(kind.to_owned(), documents)])
}

fn with(mut objects: Objects, kind: &str, document: Value) -> Objects {
    let document = serde_json::from_value(document).unwrap();
    objects.get_mut(kind).unwrap().push(document);
    objects
}

#[tokio::test]
async fn plan_changes_nothing_and_apply_makes_it() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let before = stored(&context).await;
    let role = json!({ "name": "auditor", "description": "Reads", "permissions": ["tasks:read"] });
    let wanted = with(before.clone(), "roles", role);
    let planned = run(&context, &wanted, None).await.unwrap();
    assert_eq!(planned.plan.changes.len(), 1);
    assert!(!planned.is_applied);
    assert_eq!(stored(&context).await, before);
    let done = apply(&context, &wanted).await.unwrap();
    assert!(done.is_applied);
    assert_eq!(done.plan.name(), planned.plan.name());
    let roles = &stored(&context).await["roles"];
    assert!(
        roles
            .iter()
            .any(|role| role["name"] == "auditor" && role["active"] == true)
    );
    // Events of one second have no order.
    let events = repo::audit::list(world.db.read(), None, 100).await.unwrap();
    let sources = events.iter().filter_map(|event| event.detail.get("source"));
    let sources: Vec<_> = sources.filter_map(|source| source.as_str()).collect();
    assert_eq!(sources, [format!("plan {}", done.plan.name())]);
    make(&context, &before).await;
    assert_eq!(stored(&context).await, before);
}

#[tokio::test]
async fn other_state_is_rejected() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let before = stored(&context).await;
    let wanted = with(before, "roles", json!({ "name": "auditor" }));
    let planned = run(&context, &wanted, None).await.unwrap();
    let new = json!({ "name": "helper" });
    let create = &doorward_admin::roles::operations::CREATE;
    (create.run)(new, &context).await.unwrap();
    let at = Apply {
        state: Some(planned.plan.state),
        ..Apply::default()
    };
    let rejected = run(&context, &wanted, Some(&at)).await;
    assert!(matches!(rejected, Err(AdminError::Changed)), "{rejected:?}");
}

#[tokio::test]
async fn interrupted_apply_leaves_former_or_new_state() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let before = stored(&context).await;
    let roles = (0..20).map(|number| json!({ "name": format!("role{number}"), "active": false }));
    let wanted = roles.fold(before.clone(), |objects, role| with(objects, "roles", role));
    make(&context, &wanted).await;
    let after = stored(&context).await;
    make(&context, &before).await;
    let mut found = Vec::new();
    for milliseconds in 0..40_u64 {
        let end = Duration::from_millis(5 * milliseconds);
        let _ = tokio::time::timeout(end, apply(&context, &wanted)).await;
        let state = stored(&context).await;
        assert!(state == before || state == after, "after {end:?}");
        found.push(state == after);
        make(&context, &before).await;
    }
    assert!(!found[0], "an apply that ends at once changes nothing");
}

#[tokio::test]
async fn problem_keeps_everything() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let before = stored(&context).await;
    for (kind, document, expected) in [
        ("roles", json!({ "name": "Auditor" }), "name"),
        (
            "roles",
            json!({ "name": "a", "permissions": ["no:such"] }),
            "no:such",
        ),
        ("roles", json!({ "name": "admin" }), "twice"),
        ("roles", json!({ "description": "a" }), "needs name"),
        ("roles", json!({ "name": "a", "colour": "red" }), "colour"),
        (
            "clients",
            json!({ "id": "a", "name": "A", "like": "b" }),
            "like",
        ),
        ("groups", json!({ "path": "/a/b" }), "/a"),
        (
            "providers",
            json!({ "id": "p", "issuer": "https://p.example", "client_id": "x", "client_secret": "keep" }),
            "secret",
        ),
    ] {
        let wanted = with(before.clone(), "roles", json!({ "name": "helper" }));
        let wanted = with(wanted, kind, document);
        let done = apply(&context, &wanted).await.unwrap();
        let [problem] = &done.plan.problems[..] else {
            panic!("{:#?}", done.plan.problems);
        };
        assert!(problem.text.contains(expected), "{problem:?}");
        assert!(!done.is_applied);
        assert_eq!(stored(&context).await, before);
    }
}

#[tokio::test]
async fn value_that_is_stored_otherwise_is_problem() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let before = stored(&context).await;
    let client = json!({
        "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"], "grant_types": ["authorization_code", "device_code"],
    });
    let done = apply(&context, &with(before.clone(), "clients", client))
        .await
        .unwrap();
    let [problem] = &done.plan.problems[..] else {
        panic!("{:#?}", done.plan.problems);
    };
    assert!(
        problem.text.starts_with("grant_types would be"),
        "{problem:?}"
    );
    assert_eq!(stored(&context).await, before);
}

#[tokio::test]
async fn unlisted_kinds_stay() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    make(
        &context,
        &objects("organizations", json!([{ "slug": "acme", "name": "Acme" }])),
    )
    .await;
    let before = stored(&context).await;
    make(&context, &objects("groups", json!([{ "path": "/staff" }]))).await;
    let after = stored(&context).await;
    assert_eq!(after["organizations"], before["organizations"]);
    make(&context, &objects("groups", json!([]))).await;
    assert_eq!(stored(&context).await, before);
}

#[tokio::test]
async fn omitted_members_stay_or_are_removed() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let group =
        json!([{ "path": "/staff", "code": "S1", "description": "All", "roles": ["developer"] }]);
    make(&context, &objects("groups", group)).await;
    make(&context, &objects("groups", json!([{ "path": "/staff" }]))).await;
    let groups = &stored(&context).await["groups"];
    let [group] = &groups[..] else {
        panic!("{groups:?}");
    };
    // An object has always a description, and can be without a code and without roles.
    assert_eq!(
        json!(group),
        json!({ "path": "/staff", "description": "All" })
    );
}

#[tokio::test]
async fn omitted_consent_settings_are_removed() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let client = |consent: &Value| {
        let mut client = json!({
            "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"], "scope": "openid profile",
        });
        if consent.is_object() {
            client["consent"] = consent.clone();
        }
        objects("clients", json!([client]))
    };
    let full = json!({
        "lifetime": 86_400, "optional_scope": "profile", "publisher": "Acme",
        "policy_uri": "https://a.example/policy", "tos_uri": "https://a.example/tos",
    });
    let some = json!({ "publisher": "Acme" });
    for consent in [&full, &Value::Null, &full, &some, &Value::Null] {
        make(&context, &client(consent)).await;
        let stored = stored(&context).await["clients"][0].clone();
        let stored = stored.get("consent").cloned().unwrap_or_default();
        assert_eq!(stored, *consent);
    }
}

#[tokio::test]
async fn secret_of_new_client_needs_place() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let client = json!([{ "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"] }]);
    let wanted = objects("clients", client);
    let done = run(&context, &wanted, Some(&Apply::default()))
        .await
        .unwrap();
    assert!(!done.is_applied);
    assert_eq!(done.secrets.keys().collect::<Vec<_>>(), ["clients/a"]);
    assert_eq!(stored(&context).await["clients"], [] as [Document; 0]);
    let done = apply(&context, &wanted).await.unwrap();
    let id = ClientId::parse("a").unwrap();
    let client = doorward_admin::clients::get(&context, &id).await.unwrap();
    let secret = OpaqueToken::parse(&done.secrets["clients/a"]).unwrap();
    assert!(client.accepts_secret(&secret.hash(), context.now()));
}

#[tokio::test]
async fn client_secret_of_file_is_written_when_it_differs() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let client = |secret: &str| {
        let client = json!([{
            "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"], "client_secret": secret,
        }]);
        objects("clients", client)
    };
    let [first, second] = ["a", "b"].map(|letter| letter.repeat(40));
    for secret in [&first, &second] {
        let apply = Apply::default();
        let done = Box::pin(run(&context, &client(secret), Some(&apply))).await;
        let done = done.unwrap();
        assert!(done.is_applied && done.secrets.is_empty(), "{done:#?}");
        let id = ClientId::parse("a").unwrap();
        let stored = doorward_admin::clients::get(&context, &id).await.unwrap();
        assert_eq!(stored.secret_hash, Some(TokenHash::digest(secret)));
        for same in [secret.as_str(), "keep"] {
            let again = run(&context, &client(same), None).await.unwrap();
            assert!(again.plan.is_empty(), "{:#?}", again.plan);
        }
    }
    let short = run(&context, &client("short"), None).await.unwrap();
    assert!(
        short.plan.problems[0].text.contains("32 to 200"),
        "{short:#?}"
    );
    assert!(!format!("{:?}", short.plan.problems).contains("short"));
}

#[tokio::test]
async fn provider_secret_is_written_when_it_differs() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let provider = |secret: &str| {
        let provider = json!([{
            "id": "p", "kind": "google", "client_id": "x", "client_secret": secret,
        }]);
        objects("providers", provider)
    };
    make(&context, &provider("first")).await;
    make(&context, &provider("keep")).await;
    let same = run(&context, &provider("first"), None).await.unwrap();
    assert!(same.plan.is_empty());
    let other = run(&context, &provider("second"), None).await.unwrap();
    let [change] = &other.plan.changes[..] else {
        panic!("{:?}", other.plan);
    };
    let hidden = json!("(secret)");
    assert_eq!(change.members["client_secret"], (hidden.clone(), hidden));
    make(&context, &provider("second")).await;
    assert_eq!(
        stored(&context).await["providers"][0]["client_secret"],
        "keep"
    );
}

#[tokio::test]
async fn drift_names_event_and_command() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let wanted = with(
        stored(&context).await,
        "roles",
        json!({ "name": "auditor", "description": "Reads", "permissions": [], "active": true }),
    );
    make(&context, &wanted).await;
    assert!(drift::find(&context, &wanted).await.unwrap().0.is_empty());
    world.later(60);
    let update = &doorward_admin::roles::operations::UPDATE;
    let by_hand = json!({ "name": "auditor", "description": "Writes too" });
    let operator = AdminContext {
        actor: Some("mona".to_owned()),
        ..context.clone()
    };
    (update.run)(by_hand, &operator).await.unwrap();
    let (found, problems) = drift::find(&context, &wanted).await.unwrap();
    assert_eq!(problems, []);
    let [drifted] = &found[..] else {
        panic!("{found:#?}");
    };
    let event = drifted.event.as_ref().unwrap();
    assert_eq!(event.actor.as_deref(), Some("mona"));
    let command = "doorward role update --description=Reads auditor";
    assert_eq!(drifted.commands(), [command]);
    let text = drift::text(&found, &problems);
    assert!(
        text.starts_with("roles/auditor was changed by mona at "),
        "{text}"
    );
    assert!(text.contains(command), "{text}");
}
