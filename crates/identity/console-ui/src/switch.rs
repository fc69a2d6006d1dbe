//! The changes of an object that is enabled, disabled and deleted.

use doorward_templates::console::Link;

use crate::console::Console;
use crate::question::Messages;

doorward_protocol::words! {
    pub enum Switch {
        Enable = "enable",
        Disable = "disable",
        Delete = "delete",
    }
}

impl Switch {
    /// Returns true for what takes something away.
    pub const fn is_risky(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }

    /// Returns true if the change is useful for an object in this state.
    pub const fn applies_to(self, is_enabled: bool) -> bool {
        match self {
            Self::Enable => !is_enabled,
            Self::Disable => is_enabled,
            Self::Delete => true,
        }
    }

    /// Returns the links to the changes of an object in this state, and those of them that take
    /// something away.
    pub fn links(
        console: &Console<'_>,
        home: &str,
        is_enabled: bool,
        messages: fn(Self) -> Messages,
    ) -> (Vec<Link>, Vec<(Link, String)>) {
        let path = |action: Self| format!("{home}/{}", action.as_str());
        let offered = Self::ALL.into_iter();
        let offered = offered.filter(|action| action.applies_to(is_enabled));
        let (risky, others): (Vec<Self>, Vec<Self>) = offered.partition(|one| one.is_risky());
        let link = |action| console.link(path(action), messages(action).submit);
        let risk = |action| messages(action).risk(console, path(action));
        let others = others.into_iter().map(link).collect();
        (others, risky.into_iter().map(risk).collect())
    }
}
