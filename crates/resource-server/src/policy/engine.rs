//! The rules in force: loaded, asked, and exchanged for changed ones while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use cedar_policy::{AuthorizationError, Authorizer, Decision, Effect, PolicyId, Response};

use super::compile::{Rule, RuleSet, Rules, Source};
use super::diagnostic::PolicyDiagnostic;
use super::evaluation::respond;
use super::facts::{Action, Kind, Object};
use super::filter::Filter;
use super::principal::{PolicyPrincipal, Situation};
use super::probe::{self, Grant};
use super::translate::{Selection, select};

/// The largest policy file that is read, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;

/// Why rules could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{}", join(.0))]
pub struct LoadError(pub Vec<PolicyDiagnostic>);

fn join(mistakes: &[PolicyDiagnostic]) -> String {
    let lines: Vec<_> = mistakes.iter().map(PolicyDiagnostic::to_string).collect();
    lines.join("\n")
}

/// What became of a look at the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReloadOutcome {
    /// It is as it was.
    Unchanged,
    /// The changed rules are in force.
    Changed,
    /// The change is broken; the rules from before stay in force.
    Broken(Vec<PolicyDiagnostic>),
}

/// What the rules say, and which of them.
#[derive(Debug, Clone)]
#[must_use]
pub struct PolicyDecision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// The rules that decided: those that permit, or those that forbid. None: no rule permits.
    pub decided_by: Vec<Arc<Rule>>,
    /// If no rule permits: those that could, for the caller's information.
    pub closed: Vec<Arc<Rule>>,
    /// Whether it is denied because the rules of `decided_by` forbid and could not be evaluated.
    pub failed: bool,
}

/// The rules in force. Cheap to ask from many threads.
pub struct Engine {
    rules: ArcSwap<Rules>,
    built_in: Vec<Source>,
    directory: Option<PathBuf>,
    authorizer: Authorizer,
    seen: Mutex<Seen>,
}

/// What the last look at the directory found.
#[derive(Default)]
struct Seen {
    sources: Vec<Source>,
    broken: Option<Vec<PolicyDiagnostic>>,
    /// Why the directory could not be read, whatever was in it before.
    unreadable: Option<PolicyDiagnostic>,
}

impl Engine {
    /// The rules of the program, and those of the operator's directory.
    ///
    /// # Errors
    /// Every mistake in every file.
    pub fn load(directory: Option<&Path>) -> Result<Self, LoadError> {
        Self::with(Source::built_in(), directory)
    }

    /// These rules, and those of a directory: for a service of one's own.
    ///
    /// # Errors
    /// Every mistake in every file.
    pub fn with(built_in: Vec<Source>, directory: Option<&Path>) -> Result<Self, LoadError> {
        let own = match directory {
            Some(directory) => read(directory).map_err(|one| LoadError(vec![one]))?,
            None => Vec::new(),
        };
        let rules = compile(&built_in, &own).map_err(LoadError)?;
        Ok(Self {
            rules: ArcSwap::from_pointee(rules),
            built_in,
            directory: directory.map(Path::to_owned),
            authorizer: Authorizer::new(),
            seen: Mutex::new(Seen {
                sources: own,
                broken: None,
                unreadable: None,
            }),
        })
    }

    /// Looks at the directory again. Changed files take effect together or, if any is broken, not
    /// at all; what is broken is said once for each change.
    pub fn reload(&self) -> ReloadOutcome {
        let Some(directory) = &self.directory else {
            return ReloadOutcome::Unchanged;
        };
        let found = read(directory);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let sources = match found {
            Ok(sources) => sources,
            Err(mistake) if seen.unreadable.as_ref() == Some(&mistake) => {
                return ReloadOutcome::Unchanged;
            }
            Err(mistake) => {
                tracing::error!(%mistake, "the policies cannot be read: the old rules stay");
                seen.unreadable = Some(mistake.clone());
                return ReloadOutcome::Broken(vec![mistake]);
            }
        };
        if seen.unreadable.take().is_some() {
            tracing::info!("the policies can be read again");
        }
        if sources == seen.sources {
            return ReloadOutcome::Unchanged;
        }
        seen.sources = sources;
        match compile(&self.built_in, &seen.sources) {
            Ok(rules) => {
                tracing::info!(rules = rules.len(), "changed policies are in force");
                self.rules.store(Arc::new(rules));
                seen.broken = None;
                ReloadOutcome::Changed
            }
            Err(mistakes) => {
                for mistake in &mistakes {
                    tracing::error!(%mistake, "a changed policy is broken: the old rules stay");
                }
                seen.broken = Some(mistakes.clone());
                ReloadOutcome::Broken(mistakes)
            }
        }
    }

    /// Says in sentences what the permits of the directory allow beyond the program's rules.
    pub fn grants(&self) -> Vec<Grant> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let built_in = Rules::compile(&self.built_in).unwrap_or_default();
        probe::grants(
            &built_in,
            &Rules::compile(&seen.sources).unwrap_or_default(),
        )
    }

    /// What is wrong with the files, if the rules in force are not those of the directory.
    pub fn broken(&self) -> Option<Vec<PolicyDiagnostic>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let unreadable = seen.unreadable.clone().map(|mistake| vec![mistake]);
        unreadable.or_else(|| seen.broken.clone())
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.load_full()
    }

    /// Whether this person may do this to this object.
    pub fn decide(
        &self,
        person: &PolicyPrincipal,
        action: Action,
        object: &Object,
        situation: &Situation,
    ) -> PolicyDecision {
        let rules = self.rules.load();
        let Some(set) = rules.set(action, object.kind) else {
            return PolicyDecision::nothing();
        };
        self.ask(set, person, action, object, situation)
            // What cannot be asked is denied.
            .unwrap_or_else(PolicyDecision::nothing)
    }

    fn ask(
        &self,
        set: &RuleSet,
        person: &PolicyPrincipal,
        action: Action,
        object: &Object,
        situation: &Situation,
    ) -> Option<PolicyDecision> {
        let response = respond(&self.authorizer, set, person, action, object, situation)?;
        let failed = failed_forbids(set, &response);
        if !failed.is_empty() {
            return Some(PolicyDecision {
                allowed: false,
                decided_by: failed,
                closed: Vec::new(),
                failed: true,
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

    /// The objects of this kind to which this person may do this.
    pub fn select(
        &self,
        person: &PolicyPrincipal,
        action: Action,
        kind: Kind,
        situation: &Situation,
    ) -> Selection {
        match self.rules.load().set(action, kind) {
            Some(set) => select(set, kind, person, situation),
            None => Selection {
                filter: Filter::Never,
                exact: true,
            },
        }
    }
}

/// All rules, those of the directory tried on representative facts as well: what fails there would
/// fail for a caller, and a forbid that fails denies.
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
    /// No rule speaks of it.
    pub(crate) fn nothing() -> Self {
        Self {
            allowed: false,
            decided_by: Vec::new(),
            closed: Vec::new(),
            failed: false,
        }
    }
}

/// The rules that forbid and could not be evaluated. Cedar skips a rule that fails: a permit is
/// then no permit, but a forbid would be none either, so what it might forbid is denied.
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

/// The `.cedar` files of a directory, by name.
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
    sources.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(sources)
}
