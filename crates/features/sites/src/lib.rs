//! Sites: applications behind a proxy, which asks this server about each request (forward authentication). A
//! site has hosts and rules; without a rule that matches, a request is denied.
//!
//! The ground has the tables and the audit events, also without this feature; this feature decides, manages
//! sites, and answers proxies.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod browser;
mod canonical;
mod client;
mod console;
mod endpoint;
mod host_pages;
mod hosts;
mod identity;
mod notation;
mod operations;
mod page;
mod proxy;
pub mod proxy_config;
mod rule;
mod token;
mod use_cases;
mod visit;

use doorward_console_ui::feature::{Feature, FeaturePlace};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::{Section, icons};

pub static FEATURE: Feature = Feature {
    name: "sites",
    commands: &[("site", "Manage applications behind a proxy")],
    operations: operations::ALL,
    routes: |config| {
        endpoint::configure(config);
        host_pages::configure(config);
        console::configure(&mut Routes(config));
    },
    places: &[FeaturePlace {
        after: Section::Apps,
        path: console::PATH,
        text: console::TITLE,
        icon: icons::GLOBE,
        access: console::READ,
    }],
    forms: forms! {
        "/admin/sites/new" => operations::CREATE,
            "name hosts={hosts-|} rules={rules|} organization={organization?} headers={pairs&} \
             raw_headers=true[raw_headers=yes]";
        "/admin/sites/{id}/edit" => operations::UPDATE,
            "hosts={hosts-|} rules={rules-|} organization={organization-} headers={pairs&} \
             raw_headers=true[raw_headers=yes] raw_headers=false[raw_headers=]";
        "/admin/sites/{id}/delete" => operations::DELETE, "";
    },
    texts: Some(&TEXTS),
    kinds: &[&operations::KIND],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("sites");
