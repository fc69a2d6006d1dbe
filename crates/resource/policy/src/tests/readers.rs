//! Comparison of the readers of an object before and after a change.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::agreement::{random_object, random_person, random_situation, seeded};
use super::*;
use crate::attribute_values::Attributes;
use crate::attributes;

const PROJECT: Uuid = Uuid::from_u128(7);

fn object(kind: Kind, attributes: &[(&'static str, Value)]) -> Object {
    let mut all = Attributes::from([("owner", Value::user("ann")), ("org", Value::text(""))]);
    match kind {
        Kind::Task => all.extend([
            ("status", Value::text("todo")),
            ("priority", Value::Long(2)),
        ]),
        Kind::Project => all.extend([
            ("status", Value::text("active")),
            ("confidentiality", Value::text("restricted")),
        ]),
        _ => all.extend([
            ("published_at", Value::Long(FRIDAY)),
            ("confidentiality", Value::text("restricted")),
        ]),
    }
    all.extend(attributes.iter().cloned());
    let mut object = Object::new(kind, "1", all);
    if kind == Kind::Task && object.facts.contains_key("project") {
        let level = Value::text("confidential");
        let project = Attributes::from([
            ("owner", Value::user("mona")),
            ("org", Value::text("")),
            ("status", Value::text("active")),
            ("confidentiality", level),
        ]);
        let project = Object::new(Kind::Project, PROJECT, project);
        object.related.push(project);
    }
    object
}

fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::text(value))
}

fn user(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::user(value))
}

fn widens(engine: &Engine, before: &Object, after: &Object) -> bool {
    engine.widens_readers(before, after, &BTreeMap::new())
}

/// For each kind: a change, and whether it and its reverse widen the readers.
#[rstest]
// Projects.
#[case(Kind::Project, vec![], vec![text("confidentiality", "public")], true, false)]
#[case(Kind::Project, vec![text("confidentiality", "public")], vec![text("confidentiality", "internal")], false, true)]
#[case(Kind::Project, vec![text("confidentiality", "internal")], vec![text("confidentiality", "confidential"), text("department", "a")], false, true)]
#[case(Kind::Project, vec![text("confidentiality", "confidential")], vec![text("confidentiality", "confidential"), text("department", "a")], true, false)]
#[case(Kind::Project, vec![text("confidentiality", "confidential"), text("department", "a")], vec![text("confidentiality", "confidential"), text("department", "b")], true, true)]
// The manager of the department reads it with the permission for restricted projects.
#[case(Kind::Project, vec![text("department", "a")], vec![text("department", "b")], true, true)]
// All users read it already.
#[case(Kind::Project, vec![text("confidentiality", "internal"), text("department", "a")], vec![text("confidentiality", "internal"), text("department", "b")], false, false)]
#[case(Kind::Project, vec![text("confidentiality", "public")], vec![text("confidentiality", "public"), text("department", "b")], false, false)]
#[case(Kind::Project, vec![], vec![text("status", "completed")], false, false)]
// Articles.
#[case(Kind::Document, vec![], vec![text("confidentiality", "public")], true, false)]
#[case(Kind::Document, vec![], vec![text("confidentiality", "confidential")], false, false)]
#[case(Kind::Document, vec![], vec![text("confidentiality", "confidential"), text("department", "a")], true, false)]
#[case(Kind::Document, vec![text("confidentiality", "public"), text("plan", "pro")], vec![text("confidentiality", "public")], true, false)]
#[case(Kind::Document, vec![text("confidentiality", "public"), text("plan", "pro")], vec![text("confidentiality", "public"), text("plan", "free")], true, true)]
// A plan does not matter if no caller can read the object.
#[case(Kind::Document, vec![text("plan", "pro")], vec![], false, false)]
#[case(Kind::Document, vec![], vec![user("manager", "max")], true, false)]
#[case(Kind::Document, vec![text("confidentiality", "public")], vec![text("confidentiality", "public"), user("manager", "max")], false, false)]
#[case(Kind::Document, vec![text("confidentiality", "public"), text("plan", "pro")], vec![text("confidentiality", "internal")], true, true)]
#[case(Kind::Document, vec![text("department", "a")], vec![text("department", "b")], false, false)]
// Tasks.
#[case(Kind::Task, vec![], vec![user("assignee", "bob")], true, false)]
#[case(Kind::Task, vec![user("assignee", "bob")], vec![user("assignee", "carl")], true, true)]
#[case(Kind::Task, vec![], vec![user("assignee", "ann")], false, false)]
#[case(Kind::Task, vec![], vec![text("department", "a")], true, false)]
#[case(Kind::Task, vec![], vec![("project", Value::Entity(Kind::Project, PROJECT.to_string()))], true, false)]
#[case(Kind::Task, vec![], vec![text("status", "done"), ("priority", Value::Long(4))], false, false)]
fn change_of_readers(
    #[case] kind: Kind,
    #[case] before: Vec<(&'static str, Value)>,
    #[case] after: Vec<(&'static str, Value)>,
    #[case] forward: bool,
    #[case] back: bool,
) {
    let engine = engine();
    let (before, after) = (object(kind, &before), object(kind, &after));
    assert_eq!(widens(&engine, &before, &after), forward, "forward");
    assert_eq!(widens(&engine, &after, &before), back, "back");
    assert!(!widens(&engine, &before, &before));
}

