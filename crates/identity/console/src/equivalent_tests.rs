//! Test that each form of the console has a command and a call of the admin API, or a reason why it has none.

use std::collections::BTreeSet;

use doorward_admin::definitions::DefinitionKind;
use doorward_admin::operation::{Member, MemberKind};
use doorward_console_ui::equivalent::forms::FormValues;
use doorward_console_ui::equivalent::table::{FORMS, find};
use doorward_console_ui::prelude::Switch;
use doorward_console_ui::selection::Selection;
use doorward_protocol::words::Word;

use crate::apps::{AppAction, tokens};
use crate::home::{setup, unused_end};
use crate::organizations::members::MemberAction;
use crate::people::actions::UserAction;
use crate::people::{bulk_form, support_code};
use crate::roles::grants::{self, GrantAction};
use crate::system::keys::KeyAction;
use crate::{sessions, system};

const ROUTES: &str = include_str!("lib.rs");

/// Paths that the routes name by a constant.
const CONSTANTS: &[(&str, &str)] = &[
    ("bulk_form::QUESTION", bulk_form::QUESTION),
    ("pages::RETRY_FAILED_JOBS", system::pages::RETRY_FAILED_JOBS),
    ("setup::ISSUER", setup::ISSUER),
    ("setup::MAIL", setup::MAIL),
    ("support_code::PATH", support_code::PATH),
    ("system::TEST_MAIL", system::TEST_MAIL),
    ("tokens::NEW", tokens::NEW),
];

/// Forms that compare typed values with the stored ones, and show the change by the operation itself.
const COMPARED: &[&str] = &[
    "/admin/apps/{id}/branding",
    "/admin/apps/{id}/edit/{section}",
    "/admin/groups/{id}/edit",
    "/admin/organizations/{id}/branding",
    "/admin/organizations/{id}/edit",
    "/admin/people/{id}/edit",
    "/admin/providers/{id}/edit",
    "/admin/roles/{id}/edit",
];

/// Forms without a command and a call, with the reason.
const WITHOUT: &[(&str, &str)] = &[
    (
        "/admin/definitions/new/claims",
        "the page of a custom claim has no form of its source",
    ),
    (
        "/admin/definitions/claims/{id}/edit",
        "as the form of a new one",
    ),
    ("/admin/providers/{id}/try", "a browser signs in"),
    (
        setup::ISSUER,
        "the server requests its own address, as `doctor` does",
    ),
];

/// Forms with a command but no call, with the reason.
const WITHOUT_CALL: &[(&str, &str)] = &[("/admin/people/{id}/merge", "decision 117")];

fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|word| word.word()).collect()
}

/// Returns the values of a parameter that has a form for each.
fn values(path: &str) -> Vec<&'static str> {
    match path {
        "/admin/apps/{id}/{action}" => words::<AppAction>(),
        "/admin/grants/{id}/{action}" => words::<GrantAction>(),
        "/admin/keys/{id}/{action}" => words::<KeyAction>(),
        "/admin/organizations/{id}/members/{user}/{action}" => words::<MemberAction>(),
        "/admin/organizations/{id}/{action}" | "/admin/providers/{id}/{action}" => {
            words::<Switch>()
        }
        "/admin/people/{id}/{action}" => words::<UserAction>(),
        // Others refer to no name.
        path if path.ends_with("/rename") => vec!["permissions", "scopes"],
        path if path.starts_with("/admin/definitions/") => words::<DefinitionKind>(),
        path => panic!("the values of {path}"),
    }
}

/// Returns the paths of all forms.
fn forms() -> BTreeSet<String> {
    let path = |call: &str| {
        let text = call.trim_start().split(',').next().unwrap().trim();
        let constant = CONSTANTS.iter().find(|(name, _)| *name == text);
        match constant {
            Some((_, path)) => (*path).to_owned(),
            None => text.trim_matches('"').to_owned(),
        }
    };
    let calls = [".form(", ".form_of("].map(|call| ROUTES.split(call).skip(1));
    let mut found = BTreeSet::new();
    for path in calls.into_iter().flatten().map(path) {
        assert!(path.starts_with("/admin/"), "a path: {path}");
        let parameter = ["{action}", "{kind}"]
            .into_iter()
            .find(|it| path.contains(it));
        match parameter.filter(|_| find(&path).is_none()) {
            Some(parameter) => {
                let values = values(&path).into_iter();
                found.extend(values.map(|value| path.replace(parameter, value)));
            }
            None => {
                found.insert(path);
            }
        }
    }
    found
}

fn has(list: &[(&str, &str)], form: &str) -> bool {
    list.iter().any(|(path, _)| *path == form)
}

#[test]
fn each_form_has_equivalent_or_reason() {
    let (forms, none) = (forms(), FormValues::new());
    for form in &forms {
        let is_compared = COMPARED.contains(&form.as_str());
        match find(form) {
            None => assert!(is_compared || has(WITHOUT, form), "{form}"),
            Some(row) => {
                assert!(!is_compared && !has(WITHOUT, form), "{form} has a row");
                assert!(row.words(&none).len() > 2, "{form} has no command");
                assert_eq!(row.call().is_none(), has(WITHOUT_CALL, form), "{form}");
            }
        }
    }
    let listed = FORMS.into_iter().flatten().map(|row| row.form);
    let listed = listed.chain(COMPARED.iter().copied());
    let reasons = WITHOUT.iter().chain(WITHOUT_CALL).map(|(form, _)| *form);
    for form in listed.chain(reasons) {
        assert!(forms.contains(form), "{form} is no form");
    }
    assert!(forms.len() > 90, "{}", forms.len());
}

/// Checks the forms that end several chosen objects: they show the operation of each.
#[test]
fn each_selection_has_operation() {
    fn check<S: Selection>() {
        let members = S::OPERATION.members();
        let required: Vec<&Member> = members.iter().filter(|it| it.is_required).collect();
        assert_eq!(required.len(), 1);
        let is_flag = |it: &Member| it.name == S::FLAG && it.kind == MemberKind::Flag;
        assert_eq!(members.iter().any(is_flag), !S::FLAG.is_empty());
    }
    assert_eq!(ROUTES.matches(".selection::<").count(), 5);
    check::<grants::ChosenAssignments>();
    check::<sessions::ChosenSessions>();
    check::<unused_end::ApiKeys>();
    check::<unused_end::Accounts>();
    check::<unused_end::Apps>();
}
