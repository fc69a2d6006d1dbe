//! Stop of the server: connections to PostgreSQL outlive the workers that opened them.

use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::database::{Backend, connect};
use crate::fixture::{DEVELOPER, Fixture};

const BODY: &str = r#"{"title": "slow"}"#;

/// Number of requests that wait for the lock, one with each connection.
const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                       AND wait_event_type = 'Lock'";

async fn connection(fixture: &Fixture) -> TcpStream {
    let address = fixture.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// Returns the response, whose connection the server closes.
async fn response(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

/// Two workers: connections go to them in turn.
#[actix_web::test]
async fn request_after_end_of_other_worker_succeeds() {
    let mut fixture = Fixture::start(Backend::Postgres).await;
    let token = fixture.person("alice", DEVELOPER).token;
    let head = |line: &str| {
        format!(
            "{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n"
        )
    };
    // Each worker opens connections to the database.
    let db = connect(fixture.database.url()).await;
    let lock = db.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE tasks").await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..12 {
        let mut stream = connection(&fixture).await;
        let request = head("GET /api/tasks/") + "\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        readers.push(stream);
    }
    fixture.wait_for(WAITING, 6).await;
    lock.rollback().await.unwrap();
    for text in join_all(readers.into_iter().map(response)).await {
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    // One worker has no connection, and ends first. The other one reads the rest of its requests then.
    let mut slow = Vec::new();
    for number in 0..12 {
        let mut stream = connection(&fixture).await;
        let request = head("POST /api/tasks/")
            + &format!(
                "content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                BODY.len()
            );
        stream.write_all(request.as_bytes()).await.unwrap();
        if number % 2 == 0 {
            slow.push(stream);
        }
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let stopped = actix_web::rt::spawn(fixture.stop());
    tokio::time::sleep(Duration::from_millis(4500)).await;
    for stream in &mut slow {
        stream.write_all(BODY.as_bytes()).await.unwrap();
    }
    for text in join_all(slow.into_iter().map(response)).await {
        assert!(text.starts_with("HTTP/1.1 201"), "{text}");
    }
    stopped.await.unwrap();
}
