use rstest::rstest;

use crate::Severity;
use crate::settings::Config;

fn config(settings: &[(&str, &str)]) -> Config {
    let fixed = [("DOORWARD_ISSUER", "https://id.example.org")];
    let all = fixed.iter().chain(settings);
    let environment = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, environment).unwrap()
}

const ON: (&str, &str) = ("DOORWARD__LOGIN__EMAIL_CODE", "true");
const SMTP: (&str, &str) = ("DOORWARD_SMTP_URL", "smtp://127.0.0.1:2525");

#[rstest]
#[case::unset(&[], false, 0)]
#[case::mail_alone(&[SMTP], false, 0)]
#[case::both(&[ON, SMTP], true, 0)]
#[case::mail_disabled(&[ON], false, 1)]
fn email_code_requires_mail_server(
    #[case] settings: &[(&str, &str)],
    #[case] offered: bool,
    #[case] refusals: usize,
) {
    let config = config(settings);
    assert_eq!(config.offers_email_code(), offered);
    let mut findings = Vec::new();
    config.check_login(&mut findings);
    assert_eq!(findings.len(), refusals, "{findings:?}");
    for finding in findings {
        assert_eq!(
            (finding.key.as_str(), finding.severity),
            ("login.email_code", Severity::Error)
        );
    }
}
