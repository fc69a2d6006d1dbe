//! Sample data of the console's pages.

use doorward_i18n::Lang;

use super::confirmation::{Confirmation, TypedName};
use super::detail::{Detail, QueryForm};
use super::form::{Choice, EntryField, EntryForm, FieldKind};
use super::list::{List, Search};
use super::parts::{Fact, Frame, Link, Notice, Pager, Section, State, Table, Tone, Value};
use super::secret::{ConfigurationPart, NewSecret};
use crate::layout::{AccountChip, Layout};
use crate::view::View;

const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;
/// Number of rows on a page of a list.
const ROWS: i64 = 50;

fn layout(lang: Lang, path: &str) -> Layout {
    Layout {
        return_to: path.to_owned(),
        ..Layout::sample(lang)
    }
}

fn frame(current: Section, is_root: bool) -> Frame {
    Frame {
        sections: Section::ALL.to_vec(),
        current,
        is_root,
        account: AccountChip {
            name: "Alice Liddell".to_owned(),
            login: "alice@example.com".to_owned(),
        },
        org: None,
    }
}

fn states(layout: &Layout) -> [State; 2] {
    [
        State::new(Tone::Good, layout.t("console-active")),
        State::new(Tone::Warn, layout.t("console-disabled")),
    ]
}

fn user_row(layout: &Layout, number: i64) -> Vec<Value> {
    let [active, disabled] = states(layout);
    let state = if number % 7 == 3 { disabled } else { active };
    let href = format!("/admin/people/018f0000-0000-7000-8000-{number:012}");
    vec![
        Value::Link(Link::new(href, format!("Marguerite Example-{number}"))),
        Value::Code(format!("marguerite.{number}@example.com")),
        Value::States(vec![state]),
        Value::Ago(NOW - number * 7_200),
        Value::Day(NOW - number * DAY),
    ]
}

fn user_table(layout: &Layout, rows: i64) -> Table {
    let column = |key| layout.t(key);
    Table {
        caption: layout.t("console-people"),
        columns: vec![
            column("console-name"),
            column("email"),
            column("console-state"),
            column("console-last-sign-in"),
            column("console-created"),
        ],
        rows: (0..rows).map(|number| user_row(layout, number)).collect(),
        empty: layout.t("console-no-match"),
    }
}

/// Returns a field of each kind that a filter has.
fn filter_fields(layout: &Layout) -> Vec<EntryField> {
    let kinds = ["", "login.failed"].map(|value| Choice {
        value: value.to_owned(),
        text: match value {
            "" => layout.t("console-all-time"),
            value => value.to_owned(),
        },
    });
    let field = |id, key, value: &str, kind| EntryField {
        id,
        label: layout.t(key),
        hint: String::new(),
        value: value.to_owned(),
        kind,
        required: false,
        error: None,
    };
    vec![
        EntryField {
            hint: layout.t("console-find-user"),
            ..field("actor", "console-who", "", FieldKind::Line)
        },
        field(
            "kind",
            "console-event",
            "login.failed",
            FieldKind::Select(kinds.into()),
        ),
        field("day", "console-day", "2026-11-20", FieldKind::Day),
    ]
}

