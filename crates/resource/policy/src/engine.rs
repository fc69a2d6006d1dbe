//! The active policies: loading, evaluation, and reloading while the server runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use cedar_policy::{AuthorizationError, Authorizer, Decision, Effect, PolicyId, Response};

use super::attribute_values::{Action, Kind, Object};
use super::compile::{Rule, RuleSet, Rules, Source};
use super::diagnostic::PolicyDiagnostic;
use super::evaluation::respond;
use super::filter::Filter;
use super::principal::{Extent, Memberships, PolicyPrincipal, Situation};
use super::probe::{self, Grant};
use super::readers;
use super::translate::{Selection, select};

/// Maximum size of a policy file in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;

/// The errors that prevented policies from loading.
#[derive(Debug, thiserror::Error)]
#[error("{}", join(.0))]
pub struct LoadError(pub Vec<PolicyDiagnostic>);

fn join(mistakes: &[PolicyDiagnostic]) -> String {
    let lines: Vec<_> = mistakes.iter().map(PolicyDiagnostic::to_string).collect();
    lines.join("\n")
}

/// The result of a check of the policy directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReloadOutcome {
    /// Unchanged files.
    Unchanged,
    /// Changed files, which are active now.
    Changed,
    /// Invalid changes; the former rules remain active.
    Broken(Vec<PolicyDiagnostic>),
}

/// A decision with the rules that made it.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct PolicyDecision {
    /// Set if the action is allowed.
    pub allowed: bool,
    /// Rules that decided: those that permit, or those that forbid. Empty if no rule permits.
    pub decided_by: Vec<Arc<Rule>>,
    /// Rules that could permit if none did, for the caller's information.
    pub closed: Vec<Arc<Rule>>,
    /// Set if the rules in `decided_by` forbid and could not be evaluated.
    pub failed: bool,
}

/// The active rules. Cheap to evaluate from many threads.
pub struct Engine {
    rules: ArcSwap<Rules>,
    built_in: Vec<Source>,
    directory: Option<PathBuf>,
    authorizer: Authorizer,
    state: Mutex<DirectoryState>,
}

/// The result of the last check of the directory.
#[derive(Default)]
struct DirectoryState {
    sources: Vec<Source>,
    broken: Option<Vec<PolicyDiagnostic>>,
    /// Error of reading the directory; its former contents remain known.
    unreadable: Option<PolicyDiagnostic>,
}

impl Engine {
    /// Loads the built-in rules and those of the operator's directory.
    pub fn load(directory: Option<&Path>) -> Result<Self, LoadError> {
        Self::with(Source::built_in(), directory)
    }

    /// Loads these rules and those of a directory, for a custom service.
    pub fn with(built_in: Vec<Source>, directory: Option<&Path>) -> Result<Self, LoadError> {
        let own = match directory {
            Some(directory) => read(directory).map_err(|read| LoadError(vec![read]))?,
            None => Vec::new(),
        };
        let rules = compile(&built_in, &own).map_err(LoadError)?;
        Ok(Self {
            rules: ArcSwap::from_pointee(rules),
            built_in,
            directory: directory.map(Path::to_owned),
            authorizer: Authorizer::new(),
            state: Mutex::new(DirectoryState {
                sources: own,
                ..DirectoryState::default()
            }),
        })
    }

