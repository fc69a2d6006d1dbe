//! Evaluation of an operator's rules on representative attributes before they become active: rules
//! that fail are rejected, and the access that a permit grants is described in a sentence.

use std::collections::BTreeMap;

use cedar_policy::{Authorizer, Decision, Effect};
use serde::Serialize;

use super::attribute_values::{Action, Kind};
use super::compile::{Rule, RuleSet, Rules};
use super::diagnostic::PolicyDiagnostic;
use super::evaluation::respond;
use super::scenario::{Scenario, Trait};

/// Maximum number of traits whose pairs are tested.
const PAIRED: usize = 24;
/// Maximum number of sentences about one rule.
const SENTENCES: usize = 12;

/// The access that a permit adds to the built-in rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    pub rule: String,
    pub file: String,
    /// Line of the rule, from 1.
    pub line: usize,
    /// Description, such as "every user with a verified address may read every task".
    pub sentence: String,
}

/// Returns the rules that fail on representative attributes.
pub(super) fn check(rules: &Rules) -> Vec<PolicyDiagnostic> {
    let authorizer = Authorizer::new();
    let mut found: BTreeMap<String, PolicyDiagnostic> = BTreeMap::new();
    for (action, kind, set) in rules.each() {
        let Some(rule) = set.rules.first() else {
            continue;
        };
        if found.contains_key(&rule.id) {
            continue;
        }
        if let Some(cause) = failure(&authorizer, &set, action, kind, rule) {
            let reason = format!(
                "the rule {} fails for `{}` on a {}: {cause}",
                rule.id,
                action.as_str(),
                kind.as_str()
            );
            let mistake = PolicyDiagnostic::at(&rule.file, rule.line, reason);
            found.insert(rule.id.clone(), mistake);
        }
    }
    found.into_values().collect()
}

/// Returns the first error of the rule, for each trait alone and for all that do not contradict
/// each other.
fn failure(
    authorizer: &Authorizer,
    set: &RuleSet,
    action: Action,
    kind: Kind,
    rule: &Rule,
) -> Option<String> {
    let traits = Trait::of_rule(&rule.body, kind);
    let mut cases: Vec<Vec<&Trait>> = vec![Vec::new(), traits.iter().collect()];
    cases.extend(traits.iter().map(|item| vec![item]));
    let variants: [&[Trait]; 6] = [
        &[],
        &[Trait::Full],
        &[Trait::Anonymous],
        &[Trait::Anonymous, Trait::Full],
        &[Trait::Service, Trait::Full],
        &[Trait::NoAddress, Trait::Night],
    ];
    variants.iter().find_map(|variant| {
        cases.iter().find_map(|case| {
            let scenario = Scenario::new(kind, case.iter().copied().chain(*variant));
            let (person, object) = (&scenario.person, &scenario.object);
            let response = respond(authorizer, set, person, action, object, &scenario.situation);
            match response {
                Some(response) => response
                    .diagnostics()
                    .errors()
                    .next()
                    .map(ToString::to_string),
                None => Some("its attributes cannot be converted for Cedar".to_owned()),
            }
        })
    })
}

/// Describes the access that the permits among these rules add to the built-in rules.
pub(super) fn grants(built_in: &Rules, own: &Rules) -> Vec<Grant> {
    let authorizer = Authorizer::new();
    // Maps rule, kind and reach to the actions that they apply to.
    let mut found: BTreeMap<(String, Kind, String, String), Vec<Action>> = BTreeMap::new();
    let mut places: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for (action, kind, set) in own.each() {
        let Some(rule) = set.rules.first() else {
            continue;
        };
        if rule.effect != Effect::Permit {
            continue;
        }
        places.insert(rule.id.clone(), (rule.file.clone(), rule.line));
        let probe = Probe {
            authorizer: &authorizer,
            set: &set,
            before: built_in.set(action, kind),
            action,
            kind,
        };
        for (who, name) in probe.reaches(rule) {
            let key = (rule.id.clone(), kind, who, name);
            found.entry(key).or_default().push(action);
        }
    }
    let sentences = found
        .into_iter()
        .map(|((rule, _, who, name), mut actions)| {
            actions.sort_unstable();
            let (file, line) = places.get(&rule).cloned().unwrap_or_default();
            let verbs: Vec<_> = actions.into_iter().map(verb).collect();
            Grant {
                rule,
                file,
                line,
                sentence: format!("{who} may {} {name}", listed(&verbs)),
            }
        });
    sentences.collect()
}

struct Probe<'a> {
    authorizer: &'a Authorizer,
    set: &'a RuleSet,
    before: Option<&'a RuleSet>,
    action: Action,
    kind: Kind,
}

