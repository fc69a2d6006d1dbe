//! Tests of golden files: the exact output that others rely on. A change fails until the file is
//! renewed (`cargo xtask golden`) and declared: the newest line of CHANGELOG.md that names the file
//! must contain its checksum.
//!
//! Times are relative to the injected clock, and random values are replaced by their format.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use doorward_access::clock::Clock as _;
use doorward_testkit::{Stack, UserAgent, both_backends, both_backends_with, jwt};
use serde_json::{Map, Value, json};

use crate::backchannel::{self, ALLOW_LOOPBACK, Receiver};
use crate::support::{EVERYTHING, sign_in, text};

both_backends!(discovery, id_token, access_token, introspection);
both_backends_with!(ALLOW_LOOPBACK; logout_token);

/// The environment variable that writes the files instead of comparing them.
const RENEW: &str = "DOORWARD_RENEW_GOLDEN";
/// The length of the checksum in the changelog.
const CHECKSUM: usize = 12;
/// Members with seconds since 1970.
const TIMES: [&str; 4] = ["exp", "iat", "nbf", "auth_time"];
/// Members that differ from run to run.
const RANDOM: [&str; 6] = ["kid", "jti", "sid", "sub", "at_hash", "signed_metadata"];

async fn discovery(stack: &Stack) {
    let page = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    compare(stack, "discovery", &page.json());
}

async fn id_token(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    compare(stack, "id_token", &opened(&text(&json, "id_token")));
}

async fn access_token(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    compare(stack, "access_token", &opened(&text(&json, "access_token")));
}

async fn introspection(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let mut answers = Map::new();
    for name in ["access_token", "refresh_token"] {
        let token = text(&json, name);
        let fields = [("token", token.as_str())];
        let page = stack.as_client("/oauth2/introspect", client, &fields).await;
        answers.insert(name.to_owned(), page.json());
    }
    let fields = [("token", "nothing of ours")];
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    answers.insert("unknown".to_owned(), page.json());
    compare(stack, "introspection", &Value::Object(answers));
}

async fn logout_token(stack: &Stack) {
    let receiver = Receiver::start().await;
    receiver.listens_for(stack, &stack.seed.trusted.id).await;
    let (agent, _) = backchannel::sign_in(stack).await;
    backchannel::sign_out(stack, &agent).await;
    let sent = receiver.tokens(1).await;
    compare(stack, "logout_token", &opened(&sent[0]));
}

#[test]
fn every_golden_file_is_declared_in_changelog() {
    let changelog = std::fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 5, "{files:?}");
    let undeclared: Vec<String> = files
        .iter()
        .filter_map(|path| undeclared(&changelog, path))
        .collect();
    assert!(undeclared.is_empty(), "{}", undeclared.join("\n"));
}

#[test]
fn only_newest_line_of_changelog_declares_file() {
    let path = directory().join("discovery.json");
    let sum = checksum(&std::fs::read(&path).unwrap());
    let line = |sum: &str| format!("- `discovery.json` (`{sum}`): a reason.\n");
    let other = "0".repeat(CHECKSUM);
    assert_eq!(undeclared(&line(&sum), &path), None);
    let newest = line(&sum) + &line(&other);
    assert_eq!(undeclared(&newest, &path), None);
    for stale in [line(&other), line(&other) + &line(&sum), String::new()] {
        assert!(undeclared(&stale, &path).is_some(), "{stale}");
    }
    // Without a description of the change, the file is not declared.
    let mute = format!("- `discovery.json` (`{sum}`):\n");
    assert!(undeclared(&mute, &path).is_some());
}

/// Returns the instruction for a file that the changelog does not declare.
fn undeclared(changelog: &str, path: &Path) -> Option<String> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let sum = checksum(&std::fs::read(path).unwrap());
    let start = format!("- `{name}` (`");
    let newest = changelog.lines().find_map(|line| line.strip_prefix(&start));
    let said = newest.and_then(|line| line.strip_prefix(&format!("{sum}`):")));
    if said.is_some_and(|reason| !reason.trim().is_empty()) {
        return None;
    }
    Some(format!(
        "CHANGELOG.md, \"Contracts\" of the newest version, has to say first what is different:\n\
         {start}{sum}`): …"
    ))
}

fn checksum(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in openssl::sha::sha256(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(CHECKSUM);
    hex
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Returns header and claims.
fn opened(token: &str) -> Value {
    json!({ "header": jwt::header(token), "claims": jwt::claims(token) })
}

#[track_caller]
fn compare(stack: &Stack, name: &str, document: &Value) {
    let mut text = serde_json::to_string_pretty(&stable(stack, "", document)).unwrap();
    text.push('\n');
    let path = directory().join(format!("{name}.json"));
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let mut lines = golden.lines().zip(text.lines());
    let (old, new) = lines.find(|(old, new)| old != new).unwrap_or_default();
    assert!(
        golden == text,
        "{name}.json is another one now, first at\n- {old}\n+ {new}\nIf that is meant: run \
         `cargo xtask golden`, and declare it in CHANGELOG.md.\n{text}"
    );
}

/// Returns the document with sorted members and without values that differ from run to run.
fn stable(stack: &Stack, member: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let member = |(name, value): (&String, &Value)| {
                let value = stable(stack, name, value);
                (name.clone(), value)
            };
            members.into_iter().map(member).collect()
        }
        Value::Array(items) => items
            .iter()
            .map(|item| stable(stack, member, item))
            .collect(),
        Value::Number(number) if TIMES.contains(&member) => {
            let since = number.as_i64().unwrap() - stack.clock.now();
            json!(format!("<now {since:+}>"))
        }
        // The time at which the user was seeded.
        Value::Number(_) if member == "updated_at" => json!("<seconds>"),
        Value::String(text) if RANDOM.contains(&member) => json!(shape(text)),
        Value::String(text) => {
            let tasks = stack.seed.audience.trim_end_matches('/');
            let text = text.replace(stack.issuer(), "<issuer>");
            json!(text.replace(tasks, "<tasks>"))
        }
        other => other.clone(),
    }
}

/// Returns the format of a random value.
fn shape(text: &str) -> String {
    let is_base64url = |part: &str| {
        let mut bytes = part.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if uuid::Uuid::try_parse(text).is_ok() {
        return "<UUID>".to_owned();
    }
    let parts: Vec<&str> = text.split('.').collect();
    assert!(parts.iter().all(|part| is_base64url(part)), "{text}");
    if let [header, _, _] = parts[..]
        && header.starts_with("eyJ")
    {
        return "<JWT>".to_owned();
    }
    let lengths: Vec<String> = parts
        .iter()
        .map(|part| format!("<base64url of {} characters>", part.len()))
        .collect();
    lengths.join(".")
}
