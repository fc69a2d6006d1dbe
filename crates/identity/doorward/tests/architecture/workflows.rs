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

/// The steps of a release, by job. What is not here is not allowed.
const STEPS: [(&str, &[&str]); 3] = [
    ("draft", &["create a draft"]),
    (
        "build",
        &[
            "fetch the commit",
            "choose the compiler",
            "compare tag and version",
            "cargo xtask package",
            "upload the files",
        ],
    ),
    ("publish", &["publish the files", "verify the provenance"]),
];

#[test]
fn release_has_known_steps_in_known_order() {
    let release = workflow("release.yml");
    assert_eq!(release["permissions"], json!({ "contents": "read" }));
    let jobs = release["jobs"].as_object().unwrap();
    let mut names: Vec<&str> = jobs.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["build", "check", "draft", "publish"]);
    let needs = [("draft", "check"), ("build", "draft"), ("publish", "build")];
    for (job, needed) in needs {
        assert_eq!(jobs[job]["needs"], needed);
    }
    for (job, expected) in STEPS {
        let steps = jobs[job]["steps"].as_array().unwrap();
        let names: Vec<&str> = steps
            .iter()
            .map(|step| step["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "{job}");
    }
    // A draft is complete before it is published, and its provenance is that of the hosting site.
    let publish = commands(&jobs["publish"]);
    assert!(publish[0].contains("sha256sum --check"));
    assert!(publish[0].trim_end().ends_with("--draft=false"));
    assert_eq!(publish[1], "gh release verify \"$GITHUB_REF_NAME\"");
}

#[test]
fn release_builds_packages_of_each_system_without_token() {
    let release = workflow("release.yml");
    let build = &release["jobs"]["build"];
    let rows = build["strategy"]["matrix"]["include"].as_array().unwrap();
    let systems: Vec<&str> = rows
        .iter()
        .map(|row| row["system"].as_str().unwrap())
        .collect();
    let expected = [
        "x86_64-linux",
        "aarch64-linux",
        "x86_64-macos",
        "aarch64-macos",
    ];
    assert_eq!(systems, expected);
    // Built where the tests run.
    let tested = &workflow("ci.yml")["jobs"]["run"]["container"];
    for row in rows {
        let is_linux = row["system"].as_str().unwrap().ends_with("linux");
        let container = if is_linux { tested.clone() } else { json!("") };
        assert_eq!(row["container"], container, "{row}");
    }
    assert_eq!(
        (&rows[0]["parts"], &rows[0]["files"]),
        (&json!(""), &json!("*"))
    );
    // Code of the repository and of its dependencies runs without the token.
    for step in build["steps"].as_array().unwrap() {
        if step["run"].as_str().unwrap().contains("cargo ") {
            assert!(!step["env"].to_string().contains("token"), "{step}");
        }
    }
}
