//! Streams of signals for the tests of pages.

use doorward_access::clock::Clock as _;
use doorward_domain::model::ClientId;
use doorward_domain::model::signals::{SignalStream, StreamSettings, StreamStatus};
use doorward_store::repo;

use crate::admin::world::World;

/// Returns a stream whose pushes fail.
pub fn stream(world: &World<'_>) -> SignalStream {
    let now = world.stack.clock.now();
    SignalStream {
        id: "one".to_owned(),
        client_id: ClientId::parse(&world.stack.seed.trusted.id).unwrap(),
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
    }
}

/// Returns a paused stream of a service that polls.
pub fn paused_stream(world: &World<'_>) -> SignalStream {
    SignalStream {
        id: "paused".to_owned(),
        settings: StreamSettings {
            status: StreamStatus::Paused,
            ..StreamSettings::default()
        },
        failures: 0,
        last_error: None,
        ..stream(world)
    }
}

pub async fn insert_stream(world: &World<'_>, stream: SignalStream) -> String {
    let tx = world.db.begin_write().await.unwrap();
    repo::signal_streams::insert(&tx, &stream).await.unwrap();
    tx.commit().await.unwrap();
    stream.id
}
