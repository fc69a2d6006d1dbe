use rstest::rstest;
use serde_json::{Value, json};

use super::{
    AuthorizationDetail, AuthorizationDetails, DetailField, DetailType, FieldKind, MAX_BYTES,
    Presence,
};
use crate::error::ErrorCode;
use crate::params::Params;

const BANK: &str = "https://bank.example/api";
const OTHER: &str = "https://other.example/api";

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn field(name: &str, kind: FieldKind) -> DetailField {
    DetailField {
        name: name.to_owned(),
        kind,
        label: "Label".to_owned(),
        labels: [("de".to_owned(), "Etikett".to_owned())].into(),
        required: false,
        one_of: Vec::new(),
        max_length: None,
        minimum: None,
        maximum: None,
    }
}

fn payment() -> DetailType {
    DetailType {
        name: "payment".to_owned(),
        sentence: "Pay from your account".to_owned(),
        sentences: [("de".to_owned(), "Von Ihrem Konto zahlen".to_owned())].into(),
        locations: texts(&[BANK, OTHER]),
        actions: texts(&["initiate", "status", "cancel"]),
        datatypes: texts(&["balance"]),
        identifier: Presence::Optional,
        words: [("status".to_owned(), "see how it goes".to_owned())].into(),
        fields: vec![
            DetailField {
                required: true,
                ..field("amount.value", FieldKind::Decimal)
            },
            DetailField {
                required: true,
                one_of: texts(&["EUR", "USD"]),
                ..field("amount.currency", FieldKind::Text)
            },
            DetailField {
                max_length: Some(5),
                ..field("note", FieldKind::Text)
            },
            DetailField {
                minimum: Some(1),
                maximum: Some(12),
                ..field("times", FieldKind::Whole)
            },
            field("urgent", FieldKind::Flag),
            DetailField {
                one_of: texts(&["a", "b"]),
                ..field("folders", FieldKind::Texts)
            },
        ],
        ..DetailType::default()
    }
}

fn types() -> Vec<DetailType> {
    let off = DetailType {
        name: "off".to_owned(),
        disabled: true,
        ..payment()
    };
    let named = DetailType {
        name: "named".to_owned(),
        sentence: "Read one file".to_owned(),
        identifier: Presence::Required,
        ..DetailType::default()
    };
    vec![payment(), off, named]
}

/// Returns a valid payment with changed members; null removes one.
fn with(changes: &Value) -> Value {
    let mut detail = json!({
        "type": "payment",
        "actions": ["initiate"],
        "amount": {"value": "12.50", "currency": "EUR"},
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            detail.as_object_mut().unwrap().remove(name);
        } else {
            detail[name] = value.clone();
        }
    }
    detail
}

fn details(items: &Value) -> AuthorizationDetails {
    AuthorizationDetails::parse(&items.to_string()).unwrap()
}

fn detail(item: Value) -> AuthorizationDetail {
    serde_json::from_value(item).unwrap()
}

#[rstest]
#[case::no_json("payment")]
#[case::object(r#"{"type":"payment"}"#)]
#[case::texts(r#"["payment"]"#)]
#[case::no_type(r#"[{"actions":["a"]}]"#)]
#[case::type_is_no_text(r#"[{"type":1}]"#)]
#[case::type_is_empty(r#"[{"type":""}]"#)]
#[case::member_twice(r#"[{"type":"payment","type":"other"}]"#)]
#[case::inner_member_twice(r#"[{"type":"payment","amount":{"value":"1","value":"1000"}}]"#)]
#[case::trailing(r#"[{"type":"payment"}]x"#)]
#[case::nul(r#"[{"type":"payment","note":"\u0000"}]"#)]
fn section_2_rejects_malformed_details(#[case] text: &str) {
    let error = AuthorizationDetails::parse(text).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidAuthorizationDetails, "{text}");
    assert_eq!(error.status(), 400);
}

