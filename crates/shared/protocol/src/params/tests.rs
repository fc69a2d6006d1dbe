use proptest::prelude::*;
use rstest::rstest;
use url::form_urlencoded;

use super::*;

fn pairs(params: &Params) -> Vec<(&str, &str)> {
    params.iter().collect()
}

#[rstest]
#[case(b"", &[])]
#[case(b"a=1&b=2", &[("a", "1"), ("b", "2")])]
#[case(b"&&a=1&", &[("a", "1")])]
#[case(b"a", &[("a", "")])]
#[case(b"a=", &[("a", "")])]
#[case(b"a=b=c", &[("a", "b=c")])]
#[case(b"a=1+2%2B3%20%26", &[("a", "1 2+3 &")])]
#[case(b"%61=%C3%BC", &[("a", "\u{fc}")])]
#[case("a=\u{1F600}".as_bytes(), &[("a", "\u{1F600}")])]
fn decodes_form_body(#[case] input: &[u8], #[case] expected: &[(&str, &str)]) {
    assert_eq!(pairs(&Params::parse(input).unwrap()), expected);
}

#[rstest]
#[case::lone_percent(b"a=%")]
#[case::one_digit(b"a=%4")]
#[case::no_hex(b"a=%4g")]
#[case::sign_is_no_digit(b"a=%+1")]
#[case::percent_in_name(b"%zz=1")]
#[case::nul(b"a=%00")]
#[case::raw_nul(b"a=\0")]
#[case::nul_in_name(b"a%00b=1")]
#[case::invalid_utf8(b"a=%ff")]
#[case::overlong_utf8(b"a=%c0%af")]
#[case::surrogate(b"a=%ed%a0%80")]
fn rejects_malformed_form_body(#[case] input: &[u8]) {
    assert_eq!(Params::parse(input).unwrap_err().status(), 400);
}

#[test]
fn at_most_hundred_fields() {
    let fields = |n| vec!["a=1"; n].join("&");
    assert_eq!(
        Params::parse(fields(100).as_bytes())
            .unwrap()
            .iter()
            .count(),
        100
    );
    assert!(Params::parse(fields(101).as_bytes()).is_err());
}

#[test]
fn single_values() {
    let params = Params::parse(b"state=x&empty=&twice=1&twice=2&half=&half=2").unwrap();
    assert_eq!(params.optional("state").unwrap(), Some("x"));
    assert_eq!(params.optional("absent").unwrap(), None);
    assert_eq!(params.optional("empty").unwrap(), None, "RFC 6749 §3.1");
    assert_eq!(params.raw("empty").unwrap(), Some(""));
    assert!(params.optional("twice").is_err());
    assert!(
        params.optional("half").is_err(),
        "an empty one counts as well"
    );
    assert!(params.required("empty").is_err());
    assert_eq!(params.required("state").unwrap(), "x");
    assert_eq!(params.all("twice").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(params.all("half").collect::<Vec<_>>(), ["2"]);
}

#[rstest]
#[case("resource=a&resource=b", true)]
#[case("unknown=a&unknown=b", false)]
#[case("client_id=a&client_id=a", false)]
#[case("a=1&A=1", true)]
fn repeated_parameters(#[case] input: &str, #[case] accepted: bool) {
    let params = Params::parse(input.as_bytes()).unwrap();
    assert_eq!(params.reject_duplicates(&["resource"]).is_ok(), accepted);
}

#[test]
fn debug_shows_no_value() {
    let params = Params::from_pairs([("password", "canary")]);
    assert_eq!(format!("{params:?}"), r#"["password"]"#);
}

#[rstest]
#[case("SAMLRequest=%41", true)]
#[case("SAML%52equest=A", false)]
#[case("a=1&%61", false)]
fn encoded_name_is_rejected_on_demand(#[case] form: &str, #[case] is_accepted: bool) {
    let params = Params::parse(form.as_bytes()).unwrap();
    assert_eq!(params.reject_encoded_names().is_ok(), is_accepted);
}

#[test]
fn error_repeats_little_of_name() {
    let name = "x".repeat(5000);
    let params = Params::from_pairs([(name.clone(), "1"), (name, "2")]);
    assert!(params.reject_duplicates(&[]).unwrap_err().description.len() < 100);
}

proptest! {
    #[test]
    fn serialized_form_round_trips(given in prop::collection::vec(("[^\0]{1,8}", "[^\0]{0,8}"), 0..20)) {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&given).finish();
        let params = Params::parse(text.as_bytes()).unwrap();
        let given: Vec<_> = given.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        prop_assert_eq!(pairs(&params), given);
    }

    #[test]
    fn decoded_form_equals_lenient_decoder(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(params) = Params::parse(&bytes) {
            let lenient: Vec<_> = form_urlencoded::parse(&bytes).into_owned().collect();
            let lenient = Params::from_pairs(lenient);
            prop_assert_eq!(pairs(&params), pairs(&lenient));
        }
    }
}
