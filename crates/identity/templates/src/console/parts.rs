//! Parts that the pages of the console share.

use doorward_rules::brand::Stage;

use super::place::Place;
use crate::layout::{AccountChip, Layout, initial};
use crate::sections::sections;

sections! {
    /// A section of the console.
    #[derive(Default)]
    pub enum Section {
        #[default]
        Home = "/admin", "console-home";
        People = "/admin/people", "console-people";
        Groups = "/admin/groups", "console-groups";
        Organizations = "/admin/organizations", "console-organizations";
        Roles = "/admin/roles", "console-roles";
        Assignments = "/admin/grants", "console-assignments";
        Apps = "/admin/apps", "console-apps";
        Providers = "/admin/providers", "console-providers";
        ApiAccess = "/admin/api-access", "api-keys-title";
        Definitions = "/admin/definitions", "console-definitions";
        SignIns = "/admin/sign-ins", "console-sign-ins";
        Sessions = "/admin/sessions", "console-sessions";
        Audit = "/admin/audit", "console-audit";
        Streams = "/admin/streams", "console-streams";
        Keys = "/admin/keys", "console-keys";
        System = "/admin/system", "console-system";
    }
}

#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The places that the administrator may see.
    pub places: Vec<Place>,
    pub current: Section,
    /// Path of the feature's place that the page belongs to; `None` for a page of the section.
    pub within: Option<&'static str>,
    /// True for the page of the place itself, false for one below it.
    pub is_root: bool,
    pub account: AccountChip,
    /// URL of the guide about the page.
    pub guide: String,
    /// Host of the deployment.
    pub host: String,
    pub stage: Option<Stage>,
    /// The organization to which the administrator is confined.
    pub org: Option<String>,
    /// The organizations from which the administrator chooses it; empty without a choice.
    pub orgs: Vec<String>,
    /// Text that was searched for; `None` unless the page is the result, which is in no section.
    pub query: Option<String>,
}

impl Frame {
    /// Returns the path of the current place.
    fn current_path(&self) -> &'static str {
        self.within.unwrap_or(self.current.path())
    }

    pub fn is_org(&self, org: &str) -> bool {
        self.org.as_deref() == Some(org)
    }

    pub fn aria(&self, place: &Place) -> Option<&'static str> {
        let is_current = self.query.is_none() && place.path == self.current_path();
        is_current.then_some(if self.is_root { "page" } else { "true" })
    }

    /// Returns the links from the home page to the page above this one: the place and `above`. A page of
    /// the navigation has none.
    pub(super) fn trail<'l>(
        &self,
        layout: &Layout,
        above: impl IntoIterator<Item = &'l Link>,
    ) -> Vec<Link> {
        let mut trail: Vec<Link> = Vec::new();
        if self.is_root {
            return trail;
        }
        let home = Section::Home.path();
        let places = self.places.iter();
        let places = places.filter(|place| [home, self.current_path()].contains(&place.path));
        let places = places.map(|place| Link::new(place.path, layout.t(place.key)));
        for link in places.chain(above.into_iter().cloned()) {
            if trail.iter().all(|known| known.href != link.href) && !link.text.is_empty() {
                trail.push(link);
            }
        }
        trail
    }

    /// Returns the class and the key of the deployment's mark.
    pub(super) fn mark(&self) -> Option<(&'static str, &'static str)> {
        self.stage.map(|stage| match stage {
            Stage::Production => ("bad", "console-stage-production"),
            Stage::Staging => ("warn", "console-stage-staging"),
            Stage::Development => ("good", "console-stage-development"),
        })
    }

    /// Returns true if the search finds something: a place, at least.
    pub fn has_search(&self) -> bool {
        self.places.len() > 1
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub text: String,
}

impl Link {
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            text: text.into(),
        }
    }

    pub(super) fn creates(&self) -> bool {
        self.href.ends_with("/new")
    }

    /// Returns true if it leads to a form for a new object, or to the choice of one.
    pub(super) fn leads_to_new(&self) -> bool {
        self.creates() || self.href.contains("/new/")
    }

    pub(super) fn is_file(&self) -> bool {
        let path = self.href.split('?').next().unwrap_or_default();
        matches!(path.rsplit_once('.'), Some((_, "csv" | "json")))
    }
}

/// The kind of a state, which selects its color and icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Warn,
    Plain,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub text: String,
    pub tone: Tone,
}

