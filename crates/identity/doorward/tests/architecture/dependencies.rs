//! Checks licences, bans and sources of all dependencies against `deny.toml` at every landing;
//! `cargo deny` in `.ci/full` reads the same file.

use std::collections::BTreeSet;
use std::process::Command;

use cargo_metadata::semver::{Version, VersionReq};
use spdx::Expression;
use toml::Value;

use crate::root;

/// A dependency as `cargo tree` names it: name, version, source unless it is the registry, licence.
type Dependency<'a> = (&'a str, &'a str, &'a str, &'a str);

#[test]
fn dependencies_are_allowed_by_deny_toml() {
    let rules = rules();
    let lines = tree();
    assert!(lines.len() > 300, "{} packages", lines.len());
    let problems: Vec<String> = lines
        .iter()
        .filter_map(|line| Some(format!("{line}: {}", problem(&rules, parse(line))?)))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn dependencies_with_bad_facts_are_rejected() {
    let rules = rules();
    let cases = [
        (("serde", "1.0.1", "", "MIT OR Apache-2.0"), None),
        (("serde", "1.0.1", "", "MIT/Apache-2.0"), None),
        (("webauthn-rs", "0.5.5", "", "MPL-2.0"), None),
        (("serde", "1.0.1", "", "MPL-2.0"), Some("licence")),
        (
            ("serde", "1.0.1", "", "MIT AND GPL-3.0-only"),
            Some("licence"),
        ),
        (("serde", "1.0.1", "", ""), Some("no licence")),
        (("ring", "0.17.1", "", "MIT"), Some("banned")),
        (("h2", "0.3.26", "", "MIT"), Some("banned")),
        (("h2", "0.4.26", "", "MIT"), None),
        (
            ("serde", "1.0.1", "https://example.org/serde#1", "MIT"),
            Some("source"),
        ),
    ];
    for (dependency, expected) in cases {
        let received = problem(&rules, dependency);
        let is_expected = match expected {
            None => received.is_none(),
            Some(start) => received.as_ref().is_some_and(|it| it.starts_with(start)),
        };
        assert!(is_expected, "{dependency:?}: {received:?}");
    }
}

fn rules() -> Value {
    toml::from_str(&std::fs::read_to_string(root().join("deny.toml")).unwrap()).unwrap()
}

/// Returns a line for each package from elsewhere that a build or a test of the workspace uses.
fn tree() -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--workspace",
            "--locked",
            "--offline",
            "--prefix=none",
        ])
        .args(["--edges=normal,build,dev", "--format={p}\t{l}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let own = format!("({}", root().display());
    let foreign = text
        .lines()
        .filter(|line| !line.contains(&own) && !line.is_empty());
    foreign
        .map(|line| line.trim_end_matches(" (*)").replace(" (proc-macro)", ""))
        .collect()
}

fn parse(line: &str) -> Dependency<'_> {
    let (package, licence) = line.split_once('\t').unwrap();
    let mut words = package.splitn(3, ' ');
    let mut word = || words.next().unwrap_or_default();
    (word(), word().trim_start_matches('v'), word(), licence)
}

/// Returns the reason why a dependency is not allowed.
fn problem(rules: &Value, (name, version, source, licence): Dependency<'_>) -> Option<String> {
    if !source.is_empty() {
        return Some(format!("source {source} is not allowed"));
    }
    let version: Version = version.parse().unwrap();
    let is_banned = |rule: &Value| {
        let (banned, versions) = spec(rule);
        banned == name && versions.is_none_or(|it| it.matches(&version))
    };
    if rules["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .any(is_banned)
    {
        return Some("banned".to_owned());
    }
    if licence.is_empty() {
        return Some("no licence in its manifest".to_owned());
    }
    let mut allowed = words(&rules["licenses"]["allow"]);
    for exception in rules["licenses"]["exceptions"].as_array().unwrap() {
        if spec(exception).0 == name {
            allowed.extend(words(&exception["allow"]));
        }
    }
    // Older manifests separate alternatives with a slash.
    let expression = Expression::parse_mode(licence, spdx::ParseMode::LAX).unwrap();
    let is_allowed = expression.evaluate(|it| allowed.contains(&it.to_string().as_str()));
    (!is_allowed).then(|| format!("licence {licence} is not allowed"))
}

/// Splits `NAME` or `NAME:VERSIONS` of a rule.
fn spec(rule: &Value) -> (&str, Option<VersionReq>) {
    let text = rule["crate"].as_str().unwrap();
    match text.split_once(':') {
        Some((name, versions)) => (name, Some(versions.parse().unwrap())),
        None => (text, None),
    }
}

fn words(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect()
}