/// Every attribute that a rule for reading uses changes the readers, also one of a rule that the
/// operator adds.
#[test]
fn every_attribute_of_reading_rules_counts() {
    for kind in [Kind::Task, Kind::Project, Kind::Document] {
        for name in attributes::all(kind) {
            // Never changed by a request.
            if ["owner", "org"].contains(&name.as_str()) {
                continue;
            }
            let (value, condition) = match name.as_str() {
                "assignee" | "manager" => (
                    Value::user("x"),
                    format!("resource has {name} && resource.{name} == Person::\"x\""),
                ),
                "project" => (
                    Value::Entity(Kind::Project, PROJECT.to_string()),
                    format!("resource has project && resource.project == Project::\"{PROJECT}\""),
                ),
                "category" => (
                    Value::Entity(Kind::Category, "x".to_owned()),
                    "resource has category && resource.category == Category::\"x\"".to_owned(),
                ),
                "priority" => (Value::Long(4), "resource.priority == 4".to_owned()),
                "published_at" => (
                    Value::Long(5),
                    "resource has published_at && resource.published_at < 6".to_owned(),
                ),
                "confidentiality" | "status" => {
                    (Value::text("x"), format!("resource.{name} == \"x\""))
                }
                "department" | "plan" => (
                    Value::text("x"),
                    format!("resource has {name} && resource.{name} like \"x*\""),
                ),
                other => panic!("add the attribute {other}: what does a request set?"),
            };
            let text = format!(
                "permit (principal, action == Action::\"read\", resource is {}) when {{ {condition} }};",
                kind.as_str()
            );
            let file = "own.cedar".to_owned();
            let engine = Engine::with(vec![Source { file, text }], None).unwrap();
            let name: &'static str = attributes::all(kind).get(name).unwrap();
            let mut before = object(kind, &[]);
            before.facts.remove("published_at");
            let mut after = before.clone();
            after.facts.insert(name, value);
            assert!(widens(&engine, &before, &after), "{kind:?} {name}");
            assert!(engine.readers_depend_on(kind, name), "{kind:?} {name}");
        }
    }
}

/// A member of the project reads its tasks, so that assigning one to a member opens nothing.
#[test]
fn membership_of_named_user_counts() {
    let engine = engine();
    let project = ("project", Value::Entity(Kind::Project, PROJECT.to_string()));
    let before = object(Kind::Task, std::slice::from_ref(&project));
    let after = object(Kind::Task, &[project, user("assignee", "bob")]);
    assert!(widens(&engine, &before, &after));
    let known = |subject: &str, id| {
        let projects = BTreeSet::from([id]);
        let memberships = Memberships {
            projects,
            ..Memberships::default()
        };
        BTreeMap::from([(subject.to_owned(), memberships)])
    };
    assert!(!engine.widens_readers(&before, &after, &known("bob", PROJECT)));
    assert!(engine.widens_readers(&before, &after, &known("carl", PROJECT)));
    assert!(engine.widens_readers(&before, &after, &known("bob", Uuid::from_u128(8))));
}

