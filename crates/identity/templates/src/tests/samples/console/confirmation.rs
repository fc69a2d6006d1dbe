use super::change;
use super::parts::{choices, field, frame, layout_at, table};
use crate::console::{Confirmation, EntryField, Fact, FieldKind, Section, TypedName, Value};
use crate::layout::Layout;
use crate::tests::samples::{NOW, Sampled};

fn undo(delete: &Confirmation) -> Confirmation {
    let layout = &delete.layout;
    let values = ["email", "m@example.com", "margaret@example.com"];
    let row = values.map(|text| Value::Code(text.to_owned())).into();
    let columns = ["console-field", "console-undo-now", "console-undo-after"];
    Confirmation {
        question: layout.t("console-undo-question"),
        tables: vec![table(layout, "console-undo-changes", columns, vec![row])],
        typed: None,
        is_risky: false,
        ..delete.clone()
    }
}

fn choice(delete: &Confirmation) -> Confirmation {
    let layout = &delete.layout;
    let keep = choices(
        layout,
        &[("no", "console-keep-no"), ("7d", "console-for-7-days")],
    );
    Confirmation {
        question: layout.t("console-app-secret-question"),
        object: "Photos".to_owned(),
        text: layout.t("console-app-secret-overlap-text"),
        choices: vec![EntryField {
            value: "7d".to_owned(),
            required: true,
            ..field(
                layout,
                "keep_old",
                "console-keep-old",
                FieldKind::Select(keep),
            )
        }],
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
        choices: vec![EntryField {
            hint: layout.t("console-bulk-group-hint"),
            value: "/staff".to_owned(),
            required: true,
            error: Some(layout.t("console-bulk-group-unknown")),
            ..field(layout, "group", "console-bulk-group-path", FieldKind::Line)
        }],
        typed: None,
        ..delete.clone()
    }
}

impl Sampled for Confirmation {
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
            ("review", change::review(&delete)),
            ("secret", change::secret(&delete)),
            ("undo", undo(&delete)),
        ];
        let reason = EntryField {
            hint: layout.t("console-reason-hint"),
            value: "Asked by phone".to_owned(),
            ..field(&layout, "reason", "console-reason", FieldKind::Line)
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
