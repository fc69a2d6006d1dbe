//! Sample data of the confirmation page.

use super::change_samples;
use super::confirmation::{Confirmation, TypedName};
use super::form::{Choice, EntryField, FieldKind};
use super::parts::{Fact, Section, Table, Value};
use super::samples::{frame, layout_at};
use crate::prelude::*;

fn undo(delete: &Confirmation) -> Confirmation {
    let layout = &delete.layout;
    let code = |text: &str| Value::Code(text.to_owned());
    Confirmation {
        question: layout.t("console-undo-question"),
        tables: vec![Table {
            caption: layout.t("console-undo-changes"),
            columns: ["console-field", "console-undo-now", "console-undo-after"]
                .map(|key| layout.t(key))
                .into(),
            rows: vec![vec![
                code("email"),
                code("m@example.com"),
                code("margaret@example.com"),
            ]],
            empty: String::new(),
        }],
        typed: None,
        is_risky: false,
        ..delete.clone()
    }
}

fn choice(delete: &Confirmation) -> Confirmation {
    let layout = &delete.layout;
    Confirmation {
        question: layout.t("console-app-secret-question"),
        object: "Photos".to_owned(),
        text: layout.t("console-app-secret-overlap-text"),
        choice: Some(EntryField {
            id: "keep_old",
            label: layout.t("console-keep-old"),
            value: "7d".to_owned(),
            kind: FieldKind::Select(vec![
                Choice {
                    value: "no".to_owned(),
                    text: layout.t("console-keep-no"),
                },
                Choice {
                    value: "7d".to_owned(),
                    text: layout.t("console-for-7-days"),
                },
            ]),
            required: true,
            ..EntryField::default()
        }),
        typed: None,
        submit: layout.t("console-app-secret"),
        is_risky: false,
        ..delete.clone()
    }
}

fn group(delete: &Confirmation) -> Confirmation {
    let layout = &delete.layout;
    Confirmation {
        question: layout.t("console-bulk-group-question"),
        object: String::new(),
        facts: vec![Fact::new(
            layout.t("console-bulk-chosen"),
            Value::Text(layout.t_plural("console-bulk-users", "count", 3)),
        )],
        text: layout.t("console-bulk-group-text"),
        choice: Some(EntryField {
            id: "group",
            label: layout.t("console-bulk-group-path"),
            hint: layout.t("console-bulk-group-hint"),
            value: "/staff".to_owned(),
            kind: FieldKind::Line,
            required: true,
            error: Some(layout.t("console-bulk-group-unknown")),
        }),
        typed: None,
        ..delete.clone()
    }
}

impl View for Confirmation {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let home = "/admin/people/018f0000-0000-7000-8000-000000000001";
        let layout = layout_at(layout, &format!("{home}/delete"));
        let typed = TypedName {
            name: "marguerite".to_owned(),
            typed: String::new(),
            is_wrong: false,
        };
        let delete = Self {
            frame: frame(Section::People, false),
            question: layout.t("console-user-delete-question"),
            object: "Marguerite Example".to_owned(),
            text: layout.t("console-user-delete-text"),
            typed: Some(typed.clone()),
            fields: vec![("version", "c2FtcGxl".to_owned())],
            action: format!("{home}/delete"),
            submit: layout.t("console-user-delete"),
            is_risky: true,
            back: home.to_owned(),
            now: NOW,
            layout: layout.clone(),
            ..Self::default()
        };
        let others = [
            ("choice", choice(&delete)),
            ("group", group(&delete)),
            ("review", change_samples::review(&delete)),
            ("secret", change_samples::secret(&delete)),
            ("undo", undo(&delete)),
        ];
        let reason = EntryField {
            id: "reason",
            label: layout.t("console-reason"),
            hint: layout.t("console-reason-hint"),
            value: "Asked by phone".to_owned(),
            ..EntryField::default()
        };
        let wrong = Self {
            reason: Some(EntryField {
                error: Some(layout.t("console-reason-invalid")),
                ..reason.clone()
            }),
            typed: Some(TypedName {
                typed: "margaret".to_owned(),
                is_wrong: true,
                ..typed
            }),
            ..delete.clone()
        };
        let failed = Self {
            typed: None,
            failure: Some(layout.t("console-denied-powerful")),
            is_risky: false,
            ..delete.clone()
        };
        let normal = delete.vary(|page| page.reason = Some(reason));
        let own = [("normal", normal), ("wrong", wrong), ("failed", failed)];
        own.into_iter().chain(others).collect()
    }
}
