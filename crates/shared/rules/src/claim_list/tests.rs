use rstest::rstest;
use serde_json::json;

use super::*;

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn roles(starting_with: Option<&str>, strip: bool, prefix: Option<&str>) -> RoleList {
    RoleList {
        starting_with: starting_with.map(str::to_owned),
        strip,
        prefix: prefix.map(str::to_owned),
    }
}

fn groups(below: Option<&str>, format: GroupFormat, strip: bool) -> GroupList {
    GroupList {
        below: below.map(str::to_owned),
        format,
        strip,
        prefix: None,
    }
}

#[rstest]
#[case::all(roles(None, false, None), &["admin", "grafana_admin", "grafana_viewer"])]
#[case::filtered(roles(Some("grafana_"), false, None), &["grafana_admin", "grafana_viewer"])]
#[case::stripped(roles(Some("grafana_"), true, None), &["admin", "viewer"])]
#[case::prefixed(roles(Some("grafana_"), true, Some("ROLE_")), &["ROLE_admin", "ROLE_viewer"])]
#[case::none(roles(Some("wiki_"), true, Some("ROLE_")), &[])]
// A role that is the start itself has no name after it.
#[case::empty_name(roles(Some("admin"), true, Some("x-")), &[])]
fn lists_roles(#[case] list: RoleList, #[case] expected: &[&str]) {
    let held = set(&["admin", "grafana_admin", "grafana_viewer"]);
    assert_eq!(role_entries(&list, &held), set(expected));
}

#[rstest]
#[case::paths(groups(None, GroupFormat::Path, false), &["/eng", "/eng/backend", "/ops/backend"])]
#[case::without_slash(groups(None, GroupFormat::Path, true), &["eng", "eng/backend", "ops/backend"])]
// Equal names are one entry.
#[case::names(groups(None, GroupFormat::Name, false), &["backend", "eng"])]
#[case::below(groups(Some("/eng"), GroupFormat::Path, false), &["/eng/backend"])]
#[case::relative(groups(Some("/eng"), GroupFormat::Path, true), &["backend"])]
#[case::names_below(groups(Some("/eng"), GroupFormat::Name, false), &["backend"])]
#[case::not_a_group(groups(Some("/en"), GroupFormat::Path, false), &[])]
fn lists_groups(#[case] list: GroupList, #[case] expected: &[&str]) {
    let held = set(&["/eng", "/eng/backend", "/ops/backend"]);
    assert_eq!(group_entries(&list, &held), set(expected));
}

#[test]
fn prefixes_groups() {
    let list = GroupList {
        prefix: Some("oidc:".to_owned()),
        ..groups(None, GroupFormat::Path, true)
    };
    assert_eq!(group_entries(&list, &set(&["/eng"])), set(&["oidc:eng"]));
}

#[rstest]
#[case::all(roles(None, false, None), true)]
#[case::strip_without_start(roles(None, true, None), false)]
#[case::strip(roles(Some("a"), true, None), true)]
#[case::empty_start(roles(Some(""), false, None), false)]
#[case::space(roles(None, false, Some("a b")), false)]
#[case::line_break(roles(None, false, Some("a\n")), false)]
#[case::not_ascii(roles(None, false, Some("ä")), false)]
fn checks_role_list(#[case] list: RoleList, #[case] is_accepted: bool) {
    assert_eq!(check_roles(&list).is_ok(), is_accepted);
}

#[test]
fn checks_length_of_texts() {
    let long = "a".repeat(65);
    assert!(check_roles(&roles(None, false, Some(&long[..64]))).is_ok());
    assert!(check_roles(&roles(None, false, Some(&long))).is_err());
}

#[rstest]
#[case::all(groups(None, GroupFormat::Path, false), true)]
#[case::strip_slash(groups(None, GroupFormat::Path, true), true)]
#[case::below(groups(Some("/eng/backend"), GroupFormat::Name, false), true)]
#[case::strip_name(groups(Some("/eng"), GroupFormat::Name, true), false)]
#[case::no_path(groups(Some("eng"), GroupFormat::Path, false), false)]
#[case::root(groups(Some("/"), GroupFormat::Path, false), false)]
#[case::trailing_slash(groups(Some("/eng/"), GroupFormat::Path, false), false)]
fn checks_group_list(#[case] list: GroupList, #[case] is_accepted: bool) {
    assert_eq!(check_groups(&list).is_ok(), is_accepted);
}

/// Returns `count` names of `length` bytes.
fn many(count: usize, length: usize) -> BTreeSet<String> {
    (0..count)
        .map(|number| format!("{number:0length$}"))
        .collect()
}

#[rstest]
#[case::entries(ClaimOutput::IdToken, 100, 3, true)]
#[case::too_many_entries(ClaimOutput::IdToken, 101, 3, false)]
// Each entry has two quotes and a comma, the list two brackets, and the last entry no comma.
#[case::bytes(ClaimOutput::AccessToken, 31, 30, true)]
#[case::too_many_bytes(ClaimOutput::AccessToken, 31, 31, false)]
#[case::response_entries(ClaimOutput::Userinfo, 300, 3, true)]
#[case::too_many_response_entries(ClaimOutput::Introspection, 301, 3, false)]
#[case::response_bytes(ClaimOutput::Introspection, 50, 78, true)]
#[case::too_many_response_bytes(ClaimOutput::Userinfo, 50, 79, false)]
fn list_is_whole_or_absent(
    #[case] output: ClaimOutput,
    #[case] count: usize,
    #[case] length: usize,
    #[case] is_whole: bool,
) {
    let entries = many(count, length);
    let expected = is_whole.then(|| json!(entries));
    assert_eq!(bounded(entries, output), expected);
}

#[test]
fn empty_list_is_present() {
    let list = bounded(BTreeSet::new(), ClaimOutput::IdToken);
    assert_eq!(list, Some(json!([])));
}
