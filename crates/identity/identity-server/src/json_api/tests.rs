use std::collections::BTreeSet;
use std::path::Path;

use doorward_admin::operation::Entry;
use doorward_admin::operations;

use super::*;

#[test]
fn committed_document_matches_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/reference/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == document_text(), "run `cargo xtask generate`");
}

/// Returns the operations, and the other endpoints from the source, as `METHOD path`.
fn registered() -> BTreeSet<String> {
    let calls = operations::all().map(Entry::call);
    let calls = calls.filter(|call| call.method != "-");
    let calls = calls.map(|call| format!("{} /api/admin/{}", call.method, call.path));
    let mut found: BTreeSet<String> = calls.collect();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut waiting = ["web/src/api", "account-api/src", "admin-api/src"]
        .map(|part| crates.join(part))
        .to_vec();
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines().map(str::trim_start) {
                for method in ["get", "post", "put", "patch", "delete"] {
                    let place = line.strip_prefix(&format!("#[{method}(\""));
                    if let Some(place) = place.and_then(|rest| rest.split('"').next()) {
                        found.insert(format!("{} /api{place}", method.to_uppercase()));
                    }
                }
                let hidden = [".route(", "web::resource(", "web::scope("];
                let line = line.replace("utoipa_actix_web::scope(", "");
                let is_hidden = hidden.iter().any(|word| line.contains(word));
                let is_prose = line.starts_with("//") || path.ends_with("tests.rs");
                assert!(!is_hidden || is_prose, "{}: {line}", path.display());
            }
        }
    }
    found
}

#[test]
fn every_route_is_in_document_and_reverse() {
    let document: serde_json::Value = serde_json::from_str(document_text()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert_eq!(described, registered());
    assert!(described.len() > 1);
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_operation_has_name_summary_and_answer() {
    let document: serde_json::Value = serde_json::from_str(document_text()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} twice");
            let summary = operation["summary"].as_str();
            assert!(
                summary.is_some_and(|text| !text.is_empty()),
                "{method} {path}"
            );
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{method} {path}"
            );
            assert!(answers.contains_key("default"), "{method} {path}");
        }
    }
}

#[test]
fn allowed_methods_are_listed() {
    assert_eq!(
        DOCUMENT.methods_at("/api/openapi.json").as_deref(),
        Some("GET, HEAD")
    );
    assert_eq!(DOCUMENT.methods_at("/api/openapi.json/"), None);
    assert_eq!(DOCUMENT.methods_at("/api/nothing"), None);
}
