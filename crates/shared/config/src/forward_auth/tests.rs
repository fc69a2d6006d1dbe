use rstest::rstest;

use crate::Config;

#[rstest]
#[case(&[], false, &[])]
#[case(&[("PROXIES", "10.0.0.7/32,2001:db8::/64")], true, &[])]
#[case(&[("PROXY_SECRET", "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZ")], true, &[])]
#[case(&[("PROXIES", "0.0.0.0/0")], true, &["forward_auth.proxies"])]
#[case(&[("PROXIES", "::/0")], true, &["forward_auth.proxies"])]
#[case(&[("PROXY_SECRET", "short")], true, &["forward_auth.proxy_secret"])]
fn unsafe_proxies_are_rejected(
    #[case] settings: &[(&str, &str)],
    #[case] is_configured: bool,
    #[case] rejected: &[&str],
) {
    let good = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        (
            "DOORWARD_SECRET_KEY",
            "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
        ),
    ];
    let good = good.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = settings.iter().map(|(name, value)| {
        (
            format!("DOORWARD__FORWARD_AUTH__{name}"),
            (*value).to_owned(),
        )
    });
    let config = Config::load(None, good.into_iter().chain(settings)).unwrap();
    assert_eq!(config.forward_auth.is_configured(), is_configured);
    let findings = config.check_serve();
    let keys = findings.iter().map(|finding| finding.key.as_str());
    let keys: Vec<_> = keys.filter(|key| key.starts_with("forward_auth")).collect();
    assert_eq!(keys, rejected);
}

#[test]
fn trusted_proxies_are_no_proxies_of_sites() {
    let variables = [("DOORWARD__TRUSTED_PROXIES", "10.0.0.7/32")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, variables).unwrap();
    assert!(!config.forward_auth.is_configured());
}