#[test]
fn section_2_rejects_too_much() {
    let eleven: Vec<Value> = (0..11).map(|_| json!({"type": "payment"})).collect();
    assert!(AuthorizationDetails::parse(&json!(eleven).to_string()).is_err());
    assert!(AuthorizationDetails::parse(&json!(eleven[..10]).to_string()).is_ok());
    let long = json!([{"type": "payment", "note": "x".repeat(MAX_BYTES)}]);
    assert!(AuthorizationDetails::parse(&long.to_string()).is_err());
}

#[test]
fn section_2_rejects_duplicate_parameter() {
    let once = Params::from_pairs([("authorization_details", "[]")]);
    let none = AuthorizationDetails::from_params(&once).unwrap();
    assert_eq!(none, Some(AuthorizationDetails::default()));
    let twice = Params::from_pairs([("authorization_details", "[]"); 2]);
    let error = AuthorizationDetails::from_params(&twice).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidRequest);
    let absent = Params::from_pairs([("scope", "openid")]);
    assert_eq!(AuthorizationDetails::from_params(&absent).unwrap(), None);
}

#[rstest]
#[case::plain(json!({}))]
#[case::all(json!({
    "locations": [BANK], "actions": ["initiate", "status"], "datatypes": ["balance"],
    "identifier": "account-1", "note": "gift", "times": 12, "urgent": true, "folders": ["a", "b"],
}))]
#[case::without_the_optional(json!({"actions": null}))]
fn section_2_valid_details_are_accepted(#[case] changes: Value) {
    let requested = details(&json!([with(&changes)]));
    assert_eq!(requested.check(&types()), Ok(()));
}

#[rstest]
#[case::unknown_type(json!({"type": "transfer"}), "the type 'transfer' is unknown")]
#[case::disabled(json!({"type": "off"}), "the type 'off' is unknown")]
#[case::unknown_field(json!({"extra": 1}), "'extra' is unknown")]
#[case::unknown_inner_field(
    json!({"amount": {"value": "1", "currency": "EUR", "fee": "9"}}),
    "'amount.fee' is unknown"
)]
#[case::unknown_list(json!({"privileges": ["admin"]}), "'privileges' is unknown")]
#[case::missing(json!({"amount": null}), "'amount.value' is missing")]
#[case::missing_inner(json!({"amount": {"value": "1"}}), "'amount.currency' is missing")]
#[case::object_is_a_text(json!({"amount": "12 EUR"}), "'amount.value' is missing")]
#[case::wrong_type(json!({"amount": {"value": 1, "currency": "EUR"}}), "'amount.value' is not a text")]
#[case::no_number(json!({"amount": {"value": "1,5", "currency": "EUR"}}), "'amount.value' is not a number")]
#[case::wrong_choice(json!({"amount": {"value": "1", "currency": "XXX"}}), "'amount.currency' holds")]
#[case::unknown_action(json!({"actions": ["initiate", "steal"]}), "'actions' holds")]
#[case::no_actions(json!({"actions": []}), "'actions' is not a list")]
#[case::action_is_a_text(json!({"actions": "initiate"}), "'actions' is not a list")]
#[case::action_is_a_number(json!({"actions": [1]}), "'actions' is not a text")]
#[case::other_location(json!({"locations": ["https://evil.example/"]}), "'locations' holds")]
#[case::long(json!({"note": "123456"}), "'note' is too long")]
#[case::empty(json!({"note": ""}), "'note' is empty")]
#[case::turned_around(json!({"note": "\u{202e}ab"}), "'note' holds a character")]
#[case::line_break(json!({"identifier": "a\nb"}), "'identifier' holds a character")]
#[case::too_small(json!({"times": 0}), "'times' is out of its range")]
#[case::too_large(json!({"times": 13}), "'times' is out of its range")]
#[case::no_whole_number(json!({"times": 1.5}), "'times' is not a whole number")]
#[case::no_flag(json!({"urgent": "yes"}), "'urgent' is not true or false")]
#[case::item_not_served(json!({"folders": ["a", "z"]}), "'folders' holds")]
fn section_5_each_violation_of_type_is_rejected(#[case] changes: Value, #[case] expected: &str) {
    let requested = details(&json!([with(&changes)]));
    let error = requested.check(&types()).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidAuthorizationDetails);
    assert!(
        error.description.contains(expected),
        "{}",
        error.description
    );
}

