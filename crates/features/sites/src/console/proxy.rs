//! `/admin/sites/{id}/proxy`: the configuration of a proxy.

use doorward_console_ui::prelude::*;
use doorward_templates::console::CopyText;

use super::{PROXY_CONFIG, named, path};
use crate::proxy_config::ProxyText;
use crate::proxy_text::text_of;

pub(super) async fn show(console: &Console<'_>) -> Answer {
    let site = named(console).await?;
    let query = console.page.query()?;
    let chosen = ProxyText::parse(text(&query, "proxy")?).unwrap_or_default();
    let home = path(&site);
    let page = |proxy: ProxyText| {
        let word = proxy.as_str();
        let link = Link::new(format!("{home}/proxy?proxy={word}"), word.to_owned());
        (link, proxy == chosen)
    };
    let copy = CopyText {
        title: chosen.as_str().to_owned(),
        text: text_of(&console.context(), &site, chosen, (None, None))?,
    };
    let back = Link::new(home.clone(), site.name.clone());
    console.show(&Detail {
        lead: console.t("sites-proxy-config-text"),
        pages: ProxyText::ALL.map(page).to_vec(),
        copy: Some(copy),
        ..console.detail(Section::Apps, back, console.t(PROXY_CONFIG))
    })
}
