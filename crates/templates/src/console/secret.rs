//! A new secret, which is shown only once.

use askama::Template;

use super::parts::{Fact, Frame, Link, Tone, Value, title};
use crate::layout::Layout;

/// A part of the configuration of an app, to copy into it.
#[derive(Clone)]
pub struct ConfigurationPart {
    /// Name of the app, and of the file or place.
    pub place: String,
    /// Text, which can contain the secret.
    pub text: String,
}

/// The answer to the form that made a secret.
#[derive(Clone, Template)]
#[template(path = "console/secret.html")]
pub struct NewSecret {
    /// Layout data shared by every page.
    pub layout: Layout,
    /// The frame.
    pub frame: Frame,
    /// Heading.
    pub heading: String,
    /// Facts to use with the secret.
    pub facts: Vec<Fact>,
    /// Label of the secret.
    pub secret_label: String,
    /// The secret; `None` for a client without one.
    pub secret: Option<String>,
    /// Link to the object.
    pub done: Link,
    /// Link to the test of the app.
    pub test: Option<Link>,
    /// Configuration of the app; empty for an app that is not known.
    pub configuration: Vec<ConfigurationPart>,
    /// Notes on the app.
    pub notes: Vec<String>,
    /// Current time in Unix seconds.
    pub now: i64,
}

impl NewSecret {
    fn title(&self) -> String {
        title(&self.layout, [self.heading.as_str()], false)
    }
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret")
            .field("heading", &self.heading)
            .finish_non_exhaustive()
    }
}
