//! Signals: receivers learn within a second of revoked sessions, grants and roles. A transmitter of the OpenID Shared
//! Signals Framework 1.0 with events of CAEP 1.0 and RISC 1.0, by poll (RFC 8936) and push (RFC 8935).
//!
//! Receives those of identity providers, too.
//!
//! The ground has the tables, also without this feature; this feature writes signals beside changes of access, and
//! answers receivers.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod console;
mod endpoint;
mod mapping;
mod operations;
mod provider;
mod push;
mod queue;
mod streams;
mod task;
mod token;
mod writer;

use doorward_console_ui::feature::{Feature, FeaturePlace, Step, Task};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::{Section, icons};

pub static FEATURE: Feature = Feature {
    name: "signals",
    commands: &[("signals", "Manage the streams of signals to receivers")],
    operations: operations::ALL,
    routes: |config| {
        endpoint::configure(config);
        provider::configure(config);
        console::configure(&mut Routes(config));
    },
    places: &[FeaturePlace {
        after: Section::Streams,
        path: console::PATH,
        text: console::TITLE,
        icon: icons::RADIO,
        access: console::READ,
    }],
    forms: forms! {
        "/admin/signals/{id}/enable" => operations::UPDATE, "status=enabled";
        "/admin/signals/{id}/pause" => operations::UPDATE, "status=paused";
        "/admin/signals/{id}/delete" => operations::DELETE, "";
    },
    texts: Some(&TEXTS),
    writers: &[writer::WRITER],
    steps: &[Step {
        name: "signals",
        run: |context| Box::pin(task::clean(&context.core)),
    }],
    tasks: &[Task {
        name: "signals",
        run: |context| Box::pin(task::run(context)),
    }],
    stops: &[|context| context.parts.get::<task::Tail>().close()],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("signals");
