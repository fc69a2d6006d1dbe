use rstest::rstest;

use super::Audience;

#[rstest]
#[case::all("all", true)]
#[case::role("role:member:of", true)]
#[case::organization("organization:acme", true)]
#[case::empty("", false)]
#[case::empty_role("role:", false)]
#[case::bad_slug("organization:A b", false)]
#[case::other("group:staff", false)]
#[case::more("all:", false)]
fn reads_what_it_writes(#[case] text: &str, #[case] is_valid: bool) {
    let read = Audience::parse(text);
    assert_eq!(read.is_some(), is_valid);
    if let Some(read) = read {
        assert_eq!(read.to_string(), text);
    }
}
