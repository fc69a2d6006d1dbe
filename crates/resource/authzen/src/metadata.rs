//! The metadata of the decision point (section 9).

use serde::Serialize;

/// Path of the metadata (RFC 8615).
pub const WELL_KNOWN: &str = "/.well-known/authzen-configuration";
/// Paths of the endpoints (section 10.1).
pub const EVALUATION: &str = "/access/v1/evaluation";
pub const EVALUATIONS: &str = "/access/v1/evaluations";
pub const SEARCH_SUBJECT: &str = "/access/v1/search/subject";
pub const SEARCH_RESOURCE: &str = "/access/v1/search/resource";
pub const SEARCH_ACTION: &str = "/access/v1/search/action";

#[derive(Debug, Serialize)]
pub struct Metadata<'a> {
    policy_decision_point: &'a str,
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    search_subject_endpoint: String,
    search_resource_endpoint: String,
    search_action_endpoint: String,
}

impl<'a> Metadata<'a> {
    /// Creates the metadata of a decision point at this origin.
    pub fn new(origin: &'a str) -> Self {
        let at = |path| format!("{origin}{path}");
        Self {
            policy_decision_point: origin,
            access_evaluation_endpoint: at(EVALUATION),
            access_evaluations_endpoint: at(EVALUATIONS),
            search_subject_endpoint: at(SEARCH_SUBJECT),
            search_resource_endpoint: at(SEARCH_RESOURCE),
            search_action_endpoint: at(SEARCH_ACTION),
        }
    }
}
