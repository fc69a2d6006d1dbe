use std::fs;
use std::path::Path;

use super::*;
use crate::compile::BUILT_IN;
use crate::schema::SCHEMA;

fn source(text: &str) -> Source {
    Source {
        file: "policies.d/own.cedar".to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn schema_and_built_in_rules_are_valid() {
    let (_, warnings) = cedar_policy::Schema::from_cedarschema_str(SCHEMA).unwrap();
    assert_eq!(warnings.count(), 0);
    let rules = Rules::compile(&Source::built_in()).unwrap();
    assert!(rules.warnings.is_empty(), "{:?}", rules.warnings);
    assert!(rules.len() >= 30, "{}", rules.len());
    // Every file next to the schema is loaded.
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let files = fs::read_dir(directory).unwrap();
    let files = files.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "cedar")
    });
    assert_eq!(files.count(), BUILT_IN.len());
}

#[rstest]
#[case::syntax(
    "permit (principal, action, resource)\nwhen { resource.owner == };",
    2,
    "unexpected token"
)]
#[case::attribute(
    "\n\npermit (principal, action, resource is Task)\nwhen { resource.size > 3 };",
    4,
    "attribute `size`"
)]
#[case::type_(
    "permit (principal, action, resource is Task)\nwhen { resource.status == 3 };",
    2,
    "types"
)]
#[case::optional(
    "permit (principal, action, resource is Task)\nwhen { resource.assignee == principal };",
    2,
    "assignee"
)]
#[case::action("permit (principal, action == Action::\"fly\", resource);", 1, "fly")]
#[case::template("permit (principal == ?principal, action, resource);", 0, "templates")]
#[case::taken(
    "@id(\"task.owner\") permit (principal, action, resource is Task);",
    1,
    "task.owner is taken by a rule in policies/tasks.cedar"
)]
#[case::taken_below(
    "// Ours.\npermit (principal, action, resource is Task);\n@because(\"ours; @id\")\n@id(\"project.owner\")\n\
     permit (principal, action, resource is Project);",
    4,
    "project.owner is taken by a rule in policies/projects.cedar"
)]
fn broken_policy_is_rejected_with_file_line_and_reason(
    #[case] text: &str,
    #[case] line: usize,
    #[case] reason: &str,
) {
    let sources = [Source::built_in(), vec![source(text)]].concat();
    let mistakes = Rules::compile(&sources).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    let mistake = &mistakes[0];
    assert_eq!(
        (mistake.file.as_str(), mistake.line),
        ("policies.d/own.cedar", line),
        "{mistake}"
    );
    assert!(mistake.reason.contains(reason), "{mistake}");
    assert!(mistake.to_string().starts_with("policies.d/own.cedar"));
}

#[test]
fn unnamed_rule_gets_name_of_file() {
    let text = "permit (principal, action, resource is Task);\n\
                forbid (principal, action, resource is Task);";
    let rules = Rules::compile(&[source(text)]).unwrap();
    let set = rules.set(Action::Read, Kind::Task).unwrap();
    let names: Vec<_> = set.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(names, ["own.1", "own.2"]);
}

#[test]
fn changed_directory_is_loaded_and_broken_change_keeps_rules() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("own.cedar");
    fs::write(directory.path().join("README.md"), "not a policy").unwrap();
    let engine = Engine::load(Some(directory.path())).unwrap();
    let (me, other) = (principal("me", "", "", ALL_SCOPES), task("you"));
    let me = PolicyPrincipal::new(&me, &Memberships::default());
    let reads = || engine.decide(&me, Action::Read, &other, &now()).allowed;
    assert!(!reads());
    assert_eq!(engine.reload(), ReloadOutcome::Unchanged);

    fs::write(
        &file,
        "permit (principal, action == Action::\"read\", resource is Task);",
    )
    .unwrap();
    assert_eq!(engine.reload(), ReloadOutcome::Changed);
    assert!(reads());

    fs::write(&file, "permit (principal, action, resource is Tusk);").unwrap();
    let ReloadOutcome::Broken(mistakes) = engine.reload() else {
        panic!("a broken policy was taken");
    };
    assert!(mistakes[0].file.ends_with("own.cedar") && mistakes[0].reason.contains("Tusk"));
    assert!(reads() && engine.broken() == Some(mistakes));
    assert_eq!(engine.reload(), ReloadOutcome::Unchanged);

    fs::remove_file(&file).unwrap();
    assert_eq!(engine.reload(), ReloadOutcome::Changed);
    assert!(!reads() && engine.broken().is_none());

    directory.close().unwrap();
    assert!(matches!(engine.reload(), ReloadOutcome::Broken(_)));
    assert!(engine.broken().is_some());
}

#[test]
fn broken_directory_is_rejected_at_start() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("own.cedar"),
        "permit (principal, action);",
    )
    .unwrap();
    let error = Engine::load(Some(directory.path()))
        .unwrap_err()
        .to_string();
    assert!(error.contains("own.cedar:1: "), "{error}");
    let missing = directory.path().join("missing");
    assert!(Engine::load(Some(&missing)).is_err());
}

#[test]
fn guide_shows_each_ready_made_rule() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs");
    let guide = fs::read_to_string(docs.join("guides/authorization.md")).unwrap();
    let reference = fs::read_to_string(docs.join("reference/ready-rules.md")).unwrap();
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/library");
    assert_eq!(
        fs::read_dir(directory).unwrap().count(),
        library::FILES.len()
    );
    for (name, text) in library::FILES {
        let row = format!("| [`{name}`](../reference/ready-rules.md#{name}) |");
        assert!(guide.contains(&row), "no row for {name}");
        let section = format!("\n## {name}\n\n```cedar\n{text}```\n");
        assert!(
            reference.contains(&section),
            "{name} in the reference differs from the file"
        );
        let file = format!("{directory}/{name}.cedar");
        assert_eq!(fs::read_to_string(file).unwrap(), text);
    }
}