    /// Checks the directory again. Changed files take effect together or, if any is invalid, not at
    /// all; errors are logged once for each change.
    pub fn reload(&self) -> ReloadOutcome {
        let Some(directory) = &self.directory else {
            return ReloadOutcome::Unchanged;
        };
        // Locked first: of two checks at once, the later one reads later and its rules stay.
        let mut seen = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let sources = match read(directory) {
            Ok(sources) => sources,
            Err(mistake) if seen.unreadable.as_ref() == Some(&mistake) => {
                return ReloadOutcome::Unchanged;
            }
            Err(mistake) => {
                tracing::error!(%mistake, "policies cannot be read; the former rules remain active");
                seen.unreadable = Some(mistake.clone());
                return ReloadOutcome::Broken(vec![mistake]);
            }
        };
        if seen.unreadable.take().is_some() {
            tracing::info!("policies can be read again");
        }
        if sources == seen.sources {
            return ReloadOutcome::Unchanged;
        }
        seen.sources = sources;
        match compile(&self.built_in, &seen.sources) {
            Ok(rules) => {
                tracing::info!(rules = rules.len(), "changed policies activated");
                self.rules.store(Arc::new(rules));
                seen.broken = None;
                ReloadOutcome::Changed
            }
            Err(mistakes) => {
                for mistake in &mistakes {
                    tracing::error!(%mistake, "changed policy is invalid; the former rules remain active");
                }
                seen.broken = Some(mistakes.clone());
                ReloadOutcome::Broken(mistakes)
            }
        }
    }

    /// Describes the access that the permits of the directory add to the built-in rules.
    pub fn grants(&self) -> Vec<Grant> {
        let seen = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let built_in = Rules::compile(&self.built_in).unwrap_or_default();
        probe::grants(
            &built_in,
            &Rules::compile(&seen.sources).unwrap_or_default(),
        )
    }

    /// Returns the errors of the files, if the active rules are not those of the directory.
    pub fn broken(&self) -> Option<Vec<PolicyDiagnostic>> {
        let seen = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let unreadable = seen.unreadable.clone().map(|mistake| vec![mistake]);
        unreadable.or_else(|| seen.broken.clone())
    }

    pub fn rules(&self) -> Arc<Rules> {
        self.rules.load_full()
    }

    /// Decides whether this principal may perform an action on this object.
    pub fn decide(
        &self,
        principal: &PolicyPrincipal,
        action: Action,
        object: &Object,
        situation: &Situation,
    ) -> PolicyDecision {
        let rules = self.rules.load();
        let Some(set) = rules.set(action, object.kind) else {
            return PolicyDecision::nothing();
        };
        if set.mentions.whole_memberships && principal.extent == Extent::Some {
            // A rule that became active after the memberships were read.
            tracing::warn!(
                action = action.as_str(),
                "denied: the rules changed meanwhile"
            );
            return PolicyDecision::nothing();
        }
        self.evaluate(set, principal, action, object, situation)
            // A request that Cedar cannot evaluate is denied.
            .unwrap_or_else(PolicyDecision::nothing)
    }

    fn evaluate(
        &self,
        set: &RuleSet,
        principal: &PolicyPrincipal,
        action: Action,
        object: &Object,
        situation: &Situation,
    ) -> Option<PolicyDecision> {
        let response = respond(&self.authorizer, set, principal, action, object, situation)?;
        let failed = failed_forbids(set, &response);
        if !failed.is_empty() {
            return Some(PolicyDecision {
                decided_by: failed,
                failed: true,
                ..PolicyDecision::nothing()
            });
        }
        let decided_by: Vec<_> = response
            .diagnostics()
            .reason()
            .filter_map(|id| set.rule(id))
            .collect();
        let allowed = response.decision() == Decision::Allow;
        let closed = if allowed || !decided_by.is_empty() {
            Vec::new()
        } else {
            set.permits().cloned().collect()
        };
        Some(PolicyDecision {
            allowed,
            decided_by,
            closed,
            failed: false,
        })
    }

    /// Returns true if a rule needs every project membership of the caller, and not only those in the
    /// projects that a request is about.
    pub fn needs_all_memberships(&self) -> bool {
        self.rules.load().need_all_memberships()
    }

    /// Returns true if a rule for reading objects of this kind uses the attribute.
    pub fn readers_depend_on(&self, kind: Kind, attribute: &str) -> bool {
        let rules = self.rules.load();
        let set = rules.set(Action::Read, kind);
        set.is_some_and(|set| set.mentions.object.has(attribute))
    }

