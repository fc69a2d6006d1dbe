//! Tests of the page of streams.

use doorward_access::clock::Clock as _;
use doorward_domain::model::ClientId;
use doorward_domain::model::signals::{SignalStream, StreamSettings};
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use super::support::{browser, open};
use crate::admin::world::World;

flows!(
    streams_are_listed_with_their_state,
    streams_need_permission_for_deployment,
);

const LIST: &str = "/admin/signals";

async fn streams_are_listed_with_their_state(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/system").await;
    assert!(page.has(&format!(".actions a[href='{LIST}']")));
    let page = open(stack, &admin, LIST).await;
    assert!(!page.has("tbody"), "{}", page.dump());
    let now = stack.clock.now();
    let push = SignalStream {
        id: "one".to_owned(),
        client_id: ClientId::parse(&stack.seed.trusted.id).unwrap(),
        settings: StreamSettings {
            push_url: Some("https://receiver.example/events".to_owned()),
            ..StreamSettings::default()
        },
        authorization_sealed: None,
        position: 0,
        created_at: now,
        used_at: now,
        failures: 2,
        retry_at: None,
        last_error: Some("the answer has status 503".to_owned()),
    };
    let poll = SignalStream {
        id: "two".to_owned(),
        settings: StreamSettings::default(),
        failures: 0,
        last_error: None,
        ..push.clone()
    };
    let tx = world.db.begin_write().await.unwrap();
    for stream in [push, poll] {
        repo::signal_streams::insert(&tx, &stream).await.unwrap();
    }
    tx.commit().await.unwrap();
    let page = open(stack, &admin, LIST).await;
    let states = page.texts_of("tbody .pill");
    assert_eq!(states, ["Failing", "Active"]);
    let text = page.texts_of("tbody tr").concat();
    for expected in [
        "receiver. example/ events",
        "The service asks",
        "status 503",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

async fn streams_need_permission_for_deployment(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["clients:read"]).await;
    for (name, status) in [("mona", 404), ("carol", 200)] {
        let agent = browser(stack, name).await;
        let page = agent.get(stack.at(LIST)).await;
        assert_eq!(page.status, status, "{name}");
    }
}
