use doorward_domain::model::AuditKind;

use super::parts::{choices, field, frame, layout_at, states, table};
use crate::console::{
    BulkForm, Checkbox, Choice, EntryField, FieldKind, Link, List, Notice, Pager, Search, Section,
    State, Table, Tone, UserLink, Value, audit_kind,
};
use crate::layout::Layout;
use crate::tests::samples::{NOW, Sampled};

const ROWS: i64 = 50;

fn user_row(layout: &Layout, number: i64) -> Vec<Value> {
    let [active, disabled] = states(layout);
    let state = if number % 7 == 3 { disabled } else { active };
    let id = format!("018f0000-0000-7000-8000-{number:012}");
    let name = format!("Marguerite Example-{number}");
    vec![
        Value::Choose(Checkbox {
            field: "user",
            label: name.clone(),
            object: Box::new(Value::User(UserLink {
                link: Link::new(format!("/admin/people/{id}"), name),
                login: format!("marguerite.{number}"),
                picture: (number == 2).then(|| "/avatars/Zk3s9QyV0cX1bT7mZk3s9Q.png".to_owned()),
            })),
            value: id,
            reason: (number == 1).then(|| layout.t("console-own-account")),
        }),
        Value::Code(format!("marguerite.{number}@example.com")),
        Value::States(vec![state]),
        Value::Ago(NOW - number * 7_200),
    ]
}

fn user_table(layout: &Layout, rows: i64) -> Table {
    let columns = [
        "console-name",
        "email",
        "console-state",
        "console-last-sign-in",
    ];
    let rows = (0..rows).map(|number| user_row(layout, number)).collect();
    Table {
        empty: layout.t("console-no-match"),
        ..table(layout, "console-people", columns, rows)
    }
}

fn bulk_form(layout: &Layout) -> BulkForm {
    let actions = [
        ("", "console-bulk-choose"),
        ("disable", "console-user-disable"),
        ("enable", "console-user-enable"),
        ("end_sessions", "console-user-end"),
        ("add_to_group", "console-bulk-group"),
        ("verify_email", "console-bulk-verify"),
    ];
    let actions = choices(layout, &actions);
    BulkForm {
        action: "/admin/people/bulk".to_owned(),
        fields: vec![("filter", "q=marguerite".to_owned())],
        note: String::new(),
        choice: Some(EntryField {
            required: true,
            ..field(
                layout,
                "action",
                "console-bulk-action",
                FieldKind::Select(actions),
            )
        }),
        submit: layout.t("continue"),
        other: Some(Link::new(
            "/admin/people?choose=all",
            layout.t("console-bulk-all-matching"),
        )),
    }
}

/// Returns a list with one action for the chosen objects, without their names and without a text to
/// search.
fn sessions(normal: &List) -> List {
    let layout = &normal.layout;
    let id = "018f0000-0000-7000-8000-000000000001".to_owned();
    let checkbox = Checkbox {
        field: "session",
        value: id.clone(),
        label: format!("{id}: Firefox"),
        object: Box::new(Value::Code(id)),
        reason: None,
    };
    let row = vec![Value::Choose(checkbox), Value::Name("Firefox".to_owned())];
    let search = normal
        .search
        .clone()
        .map(|search| Search { name: "", ..search });
    List {
        heading: layout.t("console-sessions"),
        search,
        table: table(
            layout,
            "console-sessions",
            ["console-who", "console-device"],
            vec![row],
        ),
        bulk: Some(BulkForm {
            action: "/admin/sessions/bulk".to_owned(),
            choice: None,
            submit: layout.t("console-chosen-sessions"),
            other: None,
            ..bulk_form(layout)
        }),
        pager: Pager::default(),
        ..normal.clone()
    }
}

/// Returns a list without a form around its table.
fn other(normal: &List, key: &str, table: Table) -> List {
    let layout = &normal.layout;
    List {
        heading: layout.t(key),
        lead: layout.t("console-assignments-text"),
        selects: Vec::new(),
        fields: filter_fields(layout),
        actions: ["csv", "json"]
            .map(|end| Link::new(format!("/admin/audit.{end}?kind=x"), end))
            .into(),
        table,
        bulk: None,
        ..normal.clone()
    }
}

