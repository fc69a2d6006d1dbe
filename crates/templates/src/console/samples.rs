//! Sample data of the console's pages.

use doorward_domain::model::AuditKind;

use super::audit_text::audit_kind;
use super::change_samples;
use super::detail::{Detail, QueryForm};
use super::form::{Choice, CopyText, EntryField, EntryForm, FieldKind};
use super::parts::{Fact, Link, Notice, Section, State, Table, Tone, Value};
use super::sample_parts::{field, frame, layout_at, states, table};
use super::secret::{ConfigurationPart, NewSecret};
use crate::prelude::*;

const DAY: i64 = 86_400;

impl View for Detail {
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
            risky: vec![link("/delete", "console-user-delete")],
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
    let event = Value::Marked(Link::new("/admin/audit/1", kind), failed);
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

impl View for EntryForm {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin/apps/new");
        let field = |id, key, kind| EntryField {
            required: true,
            ..field(&layout, id, key, kind)
        };
        let choices = ["web", "spa"].map(|value| Choice {
            value: value.to_owned(),
            text: layout.t("console-kind-web"),
        });
        let normal = Self {
            frame: frame(Section::Apps, false),
            heading: layout.t("console-new-app"),
            fields: vec![
                field("name", "console-name", FieldKind::Line),
                EntryField {
                    hint: layout.t("console-redirect-hint"),
                    ..field("redirect_uri", "console-redirect-uris", FieldKind::Lines)
                },
                field("kind", "console-kind", FieldKind::Select(choices.into())),
            ],
            once: Some("c2FtcGxl".to_owned()),
            action: "/admin/apps/new".to_owned(),
            submit: layout.t("console-create"),
            back: "/admin/apps".to_owned(),
            layout: layout.clone(),
            ..Self::default()
        };
        let settings = change_samples::settings(&normal);
        let logo = change_samples::logo(&normal);
        let mut wrong = normal.clone();
        for field in &mut wrong.fields {
            field.error = Some(layout.t("console-name-missing"));
        }
        wrong.version = Some("c2FtcGxl".to_owned());
        wrong.failure = Some(layout.t("console-denied-more"));
        let mut provider = normal.clone();
        provider.lead = layout.t_with("console-provider-choose", "name", "OpenID Connect");
        let shown = FieldKind::Shown;
        provider.fields = vec![
            EntryField {
                hint: layout.t("console-provider-redirect-hint"),
                value: "https://id.example.com/login/callback/google".to_owned(),
                ..field("redirect_uri", "console-provider-redirect", shown)
            },
            EntryField {
                hint: layout.t("console-provider-secret-again"),
                error: Some(layout.t("console-provider-secret-invalid")),
                ..field("client_secret", "console-secret", FieldKind::Secret)
            },
        ];
        vec![
            ("normal", normal),
            ("wrong", wrong),
            ("provider", provider),
            ("settings", settings),
            ("logo", logo),
        ]
    }
}

impl View for NewSecret {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin/apps/photos");
        let normal = Self {
            frame: frame(Section::Apps, false),
            heading: layout.t("console-secret-made"),
            facts: vec![Fact::new(
                layout.t("console-made-id"),
                Value::Code("photos".to_owned()),
            )],
            secret_label: layout.t("console-made-secret"),
            secret: Some("SampleSampleSampleSampleSampleSampleSampleS".to_owned()),
            done: Link::new("/admin/apps/photos", layout.t("console-secret-saved")),
            test: Some(Link::new(
                "/admin/apps/photos/test",
                layout.t("console-test"),
            )),
            configuration: vec![ConfigurationPart {
                place: "Photos: photos.ini".to_owned(),
                text: "[sign-in]\nid = photos\n".to_owned(),
            }],
            notes: vec!["Photos builds the redirect URI from `root_url`.".to_owned()],
            now: NOW,
            layout,
        };
        let public = Self {
            secret: None,
            test: None,
            configuration: Vec::new(),
            notes: Vec::new(),
            ..normal.clone()
        };
        vec![("normal", normal), ("public", public)]
    }
}
