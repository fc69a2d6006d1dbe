//! Signals: receivers learn within a second of revoked sessions, grants and roles. A transmitter of the OpenID Shared
//! Signals Framework 1.0 with events of CAEP 1.0 and RISC 1.0, by poll (RFC 8936) and push (RFC 8935).
//!
//! Receives those of identity providers, too.
//!
//! The ground has the tables, also without this feature; this feature writes signals beside changes of access, and
//! answers receivers.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

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

use doorward_console_ui::feature::{Feature, Step, Task};

pub static FEATURE: Feature = Feature {
    name: "signals",
    commands: &[("signals", "Show the streams of signals to receivers")],
    operations: operations::ALL,
    routes: |config| {
        endpoint::configure(config);
        provider::configure(config);
    },
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
