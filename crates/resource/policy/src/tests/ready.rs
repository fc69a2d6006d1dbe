//! Ready-made rules copied for each kind of object, and the results of checking them.

use std::collections::BTreeSet;

use super::*;
use crate::scenario::{Scenario, Trait};

const KINDS: [Kind; 3] = [Kind::Task, Kind::Project, Kind::Document];

fn copied(name: &str, text: &str, kind: Kind) -> Source {
    Source {
        file: format!("{name}.cedar"),
        text: text.replace(
            "resource is Document",
            &format!("resource is {}", kind.as_str()),
        ),
    }
}

/// Loads a rule in addition to the built-in ones, from an operator's directory.
fn loaded(source: &Source) -> Result<Engine, LoadError> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(&source.file), &source.text).unwrap();
    Engine::load(Some(directory.path()))
}

/// Returns callers, objects and contexts of all kinds: each trait alone, and pairs: one in 25, or with
/// `cargo xtask test --both` every one.
fn scenarios(kind: Kind) -> Vec<Scenario> {
    let role = |name: &str| Trait::Role(name.to_owned());
    let level = |name: &str| Trait::Confidentiality(name.to_owned());
    let traits = [
        Trait::Anonymous,
        Trait::Service,
        Trait::Verified,
        Trait::TwoFactors,
        role("admin"),
        role("manager"),
        role("suspended"),
        role("24x7_access"),
        Trait::Group("/engineering/backend".to_owned()),
        Trait::Entitlement("tasks:read_all".to_owned()),
        Trait::Entitlement("documents:read".to_owned()),
        Trait::Scope("documents:read".to_owned()),
        Trait::Owner,
        Trait::Assignee,
        Trait::Manager,
        Trait::Editor,
        Trait::Member,
        Trait::Lead,
        Trait::SameDepartment,
        Trait::ManagedDepartment,
        Trait::SamePlan,
        level("public"),
        level("confidential"),
        level("restricted"),
        Trait::ProjectLevel("restricted".to_owned()),
        Trait::Full,
        Trait::Night,
        Trait::NoAddress,
    ];
    let mut found = vec![Scenario::new(kind, [])];
    found.extend(traits.iter().map(|item| Scenario::new(kind, [item])));
    let pairs = (0..traits.len()).flat_map(|second| (0..second).map(move |first| [first, second]));
    let step = std::env::var_os("DOORWARD_TEST_BOTH_BACKENDS").map_or(25, |_| 1);
    let pairs = pairs.step_by(step);
    found.extend(pairs.map(|pair| Scenario::new(kind, pair.map(|at| &traits[at]))));
    found
}

#[test]
fn copied_ready_rules_work_or_are_rejected() {
    let mut rejected = BTreeSet::new();
    for (name, text) in library::FILES {
        for kind in KINDS {
            let source = copied(name, text, kind);
            let engine = match loaded(&source) {
                Ok(engine) => engine,
                Err(LoadError(mistakes)) => {
                    assert!(mistakes[0].line > 0, "{name} {kind:?} {mistakes:?}");
                    rejected.insert((name, kind.as_str()));
                    continue;
                }
            };
            for scenario in scenarios(kind) {
                for action in Action::on(kind) {
                    let (person, object) = (&scenario.person, &scenario.object);
                    let situation = &scenario.situation;
                    let decision = engine.decide(person, *action, object, situation);
                    assert!(!decision.failed, "{name} {kind:?} {action:?}");
                    engine.select(person, *action, kind, situation);
                }
            }
        }
    }
    let expected = BTreeSet::from([
        ("any_of", "Task"),
        ("any_of", "Project"),
        ("category_editor", "Task"),
        ("category_editor", "Project"),
        ("confidentiality", "Task"),
        ("manager_or_read_only", "Task"),
        ("manager_or_read_only", "Project"),
        ("permit_category_editor", "Task"),
        ("permit_category_editor", "Project"),
        ("project_member", "Project"),
        ("subscription", "Task"),
        ("subscription", "Project"),
    ]);
    assert_eq!(rejected, expected);
}

/// Returns every scenario of a kind with every action, and whether `engine` allows it.
fn questions(engine: &Engine, kind: Kind) -> Vec<(Scenario, Action, bool)> {
    let mut found = Vec::new();
    for action in Action::on(kind) {
        for scenario in scenarios(kind) {
            let allowed = is_allowed(engine, &scenario, *action);
            found.push((scenario, *action, allowed));
        }
    }
    found
}

