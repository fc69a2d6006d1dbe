use doorward_domain::model::AuditKind;

use super::parts::{field, frame, layout_at, states, table};
use crate::console::{
    CopyText, Detail, Elsewhere, EntryField, Fact, FieldKind, Link, Notice, QueryForm, Section,
    State, Table, Tone, Value, audit_kind,
};
use crate::layout::Layout;
use crate::tests::samples::{NOW, Sampled};

const DAY: i64 = 86_400;

impl Sampled for Detail {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let home = "/admin/people/018f0000-0000-7000-8000-000000000001";
        let layout = layout_at(layout, home);
        let [active, _] = states(&layout);
        let fact = |key, value| Fact::new(layout.t(key), value);
        let link = |below: &str, key| Link::new(format!("{home}{below}"), layout.t(key));
        let normal = Self {
            frame: frame(Section::People, false),
            back: Link::new("/admin/people", layout.t("console-people")),
            heading: "Marguerite Example".to_owned(),
            state: Some(active.clone()),
            pages: vec![
                (link("", "console-facts"), true),
                (link("/sessions", "console-sessions"), false),
            ],
            notice: Some(Notice {
                text: layout.t("console-user-enabled"),
                is_error: false,
            }),
            facts: user_facts(&layout, home, active),
            actions: vec![link("/disable", "console-user-disable")],
            risky: vec![(
                link("/delete", "console-user-delete"),
                layout.t("console-user-delete-text"),
            )],
            elsewhere: Some(Elsewhere::Link("/admin/people/1?as=json".to_owned())),
            now: NOW,
            layout: layout.clone(),
            ..Self::default()
        };
        let event = Self {
            tables: vec![events(&layout)],
            copy: Some(copy_text(&layout)),
            ..normal.clone()
        };
        let end = link("/sessions/018f/end", "console-session-end");
        let sessions = Self {
            facts: Vec::new(),
            risky: Vec::new(),
            elsewhere: None,
            notice: None,
            tables: vec![sessions_table(&layout, end)],
            ..normal.clone()
        };
        let uri = "https://id.example.com/login/callback/google".to_owned();
        let provider = Self {
            lead: layout.t_with("console-provider-choose", "name", "OpenID Connect"),
            facts: vec![fact("console-provider-redirect", Value::Copy(uri))],
            buttons: vec![link("/test", "console-provider-test")],
            ..normal.clone()
        };
        let mut bulk = normal.clone();
        let tried = layout.t_plural("console-bulk-tried", "count", 75);
        let progress = Value::Progress(75, Some(120), tried);
        bulk.live = vec![fact("console-bulk-progress", progress)];
        let test = Self {
            logo: Some("/logos/AAAAAAAAAAAAAAAAAAAAAA.png".to_owned()),
            lead: layout.t("console-undo-changed"),
            notice: None,
            query: Some(test_form(&layout, format!("{home}/test"))),
            ..normal.clone()
        };
        vec![
            ("normal", normal),
            ("sessions", sessions),
            ("provider", provider),
            ("event", event),
            ("bulk", bulk),
            ("test", test),
        ]
    }
}

fn user_facts(layout: &Layout, home: &str, active: State) -> Vec<Fact> {
    let fact = |key, value| Fact::new(layout.t(key), value);
    let uri = "https://photos.example.com/callback".to_owned();
    vec![
        fact("console-id", Value::Code(home.to_owned())),
        fact("email", Value::Name("m@example.com".to_owned())),
        fact("console-last-sign-in", Value::Ago(NOW - 7_200)),
        fact("console-created", Value::Moment(NOW - DAY)),
        fact("console-state", Value::States(vec![active])),
        fact("console-redirect-uris", Value::Codes(vec![uri])),
        fact("console-second-step", Value::Text(layout.t("console-none"))),
    ]
}

fn copy_text(layout: &Layout) -> CopyText {
    CopyText {
        title: layout.t("console-copy-text"),
        text: "Rule: wrong_password\nAddress: 192.0.2.7".to_owned(),
    }
}

fn sessions_table(layout: &Layout, end: Link) -> Table {
    let label = layout.t_with("console-session-end-label", "device", "Firefox");
    let action = Value::Action(end, label);
    let rows = vec![vec![Value::Text("Firefox".to_owned()), action]];
    let columns = ["console-device", "console-action"];
    table(layout, "console-sessions", columns, rows)
}

fn events(layout: &Layout) -> Table {
    let failed = State::new(Tone::Warn, layout.t("console-outcome-failed"));
    let kind = audit_kind(layout, AuditKind::LoginFailed);
    let event = Value::Marked(Link::new("/admin/audit/1", kind), vec![failed]);
    let rows = vec![vec![event, Value::Moment(NOW - DAY)]];
    table(
        layout,
        "console-audit",
        ["console-event", "console-when"],
        rows,
    )
}

fn test_form(layout: &Layout, action: String) -> QueryForm {
    QueryForm {
        action,
        fields: vec![EntryField {
            hint: layout.t("console-test-scope-hint"),
            value: "openid".to_owned(),
            error: Some(layout.t("console-test-scope-invalid")),
            ..field(layout, "scope", "console-test-scope", FieldKind::Line)
        }],
        submit: layout.t("console-test"),
    }
}
