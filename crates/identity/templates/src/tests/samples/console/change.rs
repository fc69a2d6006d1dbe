//! A change: its form, its review, and the same change for other interfaces.

use super::parts::{field, table};
use crate::console::{
    AlsoAs, Choice, Confirmation, CopyText, Detail, EntryField, EntryForm, Fact, FieldKind, Link,
    State, Tone, Value,
};

pub(super) fn review(frame: &Confirmation) -> Confirmation {
    let layout = &frame.layout;
    let columns = [
        "console-field",
        "console-before",
        "console-after",
        "console-effect",
    ];
    let weaker = State::new(Tone::Warn, layout.t("console-effect-weaker"));
    let row = vec![
        Value::Text(layout.t("console-setting-pkce")),
        Value::Code("required".to_owned()),
        Value::Code("optional".to_owned()),
        Value::States(vec![weaker]),
    ];
    let changed = table(layout, "console-audit-change", columns, vec![row]);
    Confirmation {
        question: layout.t("console-app-review"),
        object: "Photos".to_owned(),
        text: layout.t("console-app-review-text"),
        tables: vec![changed],
        facts: vec![Fact::new(
            layout.t("console-sessions"),
            Value::Text(layout.t("console-many")),
        )],
        typed: None,
        submit: layout.t("console-save"),
        is_risky: true,
        again: Some(layout.t("console-change-again")),
        also: Some(also_as(false)),
        ..frame.clone()
    }
}

/// Returns a review of a change that needs another secret.
pub(super) fn secret(frame: &Confirmation) -> Confirmation {
    let layout = &frame.layout;
    Confirmation {
        choices: vec![EntryField {
            hint: layout.t("console-provider-secret-new"),
            required: true,
            error: Some(layout.t("console-provider-secret-invalid")),
            ..field(layout, "client_secret", "console-secret", FieldKind::Secret)
        }],
        object: "Acme".to_owned(),
        text: layout.t("console-provider-review-text"),
        also: None,
        ..review(frame)
    }
}

/// Returns a page of the settings of an app, with each kind of field.
pub(super) fn settings(frame: &EntryForm) -> EntryForm {
    let layout = &frame.layout;
    let choices = ["openid", "tasks:read"].map(|name| Choice {
        value: name.to_owned(),
        text: layout.t("scope-openid"),
    });
    let with_help = |id, key, value: &str, kind| EntryField {
        value: value.to_owned(),
        hint: layout.t("console-help-scopes"),
        error: Some(layout.t("console-setting-number-invalid")),
        ..field(layout, id, key, kind)
    };
    let link = |end: &str, key: &str| Link::new(format!("/admin/apps/photos{end}"), layout.t(key));
    let page = Detail {
        back: Link::new("/admin/apps", layout.t("console-apps")),
        heading: "Photos".to_owned(),
        state: Some(State::new(Tone::Good, layout.t("console-active"))),
        pages: vec![(link("", "console-facts"), false)],
        settings: vec![
            (link("/edit/sign-in", "console-settings-sign-in"), false),
            (link("/edit/scopes", "console-settings-scopes"), true),
        ],
        tables: vec![table(layout, "console-secrets", ["console-secret"], vec![])],
        actions: vec![link("/new-secret", "console-app-secret")],
        ..Detail::default()
    };
    EntryForm {
        heading: layout.t("console-settings-scopes"),
        object: "Photos".to_owned(),
        fields: vec![
            field(layout, "", "console-settings-tokens", FieldKind::Heading),
            field(layout, "pkce", "console-setting-pkce", FieldKind::Line),
            with_help(
                "scope",
                "console-scopes",
                "openid",
                FieldKind::Checks(choices.into(), None),
            ),
            with_help(
                "require-dpop",
                "console-setting-dpop",
                "yes",
                FieldKind::Flag,
            ),
            with_help(
                "access-token-ttl",
                "console-setting-access-ttl",
                "5 min",
                FieldKind::Amount(vec!["s", "min"]),
            ),
        ],
        page: Some(page),
        also: Some(also_as(true)),
        ..frame.clone()
    }
}

pub(super) fn logo(frame: &EntryForm) -> EntryForm {
    let layout = &frame.layout;
    let field = |id, key, value: &str, kind| EntryField {
        value: value.to_owned(),
        required: true,
        ..field(layout, id, key, kind)
    };
    let path = "/logos/AAAAAAAAAAAAAAAAAAAAAA.png";
    EntryForm {
        heading: layout.t("console-app-logo"),
        object: "Photos".to_owned(),
        fields: vec![
            field("current", "console-app-logo-now", path, FieldKind::Picture),
            EntryField {
                hint: layout.t("console-app-logo-hint"),
                error: Some(layout.t("profile-picture-none")),
                ..field("logo", "profile-picture", "", FieldKind::File)
            },
        ],
        submit: layout.t("profile-picture-submit"),
        also: Some(also_as(false)),
        ..frame.clone()
    }
}

fn also_as(is_form: bool) -> AlsoAs {
    let part = |title: &str, text: &str| CopyText {
        title: title.to_owned(),
        text: text.to_owned(),
    };
    AlsoAs {
        texts: vec![
            part("doorward", "doorward client update --pkce=optional photos"),
            part("change.json", "{\n  \"pkce\": \"optional\"\n}"),
        ],
        is_open: is_form,
        is_form,
    }
}
