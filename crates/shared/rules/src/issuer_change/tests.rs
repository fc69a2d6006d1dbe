use doorward_domain::model::sample;
use rstest::rstest;

use super::*;

const FORMER: &str = "https://old.example";

#[rstest]
#[case::nothing(|_: &mut Client| (), &[])]
#[case::redirect(
    |client: &mut Client| client.redirect_uris.push("https://old.example/cb".to_owned()),
    &[("redirect_uris", "https://old.example/cb")]
)]
#[case::other_port(
    |client: &mut Client| client.redirect_uris.push("https://old.example:8443/cb".to_owned()),
    &[]
)]
#[case::below(
    |client: &mut Client| client.redirect_uris.push("https://app.old.example/cb".to_owned()),
    &[]
)]
#[case::prefix(
    |client: &mut Client| client.redirect_uris.push("https://old.example.net/cb".to_owned()),
    &[]
)]
#[case::logout(
    |client: &mut Client| client.logout.backchannel = Some("https://old.example/out".to_owned()),
    &[("backchannel_logout_uri", "https://old.example/out")]
)]
#[case::ping(
    |client: &mut Client| {
        client.backchannel_client_notification_endpoint = Some("https://old.example/ping".to_owned());
    },
    &[("backchannel_client_notification_endpoint", "https://old.example/ping")]
)]
#[case::resource(
    |client: &mut Client| client.serves = vec![FORMER.to_owned()],
    &[("serves", FORMER)]
)]
#[case::sector(
    |client: &mut Client| client.pairwise_sector = Some("old.example".to_owned()),
    &[("pairwise_sector", "old.example")]
)]
#[case::other_sector(
    |client: &mut Client| client.pairwise_sector = Some("app.example".to_owned()),
    &[]
)]
fn values_at_former_issuer_are_named(
    #[case] change: fn(&mut Client),
    #[case] expected: &[(&str, &str)],
) {
    let mut client = sample::client();
    change(&mut client);
    let found = settings_at(&client, FORMER);
    let found: Vec<_> = found.iter().map(|it| (it.setting, it.value)).collect();
    assert_eq!(found, expected);
}
