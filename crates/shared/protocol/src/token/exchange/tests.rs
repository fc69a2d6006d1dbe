use rstest::rstest;

use super::*;

const TYPE: &str = ACCESS_TOKEN_TYPE;
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

fn parse(more: &[(&str, &str)]) -> Result<TokenExchange, OAuthError> {
    TokenExchange::parse(&Params::from_pairs(more.iter().copied()))
}

fn with(more: &[(&'static str, &'static str)]) -> Result<TokenExchange, OAuthError> {
    let least = [("subject_token", "s"), ("subject_token_type", TYPE)];
    parse(&[&least[..], more].concat())
}

#[test]
fn section_2_1_all_parameters_are_read() {
    let read = with(&[
        ("actor_token", "a"),
        ("actor_token_type", TYPE),
        ("requested_token_type", TYPE),
        ("resource", "https://one.example/"),
        ("resource", "https://two.example/"),
        ("audience", "three"),
        ("audience", "four"),
        ("scope", "a b"),
    ])
    .unwrap();
    assert_eq!(read.subject_token, "s");
    assert_eq!(read.actor_token.as_deref(), Some("a"));
    assert_eq!(read.resource.len(), 2);
    assert_eq!(read.audience, ["three", "four"]);
    assert_eq!(
        read.scope.as_ref().map(ToString::to_string).as_deref(),
        Some("a b")
    );
    assert!(
        !format!("{read:?}").contains("subject"),
        "no token is shown"
    );
}

#[rstest]
#[case::no_subject(&[("subject_token_type", TYPE)])]
#[case::no_type(&[("subject_token", "s")])]
#[case::empty(&[("subject_token", ""), ("subject_token_type", TYPE)])]
#[case::another_kind(&[("subject_token", "s"), ("subject_token_type", ID_TOKEN)])]
fn section_2_1_subject_token_and_type_are_required(#[case] fields: &[(&str, &str)]) {
    let error = parse(fields).unwrap_err();
    assert_eq!(error.code.as_str(), "invalid_request");
}

#[rstest]
#[case::actor_without_type(&[("actor_token", "a")], "invalid_request")]
#[case::type_without_actor(&[("actor_token_type", TYPE)], "invalid_request")]
#[case::actor_of_another_kind(&[("actor_token", "a"), ("actor_token_type", ID_TOKEN)], "invalid_request")]
#[case::other_requested_type(&[("requested_token_type", ID_TOKEN)], "invalid_request")]
#[case::scope_twice(&[("scope", "a"), ("scope", "b")], "invalid_request")]
#[case::subject_twice(&[("subject_token", "t")], "invalid_request")]
#[case::relative(&[("resource", "here")], "invalid_target")]
#[case::fragment(&[("resource", "https://one.example/#x")], "invalid_target")]
#[case::scope(&[("scope", "a \"b")], "invalid_scope")]
fn section_2_1_contradictory_parameters_are_rejected(
    #[case] fields: &[(&'static str, &'static str)],
    #[case] code: &str,
) {
    assert_eq!(with(fields).unwrap_err().code.as_str(), code);
}

#[test]
fn so_many_audiences_are_none() {
    let many = vec![("audience", "x"); MAX_AUDIENCES + 1];
    assert_eq!(with(&many).unwrap_err().code.as_str(), "invalid_request");
}
