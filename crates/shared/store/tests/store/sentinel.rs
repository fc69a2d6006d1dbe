//! A fail-over of Redis by its Sentinels.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use doorward_store::{Ephemeral, Key, open_ephemeral};

const LONG: Duration = Duration::from_mins(1);
/// Maximum time of the fail-over, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that ends with the test.
struct Process(Child);

impl Process {
    fn start(directory: &Path, config: &str, more: &[&str]) -> Self {
        // Sentinels and servers write to their configuration.
        let file = directory.join("redis.conf");
        fs::create_dir_all(directory).unwrap();
        fs::write(&file, config).unwrap();
        let child = Command::new("redis-server")
            .arg(&file)
            .args(more)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        Self(child.expect("redis-server is installed"))
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ports<const N: usize>() -> [u16; N] {
    // All are bound at the same time, so that they differ.
    let bound = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    bound.map(|listener| listener.local_addr().unwrap().port())
}

/// Waits until a value is stored, and returns the time that it took.
async fn stored(store: &dyn Ephemeral, key: &Key) -> Duration {
    let began = Instant::now();
    while let Err(error) = store.put(key, b"x", LONG).await {
        assert!(error.is_unavailable(), "{error:?}");
        assert!(began.elapsed() < PATIENCE, "{error:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    began.elapsed()
}

#[tokio::test]
async fn primary_is_followed_after_failure() {
    if std::env::var("DOORWARD_TEST_REDIS_URL").is_ok_and(|url| url == "off") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    let [first, second, one, two, silent] = ports();
    let server = |port: u16| {
        format!(
            "port {port}\nbind 127.0.0.1\nsave \"\"\nrequirepass secret\nmasterauth secret\n\
             repl-diskless-sync-delay 0\n"
        )
    };
    let replica = format!("{}replicaof 127.0.0.1 {first}\n", server(second));
    let mut primary = Process::start(&place("first"), &server(first), &[]);
    let _replica = Process::start(&place("second"), &replica, &[]);
    let sentinel = |port: u16| {
        format!(
            "port {port}\nbind 127.0.0.1\nrequirepass watch\nsentinel monitor main 127.0.0.1 {first} 1\n\
             sentinel auth-pass main secret\nsentinel down-after-milliseconds main 1000\n\
             sentinel failover-timeout main 5000\nsentinel sentinel-pass watch\n"
        )
    };
    let _sentinels = [one, two].map(|port| {
        let place = place(&format!("sentinel-{port}"));
        Process::start(&place, &sentinel(port), &["--sentinel"])
    });
    // Accepts connections and never responds, as a frozen machine.
    let _frozen = TcpListener::bind(("127.0.0.1", silent)).unwrap();
    let url = format!(
        "redis://:secret@main/0?sentinels=127.0.0.1:{silent},127.0.0.1:{one},127.0.0.1:{two}\
         &sentinel_password=watch"
    );
    let store = open_ephemeral(Some(&url)).unwrap();
    let key = Key::new("cache", "x");
    stored(&*store, &key).await;
    assert!(store.get(&key).await.unwrap().is_some());
    // The Sentinels ask the primary for its replicas every ten seconds; without one they cannot replace it.
    wait_for_replica(one, second).await;

    primary.kill();
    let next = Key::new("cache", "y");
    assert!(
        store
            .put(&next, b"y", LONG)
            .await
            .unwrap_err()
            .is_unavailable()
    );
    stored(&*store, &next).await;
    assert!(store.get(&next).await.unwrap().is_some());
    assert_eq!(store.bump(&Key::new("count", "z"), LONG).await.unwrap(), 1);
}

async fn wait_for_replica(sentinel: u16, replica: u16) {
    let began = Instant::now();
    let expected = format!("127.0.0.1:{replica}");
    loop {
        let known = Command::new("redis-cli")
            .args([
                "-p",
                &sentinel.to_string(),
                "-a",
                "watch",
                "--no-auth-warning",
            ])
            .args(["SENTINEL", "replicas", "main"])
            .output()
            .expect("redis-cli is installed");
        if String::from_utf8_lossy(&known.stdout).contains(&expected) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{known:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
