//! `/admin/system/configuration`: effective configuration, without secrets.

use doorward_admin::system::{self, EffectiveValue};
use doorward_templates::console::QueryForm;

use crate::system::pages::{self, CONFIGURATION};
use doorward_console_ui::prelude::*;

const SETTING: Field = Field::line("q", "console-find-setting").optional();

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q"])?;
    let found = system::configuration(&console.context(), &console.page.context.core.config);
    let mut found = found?;
    let part = cursor.filter("q");
    found.retain(|value| value.key.contains(part));
    if let Some(last) = cursor.after() {
        let seen = found.iter().position(|value| value.key == last);
        found.drain(..seen.map_or(found.len(), |at| at + 1));
    }
    let pager = cursor.cut(console, &mut found, |value| value.key.to_owned());
    console.show(&Detail {
        query: Some(QueryForm {
            action: CONFIGURATION.to_owned(),
            fields: vec![SETTING.entry(console, part)],
            submit: console.t("console-search"),
        }),
        tables: vec![table(console, &found)],
        pager,
        ..pages::detail(console, CONFIGURATION)
    })
}

fn table(console: &Console<'_>, found: &[EffectiveValue]) -> Table {
    let text = |key| console.text(key);
    let value = |value: &EffectiveValue| match (value.is_set, value.is_secret) {
        (false, _) => text("console-setting-unset"),
        (true, true) => text("console-setting-set"),
        (true, false) => Value::Path(text_of(value)),
    };
    let source = |value: &EffectiveValue| {
        let source = value.source();
        source.map_or_else(|| text("console-setting-default"), Value::Path)
    };
    console
        .table_of("console-configuration", found, "console-no-match")
        .column("console-setting", |value| Value::Path(value.key.to_owned()))
        .column("console-value", value)
        .column("console-source", source)
        .table()
}

fn text_of(value: &EffectiveValue) -> String {
    match &value.duration {
        Some(duration) => format!("{} ({duration})", value.text),
        None => value.text.clone(),
    }
}
