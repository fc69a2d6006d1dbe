//! Sites: applications behind a proxy, which asks this server about each request (forward authentication). A
//! site has hosts and rules; without a rule that matches, a request is denied.
//!
//! The ground has the tables and the audit events, also without this feature; this feature decides, manages
//! sites, and answers proxies.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod answer;
pub mod canonical;
mod client;
mod cookie;
mod endpoint;
mod host_pages;
mod identity;
mod page;
mod proxy;
mod proxy_config;
pub mod rule;
mod state;
mod token;
mod visit;
pub mod visitor;

use doorward_console_ui::feature::Feature;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;

pub static FEATURE: Feature = Feature {
    name: "sites",
    routes: |config| {
        endpoint::configure(config);
        host_pages::configure(config);
    },
    texts: Some(&TEXTS),
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("sites");
