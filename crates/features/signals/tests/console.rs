//! Tests of the pages of streams.

use doorward_domain::model::signals::{SignalStream, StreamSettings};
use doorward_testkit::{Stack, flows};

use super::stream_objects::{insert_stream, stream};
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
    let page = open(stack, &admin, LIST).await;
    assert!(page.has(&format!("nav a[href='{LIST}']")));
    assert!(!page.has("tbody"), "{}", page.dump());
    let push = stream(&world);
    let poll = SignalStream {
        id: "two".to_owned(),
        settings: StreamSettings::default(),
        failures: 0,
        last_error: None,
        ..push.clone()
    };
    for stream in [push, poll] {
        insert_stream(&world, stream).await;
    }
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
    let page = open(stack, &admin, &format!("{LIST}/two")).await;
    for action in ["pause", "delete"] {
        let path = format!("{LIST}/two/{action}");
        assert!(page.has(&format!("a[href='{path}']")), "{action}");
    }
    assert!(!page.has(&format!("a[href='{LIST}/two/enable']")));
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
