//! A new secret, which is shown only once.

use super::parts::{Fact, Frame, Link, Tone, Value, title};
use crate::prelude::*;

/// A part of the configuration of an app, to copy into it.
#[derive(Clone)]
pub struct ConfigurationPart {
    pub place: String,
    /// Text, which can contain the secret.
    pub text: String,
}

/// The answer to the form that made a secret.
#[derive(Clone, Default, Template)]
#[template(path = "console/secret.html")]
pub struct NewSecret {
    pub layout: Layout,
    pub frame: Frame,
    pub heading: String,
    /// Facts to use with the secret.
    pub facts: Vec<Fact>,
    pub secret_label: String,
    /// The secret; `None` for a client without one.
    pub secret: Option<String>,
    pub done: Link,
    pub test: Option<Link>,
    /// Configuration of the app; empty for an app that is not known.
    pub configuration: Vec<ConfigurationPart>,
    /// Notes on the app, in which backticks quote code.
    pub notes: Vec<String>,
    pub now: i64,
}

impl NewSecret {
    fn title(&self) -> String {
        title(&self.layout, [self.heading.as_str()], false)
    }

    /// Returns the parts of a note. The second value marks code.
    fn parts(note: &str) -> impl Iterator<Item = (&str, bool)> {
        let parts = note.split('`').enumerate();
        parts.map(|(index, text)| (text, index % 2 == 1))
    }
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret")
            .field("heading", &self.heading)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use doorward_i18n::Lang;

    use super::*;
    use crate::tests::samples::Sampled as _;

    #[test]
    fn notes_show_quoted_parts_as_escaped_code() {
        let mut page = NewSecret::samples(&Layout::sample(Lang::En)).remove(0).1;
        page.notes = vec!["`<root>` is <b>, as is `url`.".to_owned()];
        let html = page.render().unwrap();
        let code = |text| format!("<code class=\"mono\" dir=\"ltr\">{text}</code>");
        let expected = [code("&#60;root&#62;"), code("url")].join(" is &#60;b&#62;, as is ");
        let note = format!("<p class=\"muted\"><bdi lang=\"en\">{expected}.</bdi></p>");
        assert!(html.contains(&note), "{html}");
    }
}