impl Probe<'_> {
    /// Describes the callers and objects that the rule permits.
    fn reaches(&self, rule: &Rule) -> Vec<(String, String)> {
        let traits = Trait::of_rule(&rule.body, self.kind);
        let smallest = self.smallest(&traits);
        let Some(smallest) = smallest else {
            let what = format!("a {} under the condition of the rule", noun(self.kind));
            return vec![("a caller".to_owned(), what)];
        };
        let new = smallest.into_iter().filter(|chosen| !self.is_old(chosen));
        let worded = new.map(|chosen| self.describe(&chosen, &traits));
        worded.take(SENTENCES).collect()
    }

    /// Returns the smallest sets of traits with which the rule permits; `None` if none was found.
    fn smallest<'t>(&self, traits: &'t [Trait]) -> Option<Vec<Vec<&'t Trait>>> {
        const ANONYMOUS: &[Trait] = &[Trait::Anonymous];
        if self.permits(ANONYMOUS.iter()) {
            return Some(vec![ANONYMOUS.iter().collect()]);
        }
        if self.permits([]) {
            return Some(vec![Vec::new()]);
        }
        let singles = traits.iter().map(|item| vec![item]);
        let singles: Vec<_> = singles
            .filter(|single| self.permits(single.iter().copied()))
            .collect();
        if !singles.is_empty() {
            return Some(singles);
        }
        let some = traits.iter().take(PAIRED).enumerate();
        let pairs = some.flat_map(|(at, item)| {
            let others = traits.iter().take(PAIRED).skip(at + 1);
            others.map(move |other| vec![item, other])
        });
        let pairs: Vec<_> = pairs
            .filter(|pair| self.permits(pair.iter().copied()))
            .collect();
        if !pairs.is_empty() {
            return Some(pairs);
        }
        let mut chosen: Vec<&Trait> = traits.iter().collect();
        if !self.permits(chosen.iter().copied()) {
            return None;
        }
        for item in traits {
            let fewer: Vec<&Trait> = chosen
                .iter()
                .copied()
                .filter(|other| *other != item)
                .collect();
            if self.permits(fewer.iter().copied()) {
                chosen = fewer;
            }
        }
        Some(vec![chosen])
    }

    fn permits<'t>(&self, traits: impl IntoIterator<Item = &'t Trait>) -> bool {
        self.allows(self.set, &Scenario::new(self.kind, traits))
    }

    /// Returns true if the built-in rules permit the same.
    fn is_old(&self, chosen: &[&Trait]) -> bool {
        let scenario = Scenario::new(self.kind, chosen.iter().copied());
        self.before
            .is_some_and(|before| self.allows(before, &scenario))
    }

    fn allows(&self, set: &RuleSet, scenario: &Scenario) -> bool {
        let (person, object) = (&scenario.person, &scenario.object);
        let situation = &scenario.situation;
        let response = respond(self.authorizer, set, person, self.action, object, situation);
        response.is_some_and(|response| response.decision() == Decision::Allow)
    }

    fn describe(&self, chosen: &[&Trait], traits: &[Trait]) -> (String, String) {
        let values: Vec<_> = chosen.iter().map(|chosen| chosen.describe()).collect();
        let callers: Vec<_> = values
            .iter()
            .filter_map(|(caller, _)| caller.clone())
            .collect();
        let objects: Vec<_> = values
            .iter()
            .filter_map(|(_, object)| object.clone())
            .collect();
        let caller = if chosen.contains(&&Trait::Anonymous) {
            "everyone, even without a token,"
        } else if chosen.contains(&&Trait::Service) {
            "every client that acts for itself"
        } else {
            "every user"
        };
        let joined = |first: String, rest: &[String]| match rest {
            [] => first,
            rest => format!("{first} {}", rest.join(" and ")),
        };
        let who = joined(caller.to_owned(), &callers);
        let mut what = joined(format!("every {}", noun(self.kind)), &objects);
        if !self.holds_always(chosen, traits) {
            what.push_str(", under the further conditions of the rule");
        }
        (who, what)
    }

    /// Returns true if no other trait that the rule tests removes the permission.
    fn holds_always(&self, chosen: &[&Trait], traits: &[Trait]) -> bool {
        const ELSE: [Trait; 3] = [Trait::Full, Trait::Night, Trait::NoAddress];
        let same = |item: &Trait, other: &Trait| {
            std::mem::discriminant(item) == std::mem::discriminant(other)
        };
        let others = traits.iter().chain(&ELSE);
        let mut others = others.filter(|other| !chosen.iter().any(|item| same(item, other)));
        // The chosen traits are applied last, so that no other trait replaces them.
        others.all(|other| self.permits(std::iter::once(other).chain(chosen.iter().copied())))
    }
}

const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "user",
        Kind::Task => "task",
        Kind::Project => "project",
        Kind::Category => "category",
        Kind::Document => "document",
    }
}

const fn verb(action: Action) -> &'static str {
    match action {
        Action::Read => "read",
        Action::Create => "create",
        Action::Update => "change",
        Action::Delete => "delete",
        Action::ReadBudget => "see the budget of",
        Action::ReadNotes => "see the notes of",
        Action::ReadMembers => "see the members of",
        Action::ReadContact => "see the contacts of",
        Action::ManageMembers => "change the members of",
        Action::LowerConfidentiality => "make more open",
        Action::MoveOut => "move out",
        Action::Publish => "publish",
        Action::Share => "open to more readers",
    }
}

fn listed(values: &[&str]) -> String {
    match values {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
