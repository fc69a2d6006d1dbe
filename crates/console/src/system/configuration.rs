//! `/admin/system/configuration`: effective configuration, without secrets.

use doorward_admin::system::{self, EffectiveValue};
use doorward_templates::console::QueryForm;

use crate::system::pages::{self, CONFIGURATION};
use doorward_console_ui::prelude::*;

const SETTING: Field = Field::line("q", "console-find-setting").optional();

pub(crate) async fn list(page: &Page) -> Handled {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &["q"])?;
    let found = system::configuration(&console.context(), &page.context.core.config);
    let mut found = Console::read(found)?;
    let part = cursor.filter("q");
    found.retain(|value| value.key.contains(part));
    if let Some(last) = cursor.after() {
        let seen = found.iter().position(|value| value.key == last);
        found.drain(..seen.map_or(found.len(), |at| at + 1));
    }
    let pager = cursor.cut(&console, &mut found, |value| value.key.to_owned());
    let columns = ["console-setting", "console-value", "console-source"];
    let rows = found.iter().map(|value| row(&console, value)).collect();
    console.show(&Detail {
        query: Some(QueryForm {
            action: CONFIGURATION.to_owned(),
            fields: vec![SETTING.entry(&console, part)],
            submit: console.t("console-search"),
        }),
        tables: vec![console.table("console-configuration", &columns, rows, "console-no-match")],
        pager,
        ..pages::detail(&console, CONFIGURATION)
    })
}

fn row(console: &Console<'_>, value: &EffectiveValue) -> Vec<Value> {
    let text = |key| console.text(key);
    vec![
        Value::Path(value.key.to_owned()),
        match (value.is_set, value.is_secret) {
            (false, _) => text("console-setting-unset"),
            (true, true) => text("console-setting-set"),
            (true, false) => Value::Path(text_of(value)),
        },
        match value.source() {
            Some(source) => Value::Path(source),
            None => text("console-setting-default"),
        },
    ]
}

fn text_of(value: &EffectiveValue) -> String {
    match &value.duration {
        Some(duration) => format!("{} ({duration})", value.text),
        None => value.text.clone(),
    }
}
