use doorward_protocol::authorization_details::{AuthorizationDetails, FieldKind, Presence};
use rstest::rstest;

use super::*;

const GOOD: &str = r#"
[[type]]
type = "payment"
sentence = "Pay from your account"
sentences = { de = "Von Ihrem Konto zahlen" }
locations = ["https://bank.example/api"]
actions = ["initiate", "status"]
identifier = "optional"
always_ask = true
words = { initiate = "start a payment" }

[[type.field]]
name = "amount.value"
kind = "decimal"
label = "Amount"
required = true

[[type.field]]
name = "amount.currency"
kind = "text"
label = "Currency"
labels = { de = "Währung" }
required = true
one_of = ["EUR", "USD"]
"#;

#[test]
fn file_of_guide_is_read() {
    let types = parse(GOOD).unwrap();
    let payment = &types[0];
    assert_eq!(types.len(), 1);
    assert_eq!(payment.name, "payment");
    assert_eq!(payment.identifier, Presence::Optional);
    assert!(payment.always_ask && !payment.without_person && !payment.disabled);
    assert_eq!(payment.fields[0].kind, FieldKind::Decimal);
    assert_eq!(payment.fields[1].label_in("de"), "Währung");
    let asked =
        r#"[{"type":"payment","actions":["initiate"],"amount":{"value":"1.5","currency":"EUR"}}]"#;
    let asked = AuthorizationDetails::parse(asked).unwrap();
    assert_eq!(asked.check(&types), Ok(()));
}

#[rstest]
#[case::no_toml("type = ", "")]
#[case::unknown_key(
    "[[type]]\ntype = \"a\"\nsentence = \"A\"\nscope = \"x\"",
    "unknown field"
)]
#[case::no_sentence("[[type]]\ntype = \"a\"", "sentence")]
#[case::invalid_type(
    "[[type]]\ntype = \"a\"\nsentence = \"A\"\nlocations = [\"x\"]",
    "'locations'"
)]
#[case::kind(
    "[[type]]\ntype = \"a\"\nsentence = \"A\"\n[[type.field]]\nname = \"b\"\nkind = \"money\"\nlabel = \"B\"",
    "unknown variant"
)]
fn unusable_type_file_is_explained(#[case] text: &str, #[case] expected: &str) {
    let cause = parse(text).unwrap_err();
    assert!(cause.contains(expected), "{cause}");
}

#[test]
fn type_is_unique() {
    let twice = format!("{GOOD}{GOOD}");
    assert_eq!(parse(&twice).unwrap_err(), "payment is listed twice");
}

#[test]
fn absent_file_gives_no_types_and_missing_file_is_error() {
    assert_eq!(read(None).unwrap(), []);
    let missing = Path::new("/nowhere/types.toml");
    assert!(read(Some(missing)).is_err());
    assert_eq!(known(Some(missing)), []);
}
