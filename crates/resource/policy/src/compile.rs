//! Compilation of policy files to rules: parsed, strictly checked against the schema, and grouped
//! by action and kind of object, so that a decision evaluates only applicable rules.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator, pst};

use super::attribute_values::{Action, Kind};
use super::attributes;
use super::diagnostic::{PolicyDiagnostic, line_of};
use super::schema::SCHEMA;
use super::source_offsets;
use super::used_attributes::UsedAttributes;

/// Built-in rules.
pub const BUILT_IN: [(&str, &str); 4] = [
    (
        "policies/tenant.cedar",
        include_str!("../policies/tenant.cedar"),
    ),
    (
        "policies/tasks.cedar",
        include_str!("../policies/tasks.cedar"),
    ),
    (
        "policies/projects.cedar",
        include_str!("../policies/projects.cedar"),
    ),
    (
        "policies/articles.cedar",
        include_str!("../policies/articles.cedar"),
    ),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub file: String,
    pub text: String,
}

impl Source {
    pub fn built_in() -> Vec<Self> {
        BUILT_IN
            .map(|(file, text)| Self {
                file: file.to_owned(),
                text: text.to_owned(),
            })
            .to_vec()
    }
}

#[derive(Debug)]
pub struct Rule {
    /// Name: `@id`, or the file name and the number of the rule in it.
    pub id: String,
    pub file: String,
    /// First line of the rule, from 1.
    pub line: usize,
    pub effect: Effect,
    /// Permission that grants access (`@needs`).
    pub needs: Option<String>,
    /// Human-readable reason of a denial (`@because`).
    pub because: Option<String>,
    pub(super) body: pst::Template,
}

/// The rules for one action on one kind of object.
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(super) policies: PolicySet,
    pub(super) rules: Vec<Arc<Rule>>,
    pub(super) mentions: UsedAttributes,
}

#[derive(Debug, Default)]
pub struct Rules {
    sets: HashMap<(Action, Kind), RuleSet>,
    /// Valid but suspicious constructs.
    pub warnings: Vec<PolicyDiagnostic>,
    count: usize,
}

impl Rules {
    /// Parses and checks all files.
    ///
    /// # Errors
    /// Returns every error in every file.
    pub fn compile(sources: &[Source]) -> Result<Self, Vec<PolicyDiagnostic>> {
        let mut rules = Self::default();
        let mut mistakes = Vec::new();
        let mut names: HashMap<String, String> = HashMap::new();
        for source in sources {
            let checked = match check(source) {
                Ok((policies, warnings)) => {
                    rules.warnings.extend(warnings);
                    policies
                }
                Err(found) => {
                    mistakes.extend(found);
                    continue;
                }
            };
            for (name, policy) in checked {
                if let Some(other) = names.insert(name.clone(), source.file.clone()) {
                    let reason = format!("the name {name} is taken by a rule in {other}");
                    let line = line(source, &policy);
                    mistakes.push(PolicyDiagnostic::at(&source.file, line, reason));
                } else if let Err(mistake) = rules.add(&name, source, &policy) {
                    mistakes.push(mistake);
                }
            }
        }
        if mistakes.is_empty() {
            Ok(rules)
        } else {
            Err(mistakes)
        }
    }

    pub const fn len(&self) -> usize {
        self.count
    }

    /// Returns true if there are no rules, so that every request is denied.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the rules for this action on this kind; without any, every request is denied.
    pub fn set(&self, action: Action, kind: Kind) -> Option<&RuleSet> {
        self.sets.get(&(action, kind))
    }

    /// Returns true if a rule needs every project membership of the caller.
    pub(super) fn need_all_memberships(&self) -> bool {
        let mut sets = self.sets.values();
        sets.any(|set| set.mentions.whole_memberships)
    }

    /// Returns each rule alone, for each action and kind that it can apply to.
    pub(super) fn each(&self) -> impl Iterator<Item = (Action, Kind, RuleSet)> {
        self.sets.iter().flat_map(|((action, kind), set)| {
            let alone = set.rules.iter().filter_map(|rule| {
                let policy = set.policies.policy(&PolicyId::new(&rule.id))?.clone();
                let mut mentions = UsedAttributes::default();
                mentions.add(&rule.body);
                let alone = RuleSet {
                    policies: PolicySet::from_policies([policy]).ok()?,
                    rules: vec![Arc::clone(rule)],
                    mentions,
                };
                Some((*action, *kind, alone))
            });
            alone.collect::<Vec<_>>()
        })
    }