#[test]
fn section_5_single_invalid_object_is_rejected() {
    let requested = details(&json!([with(&json!({})), {"type": "named"}]));
    let error = requested.check(&types()).unwrap_err();
    assert!(error.description.contains("'identifier' is missing"));
    let absent = details(&json!([{"type": "named", "identifier": "f", "actions": ["a"]}]));
    assert!(absent.check(&types()).is_err());
}

#[rstest]
#[case::same(json!({}), json!({}), true)]
#[case::fewer_actions(json!({"actions": ["initiate", "status"]}), json!({"actions": ["status"]}), true)]
#[case::more_actions(json!({}), json!({"actions": ["initiate", "status"]}), false)]
#[case::other_action(json!({}), json!({"actions": ["cancel"]}), false)]
#[case::actions_without_requested_actions(json!({"actions": null}), json!({}), false)]
#[case::no_actions_where_some_were(json!({}), json!({"actions": null}), false)]
#[case::other_amount(json!({}), json!({"amount": {"value": "12.51", "currency": "EUR"}}), false)]
#[case::smaller_amount_is_another(json!({}), json!({"amount": {"value": "1", "currency": "EUR"}}), false)]
#[case::one_of_all_locations(json!({}), json!({"locations": [BANK]}), true)]
#[case::all_locations_of_one(json!({"locations": [BANK]}), json!({}), false)]
#[case::other_location(json!({"locations": [BANK]}), json!({"locations": [OTHER]}), false)]
#[case::one_account_of_all(json!({}), json!({"identifier": "1"}), false)]
#[case::all_accounts_of_one(json!({"identifier": "1"}), json!({}), false)]
#[case::other_type(json!({}), json!({"type": "named"}), false)]
#[case::fewer_items(json!({"folders": ["a", "b"]}), json!({"folders": ["b"]}), true)]
fn section_6_1_granted_details_cover_same_and_less(
    #[case] granted: Value,
    #[case] requested: Value,
    #[case] is_covered: bool,
) {
    let granted = details(&json!([with(&granted)]));
    let requested = details(&json!([with(&requested)]));
    assert_eq!(granted.cover_all(&requested), is_covered);
    let narrowed = granted.narrowed(Some(&requested));
    if is_covered {
        assert_eq!(narrowed, Ok(requested));
    } else {
        let error = narrowed.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidAuthorizationDetails);
    }
}

#[test]
fn section_6_absent_request_is_all_and_empty_list_is_none() {
    let granted = details(&json!([with(&json!({}))]));
    assert_eq!(granted.narrowed(None), Ok(granted.clone()));
    let nothing = AuthorizationDetails::default();
    assert_eq!(granted.narrowed(Some(&nothing)), Ok(nothing.clone()));
    assert!(nothing.narrowed(Some(&granted)).is_err());
}

#[test]
fn new_details_are_distinguished_from_known() {
    let small = with(&json!({"actions": ["status"]}));
    let large = with(&json!({"actions": ["status", "initiate"]}));
    let other = with(&json!({"identifier": "2"}));
    let known = details(&json!([small]));
    let requested = details(&json!([small, large, other]));
    assert_eq!(requested.beyond(&known), details(&json!([large, other])));
    // The larger one replaces the smaller.
    assert_eq!(known.union(&requested), details(&json!([large, other])));
    assert_eq!(requested.union(&known), details(&json!([large, other])));
    assert_eq!(requested.latest(1), details(&json!([other])));
}