impl State {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

/// The link to a user in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLink {
    pub link: Link,
    /// Login identifier; empty if it is the name.
    pub login: String,
    /// URL of the user's picture, on this server.
    pub picture: Option<String>,
}

impl UserLink {
    /// Returns the initial in place of a picture; empty with one.
    pub(super) fn initial(&self) -> String {
        match self.picture {
            Some(_) => String::new(),
            None => initial(&self.link.text),
        }
    }
}

/// The checkbox of an object in a list, and the name of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkbox {
    pub field: &'static str,
    pub value: String,
    pub label: String,
    /// The name of the object, perhaps with a link.
    pub object: Box<Value>,
    /// Reason why the object cannot be chosen; `None` if it can.
    pub reason: Option<String>,
}

/// A value in a table or a list of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text in the language of the page.
    Text(String),
    /// A name or an address, in any script.
    Name(String),
    /// An identifier, from left to right.
    Code(String),
    /// A long identifier or address, in which a line may break after separators.
    Path(String),
    /// An identifier with a button to copy it.
    Copy(String),
    /// Several identifiers, one a line.
    Codes(Vec<String>),
    Link(Link),
    /// Links with identifiers, one a line.
    Links(Vec<Link>),
    User(UserLink),
    Marked(Link, Vec<State>),
    /// A link with text in the language of the page, named for screen readers.
    Action(Link, String),
    States(Vec<State>),
    /// A time in Unix seconds, shown relative to now.
    Ago(i64),
    /// A time in Unix seconds, shown with date and time.
    Moment(i64),
    /// A day in Unix seconds.
    Day(i64),
    Choose(Checkbox),
    /// A part of a number of objects (`None`: an unknown number), and its text for screen readers.
    Progress(u64, Option<u64>, String),
}

impl Value {
    pub(super) const fn is_action(&self) -> bool {
        matches!(self, Self::Action(..))
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) | Self::Name(text) if text.is_empty())
    }

    pub(super) fn pieces(&self) -> Vec<&str> {
        const SEPARATORS: &[char] = &['.', '_', ':', '/'];
        let Self::Path(text) = self else {
            return Vec::new();
        };
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find(SEPARATORS) {
            let behind = rest[start..].trim_start_matches(SEPARATORS);
            let (piece, others) = rest.split_at(rest.len() - behind.len());
            pieces.push(piece);
            rest = others;
        }
        if !rest.is_empty() {
            pieces.push(rest);
        }
        pieces
    }
}

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<String>,
    /// Rows with one value for each column. The first value names the row.
    pub rows: Vec<Vec<Value>>,
    /// Text of a table without rows.
    pub empty: String,
    /// The column that orders the rows, with the value of its `aria-sort`.
    pub sorted: Option<(String, &'static str)>,
    /// True if the rows are cards beside each other.
    pub is_cards: bool,
    /// Links to the same list ordered by another column, with the text of the column.
    pub orders: Vec<Link>,
}

impl Table {
    pub(super) fn order(&self, column: &str) -> Option<&'static str> {
        let sorted = self.sorted.as_ref();
        let sorted = sorted.filter(|(sorted, _)| sorted.as_str() == column);
        sorted.map(|(_, order)| *order)
    }

    /// Returns the headings, each with the number of neighbours that share it, such as those of actions.
    pub(super) fn headings(&self) -> impl Iterator<Item = (&String, usize)> {
        let groups = self.columns.chunk_by(|left, right| left == right);
        groups.filter_map(|group| Some((group.first()?, group.len())))
    }

    /// Returns the URL of the list in the order of this column.
    pub(super) fn order_link(&self, column: &str) -> Option<&str> {
        let link = self.orders.iter().find(|link| link.text == column);
        link.map(|link| link.href.as_str())
    }

    /// Removes the columns that are empty in every row, such as those of actions that no row offers.
    #[must_use]
    pub fn without_empty_columns(self) -> Self {
        self.without_columns_of(|_| false)
    }

    /// Removes the columns in which every value is empty or accepted by `is_nothing`.
    #[must_use]
    pub fn without_columns_of(mut self, is_nothing: impl Fn(&Value) -> bool) -> Self {
        let is_filled = |index: usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.get(index));
            cells.any(|value| !value.is_empty() && !is_nothing(value))
        };
        let filled: Vec<bool> = (0..self.columns.len()).map(is_filled).collect();
        if !self.rows.is_empty() {
            retain(&mut self.columns, &filled);
        }
        for row in &mut self.rows {
            retain(row, &filled);
        }
        self
    }
}

