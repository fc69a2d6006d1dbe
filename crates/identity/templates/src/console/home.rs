//! The home page of the console.

use std::fmt::Write as _;

use super::parts::{Fact, Frame, Link, State, Table, Tone, Value, title};
use crate::prelude::*;

/// Height of the highest bar, in the units of its drawing.
const HEIGHT: i64 = 40;
/// Distance of two bars.
const STEP: usize = 10;
/// Width of a bar.
const BAR: usize = 7;

/// The sign-ins of days, with a bar for each.
#[derive(Clone, Debug, Default)]
pub struct DayChart {
    /// The start of each day with the numbers of sign-ins and of failures, the oldest first.
    pub days: Vec<(i64, i64, i64)>,
    /// Links to other numbers of days; the second value marks the present one.
    pub ranges: Vec<(Link, bool)>,
    /// The labels of both numbers with their sums.
    pub legend: [String; 2],
    pub table: Table,
}

impl DayChart {
    /// Returns the width of the drawing.
    fn width(&self) -> usize {
        (self.days.len() * STEP).saturating_sub(STEP - BAR)
    }

    /// Returns the first day and the last one.
    fn ends(&self) -> Option<(i64, i64)> {
        let day = |day: &(i64, i64, i64)| day.0;
        Some((day(self.days.first()?), day(self.days.last()?)))
    }

    /// Returns the path data of the bars of sign-ins, and of those of failures, which stand on them.
    fn bars(&self) -> [String; 2] {
        let sum = |(_, good, bad): &(i64, i64, i64)| good.saturating_add(*bad);
        let most = self.days.iter().map(sum).max().unwrap_or_default().max(1);
        let height = |number: i64| {
            let height = number.saturating_mul(HEIGHT) / most;
            height.max(i64::from(number > 0))
        };
        let mut paths = [String::new(), String::new()];
        for (place, (_, good, bad)) in self.days.iter().enumerate() {
            let (x, mut base) = (place * STEP, HEIGHT);
            for (path, number) in paths.iter_mut().zip([*good, *bad]) {
                let height = height(number).min(base);
                if height > 0 {
                    let _ = write!(path, "M{x} {base}v-{height}h{BAR}v{height}z");
                }
                base -= height;
            }
        }
        paths
    }
}

/// Facts with a heading, beside others of their kind.
#[derive(Clone, Debug)]
pub struct HomePart {
    pub id: &'static str,
    pub heading: String,
    /// Link to the page with more about it.
    pub more: Option<Link>,
    pub facts: Vec<Fact>,
    pub table: Option<Table>,
}

/// A number of the last day, with a bar for each of its 24 hours.
#[derive(Clone, Debug)]
pub struct Figure {
    pub label: String,
    pub href: Option<String>,
    pub total: i64,
    /// Sentence that compares it with the day before.
    pub trend: String,
    /// Numbers of the hours, the oldest first.
    pub hours: Vec<i64>,
    /// True for a number of failures.
    pub is_bad: bool,
}

impl Figure {
    fn number(&self, layout: &Layout) -> String {
        layout.lang.number(self.total)
    }

    /// Returns the path data of the bars. An hour with a small number has a low bar, one without none.
    fn bars(&self) -> String {
        let most = self.hours.iter().copied().max().unwrap_or_default().max(1);
        let bar = |(place, number): (usize, &i64)| {
            let height = number.saturating_mul(HEIGHT) / most;
            let height = height.max(i64::from(*number > 0));
            (height > 0).then(|| format!("M{} {HEIGHT}v-{height}h{BAR}v{height}z", place * STEP))
        };
        self.hours.iter().enumerate().filter_map(bar).collect()
    }
}

/// A link to an object that needs attention.
#[derive(Clone, Debug)]
pub struct Attention {
    /// Dotted key of the setting that is the cause; empty for none.
    pub setting: String,
    /// True if the text of the link is in English in every language of the page.
    pub is_english: bool,
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
            is_english: false,
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
    /// Pages to try in a development instance.
    pub tries: Vec<Link>,
    pub attention: Vec<Attention>,
    pub figures: Vec<Figure>,
    pub hours: Table,
    pub chart: Option<DayChart>,
    pub parts: Vec<HomePart>,
    pub changes: Option<Table>,
    /// Headings of the parts that could not be read.
    pub unavailable: Vec<String>,
    pub now: i64,
}

