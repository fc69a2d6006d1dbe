//! Runs the commands of `docs/guides/replicas.md`, with its configuration.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::program::free_port;
use doorward_testkit::{Backend, stack};

use super::program::{KEY, Place, get};

const GUIDE: &str = include_str!("../../../../../docs/guides/replicas.md");

/// Returns the lines of the code blocks of a language.
fn lines(language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for line in GUIDE.lines().map(str::trim) {
        match line.strip_prefix("```") {
            Some(word) => is_inside = word == language,
            None if is_inside => found.push(line.to_owned()),
            None => {}
        }
    }
    found
}

/// The three replicas, stopped at the end.
struct Replicas(Vec<std::process::Child>);

impl Drop for Replicas {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn guide_leads_from_one_process_to_three_replicas() {
    stack::block_on(async {
        let storage = Storage::create_empty(Backend::PostgresRedis).await;
        let redis = storage.redis.clone().expect("a Redis");
        let checked = tokio::task::spawn_blocking({
            let database = storage.identity.clone();
            move || follow(&database, &redis)
        });
        checked.await.unwrap();
    });
}

fn follow(database: &str, redis: &str) {
    let place = Place::new();
    let here = place.path("").display().to_string();
    let ports = [(); 3].map(|()| free_port());
    let local = |text: &str| {
        let text = text
            .replace("/etc/doorward", &here)
            .replace("/var/lib/doorward", &here);
        // The proxy of this test is one of the replicas itself.
        text.replace(
            "https://id.example.org",
            &format!("http://localhost:{}", ports[0]),
        )
    };
    place.write("secret.key", KEY);
    place.write("database.url", database);
    place.write("redis.url", redis);
    place.write("doorward.toml", &local(&lines("toml").join("\n")));

    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_doorward"));
    let path = format!(
        "{}:{}",
        binary.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        command.env_clear().env("PATH", &path).current_dir(&here);
        command.arg("-c").arg(format!("export PATH; {line}"));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let mut replicas = Replicas(Vec::new());
    for line in lines("console") {
        let Some(line) = line.strip_prefix("$ ") else {
            continue;
        };
        let line = local(line);
        if line.contains("doorward serve") {
            let number = replicas.0.len();
            let line = line
                .replace(
                    &format!(":840{}", number + 1),
                    &format!(":{}", ports[number]),
                )
                .replace(&format!(":946{}", number + 1), &format!(":{}", free_port()))
                .replace(" doorward serve", " exec doorward serve");
            let mut command = shell(&line);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            replicas.0.push(command.spawn().unwrap());
            continue;
        }
        if line.contains("doctor") {
            for port in ports {
                wait_until_ready(port);
            }
        }
        let done = shell(&line).output().unwrap();
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{line}: {text}{error}");
    }
    assert_eq!(replicas.0.len(), 3);
}

fn wait_until_ready(port: u16) {
    let started = Instant::now();
    let is_open = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    while !is_open() {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "{port} does not listen"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let (status, body) = get(&format!("http://localhost:{port}/readyz"), &[]);
    assert_eq!(status, 200, "{body}");
}
