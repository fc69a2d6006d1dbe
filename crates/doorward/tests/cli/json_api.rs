//! Tests `docs/guides/json-api.md`: runs its shell blocks in order against a new development
//! instance.

use std::process::Command;

use super::program::Place;

/// A separator between the blocks' output.
const MARK: &str = "== block ==";

#[test]
fn json_api_guide_commands_succeed() {
    let place = Place::new();
    let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    let welcome = server.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let page = format!(
        "{}/../../docs/guides/json-api.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let page = std::fs::read_to_string(page).unwrap();
    let blocks: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    let script = blocks
        .join(&format!("echo; echo '{MARK}'\n"))
        .replace("the password that doorward dev printed", &after("Password"))
        .replace("http://localhost:8400", &after("Identity server"))
        .replace("http://localhost:8401/api/tasks/", &after("Tasks API"));
    let mut shell = Command::new("bash");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().to_lowercase().ends_with("_proxy") {
            shell.env_remove(name);
        }
    }
    let output = shell
        .args(["-eu", "-o", "pipefail", "-c", &script])
        .current_dir(place.path("."))
        .output()
        .unwrap();
    let received = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{received}");
    let parts: Vec<&str> = received.split(MARK).map(str::trim).collect();
    let [_, login, used, missing, renewed, registered, taken, cookie] = parts.as_slice() else {
        panic!("{} blocks: {received}", parts.len());
    };
    assert_eq!(*login, "200");
    assert!(used.contains("\"username\":\"alice\""), "{used}");
    assert!(used.contains("Order a second screen"), "{used}");
    assert!(
        missing.contains("urn:doorward:problem:invalid-token"),
        "{missing}"
    );
    assert!(missing.ends_with("401"), "{missing}");
    let statuses: Vec<&str> = renewed.lines().collect();
    assert_eq!(statuses, ["200", "204", "401"]);
    assert!(
        registered.contains("\"username\":\"carol\""),
        "{registered}"
    );
    assert!(registered.ends_with("201"), "{registered}");
    assert!(!registered.contains("quartz"), "{registered}");
    assert!(taken.contains("\"pointer\":\"/username\""), "{taken}");
    assert!(taken.ends_with("400"), "{taken}");
    let counts: Vec<&str> = cookie.lines().collect();
    assert_eq!(counts, ["0", "200"]);
    assert_eq!(server.terminate(), 0);
}
