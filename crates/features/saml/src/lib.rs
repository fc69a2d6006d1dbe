//! SAML 2.0: sign-in to applications that speak nothing else, as an identity provider that signs. Nothing here
//! verifies a signature in XML: requests are unsigned, or signed over the query of the Redirect binding.
//!
//! The ground has the tables, and the sign-in of other protocols; this feature reads requests, writes responses,
//! and manages the clients.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod applications;
mod authn_context;
mod bodies;
mod console;
mod doctor;
mod endpoint;
mod kind;
mod kind_spec;
mod operations;
mod own_keys;
mod provider;
mod rejection;
mod response;
mod sign_in;
mod sign_out;
mod use_cases;
mod visits;

use doorward_admin::applications::OtherApplications;
use doorward_console_ui::feature::{Check, Feature, ObjectPage, SectionLink};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::ClientKind;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_oauth::authorize::foreign::Protocol;
use doorward_templates::console::Section;

pub static FEATURE: Feature = Feature {
    name: "saml",
    commands: &[("saml", "Manage clients that speak SAML")],
    operations: operations::ALL,
    routes: |config| {
        endpoint::configure(config);
        console::configure(&mut Routes(config));
    },
    links: &[SectionLink {
        section: Section::Apps,
        path: console::PATH,
        text: console::TITLE,
        access: console::READ,
    }],
    object_pages: &[ObjectPage {
        of: Section::Apps,
        below: console::BELOW,
        text: "saml-settings",
        access: console::READ,
        kind: Some(ClientKind::Saml),
    }],
    forms: forms! {
        "/admin/saml/new" => operations::CREATE,
            "name={name?} app={app?} url={url?} metadata={metadata?} metadata_url={metadata_url?} \
             entity_id={entity_id?} acs={acs|}";
        "/admin/apps/{id}/saml/edit" => operations::UPDATE,
            "metadata={metadata?} metadata_url={metadata_url?} entity_id={entity_id?} acs={acs|} signed \
             name_id_format attribute_names signed_requests=true[signed_requests=yes] \
             signed_requests=false[signed_requests=] encrypted=true[encrypted=yes] encrypted=false[encrypted=] \
             unsolicited=true[unsolicited=yes] unsolicited=false[unsolicited=]";
    },
    texts: Some(&TEXTS),
    checks: &[Check {
        part: "SAML",
        run: |context| Box::pin(doctor::check(context)),
    }],
    applications: &[OtherApplications {
        entry: &operations::CREATE,
        kind: ClientKind::Saml,
        all: applications::all,
    }],
    visits: &[|page, sessions, back| Box::pin(sign_out::begin(page, sessions, back))],
    protocols: &[Protocol {
        name: response::PROTOCOL,
        respond: |ended| Box::pin(response::respond(ended)),
    }],
    kinds: &[&kind::KIND],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("saml");
