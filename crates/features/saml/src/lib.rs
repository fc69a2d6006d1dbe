//! SAML 2.0: sign-in to applications that speak nothing else, as an identity provider that signs. Nothing here
//! verifies a signature in XML: requests are unsigned, or signed over the query of the Redirect binding.
//!
//! The ground has the tables, and the sign-in of other protocols; this feature reads requests, writes responses,
//! and manages the clients.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod assertion;
mod attributes;
mod authn_context;
mod endpoint;
mod key;
mod metadata;
mod names;
mod operations;
mod own_keys;
mod provider;
mod redirect;
mod rejection;
mod request;
mod response;
mod sign_in;
mod sign_out;
mod sign_out_page;
mod signature;
mod use_cases;
mod visits;
mod write;
mod xml;

use doorward_console_ui::feature::Feature;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_oauth::authorize::foreign::Protocol;

/// Name of the protocol in an interaction.
const PROTOCOL: &str = "saml";

pub static FEATURE: Feature = Feature {
    name: "saml",
    commands: &[("saml", "Manage clients that speak SAML")],
    operations: operations::ALL,
    routes: endpoint::configure,
    texts: Some(&TEXTS),
    visits: &[sign_out::begin],
    protocols: &[Protocol {
        name: PROTOCOL,
        respond: |ended| Box::pin(response::respond(ended)),
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("saml");
