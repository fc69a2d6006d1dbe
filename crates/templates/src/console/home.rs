//! The home page of the console.

use doorward_domain::model::AuditKind;

use super::audit_text::audit_kind;
use super::parts::{Frame, Link, Section, State, Table, Tone, Value, title};
use super::sample_parts::{frame, layout_at};
use crate::prelude::*;

/// Height of a line, in the units of its drawing.
const HEIGHT: i64 = 40;
/// Distance of two points of a line.
const STEP: usize = 10;

/// A number of the last day, with the line of its 24 hours.
#[derive(Clone, Debug)]
pub struct Figure {
    pub label: String,
    pub href: Option<String>,
    pub total: i64,
    /// Sentence that compares it with the day before.
    pub trend: String,
    /// Numbers of the hours, the oldest first.
    pub hours: Vec<i64>,
}

impl Figure {
    fn points(&self) -> String {
        let most = self.hours.iter().copied().max().unwrap_or_default().max(1);
        let point = |(place, number): (usize, &i64)| {
            let height = number.saturating_mul(HEIGHT) / most;
            format!("{},{}", place * STEP, HEIGHT - height)
        };
        let points: Vec<String> = self.hours.iter().enumerate().map(point).collect();
        points.join(" ")
    }
}

/// A link to an object that needs attention.
#[derive(Clone, Debug)]
pub struct Attention {
    /// Dotted key of the setting that is the cause; empty for none.
    pub setting: String,
    pub link: Link,
}

impl Attention {
    /// Returns the parts of the key, after each of which a line may break.
    fn setting_parts(&self) -> impl Iterator<Item = &str> {
        self.setting.split_inclusive(['.', '_'])
    }
}

impl From<Link> for Attention {
    fn from(link: Link) -> Self {
        Self {
            setting: String::new(),
            link,
        }
    }
}

/// `GET /admin`. Parts that the administrator may not read are empty.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/home.html")]
pub struct Home {
    pub layout: Layout,
    pub frame: Frame,
    pub heading: String,
    /// Steps of setting up the deployment, each with its state.
    pub tasks: Vec<(Link, State)>,
    pub attention: Vec<Attention>,
    pub figures: Vec<Figure>,
    pub hours: Table,
    pub changes: Option<Table>,
    /// Headings of the parts that could not be read.
    pub unavailable: Vec<String>,
    pub now: i64,
}

impl Home {
    fn title(&self) -> String {
        title(&self.layout, [self.heading.as_str()], false)
    }
}

fn sample_figure(layout: &Layout, label: &str, number: i64) -> Figure {
    Figure {
        label: layout.t(label),
        href: Some("/admin/sign-ins".to_owned()),
        total: 24 * number,
        trend: layout.t_plural("console-trend-more", "count", number),
        hours: (0..24).map(|hour| hour * number).collect(),
    }
}

impl View for Home {
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
        let states = [
            State::new(Tone::Good, layout.t("console-done")),
            State::new(Tone::Warn, layout.t("console-to-do")),
        ];
        let tasks = states.map(|state| {
            let text = layout.t("console-todo-mail");
            (Link::new("/admin/system", text), state)
        });
        let kind = audit_kind(&layout, AuditKind::UserChanged);
        let change = Value::Link(Link::new("/admin/audit/1", kind));
        let normal = Self {
            frame: frame(Section::Home, true),
            heading: layout.t("console-home"),
            tasks: tasks.into(),
            attention: vec![
                Attention {
                    setting: "passwords.hash_memory_kib".to_owned(),
                    link: Link::new("/admin/system/configuration", "memory is below 19456"),
                },
                Link::new("/admin/apps", "Photo Album: RFC 9700 §2.1.1").into(),
            ],
            figures: labels
                .map(|label| sample_figure(&layout, label, 9_999))
                .into(),
            hours: Table {
                caption: layout.t("console-by-hour"),
                columns,
                rows: (0..24).map(hour).collect(),
                empty: String::new(),
            },
            changes: Some(Table {
                caption: layout.t("console-latest"),
                columns: vec![layout.t("console-event"), layout.t("console-when")],
                rows: vec![vec![change, Value::Moment(NOW)]],
                empty: layout.t("console-no-changes"),
            }),
            unavailable: Vec::new(),
            now: NOW,
            layout: layout.clone(),
        };
        let failed = Self {
            tasks: Vec::new(),
            attention: Vec::new(),
            figures: Vec::new(),
            changes: None,
            unavailable: ["console-last-day", "console-latest"]
                .map(|key| layout.t(key))
                .into(),
            ..normal.clone()
        };
        let mut confined = failed.clone();
        confined.unavailable.clear();
        confined.frame.sections = vec![Section::Home, Section::People, Section::Groups];
        confined.frame.org = Some("acme".to_owned());
        vec![
            ("normal", normal),
            ("failed", failed),
            ("confined", confined),
        ]
    }
}

#[cfg(test)]
mod tests {
    use doorward_i18n::Lang;

    use super::*;

    fn figure(hours: Vec<i64>) -> Figure {
        let layout = Layout::sample(Lang::En);
        Figure {
            hours,
            ..sample_figure(&layout, "console-sign-ins", 1)
        }
    }

    #[test]
    fn line_starts_at_zero_and_fills_height() {
        assert_eq!(figure(vec![0, 5, 10]).points(), "0,40 10,20 20,0");
        assert_eq!(figure(vec![0, 0]).points(), "0,40 10,40");
        assert_eq!(figure(vec![i64::MAX]).points(), "0,39");
    }

    #[test]
    fn key_breaks_after_dots_and_underscores() {
        let attention = Attention {
            setting: "passwords.hash_memory".to_owned(),
            link: Link::new("/admin", ""),
        };
        let parts: Vec<&str> = attention.setting_parts().collect();
        assert_eq!(parts, ["passwords.", "hash_", "memory"]);
    }

    #[test]
    fn each_drawing_is_small_and_decorative() {
        let home = Home::samples(&Layout::sample(Lang::En)).remove(0).1;
        let html = home.render().unwrap();
        let drawings: Vec<&str> = html.split("<svg class=\"spark\"").skip(1).collect();
        assert_eq!(drawings.len(), 4);
        for drawing in drawings {
            let (drawing, _) = drawing.split_once("</svg>").unwrap();
            assert!(drawing.len() < 1_000, "{drawing}");
            assert!(drawing.contains("aria-hidden=\"true\""), "{drawing}");
        }
    }
}
