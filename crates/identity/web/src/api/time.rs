//! Times in requests and responses.

pub use doorward_domain::time::{from_rfc3339 as parse_time, to_rfc3339 as time};

pub const TIME: &str = "Must be a time such as 2027-01-31T12:00:00Z.";