fn retain<T>(values: &mut Vec<T>, marks: &[bool]) {
    let mut marks = marks.iter();
    values.retain(|_| marks.next() == Some(&true));
}

#[derive(Clone, Debug)]
pub struct Fact {
    pub label: String,
    pub value: Value,
}

impl Fact {
    pub fn new(label: impl Into<String>, value: Value) -> Self {
        Self {
            label: label.into(),
            value,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// URL of the first page; `None` on it.
    pub first: Option<String>,
    /// URL of the page before; `None` on the first one, and if it is not known.
    pub previous: Option<String>,
    /// URL of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl Pager {
    pub(super) fn is_shown(&self) -> bool {
        self.first.is_some() || self.next.is_some()
    }
}

#[derive(Clone, Debug)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

/// Returns the title of a page: its heading, what it shows of it, and the console. Empty parts are
/// left out.
pub(super) fn title<'a>(
    layout: &Layout,
    parts: impl IntoIterator<Item = &'a str>,
    is_error: bool,
) -> String {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let page = parts.collect::<Vec<_>>().join(" · ");
    let console = layout.t("console-title");
    layout.title(format!("{page} · {console}"), is_error)
}

#[cfg(test)]
mod tests {
    use doorward_i18n::Lang;

    use super::*;

    #[test]
    fn trail_leads_from_home_to_page_above() {
        let layout = Layout::sample(Lang::En);
        let apps = Link::new("/admin/apps", "Apps");
        let app = Link::new("/admin/apps/web", "Photos");
        let frame = Frame {
            places: Section::ALL.map(Place::from).into(),
            current: Section::Apps,
            ..Frame::default()
        };
        let hrefs = |frame: &Frame, above: &[&Link]| {
            let trail = frame.trail(&layout, above.iter().copied());
            trail.into_iter().map(|link| link.href).collect::<Vec<_>>()
        };
        assert_eq!(hrefs(&frame, &[&apps]), ["/admin", "/admin/apps"]);
        let whole = ["/admin", "/admin/apps", "/admin/apps/web"];
        assert_eq!(hrefs(&frame, &[&apps, &app]), whole);
        let root = Frame {
            is_root: true,
            ..frame.clone()
        };
        assert!(hrefs(&root, &[&apps]).is_empty());
        // An owner of an organization may not open the list.
        let confined = Frame {
            places: vec![Section::Home.into()],
            ..frame
        };
        assert_eq!(hrefs(&confined, &[]), ["/admin"]);
    }

    #[test]
    fn columns_without_values_are_removed() {
        let text = |text: &str| Value::Text(text.to_owned());
        let table = Table {
            columns: ["name", "action", "state", "action"]
                .map(str::to_owned)
                .into(),
            rows: vec![
                vec![text("a"), text(""), text(""), text("")],
                vec![text("b"), text(""), text("on"), text("")],
            ],
            ..Table::default()
        };
        let shown = table.clone().without_empty_columns();
        assert_eq!(shown.columns, ["name", "state"]);
        let rows = [[text("a"), text("")], [text("b"), text("on")]];
        assert_eq!(shown.rows, rows);
        let rows = Vec::new();
        let empty = Table { rows, ..table }.without_empty_columns();
        assert_eq!(empty.columns.len(), 4);
    }

    #[test]
    fn column_that_orders_rows_is_marked() {
        let [name, since] = ["Name", "Since"].map(str::to_owned);
        let sorted = Some((since.clone(), "descending"));
        let table = Table {
            sorted,
            ..Table::default()
        };
        assert_eq!(table.order(&since), Some("descending"));
        assert_eq!(table.order(&name), None);
        assert_eq!(Table::default().order(&name), None);
    }

    #[test]
    fn identifiers_are_split_after_separators() {
        let cases: [(&str, &[&str]); 4] = [
            ("tokens.access_ttl", &["tokens.", "access_", "ttl"]),
            ("https://id.example/", &["https://", "id.", "example/"]),
            ("30", &["30"]),
            ("", &[]),
        ];
        for (text, pieces) in cases {
            let value = Value::Path(text.to_owned());
            assert_eq!(value.pieces(), pieces, "{text}");
        }
    }
}
