use doorward_protocol::authorize::ClaimSpec;
use doorward_protocol::prompt::PromptSet;
use rstest::rstest;

use super::*;
use doorward_domain::model::sample;

fn request() -> AuthorizationRequest {
    let mut request = sample::request();
    request.acr_values.clear();
    request.claims.id_token.clear();
    request.max_age = None;
    request.prompt = PromptSet::default();
    request
}

fn asks_for_acr(request: &mut AuthorizationRequest) {
    let spec = ClaimSpec::default();
    request.claims.id_token.insert("acr".to_owned(), spec);
}

#[rstest]
#[case::nothing(|_: &mut AuthorizationRequest| (), true)]
#[case::acr_values(|it: &mut AuthorizationRequest| it.acr_values = vec!["aal2".to_owned()], false)]
#[case::even_the_weak_one(|it: &mut AuthorizationRequest| it.acr_values = vec!["aal1".to_owned()], false)]
#[case::acr_by_name(asks_for_acr, false)]
#[case::max_age(|it: &mut AuthorizationRequest| it.max_age = Some(86_400), false)]
#[case::prompt_login(|it: &mut AuthorizationRequest| it.prompt = PromptSet::parse("login").unwrap(), false)]
#[case::prompt_consent(|it: &mut AuthorizationRequest| it.prompt = PromptSet::parse("consent").unwrap(), true)]
fn strength_or_reauthentication_request_disables_skip(
    #[case] change: fn(&mut AuthorizationRequest),
    #[case] spared: bool,
) {
    let mut request = request();
    change(&mut request);
    let occasion = SignInContext {
        request: Some(&request),
        ..SignInContext::default()
    };
    assert_eq!(can_skip_factor(&occasion), spared);
}

#[rstest]
#[case::no_session(SignInContext::default(), true)]
#[case::client(SignInContext { client_demands: true, ..SignInContext::default() }, false)]
#[case::role(SignInContext { role_demands: true, ..SignInContext::default() }, false)]
#[case::again(SignInContext { proves_again: true, ..SignInContext::default() }, false)]
fn required_factor_or_reauthentication_disables_skip(
    #[case] occasion: SignInContext<'_>,
    #[case] spared: bool,
) {
    assert_eq!(can_skip_factor(&occasion), spared);
}
