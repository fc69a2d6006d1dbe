//! Every member of every kind can be left out of a file: the object then has none, a default, or keeps the one that it
//! must have, and a plan finds nothing more.

use std::collections::BTreeSet;

use doorward_admin::kinds::{self, Document, Kind, SECRET, Write};
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::super::world::{World, ok};
use super::documents::documents;

flows!(every_member_can_be_left_out,);

/// Members that an object of these documents needs: an apply without one is a problem that names it.
const NEEDED: &[(&str, &str)] = &[
    ("claims", "claim"),
    ("claims", "outputs"),
    ("claims", "source"),
    // A dark logo is shown instead of a light one.
    ("clients", "branding.logo"),
    // Those by which the client authenticates.
    ("clients", "jwks"),
    ("clients", "jwks_uri"),
    ("clients", "tls_client_auth_san_dns"),
    ("clients", "tls_client_auth_san_email"),
    ("clients", "tls_client_auth_san_ip"),
    ("clients", "tls_client_auth_san_uri"),
    ("clients", "tls_client_auth_subject_dn"),
    ("organizations", "branding.logo"),
    ("profile-fields", "choices"),
    ("providers", "client_id"),
    ("providers", "endpoints"),
    ("providers", "issuer"),
    ("providers", "kind"),
    ("providers", "secret_signer"),
    ("providers", "trusts_email"),
    ("saml-clients", "acs"),
    ("saml-clients", "branding.logo"),
    ("saml-clients", "encryption_certificate"),
    ("saml-clients", "entity_id"),
    ("saml-clients", "name"),
    ("saml-clients", "signing_certificates"),
    ("texts", "texts"),
];

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

/// An empty name of a header is none.
fn has(document: &Value, path: &str) -> bool {
    let value = path.split('.').fold(document, |value, name| &value[name]);
    !value.is_null() && value != ""
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
    let (mut wrong, mut needed) = (Vec::new(), BTreeSet::new());
    for (name, documents) in &all {
        let kind = kind(name);
        let written = documents
            .iter()
            .map(|it| paths(it.as_object().unwrap(), ""));
        let written: BTreeSet<String> = written.flatten().collect();
        let members = kind.members().into_iter();
        for member in members.filter(|member| !written.contains(*member)) {
            wrong.push(format!("{name} has no document with {member}"));
        }
        let full = [exported(&world, name).await, documents.clone()].concat();
        let done = call(&world, "apply", name, &full).await;
        if done["applied"] != true {
            wrong.push(format!("{name}: {}", done["problems"]));
            continue;
        }
        for document in documents {
            for path in paths(document.as_object().unwrap(), "") {
                if kind.key.contains(&path.as_str()) {
                    continue;
                }
                match leave_out(&world, kind, document, &path).await {
                    Ok(true) => {}
                    Ok(false) => {
                        needed.insert(format!("{name} {path}"));
                    }
                    Err(problem) => wrong.push(format!("{name} without {path}: {problem}")),
                }
            }
        }
    }
    let expected = NEEDED.iter().map(|(kind, path)| format!("{kind} {path}"));
    let expected: BTreeSet<String> = expected.collect();
    for member in needed.symmetric_difference(&expected) {
        wrong.push(format!("{member} is needed only in the test or only here"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Applies an object without a member, and with it again. Returns false if the object needs it.
async fn leave_out(
    world: &World<'_>,
    kind: &Kind,
    document: &Value,
    path: &str,
) -> Result<bool, String> {
    let own = key(kind, document);
    let full = exported(world, kind.name).await;
    let find = |all: &[Value]| {
        let mut all = all.iter();
        let found = all.find(|it| key(kind, it) == own).cloned();
        found.ok_or_else(|| "is gone".to_owned())
    };
    let stored = find(&full)?;
    let others = full.iter().filter(|it| key(kind, it) != own);
    let with = |own: Value| others.clone().cloned().chain([own]).collect::<Vec<_>>();
    let wanted = with(without(document, path));
    let done = call(world, "apply", kind.name, &wanted).await;
    if done["problems"] != json!([]) {
        let text = done["problems"].to_string();
        let member = path.split('.').next_back().unwrap().trim_end_matches('s');
        return text.contains(member).then_some(false).ok_or(text);
    }
    let left = find(&exported(world, kind.name).await)?;
    let changed = done["changes"] != json!([]);
    // An object that is replaced as a whole has defaults.
    let is_whole = matches!(kind.write, Write::Whole { .. });
    if changed && !is_whole && path != SECRET && has(&left, path) {
        return Err(format!("has {left}"));
    }
    if !changed && left != stored {
        return Err("changed without a change".to_owned());
    }
    assert_command_removes(kind, &stored, &left);
    for call_path in ["plan", "drift"] {
        let again = call(world, call_path, kind.name, &wanted).await;
        if !again["text"].as_str().unwrap().starts_with("Nothing") {
            return Err(again["text"].to_string());
        }
    }
    // A removed picture is no longer stored, and is sent again.
    let done = call(world, "apply", kind.name, &with(document.clone())).await;
    let is_restored = exported(world, kind.name).await == full;
    is_restored
        .then_some(true)
        .ok_or_else(|| format!("is not restored: {}", done["text"]))
}