impl View for List {
    const PAGE: &'static str = "console-list";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let layout = layout(lang, "/admin/people");
        let normal = Self {
            frame: frame(Section::People, true),
            heading: layout.t("console-people"),
            lead: String::new(),
            notice: None,
            attention: Vec::new(),
            actions: Vec::new(),
            search: Some(Search {
                action: "/admin/people".to_owned(),
                label: layout.t("console-find-people"),
                name: "q",
                value: String::new(),
                presets: Vec::new(),
                kept: Vec::new(),
            }),
            selects: vec![filter_fields(&layout).swap_remove(1)],
            fields: Vec::new(),
            chosen: Vec::new(),
            table: user_table(&layout, ROWS),
            pager: Pager {
                first: Some("/admin/people".to_owned()),
                next: Some("/admin/people?cursor=c2FtcGxl".to_owned()),
            },
            now: NOW,
            layout,
        };
        let mut empty = normal.clone();
        empty.table.rows.clear();
        empty.pager = Pager::default();
        if let Some(search) = &mut empty.search {
            "nobody@example.com".clone_into(&mut search.value);
            let link = Link::new("/admin/people?q=a", normal.layout.t("console-today"));
            search.presets = vec![(link.clone(), true), (link, false)];
            search.kept = vec![("period", "today".to_owned())];
        }
        empty.selects.clear();
        empty.fields = filter_fields(&normal.layout);
        let remove = empty
            .layout
            .t_with("console-filter-remove", "filter", "login.failed");
        empty.chosen = vec![Link::new("/admin/people", remove)];
        empty.notice = Some(Notice {
            text: normal.layout.t("console-user-deleted"),
            is_error: false,
        });
        let mut home = normal.clone();
        home.search = None;
        home.frame = Frame {
            sections: vec![Section::Home, Section::People, Section::Groups],
            org: Some("acme".to_owned()),
            ..frame(Section::Home, true)
        };
        home.attention = vec![Link::new("/admin/apps", "Photo Album: RFC 9700 §2.1.1")];
        home.actions = vec![Link::new(
            "/admin/apps/new",
            home.layout.t("console-new-app"),
        )];
        vec![("normal", normal), ("empty", empty), ("home", home)]
    }
}

impl View for Detail {
    const PAGE: &'static str = "console-detail";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let home = "/admin/people/018f0000-0000-7000-8000-000000000001";
        let layout = layout(lang, home);
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
            query: None,
            facts: vec![
                fact("console-id", Value::Code(home.to_owned())),
                fact("email", Value::Name("m@example.com".to_owned())),
                fact("console-last-sign-in", Value::Ago(NOW - 7_200)),
                fact("console-created", Value::Moment(NOW - DAY)),
                fact("console-state", Value::States(vec![active])),
                fact(
                    "console-redirect-uris",
                    Value::Codes(vec!["https://photos.example.com/callback".to_owned()]),
                ),
                fact("console-second-step", Value::Text(layout.t("console-none"))),
            ],
            tables: Vec::new(),
            pager: Pager::default(),
            actions: vec![link("/disable", "console-user-disable")],
            buttons: Vec::new(),
            risky: vec![link("/delete", "console-user-delete")],
            now: NOW,
            layout: layout.clone(),
        };
        let action = Value::Action(
            link("/sessions/018f/end", "console-session-end"),
            layout.t_with("console-session-end-label", "device", "Firefox"),
        );
        let event = Self {
            tables: vec![events(&layout)],
            ..normal.clone()
        };
        let mut sessions = normal.clone();
        sessions.facts.clear();
        sessions.risky.clear();
        sessions.notice = None;
        sessions.tables = vec![Table {
            caption: layout.t("console-sessions"),
            columns: vec![layout.t("console-device"), layout.t("console-action")],
            rows: vec![vec![Value::Text("Firefox".to_owned()), action]],
            empty: layout.t("console-no-sessions"),
        }];
        let mut provider = normal.clone();
        let uri = "https://id.example.com/login/callback/google".to_owned();
        provider.facts = vec![Fact::new(
            normal.layout.t("console-provider-redirect"),
            Value::Copy(uri),
        )];
        provider.buttons = vec![link("/test", "console-provider-test")];
        let test = Self {
            notice: None,
            query: Some(test_form(&layout, format!("{home}/test"))),
            ..normal.clone()
        };
        vec![
            ("normal", normal),
            ("sessions", sessions),
            ("provider", provider),
            ("event", event),
            ("test", test),
        ]
    }
}

