use crate::console::{
    Choice, EntryField, FieldKind, Frame, Place, Section, State, Table, Tone, Value,
};
use crate::layout::{AccountChip, Layout};
use doorward_rules::brand::Stage;

pub(super) fn layout_at(layout: &Layout, path: &str) -> Layout {
    Layout {
        search_key: Some(true),
        ..layout.with_return_to(path)
    }
}

pub(super) fn frame(current: Section, is_root: bool) -> Frame {
    Frame {
        places: Section::ALL.map(Place::from).into(),
        current,
        within: None,
        is_root,
        account: AccountChip {
            name: "Alice Liddell".to_owned(),
            login: "alice@example.com".to_owned(),
        },
        guide: "/admin/guides/console".to_owned(),
        host: "id.example.com".to_owned(),
        stage: Some(Stage::Staging),
        org: None,
        orgs: Vec::new(),
        query: None,
    }
}

pub(super) fn states(layout: &Layout) -> [State; 2] {
    [
        State::new(Tone::Good, layout.t("console-active")),
        State::new(Tone::Warn, layout.t("console-disabled")),
    ]
}

/// Returns a field without a value, with the label of a catalog key.
pub(super) fn field(layout: &Layout, id: &'static str, key: &str, kind: FieldKind) -> EntryField {
    EntryField {
        id,
        label: layout.t(key),
        kind,
        ..EntryField::default()
    }
}

/// Returns a table with caption and columns of catalog keys.
pub(super) fn table<const N: usize>(
    layout: &Layout,
    caption: &str,
    columns: [&str; N],
    rows: Vec<Vec<Value>>,
) -> Table {
    Table {
        caption: layout.t(caption),
        columns: columns.map(|key| layout.t(key)).into(),
        rows,
        ..Table::default()
    }
}

pub(super) fn choices(layout: &Layout, all: &[(&str, &str)]) -> Vec<Choice> {
    let choice = |(value, key): &(&str, &str)| Choice {
        value: (*value).to_owned(),
        text: layout.t(key),
    };
    all.iter().map(choice).collect()
}
