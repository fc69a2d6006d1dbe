use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::FieldAudience;
use doorward_domain::model::sample::NOW;

const BOB: &str = "0190f6a0-0000-7000-8000-000000000002";

fn field(name: &str, kind: FieldKind) -> ProfileField {
    ProfileField {
        name: name.to_owned(),
        label: "Label".to_owned(),
        kind,
        editable_by: FieldEditor::Admin,
        visible_to: FieldAudience::User,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn text(max_length: u16) -> FieldKind {
    FieldKind::Text { max_length }
}

fn choices(names: &[&str]) -> FieldKind {
    FieldKind::Choice {
        choices: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[rstest]
#[case::company("company", true)]
#[case::longest(&"a".repeat(40), true)]
#[case::digits("field_2", true)]
#[case::empty("", false)]
#[case::too_long(&"a".repeat(41), false)]
#[case::upper_case("Company", false)]
#[case::digit_first("2nd", false)]
#[case::underscore_first("_x", false)]
#[case::hyphen("hire-date", false)]
#[case::letter_outside_ascii("größe", false)]
#[case::profile_member("given_name", false)]
#[case::standard_claim("picture", false)]
#[case::token_claim("roles", false)]
#[case::account_member("email_preferences", false)]
fn name_is_plain_and_not_reserved(#[case] name: &str, #[case] is_accepted: bool) {
    let checked = check(&field(name, FieldKind::Date));
    assert_eq!(checked.is_ok(), is_accepted, "{checked:?}");
    assert!(checked.err().is_none_or(|error| error.field == "name"));
}

#[rstest]
#[case::text(text(1000), None)]
#[case::no_length(text(0), Some("max_length"))]
#[case::too_long(text(1001), Some("max_length"))]
#[case::choice(choices(&["a", "b"]), None)]
#[case::no_choice(choices(&[]), Some("choices"))]
#[case::repeated_choice(choices(&["a", "a"]), Some("choices"))]
#[case::empty_choice(choices(&[""]), Some("choices"))]
#[case::padded_choice(choices(&[" a"]), Some("choices"))]
#[case::control_character(choices(&["a\nb"]), Some("choices"))]
#[case::user(FieldKind::User, None)]
fn type_has_limits(#[case] kind: FieldKind, #[case] wrong: Option<&str>) {
    let checked = check(&field("x", kind));
    assert_eq!(checked.err().map(|error| error.field), wrong);
}

#[rstest]
#[case::text("text", None, None, Ok(text(255)))]
#[case::length("text", Some(9), None, Ok(text(9)))]
#[case::choice("choice", None, Some(vec!["a".to_owned()]), Ok(choices(&["a"])))]
#[case::user("user", None, None, Ok(FieldKind::User))]
#[case::unknown("html", None, None, Err("type"))]
#[case::length_of_date("date", Some(9), None, Err("max_length"))]
#[case::choices_of_text("text", None, Some(vec![]), Err("choices"))]
fn type_is_built_from_word_and_limits(
    #[case] word: &str,
    #[case] max_length: Option<u16>,
    #[case] given: Option<Vec<String>>,
    #[case] expected: Result<FieldKind, &str>,
) {
    let built = kind(word, max_length, given);
    assert_eq!(built.map_err(|error| error.field), expected);
}

#[rstest]
#[case::plain("Employee number", true)]
#[case::markup("<b>x</b>", true)]
#[case::empty("", false)]
#[case::too_long(&"a".repeat(81), false)]
#[case::direction_mark("a\u{202e}b", false)]
fn label_is_plain_text(#[case] label: &str, #[case] is_accepted: bool) {
    let labeled = ProfileField {
        label: label.to_owned(),
        ..field("x", FieldKind::Date)
    };
    assert_eq!(check(&labeled).is_ok(), is_accepted);
}

#[rstest]
#[case::own(text(9), FieldAudience::User, true)]
#[case::directory(text(9), FieldAudience::Directory, true)]
#[case::invisible(text(9), FieldAudience::Admin, false)]
#[case::reference(FieldKind::User, FieldAudience::User, false)]
fn users_edit_visible_fields_only(
    #[case] kind: FieldKind,
    #[case] visible_to: FieldAudience,
    #[case] is_accepted: bool,
) {
    let edited = ProfileField {
        editable_by: FieldEditor::User,
        visible_to,
        ..field("x", kind)
    };
    assert_eq!(check(&edited).is_ok(), is_accepted);
}

#[test]
fn type_never_changes_but_its_limits_do() {
    let before = field("x", text(10));
    assert!(check_change(&before, &field("x", text(20))).is_ok());
    let error = check_change(&before, &field("x", FieldKind::Date)).unwrap_err();
    assert_eq!(error.field, "type");
}

fn typed(text: &str) -> FieldInput {
    FieldInput::Text(text.to_owned())
}

/// Applies one input as an administrator to a field without a value.
fn applied(kind: FieldKind, input: FieldInput) -> Result<Option<Value>, FieldValueError> {
    let fields = [field("x", kind)];
    let edit = FieldEdit::from([("x".to_owned(), input)]);
    let users = BTreeMap::from([("bob".to_owned(), UserId::parse(BOB).unwrap())]);
    let stored = FieldValues::new();
    let done = changes(&fields, &stored, &edit, &users, Editing::Administration);
    done.map(|mut changes| changes.remove("x").flatten())
        .map_err(|problems| problems[0].problem)
}

#[rstest]
#[case::text(text(5), " Acme ", json!("Acme"))]
#[case::text_of_characters(text(4), "Größ", json!("Größ"))]
#[case::integer(FieldKind::Number, "42", json!(42))]
#[case::negative(FieldKind::Number, "-1.5", json!(-1.5))]
#[case::largest(FieldKind::Number, "9007199254740991", json!(9_007_199_254_740_991_i64))]
#[case::yes(FieldKind::Boolean, "true", json!(true))]
#[case::no(FieldKind::Boolean, "false", json!(false))]
#[case::date(FieldKind::Date, "2024-02-29", json!("2024-02-29"))]
#[case::url(FieldKind::Url, "https://github.example/alice", json!("https://github.example/alice"))]
#[case::canonical_url(FieldKind::Url, "HTTPS://GitHub.example", json!("https://github.example/"))]
#[case::choice(choices(&["Bonn", "Paris"]), "Paris", json!("Paris"))]
#[case::user(FieldKind::User, "bob", json!(BOB))]
fn text_becomes_value(#[case] kind: FieldKind, #[case] input: &str, #[case] expected: Value) {
    let size = kind.max_json_size();
    assert_eq!(applied(kind, typed(input)), Ok(Some(expected.clone())));
    assert!(expected.to_string().len() <= size);
}

#[rstest]
#[case::text(text(4), "Acmes", FieldValueError::TooLong { max: 4 })]
#[case::line_break(text(9), "a\nb", FieldValueError::Characters)]
#[case::direction_mark(text(9), "a\u{202e}b", FieldValueError::Characters)]
#[case::word(FieldKind::Number, "many", FieldValueError::Form)]
#[case::comma(FieldKind::Number, "1,5", FieldValueError::Form)]
#[case::not_a_number(FieldKind::Number, "NaN", FieldValueError::Form)]
#[case::rounded(FieldKind::Number, "9007199254740992", FieldValueError::Form)]
#[case::huge(FieldKind::Number, "1e400", FieldValueError::Form)]
#[case::yes(FieldKind::Boolean, "yes", FieldValueError::Form)]
#[case::no_day(FieldKind::Date, "2023-02-29", FieldValueError::Form)]
#[case::time(FieldKind::Date, "2024-02-28T12:00", FieldValueError::Form)]
#[case::basic_date(FieldKind::Date, "20240228", FieldValueError::Form)]
#[case::local_date(FieldKind::Date, "28.02.2024", FieldValueError::Form)]
#[case::script(FieldKind::Url, "javascript:alert(1)", FieldValueError::Form)]
#[case::password(FieldKind::Url, "https://a:b@c.example/", FieldValueError::Form)]
#[case::long_url(
    FieldKind::Url,
    &format!("https://a.example/{}", "x".repeat(255)),
    FieldValueError::TooLong { max: 255 }
)]
#[case::choice(choices(&["Bonn"]), "bonn", FieldValueError::Choice)]
#[case::user(FieldKind::User, "carol", FieldValueError::NoUser)]
#[case::foreign_id(FieldKind::User, BOB, FieldValueError::NoUser)]
fn text_is_rejected(
    #[case] kind: FieldKind,
    #[case] input: &str,
    #[case] expected: FieldValueError,
) {
    assert_eq!(applied(kind, typed(input)), Err(expected));
}

#[rstest]
#[case::number(FieldKind::Number, json!(1), Ok(Some(json!(1))))]
#[case::boolean(FieldKind::Boolean, json!(false), Ok(Some(json!(false))))]
#[case::text(text(5), json!("a"), Ok(Some(json!("a"))))]
#[case::number_as_text(FieldKind::Number, json!("1"), Err(FieldValueError::WrongType))]
#[case::boolean_as_text(FieldKind::Boolean, json!("true"), Err(FieldValueError::WrongType))]
#[case::text_as_number(text(5), json!(1), Err(FieldValueError::WrongType))]
#[case::list(text(5), json!(["a"]), Err(FieldValueError::WrongType))]
#[case::object(text(5), json!({ "a": 1 }), Err(FieldValueError::WrongType))]
#[case::null(text(5), json!(null), Ok(None))]
#[case::empty(FieldKind::Number, json!(""), Ok(None))]
fn json_value_has_type_of_field(
    #[case] kind: FieldKind,
    #[case] input: Value,
    #[case] expected: Result<Option<Value>, FieldValueError>,
) {
    assert_eq!(applied(kind, FieldInput::Json(input)), expected);
}

/// Returns fields with every combination of rights, and a stored value of each.
fn rights() -> (Vec<ProfileField>, FieldValues) {
    let with = |name: &str, editable_by, visible_to| ProfileField {
        editable_by,
        visible_to,
        ..field(name, text(9))
    };
    let fields = vec![
        with("own", FieldEditor::User, FieldAudience::User),
        with("listed", FieldEditor::User, FieldAudience::Directory),
        with("shown", FieldEditor::Admin, FieldAudience::User),
        with("hidden", FieldEditor::Admin, FieldAudience::Admin),
    ];
    let stored = fields
        .iter()
        .map(|field| (field.name.clone(), json!("old")));
    let stored = stored.collect();
    (fields, stored)
}

#[rstest]
#[case::own("own", "new", None)]
#[case::listed("listed", "new", None)]
#[case::shown("shown", "new", Some(FieldValueError::ReadOnly))]
#[case::shown_unchanged("shown", "old", None)]
#[case::hidden("hidden", "new", Some(FieldValueError::Unknown))]
#[case::hidden_is_not_guessed("hidden", "old", Some(FieldValueError::Unknown))]
#[case::missing("missing", "new", Some(FieldValueError::Unknown))]
fn user_changes_own_fields_only(
    #[case] name: &str,
    #[case] new: &str,
    #[case] expected: Option<FieldValueError>,
) {
    let (fields, stored) = rights();
    let edit = FieldEdit::from([(name.to_owned(), typed(new))]);
    let done = |editing| changes(&fields, &stored, &edit, &BTreeMap::new(), editing);
    let own = done(Editing::Own);
    assert_eq!(own.err().map(|problems| problems[0].problem), expected);
    assert_eq!(done(Editing::Administration).is_ok(), name != "missing");
}

#[test]
fn only_differences_are_changes() {
    let (fields, stored) = rights();
    let edit = FieldEdit::from([
        ("own".to_owned(), typed("old")),
        ("listed".to_owned(), FieldInput::Json(Value::Null)),
        ("shown".to_owned(), typed("new")),
        ("hidden".to_owned(), typed("")),
    ]);
    let done = changes(
        &fields,
        &stored,
        &edit,
        &BTreeMap::new(),
        Editing::Administration,
    );
    let expected = BTreeMap::from([
        ("hidden".to_owned(), None),
        ("listed".to_owned(), None),
        ("shown".to_owned(), Some(json!("new"))),
    ]);
    assert_eq!(done, Ok(expected));
}

#[test]
fn stored_value_outside_narrowed_type_is_kept() {
    let fields = [field("x", choices(&["new"]))];
    let stored = FieldValues::from([("x".to_owned(), json!("old"))]);
    let with = |text: &str| {
        let edit = FieldEdit::from([("x".to_owned(), typed(text))]);
        changes(
            &fields,
            &stored,
            &edit,
            &BTreeMap::new(),
            Editing::Administration,
        )
    };
    assert_eq!(with("old"), Ok(BTreeMap::new()));
    assert!(with("other").is_err());
}

#[test]
fn all_values_together_are_bounded() {
    let fields: Vec<_> = (0..9)
        .map(|number| field(&format!("x{number}"), text(1000)))
        .collect();
    let long = |field: &ProfileField| (field.name.clone(), json!("a".repeat(1000)));
    let stored: FieldValues = fields[..8].iter().map(long).collect();
    let with = |length: usize| {
        let edit = FieldEdit::from([("x8".to_owned(), typed(&"a".repeat(length)))]);
        changes(
            &fields,
            &stored,
            &edit,
            &BTreeMap::new(),
            Editing::Administration,
        )
    };
    assert!(with(10).is_ok());
    let problems = with(1000).unwrap_err();
    assert_eq!(problems[0].problem, FieldValueError::TooLarge);
    assert_eq!(problems[0].field, "x8");
}

#[test]
fn texts_of_user_fields_are_looked_up() {
    let fields = [field("manager", FieldKind::User), field("note", text(9))];
    let edit = FieldEdit::from([
        ("manager".to_owned(), FieldInput::Json(json!(" bob "))),
        ("note".to_owned(), typed("carol")),
    ]);
    assert_eq!(user_texts(&fields, &edit), BTreeSet::from(["bob"]));
}

#[test]
fn shown_fields_have_value_or_null() {
    let (fields, mut stored) = rights();
    stored.remove("own");
    let seen = visible_values(&fields, &stored, ProfileField::is_visible_to_user);
    let expected = [
        ("listed", json!("old")),
        ("own", Value::Null),
        ("shown", json!("old")),
    ];
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        expected.map(|(name, value)| (name.to_owned(), value))
    );
}