/// Returns the list with the most columns.
fn assignments(normal: &List) -> List {
    let layout = &normal.layout;
    let columns = [
        "console-holder",
        "console-role",
        "console-organization",
        "console-state",
        "console-expires",
        "console-since",
        "console-given-by",
        "console-action",
    ];
    let [active, _] = states(layout);
    let row = |number: i64| {
        let id = format!("018f0000-0000-7000-8000-{number:012}");
        let name = format!("user{number}");
        let checkbox = Checkbox {
            field: "assignment",
            object: Box::new(Value::Link(Link::new(
                format!("/admin/people/{id}"),
                name.clone(),
            ))),
            value: id.clone(),
            label: format!("{name}, manager"),
            reason: None,
        };
        let extend = layout.t("console-extend");
        let path = format!("/admin/grants/{id}/extend");
        vec![
            Value::Choose(checkbox),
            Value::Link(Link::new("/admin/roles/manager", "manager")),
            Value::Code("acme".to_owned()),
            Value::States(vec![active.clone()]),
            match number % 5 {
                1.. => Value::Text(layout.t("console-for-ever")),
                _ => Value::Moment(NOW + number * 7_200),
            },
            Value::Day(NOW),
            Value::Name("alice".to_owned()),
            Value::Action(Link::new(path, extend.clone()), format!("{extend}: {name}")),
        ]
    };
    // Fewer rows, with all columns filled.
    let rows = (0..ROWS - 10).map(row).collect();
    let table = Table {
        sorted: Some((layout.t("console-since"), "ascending")),
        ..table(layout, "console-assignments", columns, rows)
    };
    let bulk = BulkForm {
        choice: None,
        ..bulk_form(layout)
    };
    List {
        bulk: Some(bulk),
        ..other(normal, "console-assignments", table)
    }
}

fn audit(normal: &List) -> List {
    let layout = &normal.layout;
    let columns = [
        "console-event",
        "console-when",
        "console-who",
        "console-about",
        "console-address",
    ];
    let row = |number: i64| {
        let event = audit_kind(layout, AuditKind::LoginFailed);
        let link = Link::new(format!("/admin/audit/{number}"), event);
        let failed = State::new(Tone::Warn, layout.t("console-outcome-failed"));
        vec![
            Value::Marked(link, vec![failed]),
            Value::Moment(NOW - number * 60),
            Value::Link(Link::new("/admin/people/1", "Marguerite Example")),
            Value::Code(format!("018f0000-0000-7000-8000-{number:012}")),
            Value::Code("2001:db8:85a3:1234:5678:8a2e:370:7334".to_owned()),
        ]
    };
    let rows = (0..ROWS).map(row).collect();
    let table = Table {
        sorted: Some((layout.t("console-when"), "descending")),
        ..table(layout, "console-audit", columns, rows)
    };
    other(normal, "console-audit", table)
}

fn filter_fields(layout: &Layout) -> Vec<EntryField> {
    let kinds = ["", "login.failed"].map(|value| Choice {
        value: value.to_owned(),
        text: match value {
            "" => layout.t("console-all-time"),
            _ => audit_kind(layout, AuditKind::LoginFailed),
        },
    });
    let field = |id, key, value: &str, kind| EntryField {
        value: value.to_owned(),
        ..field(layout, id, key, kind)
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

impl Sampled for List {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin/people");
        let normal = Self {
            frame: frame(Section::People, true),
            heading: layout.t("console-people"),
            search: Some(Search {
                action: "/admin/people".to_owned(),
                label: layout.t("console-find-people"),
                name: "q",
                ..Search::default()
            }),
            selects: vec![filter_fields(&layout).swap_remove(1)],
            table: user_table(&layout, ROWS),
            bulk: Some(bulk_form(&layout)),
            pager: Pager {
                first: Some("/admin/people".to_owned()),
                previous: Some("/admin/people?cursor=Zm9ybWVy".to_owned()),
                next: Some("/admin/people?cursor=c2FtcGxl".to_owned()),
            },
            now: NOW,
            layout,
            ..Self::default()
        };
        let mut empty = normal.clone();
        empty.table.rows.clear();
        empty.bulk = None;
        empty.pager = Pager::default();
        if let Some(search) = &mut empty.search {
            "nobody@example.com".clone_into(&mut search.value);
            let link = Link::new("/admin/people?q=a", normal.layout.t("console-today"));
            search.presets = vec![(link.clone(), true), (link, false)];
            search.kept = vec![("period", "today".to_owned())];
        }
        empty.selects.clear();
        empty.fields = filter_fields(&normal.layout);
        let event = empty.layout.t("console-event").into();
        let kind = audit_kind(&empty.layout, AuditKind::LoginFailed);
        let variables = [("name", event), ("value", kind.into())];
        let remove = empty
            .layout
            .lang
            .text_with("console-filter-remove-value", &variables);
        empty.chosen = vec![Link::new("/admin/people", remove)];
        empty.notice = Some(Notice {
            text: normal.layout.t("console-user-deleted"),
            is_error: false,
        });
        let mut chosen = normal.clone();
        chosen.notice = Some(Notice {
            text: normal.layout.t("console-bulk-nothing"),
            is_error: true,
        });
        if let Some(bulk) = &mut chosen.bulk {
            bulk.note = normal.layout.t("console-bulk-all-chosen");
        }
        let mut actions = normal.clone();
        actions.search = None;
        actions.frame.query = Some("alice".to_owned());
        actions.bulk = None;
        actions.back = Some(Link::new("/admin/apps", actions.layout.t("console-apps")));
        actions.actions = vec![Link::new(
            "/admin/apps/new",
            actions.layout.t("console-new-app"),
        )];
        vec![
            ("sessions", sessions(&normal)),
            ("assignments", assignments(&normal)),
            ("audit", audit(&normal)),
            ("normal", normal),
            ("empty", empty),
            ("chosen", chosen),
            ("actions", actions),
        ]
    }
}
