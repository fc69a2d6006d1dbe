use doorward_domain::model::AuditKind;

use super::parts::{frame, layout_at};
use crate::console::{
    Attention, DayChart, Fact, Figure, Home, HomePart, Link, Place, Section, State, Table, Tone,
    Value, audit_kind,
};
use crate::layout::Layout;
use crate::tests::samples::{NOW, Sampled};

fn sample_figure(layout: &Layout, label: &str, number: i64) -> Figure {
    Figure {
        label: layout.t(label),
        href: Some("/admin/sign-ins".to_owned()),
        total: 24 * number,
        trend: layout.t_plural("console-trend-more", "count", number),
        hours: (0..24).map(|hour| hour * number).collect(),
        is_bad: number > 1,
    }
}

impl Sampled for Home {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin");
        let labels = [
            "console-sign-ins",
            "console-stat-failed",
            "console-stat-active",
            "console-stat-rejected",
        ];
        let hour = |hour: i64| {
            let mut row = vec![Value::Moment(NOW - hour * 3_600)];
            row.extend((1..5).map(|number| Value::Text((number * hour).to_string())));
            row
        };
        let mut columns = vec![layout.t("console-hour")];
        columns.extend(labels.map(|label| layout.t(label)));
        let figures = labels
            .map(|label| sample_figure(&layout, label, 9_999))
            .to_vec();
        let kind = audit_kind(&layout, AuditKind::UserChanged);
        let change = Value::Link(Link::new("/admin/audit/1", kind));
        let normal = Self {
            frame: frame(Section::Home, true),
            heading: layout.t("console-home"),
            tasks: sample_tasks(&layout),
            tries: Vec::new(),
            attention: sample_attention(),
            figures,
            hours: Table {
                caption: layout.t("console-by-hour"),
                columns,
                rows: (0..24).map(hour).collect(),
                ..Table::default()
            },
            chart: Some(sample_chart(&layout)),
            parts: vec![sample_part(&layout)],
            changes: Some(Table {
                caption: layout.t("console-latest"),
                columns: vec![layout.t("console-event"), layout.t("console-when")],
                rows: vec![vec![change, Value::Moment(NOW)]],
                empty: layout.t("console-no-changes"),
                ..Table::default()
            }),
            unavailable: Vec::new(),
            now: NOW,
            layout: layout.clone(),
        };
        let failed = Self {
            tasks: Vec::new(),
            attention: Vec::new(),
            figures: Vec::new(),
            chart: None,
            parts: Vec::new(),
            changes: None,
            unavailable: ["console-last-day", "console-latest"]
                .map(|key| layout.t(key))
                .into(),
            ..normal.clone()
        };
        let dev = normal.vary(|page| {
            page.tasks.clear();
            let text = layout.t("console-try-mail");
            page.tries.push(Link::new("/dev/mail", text));
        });
        let mut confined = failed.clone();
        confined.unavailable.clear();
        confined.frame.places = [Section::Home, Section::People, Section::Groups]
            .map(Place::from)
            .into();
        confined.frame.org = Some("acme".to_owned());
        vec![
            ("normal", normal),
            ("dev", dev),
            ("failed", failed),
            ("confined", confined),
        ]
    }
}

fn sample_attention() -> Vec<Attention> {
    vec![
        Attention {
            setting: "passwords.hash_memory_kib".to_owned(),
            is_english: true,
            link: Link::new("/admin/system/configuration", "memory is below 19456"),
        },
        Link::new("/admin/apps", "Photo Album: RFC 9700 §2.1.1").into(),
    ]
}

fn sample_chart(layout: &Layout) -> DayChart {
    let days = (0..28).map(|day| (NOW - (27 - day) * 86_400, 99_999 - day, day));
    let days: Vec<(i64, i64, i64)> = days.collect();
    let row = |(day, good, bad): &(i64, i64, i64)| {
        let mut row = vec![Value::Day(*day)];
        row.extend([good, bad].map(|number| Value::Text(number.to_string())));
        row
    };
    let range = |days: &str, key| {
        (
            Link::new(format!("/admin?days={days}"), layout.t(key)),
            days == "28",
        )
    };
    DayChart {
        ranges: vec![
            range("7", "console-last-week"),
            range("28", "console-last-weeks"),
            range("90", "console-last-quarter"),
        ],
        legend: ["console-sign-ins", "console-stat-failed"]
            .map(|label| format!("{}: 2,799,594", layout.t(label))),
        table: Table {
            caption: layout.t("console-by-day"),
            columns: ["console-day", "console-sign-ins", "console-stat-failed"]
                .map(|key| layout.t(key))
                .into(),
            rows: days.iter().map(row).collect(),
            ..Table::default()
        },
        days,
    }
}

fn sample_part(layout: &Layout) -> HomePart {
    let link = |text: &str| Link::new("/admin/reports", text);
    HomePart {
        id: "month",
        heading: layout.t("console-this-month"),
        more: Some(link(&layout.t("console-monthly-reports"))),
        facts: vec![Fact::new(
            layout.t("console-new-users"),
            Value::Link(link("1,204")),
        )],
        table: Some(Table {
            caption: layout.t("console-apps-by-use"),
            columns: vec![layout.t("console-app"), layout.t("console-sign-ins")],
            rows: vec![vec![
                Value::Link(link("Photo Album")),
                Value::Text("9,999".to_owned()),
            ]],
            ..Table::default()
        }),
    }
}

fn sample_tasks(layout: &Layout) -> Vec<(Link, State)> {
    let states = [(Tone::Good, "console-done"), (Tone::Warn, "console-to-do")];
    let task = |(tone, label)| {
        let state = State::new(tone, layout.t(label));
        (
            Link::new("/admin/system", layout.t("console-todo-mail")),
            state,
        )
    };
    states.map(task).into()
}