    fn add(
        &mut self,
        name: &str,
        source: &Source,
        policy: &Policy,
    ) -> Result<(), PolicyDiagnostic> {
        let refuse = |reason: String| PolicyDiagnostic::of_file(&source.file, reason);
        let body = policy.to_pst().map_err(|cause| refuse(cause.to_string()))?;
        let rule = Arc::new(Rule {
            id: name.to_owned(),
            file: source.file.clone(),
            line: line(source, policy),
            effect: policy.effect(),
            needs: policy.annotation("needs").map(str::to_owned),
            because: policy.annotation("because").map(str::to_owned),
            body: body.body().clone(),
        });
        if let Some(reason) = attributes::unknown(&rule.body) {
            return Err(PolicyDiagnostic::at(&source.file, rule.line, reason));
        }
        self.count += 1;
        for environment in policy.get_valid_request_envs(schema()) {
            let action = Action::parse(environment.action().id().unescaped());
            let kind = Kind::parse(&environment.resource().to_string());
            let (Some(action), Some(kind)) = (action, kind) else {
                continue;
            };
            let resolved = specialize(&rule, action, kind)
                .map_err(|cause| refuse(cause.to_string()))?
                .new_id(PolicyId::new(name));
            let set = self.sets.entry((action, kind)).or_default();
            set.policies
                .add(resolved)
                .map_err(|cause| refuse(cause.to_string()))?;
            set.mentions.add(&rule.body);
            set.rules.push(Arc::clone(&rule));
        }
        Ok(())
    }
}

/// Returns the rule for the set of this action and kind, without the conditions that are true for
/// every request to the set.
fn specialize(
    rule: &Rule,
    action: Action,
    kind: Kind,
) -> Result<Policy, pst::PstConstructionError> {
    use pst::{ActionConstraint, PrincipalConstraint, ResourceConstraint};
    let mut body = rule.body.clone();
    let is_it = |uid: &pst::EntityUID| uid.ty.to_string() == "Action" && uid.eid == action.as_str();
    let resolved = match &body.action {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(uid) => is_it(uid),
        ActionConstraint::In(uids) => uids.iter().any(is_it),
    };
    if resolved {
        body.action = ActionConstraint::Any;
    }
    if let PrincipalConstraint::Is(person) = &body.principal
        && person.to_string() == Kind::Person.as_str()
    {
        body.principal = PrincipalConstraint::Any;
    }
    if let ResourceConstraint::Is(its) = &body.resource
        && its.to_string() == kind.as_str()
    {
        body.resource = ResourceConstraint::Any;
    }
    Policy::from_pst(pst::Policy::Static(pst::StaticPolicy::try_from(body)?))
}

/// Returns the schema, which is parsed once.
pub(super) fn schema() -> &'static Schema {
    static PARSED: LazyLock<Schema> = LazyLock::new(|| {
        // Part of the program, and a test parses it.
        Schema::from_cedarschema_str(SCHEMA).map_or_else(
            |cause| {
                tracing::error!(%cause, "the schema of the policies is broken");
                Schema::from_schema_fragments([]).unwrap_or_else(|_| std::process::abort())
            },
            |(schema, _)| schema,
        )
    });
    &PARSED
}

type Checked = (Vec<(String, Policy)>, Vec<PolicyDiagnostic>);

fn check(source: &Source) -> Result<Checked, Vec<PolicyDiagnostic>> {
    let found = |finding: &dyn miette::Diagnostic| {
        PolicyDiagnostic::from_finding(&source.file, &source.text, finding)
    };
    let set = PolicySet::from_str(&source.text)
        .map_err(|errors| errors.iter().map(|error| found(error)).collect::<Vec<_>>())?;
    if set.num_of_templates() > 0 {
        let reason = "templates are not supported: write the rule without ?principal or ?resource";
        return Err(vec![PolicyDiagnostic::of_file(&source.file, reason)]);
    }
    let result = Validator::new(schema().clone()).validate(&set, ValidationMode::Strict);
    if !result.validation_passed() {
        return Err(result
            .validation_errors()
            .map(|error| found(error))
            .collect());
    }
    let warnings = result
        .validation_warnings()
        .map(|validation_warning| found(validation_warning))
        .collect();
    let mut named: Vec<_> = set
        .policies()
        .map(|policy| (name(source, policy), policy.clone()))
        .collect();
    named.sort_by(|(item, _), (other, _)| item.cmp(other));
    Ok((named, warnings))
}

/// Returns the line of a rule: that of its `@id`, or of its first word.
fn line(source: &Source, policy: &Policy) -> usize {
    let rule = number(policy);
    let at = source_offsets::rules(&source.text).nth(rule - 1);
    at.map_or(0, |offset| line_of(&source.text, offset))
}

/// Returns the number of a rule in its file, from 1.
fn number(policy: &Policy) -> usize {
    let id = policy.id().to_string();
    let number: usize = id.trim_start_matches("policy").parse().unwrap_or(0);
    number + 1
}

/// Returns `@id`, or the file name and the number of the rule in it, from 1.
fn name(source: &Source, policy: &Policy) -> String {
    if let Some(id) = policy.annotation("id").filter(|id| !id.is_empty()) {
        return id.to_owned();
    }
    let file = std::path::Path::new(&source.file).file_stem();
    let file = file.map(|stem| stem.to_string_lossy().into_owned());
    format!("{}.{}", file.unwrap_or_default(), number(policy))
}
