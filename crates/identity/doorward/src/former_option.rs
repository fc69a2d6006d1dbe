//! Former options that name the object of `create`, which is an argument now.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Value name of a former option, which is hidden.
pub const FORMER: &str = "FORMER";

/// Adds what to write to the error of a former option beside the argument that replaces it.
pub fn with_tip(mut error: clap::Error) -> clap::Error {
    let mut names =
        [ContextKind::InvalidArg, ContextKind::PriorArg].map(|kind| match error.get(kind) {
            Some(ContextValue::String(name)) => name.clone(),
            _ => String::new(),
        });
    names.sort_by_key(|name| name.ends_with(&format!("<{FORMER}>")));
    let [argument, former] = names;
    if error.kind() == ErrorKind::ArgumentConflict
        && let Some((option, "")) = former.split_once(&format!(" <{FORMER}>"))
    {
        let tip = format!("write only {argument}; {option} is its former form");
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
    }
    error
}
