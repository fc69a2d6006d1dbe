use rstest::rstest;

use super::*;

#[rstest]
#[case(None, "engineering", Some("/engineering"))]
#[case(Some("/engineering"), "back-end_2", Some("/engineering/back-end_2"))]
#[case(None, "", None)]
#[case(None, "Engineering", None)]
#[case(None, "a/b", None)]
#[case(None, "ümlaut", None)]
#[case(Some("/a/b/c/d/e/f/g"), "h", Some("/a/b/c/d/e/f/g/h"))]
#[case(Some("/a/b/c/d/e/f/g/h"), "i", None)]
fn group_path_has_valid_names(
    #[case] parent: Option<&str>,
    #[case] name: &str,
    #[case] path: Option<&str>,
) {
    assert_eq!(path_below(parent, name).as_deref(), path);
}

#[test]
fn names_and_paths_are_bounded() {
    assert!(path_below(None, &"a".repeat(64)).is_some());
    assert!(path_below(None, &"a".repeat(65)).is_none());
    let long = format!("/{}", "a/".repeat(70) + &"b".repeat(60));
    assert!(path_below(Some(&long), "c").is_none());
}

#[rstest]
#[case("/a", "/a", true)]
#[case("/a", "/a/b", true)]
#[case("/a", "/ab", false)]
#[case("/a/b", "/a", false)]
#[case("/a_b", "/axb/c", false)]
fn below_is_by_whole_names(#[case] top: &str, #[case] path: &str, #[case] is: bool) {
    assert_eq!(is_at_or_below(top, path), is);
}

#[test]
fn ancestors_are_ordered_from_root() {
    let all: Vec<_> = with_ancestors("/a/b/c").collect();
    assert_eq!(all, ["/a", "/a/b", "/a/b/c"]);
    assert_eq!(with_ancestors("/a").collect::<Vec<_>>(), ["/a"]);
}
