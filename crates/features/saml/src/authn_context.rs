//! Classes of authentication contexts (SAML Authentication Context §3.4), as levels of the `acr` claim.

use doorward_rules::assurance::{AAL1, AAL2};

use doorward_saml_protocol::request::{Comparison, RequestedContext};

#[cfg(test)]
mod tests;

const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const MULTIPLE: &str = "https://refeds.org/profile/mfa";

/// A line for each known class, with its level.
const CLASSES: &str = include_str!("../contexts.txt");

fn level(class: &str) -> Option<&'static str> {
    let mut lines = CLASSES.lines().filter_map(|line| line.split_once(' '));
    let listed = lines.find_map(|(level, known)| (known == class).then_some(level));
    match (class, listed) {
        (AAL1, _) | (_, Some("1")) => Some(AAL1),
        (AAL2, _) | (_, Some("2")) => Some(AAL2),
        _ => None,
    }
}

/// The demand of a request.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Demand {
    /// Level that the sign-in must have, beyond that of every sign-in. No sign-in has one that is no level.
    pub level: Option<String>,
    /// Classes that the response may name, in the order of the request.
    pub classes: Vec<String>,
}

/// Returns the demand of a requested context.
pub fn demand(requested: &RequestedContext) -> Demand {
    let known = requested.classes.iter();
    let known = known.filter_map(|class| Some((class, level(class)?)));
    let known: Vec<(&String, &'static str)> = known.collect();
    let weakest = known.iter().map(|(_, level)| *level).min();
    let strongest = known.iter().map(|(_, level)| *level).max();
    let demanded = match (requested.comparison, weakest, strongest) {
        // Stronger than each of them.
        (Comparison::Better, _, Some(AAL1)) => Some(AAL2),
        (Comparison::Better, ..) => None,
        _ => weakest,
    };
    match demanded {
        Some(demanded) => Demand {
            level: Some(demanded.to_owned()).filter(|level| level != AAL1),
            classes: known.into_iter().map(|(class, _)| class.clone()).collect(),
        },
        None => Demand {
            level: Some(requested.classes.concat()),
            classes: Vec::new(),
        },
    }
}

/// Returns the class that a response names for a sign-in of this level: the first requested one that it meets.
pub fn stated<'a>(classes: &'a [String], acr: &str) -> &'a str {
    let is_met = |class: &&String| level(class).is_some_and(|level| level <= acr);
    let met = classes.iter().find(is_met).map(String::as_str);
    met.unwrap_or(if acr == AAL2 { MULTIPLE } else { PASSWORD })
}
