//! Checks that the workflows of the hosting site run what a developer runs, without programs of third
//! parties.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::root;

fn workflow(name: &str) -> Value {
    let path = root().join(".github/workflows").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the commands of a job, in their order.
fn commands(job: &Value) -> Vec<&str> {
    let steps = job["steps"].as_array().unwrap().iter();
    steps.map(|step| step["run"].as_str().unwrap()).collect()
}

#[test]
fn workflows_use_no_action_of_third_parties() {
    let directory = root().join(".github/workflows");
    let files = std::fs::read_dir(&directory).unwrap();
    let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.contains("uses:")) {
            assert_eq!(line.trim(), "uses: ./.github/workflows/ci.yml");
        }
    }
}

#[test]
fn landing_runs_script_of_developers() {
    let ci = workflow("ci.yml");
    assert_eq!(ci["permissions"], json!({ "contents": "read" }));
    assert_eq!(commands(&ci["jobs"]["run"]).last(), Some(&".ci/run"));
    assert!(root().join(".ci/run").exists());
}

#[test]
fn release_publishes_files_of_package_command() {
    let release = workflow("release.yml");
    assert_eq!(release["permissions"], json!({ "contents": "read" }));
    let publish = &release["jobs"]["publish"];
    assert_eq!(publish["needs"], "check");
    let commands = commands(publish);
    let build = commands
        .iter()
        .position(|command| command.starts_with("cargo xtask package"));
    let upload = commands
        .iter()
        .position(|command| command.contains("gh release create"));
    assert!(build.unwrap() < upload.unwrap(), "{commands:?}");
    // Built where the tests run.
    let tested = &workflow("ci.yml")["jobs"]["run"]["container"];
    assert_eq!(publish["container"], *tested);
    // Code of the repository and of its dependencies runs without the token.
    let steps = publish["steps"].as_array().unwrap().iter();
    let mut built = steps.filter(|step| step["run"].as_str().unwrap().contains("cargo "));
    assert!(built.all(|step| step["env"].is_null()));
}