/// Returns a table with an event of the audit log.
fn events(layout: &Layout) -> Table {
    let failed = State::new(Tone::Warn, layout.t("console-outcome-failed"));
    Table {
        caption: layout.t("console-audit"),
        columns: vec![layout.t("console-event"), layout.t("console-when")],
        rows: vec![vec![
            Value::Marked(Link::new("/admin/audit/1", "login.failed"), failed),
            Value::Moment(NOW - DAY),
        ]],
        empty: layout.t("console-no-match"),
    }
}

/// Returns the form of the test of an app, with an error.
fn test_form(layout: &Layout, action: String) -> QueryForm {
    QueryForm {
        action,
        fields: vec![EntryField {
            id: "scope",
            label: layout.t("console-test-scope"),
            hint: layout.t("console-test-scope-hint"),
            value: "openid".to_owned(),
            kind: FieldKind::Line,
            required: false,
            error: Some(layout.t("console-test-scope-invalid")),
        }],
        submit: layout.t("console-test"),
    }
}

impl View for Confirmation {
    const PAGE: &'static str = "console-confirmation";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let home = "/admin/people/018f0000-0000-7000-8000-000000000001";
        let layout = layout(lang, &format!("{home}/delete"));
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
            choice: None,
            typed: Some(typed.clone()),
            fields: vec![("version", "c2FtcGxl".to_owned())],
            failure: None,
            action: format!("{home}/delete"),
            submit: layout.t("console-user-delete"),
            is_risky: true,
            back: home.to_owned(),
            layout: layout.clone(),
        };
        let wrong = Self {
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
        let choice = Self {
            question: layout.t("console-app-secret-question"),
            object: "Photos".to_owned(),
            text: layout.t("console-app-secret-overlap-text"),
            choice: Some(EntryField {
                id: "keep_old",
                label: layout.t("console-keep-old"),
                hint: String::new(),
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
                error: None,
            }),
            typed: None,
            submit: layout.t("console-app-secret"),
            is_risky: false,
            ..delete.clone()
        };
        vec![
            ("normal", delete),
            ("wrong", wrong),
            ("failed", failed),
            ("choice", choice),
        ]
    }
}

impl View for EntryForm {
    const PAGE: &'static str = "console-form";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let layout = layout(lang, "/admin/apps/new");
        let field = |id, key, kind| EntryField {
            id,
            label: layout.t(key),
            hint: String::new(),
            value: String::new(),
            kind,
            required: true,
            error: None,
        };
        let choices = ["web", "spa"].map(|value| Choice {
            value: value.to_owned(),
            text: layout.t("console-kind-web"),
        });
        let normal = Self {
            frame: frame(Section::Apps, false),
            heading: layout.t("console-new-app"),
            lead: String::new(),
            fields: vec![
                field("name", "console-name", FieldKind::Line),
                EntryField {
                    hint: layout.t("console-redirect-hint"),
                    ..field("redirect_uri", "console-redirect-uris", FieldKind::Lines)
                },
                field("kind", "console-kind", FieldKind::Select(choices.into())),
            ],
            version: None,
            failure: None,
            action: "/admin/apps/new".to_owned(),
            submit: layout.t("console-create"),
            back: "/admin/apps".to_owned(),
            layout: layout.clone(),
        };
        let mut wrong = normal.clone();
        for field in &mut wrong.fields {
            field.error = Some(layout.t("console-name-missing"));
        }
        wrong.version = Some("c2FtcGxl".to_owned());
        wrong.failure = Some(layout.t("console-denied-more"));
        let mut provider = normal.clone();
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
        vec![("normal", normal), ("wrong", wrong), ("provider", provider)]
    }
}

impl View for NewSecret {
    const PAGE: &'static str = "console-secret";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let layout = layout(lang, "/admin/apps/photos");
        let normal = Self {
            frame: frame(Section::Apps, false),
            heading: layout.t("console-secret-made"),
            facts: vec![Fact::new(
                layout.t("console-id"),
                Value::Code("photos".to_owned()),
            )],
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
            notes: vec!["Photos builds the return address from its root.".to_owned()],
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
