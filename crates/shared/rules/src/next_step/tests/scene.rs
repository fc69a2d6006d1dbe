//! The state of an interaction, which a test changes step by step.

use super::*;

/// The state of an interaction that owns its parts.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) interaction: Interaction,
    pub(super) client: Client,
    pub(super) session: Option<Session>,
    pub(super) expected: Option<UserId>,
    pub(super) consent: Option<Consent>,
    pub(super) optional: Scope,
    pub(super) factor: SecondFactorStatus,
    pub(super) leaving: bool,
    pub(super) email_due: bool,
    pub(super) is_member: bool,
    pub(super) now: UnixSeconds,
}

impl Scene {
    /// Returns a scene in which Alice is signed in and has consented to the whole request before.
    pub(super) fn settled() -> Self {
        Self {
            interaction: sample::interaction(sample::request()),
            client: sample::client(),
            session: Some(session()),
            expected: None,
            consent: Some(sample::consent()),
            optional: Scope::default(),
            factor: SecondFactorStatus::default(),
            leaving: false,
            email_due: false,
            is_member: true,
            now: NOW,
        }
    }

    pub(super) fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self::settled();
        change(&mut scene);
        scene
    }

    pub(super) fn prompt(&mut self, prompt: &str) -> &mut Self {
        self.interaction.request.prompt = PromptSet::parse(prompt).unwrap();
        self
    }

    /// Signs in within this interaction, which creates a new session.
    pub(super) fn sign_in(&mut self, user_id: UserId, acr: &str) -> &mut Self {
        let mut fresh = session();
        fresh.id = SessionId::from_uuid(sample::uuid(0x5e));
        fresh.user_id = user_id;
        fresh.authentication.auth_time = self.now;
        acr.clone_into(&mut fresh.authentication.acr);
        self.interaction.session_id = Some(fresh.id);
        self.interaction.authenticated_at = Some(self.now);
        self.session = Some(fresh);
        self
    }

    /// Adds the second factor, which steps up the session.
    pub(super) fn step_up(&mut self) -> &mut Self {
        let session = self.session.as_mut().expect("somebody is signed in");
        AAL2.clone_into(&mut session.authentication.acr);
        self
    }

    /// Chooses the account of the session.
    pub(super) fn choose(&mut self) -> &mut Self {
        self.interaction.session_id = self.session.as_ref().map(|session| session.id);
        self.interaction.account_chosen = true;
        self
    }

    /// Consents to the whole request.
    pub(super) fn allow(&mut self) -> &mut Self {
        self.interaction.session_id = self.session.as_ref().map(|session| session.id);
        self.interaction.consented = Some(authorize::consent_scope(&self.interaction.request));
        self
    }

    pub(super) fn step(&self) -> NextStep {
        next_step(&InteractionState {
            interaction: &self.interaction,
            client: &self.client,
            session: self.session.as_ref(),
            expected_subject: self.expected,
            consent: self.consent.as_ref(),
            optional_scopes: &self.optional,
            registry: Registry {
                scopes: &sample::scopes(),
                resources: &sample::resources(),
                details: &sample::details(),
                former: &[],
            },
            second_factor: self.factor,
            leaving: self.leaving,
            email_due: self.email_due,
            is_member: self.is_member,
            now: self.now,
        })
    }

    /// Returns the step as short text: `login:Forced`, `consent:a b`, `error:login_required`.
    pub(super) fn say(&self) -> String {
        match self.step() {
            NextStep::Login(reason) => format!("login:{reason:?}"),
            NextStep::SecondFactor => "second".to_owned(),
            NextStep::EnrolSecondFactor => "enrol".to_owned(),
            NextStep::EnrolPasskey => "enrol passkey".to_owned(),
            NextStep::CancelDeletion => "keep".to_owned(),
            NextStep::VerifyEmail => "verify-email".to_owned(),
            NextStep::SelectAccount => "select".to_owned(),
            NextStep::Consent(question) => format!("consent:{}", question.new),
            NextStep::Issue(_) => "issue".to_owned(),
            NextStep::Refuse(error) => format!("error:{}", error.code.as_str()),
        }
    }
}
