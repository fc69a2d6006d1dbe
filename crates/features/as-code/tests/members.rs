//! Every member of every kind can be left out of a file: the object then has none, or keeps the one that it must
//! have, and a plan finds nothing more.

use std::collections::BTreeSet;

use doorward_admin::kinds::{self, Document, Kind, SECRET, Write};
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::super::world::{World, ok};
use super::documents::documents;

flows!(every_member_can_be_left_out,);

/// Members that an object of these documents needs: an apply without one is a problem that names it.
const NEEDED: &[(&str, &str)] = &[];

fn kind(name: &str) -> &'static Kind {
    kinds::all().find(|kind| kind.name == name).unwrap()
}

async fn call(world: &World<'_>, path: &str, kind: &str, documents: &[Value]) -> Value {
    let objects = json!({ kind: documents });
    let body = match path {
        "apply" => json!({ "objects": objects, "new_secrets": true }),
        _ => json!({ "objects": objects }),
    };
    let path = format!("/api/admin/{path}");
    ok(&world.call("admin", "POST", &path, Some(&body)).await, 200)
}

async fn exported(world: &World<'_>, kind: &str) -> Vec<Value> {
    let path = format!("/api/admin/export?kinds={kind}");
    let page = ok(&world.call("admin", "GET", &path, None).await, 200);
    serde_json::from_value(page["objects"][kind].clone()).unwrap()
}

fn key(kind: &Kind, document: &Value) -> String {
    kind.key_of(document.as_object().unwrap())
}

/// Returns the paths of the members, also of those that have members.
fn paths(document: &Document, start: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (name, value) in document {
        all.push(format!("{start}{name}"));
        // Other objects are values.
        if let (Value::Object(inner), "consent" | "branding" | "headers") = (value, name.as_str()) {
            all.extend(paths(inner, &format!("{start}{name}.")));
        }
    }
    all
}

fn without(document: &Value, path: &str) -> Value {
    let mut copy = document.clone();
    let (object, name) = match path.split_once('.') {
        Some((outer, name)) => (&mut copy[outer], name),
        None => (&mut copy, path),
    };
    object.as_object_mut().unwrap().remove(name);
    copy
}

fn has(document: &Value, path: &str) -> bool {
    !document[path.split('.').next().unwrap()].is_null()
        && path.split('.').fold(document, |value, name| &value[name]) != &Value::Null
}

/// A plan that removes a member has a command for it.
fn assert_command_removes(kind: &Kind, before: &Value, after: &Value) {
    let [before, after] = [before, after].map(|it| it.as_object().unwrap());
    let Write::Members { update, .. } = &kind.write else {
        return;
    };
    for step in kind.steps(Some(before), Some(after)) {
        let is_update = step.entry.id() == update.id();
        for member in update.members().iter().filter(|_| is_update) {
            let removes = member.of(&step.body) == Some(&Value::Null);
            let name = &member.name;
            assert!(
                !removes || member.is_removable,
                "the command of {} cannot remove {name}",
                update.id()
            );
        }
    }
}

async fn every_member_can_be_left_out(stack: &Stack) {
    let world = World::new(stack).await;
    let all = documents();
    let named: BTreeSet<&str> = all.iter().map(|(kind, _)| *kind).collect();
    let known: BTreeSet<&str> = kinds::all().map(|kind| kind.name).collect();
    assert_eq!(named, known, "a kind has no document here");
    let mut wrong = Vec::new();
    let mut needed = BTreeSet::new();
    for (name, documents) in &all {
        let kind = kind(name);
        let members = kind.members();
        let written: BTreeSet<String> = documents
            .iter()
            .flat_map(|it| paths(it.as_object().unwrap(), ""))
            .collect();
        for member in members.iter().filter(|member| !written.contains(**member)) {
            wrong.push(format!("{name} has no document with {member}"));
        }
        let before = exported(&world, name).await;
        let full = [before.clone(), documents.clone()].concat();
        let done = call(&world, "apply", name, &full).await;
        assert_eq!(done["applied"], true, "{name}: {}", done["text"]);
        for document in documents {
            let full = exported(&world, name).await;
            let own = key(kind, document);
            let stored = full.iter().find(|it| key(kind, it) == own).unwrap().clone();
            for path in paths(document.as_object().unwrap(), "") {
                if kind.key.contains(&path.as_str()) {
                    continue;
                }
                let less = without(document, &path);
                let mut wanted: Vec<Value> = full
                    .iter()
                    .filter(|it| key(kind, it) != own)
                    .cloned()
                    .collect();
                wanted.push(less);
                let done = call(&world, "apply", name, &wanted).await;
                let member = path.split('.').next_back().unwrap();
                if done["problems"] != json!([]) {
                    let text = done["problems"].to_string();
                    assert!(text.contains(member), "{name} without {path}: {text}");
                    needed.insert(format!("{name} {path}"));
                    continue;
                }
                let now = exported(&world, name).await;
                let left = now.iter().find(|it| key(kind, it) == own).unwrap();
                if done["changes"] != json!([]) {
                    if path != SECRET && has(left, &path) {
                        wrong.push(format!("{name} without {path} has {left}"));
                    }
                    assert_command_removes(kind, &stored, left);
                } else if left != &stored {
                    wrong.push(format!("{name} without {path} changed without a change"));
                }
                for path in ["plan", "drift"] {
                    let again = call(&world, path, name, &wanted).await;
                    assert!(
                        again["text"].as_str().unwrap().starts_with("Nothing"),
                        "{again}"
                    );
                }
                let done = call(&world, "apply", name, &full).await;
                assert_eq!(done["problems"], json!([]), "{name} {path}: {done}");
                let again = exported(&world, name).await;
                assert_eq!(again, full, "{name} {path}");
            }
        }
    }
    let expected: BTreeSet<String> = NEEDED
        .iter()
        .map(|(kind, path)| format!("{kind} {path}"))
        .collect();
    assert_eq!(needed, expected, "members that an object needs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