#[test]
fn section_9_1_token_holds_details_of_audience() {
    let requested = details(&json!([
        with(&json!({})),
        with(&json!({"locations": [BANK, OTHER]})),
        with(&json!({"locations": [OTHER]})),
        {"type": "named", "identifier": "f"},
    ]));
    let types = types();
    let there = requested.at(&texts(&[BANK]), &types);
    assert_eq!(
        there,
        details(&json!([
            with(&json!({})),
            with(&json!({"locations": [BANK]})),
            {"type": "named", "identifier": "f"},
        ]))
    );
    let elsewhere = requested.at(&texts(&["https://third.example/"]), &types);
    assert_eq!(
        elsewhere,
        details(&json!([{"type": "named", "identifier": "f"}]))
    );
    let places: Vec<String> = requested.locations(&types).into_iter().collect();
    assert_eq!(places, [BANK, OTHER]);
}

#[test]
fn resource_server_reads_granted_details() {
    let allowed =
        details(&json!([with(&json!({"identifier": "1"})), {"type": "named", "identifier": "f"}]));
    assert!(allowed.allows("payment", "initiate"));
    assert!(!allowed.allows("payment", "cancel"));
    assert!(!allowed.allows("named", "initiate"));
    let one = allowed.of_type("payment").next().unwrap();
    assert_eq!(one.get("amount.value"), Some(&json!("12.50")));
    assert_eq!(one.get("amount.fee"), None);
    assert_eq!(one.identifier(), Some("1"));
    // Parsing a claim is as strict as writing it.
    let text = serde_json::to_string(&allowed).unwrap();
    assert_eq!(
        serde_json::from_str::<AuthorizationDetails>(&text).unwrap(),
        allowed
    );
    assert!(serde_json::from_str::<AuthorizationDetails>(r#"[{"actions":[]}]"#).is_err());
    assert!(serde_json::from_str::<AuthorizationDetails>(r#"{"type":"payment"}"#).is_err());
    assert_eq!(detail(json!({"type": "t"})).kind(), "t");
}

#[test]
fn details_are_described_in_user_language() {
    let payment = payment();
    assert_eq!(payment.sentence_in("de"), "Von Ihrem Konto zahlen");
    assert_eq!(payment.sentence_in("fr"), "Pay from your account");
    assert_eq!(payment.label("status"), "see how it goes");
    assert_eq!(payment.label("cancel"), "cancel");
    assert_eq!(payment.fields[0].label_in("de"), "Etikett");
}

#[rstest]
#[case::valid(|_: &mut DetailType| {}, None)]
#[case::name(|one: &mut DetailType| one.name.clear(), Some("'type'"))]
#[case::sentence(|one: &mut DetailType| one.sentence = " ".to_owned(), Some("'sentence'"))]
#[case::location(|one: &mut DetailType| one.locations.push("bank".to_owned()), Some("'locations'"))]
#[case::fragment(|one: &mut DetailType| one.locations.push(format!("{BANK}#a")), Some("'locations'"))]
#[case::blank(|one: &mut DetailType| one.actions.push(String::new()), Some("a value"))]
#[case::own_name(|one: &mut DetailType| one.fields.push(field("actions", FieldKind::Text)), Some("is not a valid field name"))]
#[case::twice(|one: &mut DetailType| one.fields.push(field("note", FieldKind::Text)), Some("is defined twice"))]
#[case::under(|one: &mut DetailType| one.fields.push(field("note.a", FieldKind::Text)), Some("below another"))]
#[case::field_below_another(|one: &mut DetailType| one.fields.push(field("amount", FieldKind::Text)), Some("below another"))]
#[case::label(|one: &mut DetailType| one.fields[2].label.clear(), Some("'label'"))]
fn invalid_type_is_reported(#[case] change: fn(&mut DetailType), #[case] error: Option<&str>) {
    let mut one = payment();
    change(&mut one);
    match (one.validate(), error) {
        (None, None) => {}
        (Some(flaw), Some(error)) => assert!(flaw.contains(error), "{flaw}"),
        (flaw, error) => panic!("{flaw:?} {error:?}"),
    }
}
