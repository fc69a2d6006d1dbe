//! The home page of the console.

use super::parts::{Frame, Link, State, Table, Tone, Value, title};
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
    fn number(&self, layout: &Layout) -> String {
        layout.lang.number(self.total)
    }

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
    fn line_starts_at_zero_and_fills_height() {
        assert_eq!(figure(vec![0, 5, 10]).points(), "0,40 10,20 20,0");
        assert_eq!(figure(vec![0, 0]).points(), "0,40 10,40");
        assert_eq!(figure(vec![i64::MAX]).points(), "0,39");
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
        let drawings: Vec<&str> = html.split("<svg class=\"spark\"").skip(1).collect();
        assert_eq!(drawings.len(), 4);
        for drawing in drawings {
            let (drawing, _) = drawing.split_once("</svg>").unwrap();
            assert!(drawing.len() < 1_000, "{drawing}");
            assert!(drawing.contains("aria-hidden=\"true\""), "{drawing}");
        }
    }
}