impl Home {
    fn title(&self) -> String {
        title(&self.layout, [self.heading.as_str()], false)
    }

    /// Returns true if the administrator may read no part of the page that has content.
    fn is_empty(&self) -> bool {
        self.tasks.is_empty()
            && self.tries.is_empty()
            && self.attention.is_empty()
            && self.figures.is_empty()
            && self.parts.is_empty()
            && self.changes.is_none()
            && self.unavailable.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use doorward_i18n::Lang;

    use super::*;
    use crate::tests::samples::Sampled as _;

    fn figure(hours: Vec<i64>) -> Figure {
        let mut home = Home::samples(&Layout::sample(Lang::En)).remove(0).1;
        Figure {
            hours,
            ..home.figures.remove(0)
        }
    }

    #[test]
    fn bars_start_at_zero_and_fill_height() {
        let bars = |hours| figure(hours).bars();
        assert_eq!(bars(vec![0, 5, 10]), "M10 40v-20h7v20zM20 40v-40h7v40z");
        assert_eq!(bars(vec![0, 0]), "");
        assert_eq!(bars(vec![1, 1_000]), "M0 40v-1h7v1zM10 40v-40h7v40z");
        assert_eq!(bars(vec![i64::MAX]), "M0 40v-1h7v1z");
    }

    #[test]
    fn failures_stand_on_sign_ins() {
        let chart = |days: &[(i64, i64)]| DayChart {
            days: days.iter().map(|(good, bad)| (0, *good, *bad)).collect(),
            ..DayChart::default()
        };
        let found = chart(&[(30, 10), (0, 0), (10, 0)]);
        assert_eq!(found.width(), 27);
        assert_eq!(
            found.bars(),
            ["M0 40v-30h7v30zM20 40v-10h7v10z", "M0 10v-10h7v10z"]
        );
        // Nothing fits above the highest bar.
        let [good, bad] = chart(&[(1_000, 1)]).bars();
        assert_eq!(
            (good.as_str(), bad.as_str()),
            ("M0 40v-39h7v39z", "M0 1v-1h7v1z")
        );
        assert_eq!(DayChart::default().width(), 0);
        assert_eq!(DayChart::default().ends(), None);
    }

    #[test]
    fn key_breaks_after_dots_and_underscores() {
        let attention = Attention {
            setting: "passwords.hash_memory".to_owned(),
            is_english: true,
            link: Link::new("/admin", ""),
        };
        let parts: Vec<&str> = attention.setting_parts().collect();
        assert_eq!(parts, ["passwords.", "hash_", "memory"]);
    }

    #[test]
    fn page_without_parts_says_so() {
        const EMPTY: &str = "Nothing needs your attention.";

        for (state, home) in Home::samples(&Layout::sample(Lang::En)) {
            let html = home.render().unwrap();
            let is_confined = state == "confined";
            assert_eq!(html.contains(EMPTY), is_confined, "{state}");
            // The menu of narrow windows says it, too.
            let limits = html.matches("Only within").count();
            assert_eq!(limits, if is_confined { 2 } else { 0 }, "{state}");
        }
    }

    #[test]
    fn each_drawing_is_small_and_decorative() {
        let home = Home::samples(&Layout::sample(Lang::En)).remove(0).1;
        let html = home.render().unwrap();
        let drawings: Vec<&str> = html.split("<svg class=\"spark").skip(1).collect();
        assert_eq!(drawings.len(), 5);
        for drawing in drawings {
            let (drawing, _) = drawing.split_once("</svg>").unwrap();
            assert!(drawing.len() < 1_300, "{drawing}");
            assert!(drawing.contains("aria-hidden=\"true\""), "{drawing}");
        }
    }
}