/// Rules with failing conditions, with `if`, and with what the comparison does not understand.
const UNUSUAL: &str = r#"
permit (principal == Person::"p1", action, resource is Document);
permit (principal, action == Action::"read", resource is Document)
when { if resource has department then resource.department == "sales" else principal.verified };
permit (principal, action == Action::"read", resource is Document)
when { resource has category && resource.category.editors.contains(principal) };
permit (principal, action == Action::"read", resource is Document)
when { resource.owner == principal && resource.owner.verified };
forbid (principal, action == Action::"read", resource is Document)
when { resource has plan && resource.plan like "p*" && !principal.departments.containsAll(["sales"]) };
forbid (principal, action == Action::"read", resource is Document)
when { {"a": resource.confidentiality} == {"a": "restricted"} && context.hour < 9 };
permit (principal, action == Action::"read", resource is Task) when { resource.priority > 2 };
forbid (principal, action == Action::"read", resource is Task)
when { resource has project.department && ["sales"].contains(resource.project.department) };
"#;

/// Returns the object with some other attributes.
fn changed(rng: &mut StdRng, before: &Object) -> Object {
    let other = random_object(rng, before.kind);
    let mut after = before.clone();
    for name in attributes::all(before.kind) {
        // Requests change neither.
        if ["owner", "org"].contains(&name.as_str()) || rng.random_bool(0.7) {
            continue;
        }
        after.facts.remove(name.as_str());
        if let Some((name, value)) = other.facts.get_key_value(name.as_str()) {
            after.facts.insert(*name, value.clone());
        }
    }
    let is_named = |related: &&Object| {
        let link = Value::Entity(related.kind, related.id.clone());
        after.facts.values().any(|value| *value == link)
    };
    let related = before.related.iter().chain(&other.related);
    let related: Vec<Object> = related.filter(is_named).cloned().collect();
    after.related = related;
    // Two objects of one ID: the former project or category stays as it was.
    let mut seen = BTreeSet::new();
    let mut related = std::mem::take(&mut after.related);
    related.retain(|related| seen.insert((related.kind, related.id.clone())));
    after.related = related;
    after
}

/// If a change does not widen the readers, no caller reads more after it.
#[test]
fn no_caller_reads_more_without_widening() {
    let unusual = Source {
        file: "unusual.cedar".to_owned(),
        text: UNUSUAL.to_owned(),
    };
    let both = [Source::built_in(), vec![unusual]].concat();
    for (number, sources) in [Source::built_in(), both].into_iter().enumerate() {
        let engine = Engine::with(sources, None).unwrap();
        let mut rng = seeded(30 + number as u64);
        let (mut narrow, mut wide, mut seen) = (0, 0, 0);
        for round in 0..600 {
            let kind = [Kind::Task, Kind::Project, Kind::Document][round % 3];
            let before = random_object(&mut rng, kind);
            let after = changed(&mut rng, &before);
            let widened = widens(&engine, &before, &after);
            narrow += usize::from(!widened);
            wide += usize::from(widened);
            for _ in 0..20 {
                let (person, situation) = (random_person(&mut rng), random_situation(&mut rng));
                let is_empty = |name: &str| person.fact(name) == Some(&Value::Set(Vec::new()));
                let is_service = person.fact("is_service") == Some(&Value::Bool(true));
                // A client has no groups.
                if is_service && !(is_empty("groups") && is_empty("manages")) {
                    continue;
                }
                let reads = |object| {
                    let decision = engine.decide(&person, Action::Read, object, &situation);
                    decision.allowed
                };
                let more = reads(&after) && !reads(&before);
                seen += usize::from(more);
                assert!(widened || !more, "{before:?}\n{after:?}\n{person:?}");
            }
        }
        assert!(
            narrow > 50 && wide > 100 && seen > 100,
            "{narrow} {wide} {seen}"
        );
    }
}
