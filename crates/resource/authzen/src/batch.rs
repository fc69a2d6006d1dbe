//! Several evaluations in one request (section 7): defaults, semantics, and errors of single ones.

use serde_json::Value;

use crate::members::{Members, object, optional_object};
use crate::messages::{Decision, Evaluation, Malformed, parse_object};

/// Maximum number of evaluations of a request.
pub const MAX_EVALUATIONS: usize = 50;

doorward_protocol::words! {
    /// The decision after which the others are not evaluated (section 7.1.2.1).
    pub enum Semantic {
        ExecuteAll = "execute_all",
        DenyOnFirstDeny = "deny_on_first_deny",
        PermitOnFirstPermit = "permit_on_first_permit",
    }
}

/// A request at the endpoint of several evaluations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Batch {
    /// A request without evaluations, as at the other endpoint.
    Single(Box<Evaluation>),
    /// Evaluations, and the errors of those that cannot be read.
    Several(Vec<Result<Evaluation, Malformed>>, Semantic),
}

impl Batch {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Returns what is wrong with the whole request. An error of one evaluation denies that one.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let members = parse_object(body)?;
        let semantic = semantic(&optional_object(&members, "options")?)?;
        let items = match members.get("evaluations") {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(items)) => items,
            Some(_) => return Err(Malformed("evaluations must be an array".to_owned())),
        };
        if items.len() > MAX_EVALUATIONS {
            let problem = format!("evaluations has more than {MAX_EVALUATIONS} items");
            return Err(Malformed(problem));
        }
        if items.is_empty() {
            return Ok(Self::Single(Box::new(Evaluation::read(&members)?)));
        }
        let mut defaults = Members::new();
        for name in ["subject", "action", "resource", "context"] {
            if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
                object(value, name)?;
                defaults.insert(name.to_owned(), value.clone());
            }
        }
        let read = |item: &Value| {
            let own = object(item, "an evaluation")?;
            let mut all = defaults.clone();
            for (name, value) in own {
                all.insert(name.clone(), replaced(name, value, defaults.get(name)));
            }
            Evaluation::read(&all)
        };
        Ok(Self::Several(items.iter().map(read).collect(), semantic))
    }
}

/// Returns the value of an evaluation, which replaces a default as a whole (section 7.1.1), except for the members that
/// an entity must have (certification scenario, section 3.2.7).
fn replaced(name: &str, own: &Value, default: Option<&Value>) -> Value {
    let required: &[&str] = match name {
        "subject" | "resource" => &["type", "id"],
        "action" => &["name"],
        _ => &[],
    };
    let mut own = own.clone();
    if let (Value::Object(members), Some(default)) = (&mut own, default) {
        for member in required {
            if let Some(value) = default.get(member) {
                let entry = members.entry((*member).to_owned());
                entry.or_insert_with(|| value.clone());
            }
        }
    }
    own
}

fn semantic(options: &Members) -> Result<Semantic, Malformed> {
    let name = "evaluations_semantic";
    match options.get(name) {
        None | Some(Value::Null) => Ok(Semantic::ExecuteAll),
        Some(value) => {
            let known = value.as_str().and_then(Semantic::parse);
            known.ok_or_else(|| {
                let names = Semantic::ALL.map(Semantic::as_str).join(", ");
                Malformed(format!("options.{name} must be one of {names}"))
            })
        }
    }
}

/// Evaluates the items in their order, to the one after which the semantic stops.
///
/// # Errors
/// Returns the first error of `decide`.
pub async fn evaluate<E>(
    items: &[Result<Evaluation, Malformed>],
    semantic: Semantic,
    mut decide: impl AsyncFnMut(&Evaluation) -> Result<Decision, E>,
) -> Result<Vec<Decision>, E> {
    let mut decisions = Vec::with_capacity(items.len());
    for item in items {
        let decision = match item {
            Ok(evaluation) => decide(evaluation).await?,
            Err(malformed) => Decision::deny_malformed(malformed),
        };
        let is_last = match semantic {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !decision.decision,
            Semantic::PermitOnFirstPermit => decision.decision,
        };
        decisions.push(decision);
        if is_last {
            break;
        }
    }
    Ok(decisions)
}

#[cfg(test)]
mod tests;