fn is_allowed(engine: &Engine, scenario: &Scenario, action: Action) -> bool {
    let (person, object) = (&scenario.person, &scenario.object);
    engine
        .decide(person, action, object, &scenario.situation)
        .allowed
}

#[test]
fn restricting_rules_allow_nothing_new() {
    let before = Engine::load(None).unwrap();
    let questions = KINDS.map(|kind| questions(&before, kind));
    let mut restricting = 0;
    for (name, text) in library::FILES {
        let permits = name == "allow_any" || name.starts_with("permit_");
        assert_eq!(only_forbids(text), !permits, "{name}");
        if permits {
            continue;
        }
        restricting += 1;
        for (kind, questions) in KINDS.into_iter().zip(&questions) {
            let Ok(after) = loaded(&copied(name, text, kind)) else {
                continue;
            };
            let mut narrowed = 0;
            for (scenario, action, allowed_before) in questions {
                let allowed = is_allowed(&after, scenario, *action);
                assert!(
                    *allowed_before || !allowed,
                    "{name} {kind:?} {action:?} {:?}",
                    scenario.person
                );
                narrowed += u32::from(*allowed_before && !allowed);
            }
            assert!(
                narrowed > 0 || kind != Kind::Task,
                "{name} {kind:?} restricts nothing"
            );
        }
    }
    assert_eq!(restricting, 24);
}

#[test]
fn attributes_belong_to_kind() {
    use crate::attributes;
    assert!(attributes::has(Kind::Document, "plan") && !attributes::has(Kind::Task, "plan"));
}

#[rstest]
#[case::owner(
    "forbid (principal, action, resource is Task)\nunless { resource.owner.verified };",
    "fails for"
)]
#[case::owner_of_project(
    "permit (principal, action, resource is Task)\nwhen { resource has project && resource.project.owner.verified };",
    "fails for"
)]
#[case::overflow(
    "permit (principal, action, resource is Task)\nwhen { context.now * 9223372036854775807 > 0 };",
    "overflow"
)]
#[case::attribute_of_another_kind(
    "permit (principal, action, resource is Task)\nunless { resource has plan };",
    "Task has no attribute `plan`"
)]
fn check_rejects_rules_failing_at_run_time(#[case] text: &str, #[case] reason: &str) {
    let source = Source {
        file: "own.cedar".to_owned(),
        text: text.to_owned(),
    };
    let LoadError(mistakes) = loaded(&source).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    assert_eq!(mistakes[0].line, 1);
    assert!(mistakes[0].reason.contains(reason), "{}", mistakes[0]);
}

#[rstest]
#[case::verified(
    "permit (principal, action == Action::\"delete\", resource is Task) when { principal.verified };",
    &["every user with a verified address may delete every task"]
)]
#[case::everything(
    "permit (principal, action in [Action::\"read\", Action::\"update\"], resource is Task) when { !principal.anonymous };",
    &["every user may read and change every task"]
)]
#[case::anonymous(
    "permit (principal, action == Action::\"read\", resource is Document);",
    &["everyone, even without a token, may read every document"]
)]
#[case::roles(
    "permit (principal, action == Action::\"read\", resource is Task) when { principal.roles.containsAny([\"hr\", \"boss\"]) };",
    &["every user with the role boss may read every task", "every user with the role hr may read every task"]
)]
#[case::relation(
    "permit (principal, action == Action::\"delete\", resource is Task) when { resource has assignee && resource.assignee == principal };",
    &["every user may delete every task that is assigned to them"]
)]
#[case::two_conditions(
    "permit (principal, action == Action::\"read\", resource is Task) when { principal.verified && resource.status == \"done\" };",
    &["every user with a verified address may read every task with the status done"]
)]
#[case::office_hours(
    "permit (principal, action == Action::\"read\", resource is Task) when { principal.verified && context.hour < 18 };",
    &["every user with a verified address may read every task, under the further conditions of the rule"]
)]
#[case::allowed_before(
    "permit (principal, action == Action::\"read\", resource is Task) when { resource.owner == principal };",
    &[]
)]
#[case::forbids("forbid (principal, action, resource is Task) unless { principal.verified };", &[])]
fn check_describes_granted_access(#[case] text: &str, #[case] expected: &[&str]) {
    let source = Source {
        file: "own.cedar".to_owned(),
        text: text.to_owned(),
    };
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(&source.file), &source.text).unwrap();
    let engine = Engine::load(Some(directory.path())).unwrap();
    let grants = engine.grants();
    let sentences: Vec<_> = grants.iter().map(|grant| grant.sentence.as_str()).collect();
    assert_eq!(sentences, expected);
}
