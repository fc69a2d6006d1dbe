use std::collections::BTreeSet;

use super::{FORMS, find};
use crate::equivalent::forms::FormValues;

#[test]
fn each_form_is_listed_once() {
    let forms: Vec<&str> = FORMS.concat().iter().map(|row| row.form).collect();
    let unique: BTreeSet<&str> = forms.iter().copied().collect();
    assert_eq!(forms.len(), unique.len());
    assert!(forms.len() > 50, "{}", forms.len());
    assert!(find("/admin/people/{id}/disable").is_some());
    assert!(find("/admin/people/{id}/edit").is_none());
}

#[test]
fn each_form_has_command() {
    let none = FormValues::new();
    for row in FORMS.concat() {
        assert!(row.words(&none).len() > 2, "{}", row.form);
    }
}

#[test]
fn secrets_fill_in_nothing() {
    let secret = "5b1ab5f1";
    let names = [
        "secret",
        "client_secret",
        "password",
        "code",
        "token",
        "csrf",
    ];
    let secrets: FormValues = names
        .map(|name| (name.to_owned(), secret.to_owned()))
        .into();
    for row in FORMS.concat() {
        let words = row.words(&secrets).join(" ");
        let texts = format!("{words} {} {:?}", row.path(&secrets), row.body(&secrets));
        assert!(!texts.contains(secret), "{}", row.form);
    }
}