    /// Returns true if some caller may read `after` who may not read `before`, by the active rules.
    /// `members` are known memberships of the users that the change names.
    pub fn widens_readers(
        &self,
        before: &Object,
        after: &Object,
        members: &BTreeMap<String, Memberships>,
    ) -> bool {
        let rules = self.rules.load();
        let set = rules.set(Action::Read, after.kind);
        set.is_some_and(|set| readers::widens(set, before, after, members))
    }

    /// Selects the objects of this kind on which this principal may perform an action.
    pub fn select(
        &self,
        principal: &PolicyPrincipal,
        action: Action,
        kind: Kind,
        situation: &Situation,
    ) -> Selection {
        match self.rules.load().set(action, kind) {
            Some(set) => select(set, kind, principal, situation),
            None => Selection {
                filter: Filter::Never,
                exact: true,
            },
        }
    }
}

/// Compiles all rules, and evaluates those of the directory on representative attributes: a rule
/// that fails there would fail for a caller, and a failed forbid denies.
fn compile(built_in: &[Source], own: &[Source]) -> Result<Rules, Vec<PolicyDiagnostic>> {
    let rules = Rules::compile(&[built_in.to_vec(), own.to_vec()].concat())?;
    let mistakes = probe::check(&Rules::compile(own)?);
    if mistakes.is_empty() {
        Ok(rules)
    } else {
        Err(mistakes)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("directory", &self.directory)
            .field("rules", &self.rules.load().len())
            .finish_non_exhaustive()
    }
}

impl RuleSet {
    fn rule(&self, id: &PolicyId) -> Option<Arc<Rule>> {
        let name: &str = id.as_ref();
        self.rules.iter().find(|rule| rule.id == name).cloned()
    }

    fn permits(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules
            .iter()
            .filter(|rule| rule.effect == Effect::Permit)
    }
}

impl PolicyDecision {
    /// Creates the decision of a request without an applicable rule.
    pub fn nothing() -> Self {
        Self::default()
    }
}

/// Returns the rules that forbid and could not be evaluated. Cedar skips failed rules: that is safe
/// for a permit, but for a forbid its request must be denied.
fn failed_forbids(set: &RuleSet, response: &Response) -> Vec<Arc<Rule>> {
    let errors = response.diagnostics().errors().map(|cause| {
        let AuthorizationError::PolicyEvaluationError(failed) = cause;
        let rule = set.rule(failed.policy_id());
        tracing::error!(%cause, rule = rule.as_ref().map(|rule| &rule.id), "rule evaluation failed");
        rule
    });
    let failed: Vec<_> = errors.flatten().collect();
    failed
        .into_iter()
        .filter(|rule| rule.effect == Effect::Forbid)
        .collect()
}

/// Returns the `.cedar` files of a directory, ordered by name.
fn read(directory: &Path) -> Result<Vec<Source>, PolicyDiagnostic> {
    let name = directory.display().to_string();
    let refuse = |cause: std::io::Error| PolicyDiagnostic::of_file(&name, cause.to_string());
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(refuse)? {
        let path = entry.map_err(refuse)?.path();
        if path
            .extension()
            .is_none_or(|extension| extension != "cedar")
        {
            continue;
        }
        let file = path.display().to_string();
        let refuse = |cause: String| PolicyDiagnostic::of_file(&file, cause);
        let size = std::fs::metadata(&path).map_err(|cause| refuse(cause.to_string()))?;
        if size.len() > FILE_LIMIT {
            return Err(refuse("larger than 1 MiB".to_owned()));
        }
        let text = std::fs::read_to_string(&path).map_err(|cause| refuse(cause.to_string()))?;
        sources.push(Source { file, text });
    }
    sources.sort_by(|source, other| source.file.cmp(&other.file));
    Ok(sources)
}
