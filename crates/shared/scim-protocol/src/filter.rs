//! Filters (RFC 7644 §3.4.2.2) and paths of changes (§3.5.2).

mod evaluation;
mod parser;
mod tree;

pub use self::evaluation::{find, is_same_name, matches};
pub use self::parser::{parse, parse_attribute, parse_path};
pub use self::tree::{
    AttributePath, ChangePath, Filter, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Operator,
};

#[cfg(test)]
mod tests;
